"""`ansvar up`: the whole system on this machine, with nothing else installed."""

import os
import signal
import time
from typing import Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data, is_running, what_runs
from shared.command.says import Trouble, say
from shared.command.services import service_names

LONGEST_STOP = 60  # seconds


def add_to(app: typer.Typer) -> None:
    @app.command()
    def up(
        port: Annotated[int, typer.Option(help="The one public port.")] = 8000,
        processes: Annotated[
            bool, typer.Option("--processes", help="Each service in a process of its own.")
        ] = False,
        only: Annotated[str, typer.Option(help="Some services, separated by commas.")] = "",
        kafka_port: Annotated[
            int | None, typer.Option(help="Port of the broker; a free one without it.")
        ] = None,
        mongo_port: Annotated[
            int | None, typer.Option(help="Port of the database; a free one without it.")
        ] = None,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Start broker, database, mailbox and all services. Ctrl-C stops them again."""
        from shared.command.system import System

        names = service_names(only)
        System(data, names, port, kafka_port=kafka_port, mongo_port=mongo_port).run(processes)

    @app.command()
    def down(data: Data = DEFAULT_DATA) -> None:
        """Stop the system that runs on this data, as Ctrl-C does."""
        running = what_runs(data)
        os.kill(running.pid, signal.SIGTERM)
        end = time.monotonic() + LONGEST_STOP
        while is_running(data):
            if time.monotonic() > end:
                raise Trouble(f"it is asked to stop and still runs (process {running.pid})")
            time.sleep(0.1)
        say("stopped")
