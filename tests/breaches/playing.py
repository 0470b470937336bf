"""Everybody of a case at their own desk, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from services.breaches.insight.api import api
from services.breaches.terms import Terms
from shared.domain import Caller
from shared.links import LinkBook
from shared.testing import T0
from tests.breaches.told import ANNA, BO, MORE, OFFICER, SHELF, SIDES, Cases
from tests.serving import Standing

LINKS = LinkBook(b"k" * 32, now=lambda: T0)
ADMIN = Caller(subject="ada", roles=("admin",), buyers=("*",))
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


class Play:
    """Everybody at their own desk."""

    def __init__(self, world: Cases, clients: dict[str, httpx.AsyncClient]) -> None:
        self.world = world
        self._clients = clients

    async def do(self, who: str, step: str, body: Any = None, expect: int = 200) -> Any:
        path = f"/cases/{self.world.case.id}/{step}".rstrip("/")
        client = self._clients[who]
        answer = await (client.get(path) if body is None else client.post(path, json=body))
        assert answer.status_code == expect, answer.text
        return answer.json()

    def client(self, who: str) -> httpx.AsyncClient:
        return self._clients[who]

    async def show(self) -> Any:
        return await self.do("officer", "")

    async def answer(self, kind: str, body: dict[str, Any], nth: int = 1) -> None:
        """The supplier answers through its one-time link."""
        id = self.world.case.id
        token = LINKS.token(f"link-{id}-{kind}-{nth}", f"{kind}/{id}", FOREVER)
        client = self._clients["supplier"]
        assert (await client.get(f"/links/{token}")).status_code == 200
        answer = await client.post(f"/links/{token}/answer", json=body)
        assert answer.status_code == 200, answer.text

    async def decide(self, consequence: str, **more: Any) -> None:
        """The officer takes a lawful option; two approvers sign."""
        options = (await self.show())["options"]
        basis = next(o["basis"] for o in options if o["measure"] == consequence)
        body = {
            "consequence": consequence,
            "basis": basis,
            "reason": "the ground stands",
            "proportionality": "grave, and nothing milder helps",
            "weighing": SIDES,
            **more,
        }
        await self.do("officer", "decision", body)
        for approver in ("anna", "bo"):
            await self.do(approver, "decision/sign", {"no_conflict": True})


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Play]:
    """A world with its service, and a client for each person."""
    world = Cases()
    adapters = {"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    service = Standing(world, api, folder, adapters=adapters)
    people = {"officer": OFFICER, "anna": ANNA, "bo": BO, "admin": ADMIN, "supplier": None}
    async with AsyncExitStack() as stack:
        clients = {
            who: await stack.enter_async_context(service.client(caller))
            for who, caller in people.items()
        }
        yield Play(world, clients)
