"""`ansvar clock`: moves the business clock of the embedded system forward."""

from pathlib import Path
from typing import Annotated

import typer

from shared.clock import CannotMove, Clock, parse_duration
from shared.command.running import DEFAULT_DATA, Data, what_runs
from shared.command.says import Trouble, say


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="The business clock of the embedded system.", no_args_is_help=True)
    app.add_typer(group, name="clock")

    @group.command()
    def show(data: Data = DEFAULT_DATA) -> None:
        """Show the business time and how far it is ahead of real time."""
        _tell(_clock_of(data))

    @group.command()
    def advance(
        by: Annotated[str, typer.Argument(help="How far, such as 10d, 36h, 2w or 90min.")],
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Move the business clock forward. Deadlines that pass are handled at once."""
        clock = _clock_of(data)
        try:
            clock.advance(parse_duration(by))
        except (CannotMove, ValueError) as error:
            raise Trouble(str(error)) from error
        _tell(clock)


def _clock_of(data: Path) -> Clock:
    return Clock(Path(what_runs(data).clock_file))


def _tell(clock: Clock) -> None:
    say(f"{clock.now():%Y-%m-%d %H:%M} UTC, {clock.offset} ahead of real time")
