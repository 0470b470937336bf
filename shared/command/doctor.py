"""`ansvar doctor`: whether this installation is well, and what to do where it is not."""

import asyncio

import typer

from shared.command.running import DEFAULT_DATA, Data, take_settings
from shared.command.says import Trouble, say
from shared.command.services import load_services, service_names


def add_to(app: typer.Typer) -> None:
    @app.command()
    def doctor(data: Data = DEFAULT_DATA) -> None:
        """Look at every part of the installation; ends with 1 where something is to be done."""
        from shared.administration.doctor import examine

        take_settings(data)
        services = load_services(service_names())

        async def look() -> int:
            ill = 0
            async for found in examine(services):
                say(f"{'well ' if found.well else 'MEND '} {found.part}: {found.told}")
                if not found.well:
                    ill += 1
                    say(f"      → {found.remedy}")
            return ill

        if ill := asyncio.run(look()):
            raise Trouble(f"{ill} of these are to be mended")
        say("all is well")
