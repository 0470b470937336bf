"""Fills the console's read models anew beside those that serve, and puts them in their place.

The facts come from the journals of the services that announced them. A fact stands in a journal
before anybody hears it: what was not in a journal at the last look is heard afterwards, and what
was heard before is known by its id. For that last look, and while the new read models take their
place, every console handles nothing; pages are served all the time.
"""

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

from shared.bus import Bus
from shared.domain import Rejected, Stored
from shared.envelope import Message
from shared.journal import headers_of
from shared.listener import message_of
from shared.mongo import MongoStore
from shared.runtime import Service

BATCH = 500
MARGIN = timedelta(minutes=2)
"""How far the clocks of machines that announce may differ, and a look back reaches."""

NEARLY_THERE = 1_000
"""Facts of one look after which the next one is the last: it takes a second."""

REBUILD = "rebuild"
RUNS, RESTS = "console runs ", "console rests "
LOOK, RESTING_LOOK = 2.0, 0.2
HOLDS = 10.0
"""Seconds that a notice holds unless it is renewed: whoever was killed is waited for no longer."""

PATIENCE = 60.0


class CannotRebuild(Exception):
    """Why the old read models stay where they are."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One fact as the journal holds it."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]

    @property
    def time(self) -> str:
        return dict(self.headers)["ce_time"].decode()

    def message(self) -> Message:
        record = SimpleNamespace(
            topic=self.topic,
            key=self.key,
            value=self.value,
            headers=self.headers,
            partition=0,
            offset=0,
        )
        return message_of(record)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many facts were heard again, and how long consoles handled nothing, in seconds."""

    facts: int
    rested: float


async def stand_aside(service: Service) -> None:
    """What every console does: it says that it runs, and rests while it is asked to."""
    me = uuid4().hex
    while True:
        await service.store.post(RUNS + me, HOLDS)
        if REBUILD in await service.store.notices():
            async with service.bus.at_rest():
                while REBUILD in await service.store.notices():
                    await service.store.post(RUNS + me, HOLDS)
                    await service.store.post(RESTS + me, HOLDS)
                    await asyncio.sleep(RESTING_LOOK)
                service.store.forget()
            await service.store.take_down(RESTS + me)
        await asyncio.sleep(LOOK)


class Rebuilding:
    """One rebuilding. `told` gives what other services announced, from a real time on."""

    def __init__(
        self,
        serving: MongoStore,
        beside: MongoStore,
        bus_of: Callable[[MongoStore], Bus],
        kinds: Sequence[type[Stored]],
        told: Callable[[datetime | None], AsyncIterator[Heard]],
    ) -> None:
        self._serving = serving
        self._beside = beside
        self._bus_of = bus_of
        self._kinds = tuple(kinds)
        self._told = told

    async def run(self) -> Rebuilt:
        """Raises `CannotRebuild` where something of it fails; then the old ones go on serving."""
        await self._serving.clear_beside()
        await self._beside.prepare(self._kinds)
        bus, facts, since = self._bus_of(self._beside), 0, None
        while True:
            began = datetime.now(UTC)  # journals are ordered by real time
            heard = await self._hear(bus, since)
            facts += heard
            since = began - MARGIN
            if heard <= NEARLY_THERE:
                break
        began_to_rest = time.monotonic()
        async with self._all_at_rest():
            facts += await self._hear(bus, since)
            await self._beside.take_place(self._kinds)
            # A console that started meanwhile may have heard something into the old ones.
            facts += await self._hear(self._bus_of(self._serving), since)
        return Rebuilt(facts, time.monotonic() - began_to_rest)

    async def _hear(self, bus: Bus, since: datetime | None) -> int:
        """How many facts were new. Those of one time may come again, and are passed over."""
        new = 0
        async for batch in _batches(self._told(since)):
            known = await bus.store.known([message.id for message in batch])
            some = [message for message in batch if message.id not in known]
            outcomes = await bus.handle(some)
            new += len(some)
            for message in some:
                if (error := outcomes[message.id].error) and error.get("kind") == "defect":
                    reason = f"{message.type} {message.id}: {error.get('reason')}"
                    raise CannotRebuild(f"a fact could not be handled: {reason}")
        return new

    @asynccontextmanager
    async def _all_at_rest(self) -> AsyncIterator[None]:
        """Every console that runs handles nothing until this is over."""
        stop = asyncio.Event()
        asking = asyncio.create_task(self._ask(stop))
        try:
            await self._until_all_rest()
            yield
        finally:
            stop.set()
            await asking
            with suppress(Rejected):
                await self._serving.take_down(REBUILD)

    async def _ask(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._serving.post(REBUILD, HOLDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), HOLDS / 4)

    async def _until_all_rest(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            notices = await self._serving.notices()
            running = {one.removeprefix(RUNS) for one in notices if one.startswith(RUNS)}
            resting = {one.removeprefix(RESTS) for one in notices if one.startswith(RESTS)}
            if REBUILD in notices and running <= resting:
                return
            if time.monotonic() > end:
                raise CannotRebuild(
                    f"{len(running - resting)} of {len(running)} consoles did not stop handling "
                    f"within {PATIENCE:.0f} s: the old read models go on serving"
                )
            await asyncio.sleep(RESTING_LOOK)


async def in_order(told: Iterable[AsyncIterator[Heard]]) -> AsyncIterator[Heard]:
    """The facts of several journals as one, by the time at which they were announced."""
    first: list[tuple[str, int, Heard, AsyncIterator[Heard]]] = []
    for number, one in enumerate(told):
        if (fact := await anext(one, None)) is not None:
            first.append((fact.time, number, fact, one))
    heapq.heapify(first)
    while first:
        _, number, fact, rest = first[0]
        yield fact
        if (following := await anext(rest, None)) is not None:
            heapq.heapreplace(first, (following.time, number, following, rest))
        else:
            heapq.heappop(first)


async def journal_of(store: MongoStore, since: datetime | None) -> AsyncIterator[Heard]:
    """The facts that a service has announced from a real time on, in the order of its journal."""
    async for block in store.blocks(since.timestamp() if since else 0.0):
        for entry in block.entries:
            headers = tuple(headers_of(store.service, entry))
            yield Heard(entry.topic, entry.key.encode(), entry.body, headers)


async def _batches(told: AsyncIterator[Heard]) -> AsyncIterator[list[Message]]:
    batch: list[Message] = []
    async for one in told:
        batch.append(one.message())
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
