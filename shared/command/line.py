"""The command line: its groups, its errors, and the commands that services add."""

import sys
from importlib.metadata import entry_points

import typer

from shared.administration import CannotAdminister
from shared.anchors import CannotAnchor
from shared.command import (
    backup,
    clock,
    dead,
    demo,
    doctor,
    journal,
    lag,
    migrate,
    persons,
    serve,
    token,
    topics,
    up,
    version,
)
from shared.command.says import Trouble, complain
from shared.copies import CannotRestore
from shared.embedded import CannotStart
from shared.entrance import NotLetIn
from shared.timestamps import Refused

ADDED = "ansvar.commands"  # entry points: a typer app under its name, or a function that gets ours


def build() -> typer.Typer:
    app = typer.Typer(
        name="ansvar",
        help="May we still do business with everyone who works on our contracts?",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    running = (up, demo, serve, token, clock, topics)
    for module in (*running, lag, dead, journal, backup, persons, migrate, doctor, version):
        module.add_to(app)
    for point in sorted(entry_points(group=ADDED), key=lambda point: point.name):
        try:
            added = point.load()
        except ModuleNotFoundError:
            continue  # an image holds only its own service, and so only that one's commands
        if isinstance(added, typer.Typer):
            app.add_typer(added, name=point.name)
        else:
            added(app)
    return app


def run() -> None:
    """Run the command. What a person can put right is told in one sentence, without a traceback."""
    try:
        build()()
    except (
        Trouble,
        CannotStart,
        CannotAdminister,
        CannotAnchor,
        CannotRestore,
        NotLetIn,
        Refused,
    ) as trouble:
        complain(f"ansvar: {trouble}")
        sys.exit(1)
