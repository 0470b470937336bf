"""`ansvar up`: the whole system on this machine, with nothing else installed."""

from typing import Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data
from shared.command.services import service_names


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
