"""A world with its HTTP side: routes, roles and handlers are the real ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from shared.clock import Clock
from shared.desk import Check
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.figures import Metrics
from shared.http import Api, build_http
from shared.identity import Verifier
from shared.issuer import Issuer
from shared.testing import OFFICER, World


class Now:
    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> Any:
        return self._world.now


class ServedWorld:
    """What `build_http` asks of a service, over a world in memory."""

    def __init__(self, world: World, api: Api, adapters: Mapping[str, Any], folder: Path) -> None:
        self.name = api.service
        self.world = world
        self.api = api
        self.adapters = adapters
        self.store = world.store
        self.clock: Clock | Now = Now(world)
        self.metrics = Metrics(self.name)
        self.issuer = Issuer(folder / "key.json")
        self.verifier: Verifier = self.issuer.verifier()
        self.settings = object()

    @property
    def commands(self) -> "ServedWorld":
        return self

    async def handle(self, message: Message) -> Outcome:
        return (await self.world.bus.handle([message]))[message.id]

    async def ready(self) -> list[Check]:
        return []

    def client(self, caller: Caller | None = OFFICER) -> httpx.AsyncClient:
        headers = {}
        if caller is not None:
            token = self.issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers)
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=build_http(self))
        return httpx.AsyncClient(
            transport=transport, base_url="http://ansvar.test", headers=headers
        )
