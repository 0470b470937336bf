"""`ansvar serve` runs one service, as the images do; `ansvar front` is the one public port."""

import os
from typing import Annotated

import typer

from shared.command.services import load_services, service_names

Host = Annotated[str, typer.Option(envvar="ANSVAR_HOST", help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.")]


def add_to(app: typer.Typer) -> None:
    @app.command()
    def serve(
        service: Annotated[str, typer.Argument(envvar="ANSVAR_SERVICE", help="Which service.")],
        host: Host = "127.0.0.1",
        port: Port = 8000,
    ) -> None:
        """Run one service with the settings of the environment, until it is stopped."""
        from shared.command.host import serve as serve_until_stopped
        from shared.command.processes import prefix
        from shared.embedded.patience import be_patient
        from shared.embedded.stack import require_port
        from shared.telemetry import start_logging

        start_logging(service)
        if os.environ.get("ANSVAR_EMBEDDED") == "1":
            be_patient()
        require_port(port, "--port")
        (built,) = load_services(service_names(service))
        serve_until_stopped(built.app, [built], host=host, port=port, root_path=prefix(built.name))

    @app.command()
    def front(
        place: Annotated[
            str, typer.Option(help="Where a service listens; {service} stands for its name.")
        ] = "http://{service}:8000",
        host: Host = "127.0.0.1",
        port: Port = 8000,
    ) -> None:
        """Answer for all services under one port, the console at `/`."""
        from shared.command.host import serve as serve_until_stopped
        from shared.command.proxy import front as front_of
        from shared.embedded.stack import require_port
        from shared.telemetry import start_logging

        start_logging("front")
        require_port(port, "--port")
        places = {name: place.replace("{service}", name) for name in service_names()}
        serve_until_stopped(front_of(places), [], host=host, port=port)
