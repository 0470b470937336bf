"""Two processes' worth of audits in one: each with its own store, bus and deadlines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from services.audits.api import api
from services.audits.app import Settings, adapters
from services.audits.handlers import router
from shared.bus import Bus
from shared.clock import Clock
from shared.commands import Commands
from shared.domain import Caller
from shared.embedded.stack import Stack
from shared.figures import Metrics
from shared.gate import Gate
from shared.http import build_http
from shared.issuer import Issuer
from shared.links import LinkBook
from shared.mongo import MongoKeyRing, MongoStore
from shared.settings import ServiceSettings
from shared.standing import Deadlines
from shared.testing import Quiet

BUYER = "dk-cvr-29190623"

EVERYBODY = Caller(
    subject="bench",
    roles=("auditor", "contract_manager", "officer", "tip_receiver"),
    buyers=(BUYER,),
)

YEAR_OF_TIPS = {"tip_gate": Gate(1_000, 60.0)}
"""A year of tips comes from one address within minutes here."""


class Replica:
    """One process's worth of audits: its own store, bus and deadlines, over the one database."""

    def __init__(self, stack: Stack, folder: Path, keys: tuple[bytes, str], clock: Clock) -> None:
        self.name, self.api, self.clock = "audits", api, clock
        self.settings = ServiceSettings()
        self.keyring = MongoKeyRing(stack.mongo_url, keys[0])
        self.store = MongoStore(stack.mongo_url, "audits", self.keyring)
        self.metrics = Metrics(self.name)
        self.issuer = Issuer(folder / "issuer.json")
        self.verifier = self.issuer.verifier()
        self.links = LinkBook(keys[1])
        self.adapters = adapters(Settings(), self.links) | YEAR_OF_TIPS
        self.bus = Bus(router.bound(self.adapters), self.store, self.keyring, clock.now, Quiet())
        self.commands = Commands(self.bus)

    async def ready(self) -> list[Any]:
        return []

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        told = EVERYBODY
        token = self.issuer.issue(told.subject, told.name, told.roles, told.buyers)
        transport = httpx.ASGITransport(app=build_http(self))
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://bench.test", headers=headers, timeout=300
        ) as client:
            yield client

    async def fire(self) -> None:
        """Handle every deadline that has come, beside the other replica that does the same."""
        deadlines = Deadlines(self.bus, self.store, self.clock.now, lambda: True)
        while True:
            await deadlines.turn()
            if await self.store.next_deadline(self.clock.now()) is None:
                return

    def close(self) -> None:
        self.store.close()
        self.keyring.close()
