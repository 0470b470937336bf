"""A service over HTTP without broker and database: its own routes, handlers and rules are real."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from shared.bus import Bus
from shared.clock import Clock
from shared.domain import Caller, Stored
from shared.envelope import Message, Outcome
from shared.figures import Metrics
from shared.http import Api, Check, build_http
from shared.identity import Verifier
from shared.issuer import Issuer
from shared.router import Router
from shared.testing import MemoryStore, World


class Standing:
    """What `shared.http` needs of a service, over the store of a `World` or one of its own."""

    def __init__(
        self,
        name: str,
        api: Api,
        router: Router,
        key_file: Path,
        *,
        world: World | None = None,
        adapters: Mapping[str, Any] | None = None,
        settings: Any = None,
    ) -> None:
        self.name = name
        self.api = api
        self.store = world.store if world else MemoryStore(name)
        self.clock = Clock()
        self.metrics = Metrics(name)
        self.issuer = Issuer(key_file)
        self.verifier: Verifier = self.issuer.verifier()
        self.adapters: Mapping[str, Any] = adapters or {}
        self.settings = settings
        now = (lambda: world.now) if world else self.clock.now
        bound = router.bound(self.adapters)
        self._bus = Bus(bound, self.store, self.store.keyring, now, self.metrics)

    def keep(self, *documents: Stored) -> None:
        for document in documents:
            self.store.documents[type(document), document.id] = document

    @property
    def commands(self) -> "Standing":
        return self

    async def handle(self, message: Message) -> Outcome:
        return (await self._bus.handle([message]))[message.id]

    async def ready(self) -> list[Check]:
        return []

    def app(self) -> FastAPI:
        return build_http(self)

    def token(self, caller: Caller) -> str:
        return self.issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers)

    def client(self, caller: Caller | None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token(caller)}"} if caller else {}
        transport = httpx.ASGITransport(app=self.app())
        return httpx.AsyncClient(transport=transport, base_url="http://here.test", headers=headers)
