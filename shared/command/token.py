"""`ansvar token`: says who you are to the embedded system."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data
from shared.command.says import Trouble, say
from shared.embedded.secrets import ISSUER_KEY

EVERY_BUYER = "*"


def add_to(app: typer.Typer) -> None:
    @app.command()
    def token(
        role: Annotated[list[str], typer.Option(help="What you may do; once or more often.")],
        buyer: Annotated[
            list[str] | None, typer.Option(help="For which buyer; every buyer without it.")
        ] = None,
        name: Annotated[str, typer.Option(help="Who you are; the role's name without it.")] = "",
        hours: Annotated[float, typer.Option(help="How long the token is valid.")] = 12,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Print a bearer token for the embedded system."""
        from shared.issuer import Issuer

        if not data.exists():
            raise Trouble(f"no embedded system was ever started on {data}: run `ansvar up` first")
        issuer = Issuer(Path(os.environ.get("ANSVAR_ISSUER_KEY_FILE", data / ISSUER_KEY)))
        person = name or role[0].replace("_", " ").capitalize()
        try:
            printed = issuer.issue(
                person.lower().replace(" ", "-"),
                person,
                role,
                buyer or [EVERY_BUYER],
                timedelta(hours=hours),
            )
        except ValueError as error:
            raise Trouble(str(error)) from error
        say(printed)
