"""A service over HTTP without broker and database: its own routes, handlers and rules are real."""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
from fastapi import FastAPI

from shared.desk import Now
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.figures import Metrics
from shared.http import Api, Check, build_http
from shared.identity import Verifier
from shared.issuer import Issuer
from shared.testing import OFFICER, World


class Timed(Protocol):
    @property
    def now(self) -> datetime: ...


class TimeOf:
    """The business time of a world."""

    def __init__(self, world: Timed) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now


class Standing:
    """What `shared.http` needs of a service, over a `World` that handles its commands."""

    def __init__(
        self,
        world: World,
        api: Api,
        folder: Path,
        *,
        adapters: Mapping[str, Any] | None = None,
        settings: Any = None,
    ) -> None:
        self.name = api.service
        self.world = world
        self.api = api
        self.store = world.store
        self.clock: Now = TimeOf(world)
        self.metrics = Metrics(self.name)
        self.issuer = Issuer(folder / "key.json")
        self.verifier: Verifier = self.issuer.verifier()
        self.adapters: Mapping[str, Any] = adapters or {}
        self.settings = settings

    @property
    def commands(self) -> "Standing":
        return self

    async def handle(self, message: Message) -> Outcome:
        # As in a service, where commands are handled by a task that belongs to no request.
        task = asyncio.get_running_loop().create_task(
            self.world.bus.handle([message]), context=Context()
        )
        return (await task)[message.id]

    async def ready(self) -> list[Check]:
        return []

    def app(self) -> FastAPI:
        return build_http(self)

    def token(self, caller: Caller) -> str:
        return self.issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers)

    def client(self, caller: Caller | None = OFFICER) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token(caller)}"} if caller else {}
        transport = httpx.ASGITransport(app=self.app())
        return httpx.AsyncClient(transport=transport, base_url="http://here.test", headers=headers)
