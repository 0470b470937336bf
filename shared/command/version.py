"""`ansvar version`."""

from importlib.metadata import version as version_of

import typer

from shared.command.says import say


def add_to(app: typer.Typer) -> None:
    @app.command()
    def version() -> None:
        """Which version this is."""
        say(f"ansvar {version_of('ansvar')}")
