"""What is to be done outside is done, also where the database was away just as it was taken up."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

import pytest

from shared.envelope import Errand
from shared.events.base import Effect
from shared.mongo import MongoStore
from shared.router import Router
from shared.standing import Errands
from shared.store import Conflict, Outage
from shared.testing import World, until


class Look(Effect):
    id: str


@dataclass
class Database:
    """One effect, and a database that falls just after an answer was worked out or a thing done."""

    falls_at: str
    free: bool = True
    waits: bool = True
    pauses: list[float] = field(default_factory=list)
    fallen: bool = False

    def _fall(self, at: str) -> None:
        if self.fallen or not self.falls_at.startswith(at):
            return
        self.fallen = True
        if "conflict" in self.falls_at:
            raise Conflict("somebody wrote it in the same moment")
        if "defect" in self.falls_at:
            raise RuntimeError("nobody thought of this")
        raise Outage("the database is away")

    async def is_empty(self) -> bool:
        return not self.waits

    async def claim_errand(self, owner: str, seconds: float) -> Errand | None:
        if not (self.waits and self.free):
            return None
        self.free = False
        self._fall("claim")
        return Errand("look/a", "Look", b'{"id": "a"}', "story", "m/1", tries=1)

    async def finish_errand(self, errand: Errand) -> None:
        self._fall("finish")
        self.waits = False

    async def postpone_errand(self, id: str, seconds: float, problem: str) -> None:
        self.pauses.append(seconds)
        self.free = True

    async def release_errands(self, owner: str, doing: frozenset[str] = frozenset()) -> None:
        self.free = self.free or "look/a" not in doing


FALLS = ["claim", "claim: conflict", "finish", "finish: conflict", "finish: defect"]


@pytest.mark.parametrize("falls_at", FALLS)
async def test_an_effect_waits_for_no_claim_that_nobody_holds(falls_at: str) -> None:
    """The answer to a claim was lost with the database: a minute would pass before it is tried."""
    router, done = Router("probe"), []

    @router.does(Look)
    async def look(effect: Look) -> None:
        done.append(effect.id)

    world, database = World(router), Database(falls_at)
    errands = Errands(world.bus, world.router, cast(MongoStore, database), "test", hands=1)
    run = asyncio.create_task(errands.run())
    try:
        await until(database.is_empty, seconds=10)
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
    assert set(done) == {"a"}
    assert all(pause < 5 for pause in database.pauses)


class FallsTwice(Database):
    """It falls as the effect is concluded and again as it is left for later, and is back just while
    what was claimed before is given free.
    """

    def __init__(self) -> None:
        super().__init__("")
        self.being_released, self.left = asyncio.Event(), asyncio.Event()
        self.claims = 0

    async def claim_errand(self, owner: str, seconds: float) -> Errand | None:
        self.claims += 1
        if self.claims == 2:
            raise Outage("the database is away")
        return await super().claim_errand(owner, seconds)

    async def finish_errand(self, errand: Errand) -> None:
        if not self.left.is_set():
            await self.being_released.wait()
            raise Outage("the database is away")
        self.waits = False

    async def postpone_errand(self, id: str, seconds: float, problem: str) -> None:
        self.left.set()
        raise Outage("the database is away")

    async def release_errands(self, owner: str, doing: frozenset[str] = frozenset()) -> None:
        if doing and not self.left.is_set():
            self.being_released.set()
            await self.left.wait()
        await super().release_errands(owner, doing)


async def test_a_claim_that_is_lost_while_others_are_given_free_is_given_free_too() -> None:
    router = Router("probe")

    @router.does(Look)
    async def look(effect: Look) -> None:
        return None

    world, database = World(router), FallsTwice()
    errands = Errands(world.bus, world.router, cast(MongoStore, database), "test", hands=2)
    run = asyncio.create_task(errands.run())
    try:
        await until(database.is_empty, seconds=10)
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
