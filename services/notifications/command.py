"""`ansvar notify preview EVENT`: what would be sent to whom, without a running system."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from shared.command.says import Trouble, say

notify = typer.Typer(help="Who is told of what.", no_args_is_help=True)


@notify.callback()
def about() -> None:
    """Who is told of what."""


@notify.command("preview")
def preview(
    event: Annotated[
        str, typer.Argument(help="A file with a fact in JSON, - for standard input, or its name.")
    ],
    people: Annotated[
        Path | None, typer.Option(help="The CSV file of people.", exists=True, dir_okay=False)
    ] = None,
    teams: Annotated[
        Path | None, typer.Option(help="The CSV file of teams.", exists=True, dir_okay=False)
    ] = None,
    rules_file: Annotated[
        Path | None, typer.Option("--rules", help="Other rules.", exists=True, dir_okay=False)
    ] = None,
    url: Annotated[str, typer.Option(help="Where the console is.")] = "https://ansvar.example",
) -> None:
    """Print who would be told of EVENT, how and how fast, and the mails in their languages.

    A fact is an object with its fields and `type`, its name. Of a name alone it is told which rule
    speaks of such facts, and the letter that they become is shown with the names of its fields.
    """
    # Here, because every other command of `ansvar` would wait for these imports too.
    from services.notifications.directory import CannotRead, read_directory
    from services.notifications.domain import DIRECTORY, Directory
    from services.notifications.preview import (
        CannotPreview,
        fact_in,
        letter_for,
        previewed,
        rule_for,
    )
    from services.notifications.rules import FILE, read_rules

    try:
        rules = read_rules(rules_file or FILE)
        if event != "-" and not Path(event).exists():
            say(f"{event}: {rule_for(event, rules)}")
            for line in letter_for(event, rules, url, datetime.now(UTC)):
                say(line)
            return
        fact = fact_in(sys.stdin.read() if event == "-" else Path(event).read_text("utf-8"))
        taken = read_directory(people, teams) if people else None
    except (CannotPreview, CannotRead, UnicodeDecodeError, ValueError) as why:
        raise Trouble(str(why)) from why
    directory = Directory(id=DIRECTORY)
    if taken is not None:
        directory.people, directory.teams = taken.people, taken.teams
    for line in previewed(fact, directory, rules, url, datetime.now(UTC)):
        say(line)
