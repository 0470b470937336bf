"""`ansvar migrate`: stored documents and indexes, brought to what this release wants."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from shared.command.running import DEFAULT_DATA, Data, take_settings
from shared.command.says import Trouble, say
from shared.command.services import load_services, service_names

if TYPE_CHECKING:
    from shared.mongo import MongoStore
    from shared.runtime import Service

Only = Annotated[
    str, typer.Option(envvar="ANSVAR_SERVICE", help="Some services, separated by commas.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Stored documents and indexes of this release.", no_args_is_help=True)
    app.add_typer(group, name="migrate")

    @group.command()
    def status(only: Only = "", data: Data = DEFAULT_DATA) -> None:
        """What `apply` would do; ends with 1 where something is to be done."""
        take_settings(data)
        services = load_services(service_names(only))
        if not asyncio.run(_status(services)):
            raise Trouble("run `ansvar migrate apply`")
        say("everything is as this release wants it")

    @group.command()
    def apply(
        only: Only = "",
        drop: Annotated[
            bool, typer.Option("--drop-indexes", help="Also those that nothing asks for.")
        ] = False,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Make missing indexes and rewrite old documents, while everything runs."""
        take_settings(data)
        asyncio.run(_apply(load_services(service_names(only)), drop=drop))
        say("everything is as this release wants it")


async def _status(services: "list[Service]") -> bool:
    from shared.migrations import standing

    done = True
    for service in services:
        with _store_of(service) as store:
            found = await standing(store, service.kinds)
        done = done and found.done
        for name in found.missing:
            say(f"{service.name}: the index {name} is missing")
        for name, count in found.old.items():
            say(f"{service.name}: {count} documents of {name} have an older shape")
        for name, count in found.newer.items():
            say(f"{service.name}: {count} documents of {name} are of a newer release than this")
        for name in found.obsolete:
            say(f"{service.name}: nothing asks for the index {name} any more")
    return done


async def _apply(services: "list[Service]", *, drop: bool) -> None:
    from shared.migrations import apply, drop_obsolete

    for service in services:
        with _store_of(service) as store:
            for name, count in (await apply(store, service.kinds)).items():
                say(f"{service.name}: rewrote {count} documents of {name}")
            for name in await drop_obsolete(store, service.kinds) if drop else ():
                say(f"{service.name}: took away the index {name}")


@contextmanager
def _store_of(service: "Service") -> Iterator["MongoStore"]:
    """The store of a service that does not run here."""
    from shared.mongo import MongoKeyRing, MongoStore

    settings = service.settings
    keyring = MongoKeyRing(settings.mongo_url, settings.key("master"))
    store = MongoStore(settings.mongo_url, service.name, keyring)
    try:
        yield store
    finally:
        store.close()
        keyring.close()
