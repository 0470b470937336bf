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
from shared.store import Outage
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
        if self.falls_at == at and not self.fallen:
            self.fallen = True
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


@pytest.mark.parametrize("falls_at", ["claim", "finish"])
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
