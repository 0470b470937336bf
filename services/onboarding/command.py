"""`ansvar documents read FILE`: what onboarding understands of a file, without a running system."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

documents = typer.Typer(help="Documents of suppliers.", no_args_is_help=True)

NOT_UNDERSTOOD = 2
"""The exit code for a file that needs a person."""

WRONG = 1
"""The exit code for a value that a person corrected, and that is still read otherwise."""


@documents.callback()
def about() -> None:
    """Documents of suppliers."""


@documents.command("read")
def read_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Print what is understood of FILE as JSON: kind, party, fields, answers, findings.

    The ids of persons are those of the system only where ANSVAR_PERSON_KEY is set.
    """
    # Here, because every other command of `ansvar` would wait for these imports too.
    from services.onboarding.readers import NotUnderstood, read_document
    from services.onboarding.understanding import understand
    from shared.persons import PersonKey

    key = os.environ.get("ANSVAR_PERSON_KEY") or secrets.token_bytes(32)
    try:
        understood = understand(read_document(file.read_bytes()), PersonKey(key))
    except NotUnderstood as why:
        typer.echo(f"{file.name}: {why.reason}", err=True)
        raise typer.Exit(NOT_UNDERSTOOD) from why
    typer.echo(understood.model_dump_json(indent=2, exclude_none=True))


@documents.command("examples")
def check_examples(
    examples: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    files: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
) -> None:
    """Read the FILES anew that people corrected once, and tell which values are right now.

    EXAMPLES is what `GET /examples` gave; a file is found by its hash, whatever its name.
    """
    from services.onboarding.examples import check

    outcome = check(examples.read_bytes(), files)
    for line in outcome.wrong:
        typer.echo(line)
    typer.echo(
        f"{outcome.right} right, {len(outcome.wrong)} wrong, {outcome.absent} without a file"
    )
    if outcome.wrong:
        raise typer.Exit(WRONG)
