"""The command `ansvar`: starts the system and looks after it."""

from typing import Any


def main(*args: Any) -> None:
    """The entry point of the command; everything it needs is loaded only then."""
    from shared.command.line import run

    run()
