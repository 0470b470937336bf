"""`ansvar console`: what an operator does with the read models."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import datetime

import typer

from services.console.app import AGGREGATES, RECORDS
from services.console.handlers import router
from services.console.rebuilding import (
    CannotRebuild,
    Heard,
    Rebuilding,
    Rebuilt,
    in_order,
    journal_of,
)
from services.console.seeking import Seeker
from shared.bus import Bus
from shared.clock import Clock
from shared.command.running import (
    DEFAULT_DATA,
    Data,
    has_own_settings,
    settings_of,
    what_runs,
)
from shared.command.says import Trouble, say
from shared.command.services import service_names
from shared.figures import Metrics
from shared.mongo import MongoKeyRing, MongoStore
from shared.settings import ServiceSettings
from shared.store import Outage

KINDS = (*AGGREGATES, *RECORDS)

app = typer.Typer(help="The read models of the console.", no_args_is_help=True)


@app.callback()
def _of_the_console() -> None:
    """The read models of the console."""


@app.command()
def rebuild(data: Data = DEFAULT_DATA) -> None:
    """Fill the read models anew from the journals while the old ones serve, and put them in place.

    The services go on; for a moment at the end the console hears nothing. (`ansvar rebuild console`
    does it where nothing runs, or no journal can be read.)
    """
    if not has_own_settings():
        os.environ.update(settings_of(what_runs(data), data))
    began = time.monotonic()
    try:
        done = asyncio.run(_rebuild(ServiceSettings()))
    except (CannotRebuild, Outage) as error:
        raise Trouble(str(error)) from error
    say(
        f"{done.facts} facts were heard again ({time.monotonic() - began:.1f} s); for "
        f"{done.rested:.1f} s of it the console handled nothing new"
    )


async def _rebuild(settings: ServiceSettings) -> Rebuilt:
    keyring = MongoKeyRing(settings.mongo_url, settings.key("master"))
    serving = MongoStore(settings.mongo_url, "console", keyring)
    beside = MongoStore(settings.mongo_url, "console", keyring, beside=True)
    clock = Clock(settings.clock_file)
    bound = router.bound({"seeker": Seeker(settings.key("master"))})

    def bus_of(store: MongoStore) -> Bus:
        return Bus(bound, store, keyring, clock.now, Metrics("console"))

    others = [
        MongoStore(settings.mongo_url, name, keyring)
        for name in service_names()
        if name != "console"
    ]

    def told(since: datetime | None) -> AsyncIterator[Heard]:
        return in_order([journal_of(store, since) for store in others])

    try:
        return await Rebuilding(serving, beside, bus_of, KINDS, told).run()
    finally:
        for store in (serving, beside, *others):
            store.close()
        keyring.close()
