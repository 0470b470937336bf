"""The way of a message through a service: once, in order, in batches of one commit.

What can go wrong, and what is done about it:

* the rules say no, or it cannot be read: undone by its savepoint, set aside in the same commit;
* it speaks of something not yet known: parked until that is known, and alarmed after a limit;
* the database is away: waited out, nothing is set aside;
* somebody saved first: the batch is handled again;
* anything else is a defect of ours: the batch is halved until the message is found, and after
  `ATTEMPTS` alone it is set aside; later messages of its key wait behind it.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

from shared import telemetry, traces
from shared.domain import Forbidden, Rejected, Stale, Stored, Unknown
from shared.envelope import Block, Held, Message, Outcome
from shared.held import DISMISSED, DeadKind, HeldKeys, dead_letter, resolved
from shared.reading import Reader, Ready, Unreadable
from shared.router import Router
from shared.sealing import KeyRing
from shared.store import Conflict, Outage, Store
from shared.unit import Unit

log = logging.getLogger("ansvar.bus")

ATTEMPTS = 5
"""So often a message is handled alone before it is set aside as a defect."""

LONGEST_BATCH = 1.0
"""Seconds of handling after which a batch is committed: embedded transactions live for 3."""

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 2.0


class Gauge(Protocol):
    """What the bus tells about itself; see `shared.telemetry.Metrics`."""

    def handled(self, type: str, count: int = 1) -> None: ...

    def failed(self, type: str) -> None: ...

    def rejected(self, type: str) -> None: ...

    def dead(self, kind: str) -> None: ...

    def retried(self, reason: str) -> None: ...

    def batch(self, size: int, handling: float, committing: float) -> None: ...


class Culprit(Exception):
    """A handler failed in a way that is our own fault."""

    def __init__(self, type: str, error: Exception) -> None:
        super().__init__(repr(error))
        self.type = type
        self.error = error


class Bus:
    def __init__(
        self,
        router: Router,
        store: Store,
        keyring: KeyRing,
        clock: Callable[[], datetime],
        gauge: Gauge,
        *,
        dead_per_minute: int = 100,
    ) -> None:
        self.service = router.service
        self.router = router
        self.store = store
        self.now = clock
        self.gauge = gauge
        self.halted: str | None = None
        self.waiting = HeldKeys()
        self.committed: Callable[[Block], None] = lambda block: None
        self.has_errands: Callable[[], None] = lambda: None
        self.scheduled: Callable[[datetime], None] = lambda at: None
        self.reader = Reader(router, keyring)
        self._lock = asyncio.Lock()
        self._sure = False
        self._deaths: deque[float] = deque(maxlen=dead_per_minute)

    async def handle(self, messages: Sequence[Message]) -> dict[str, Outcome]:
        """Handle these messages in their order, and return what came of each by its id."""
        async with self._lock:
            return await self._all(list(messages))

    async def handle_due(self, come: Callable[[], Awaitable[list[Message]]]) -> int:
        """Handle the deadlines that have come, as they are when nothing else changes them."""
        async with self._lock:
            messages = await come()
            try:
                await self._all(messages, give_up_on_conflict=True)
            except Conflict:
                return 0  # one of them was moved or cancelled elsewhere: look again
            return len(messages)

    async def handle_next(self, take: Callable[[], list[Message]]) -> dict[str, Outcome]:
        """Handle what has gathered by the time that it is our turn."""
        async with self._lock:
            return await self._all(take())

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """Nothing is handled meanwhile; afterwards nothing is taken for sure that was before."""
        async with self._lock:
            try:
                yield
            finally:
                self._sure = False

    async def look_at_waiting(self) -> list[Held]:
        """What waits, read while nothing is handled: what is parked now would be missing in it."""
        async with self._lock:
            held = await self.store.held()
            self.waiting.replace(held)
            return held

    async def _all(
        self, messages: list[Message], *, give_up_on_conflict: bool = False
    ) -> dict[str, Outcome]:
        """After an outage fewer are tried in one commit: what was too much for the database in
        the time that it gives a transaction would be too much for ever.
        """
        outcomes: dict[str, Outcome] = {}
        attempt, pause, room = 0, FIRST_PAUSE, len(messages)
        while messages:
            some, later = messages[:room], messages[room:]
            try:
                done, rest = await self._attempt(some)
                outcomes |= done
                messages = rest + later
                attempt, pause, room = 0, FIRST_PAUSE, 2 * room
                continue
            except Conflict as conflict:
                self.gauge.retried("conflict")
                if give_up_on_conflict:
                    self._sure = False
                    raise
                log.info("somebody was first, handling again", extra={"conflict": str(conflict)})
            except Outage as outage:
                self.gauge.retried("outage")
                room = max(1, len(some) // 2)
                log.warning("waiting for the database", extra={"outage": str(outage)})
            except Culprit as culprit:
                self.gauge.retried("defect")
                self.gauge.failed(culprit.type)
                if len(some) > 1:
                    half = len(some) // 2
                    outcomes |= await self._all(some[:half])
                    messages = messages[half:]
                    continue
                attempt += 1
                if attempt >= ATTEMPTS:
                    outcomes |= await self._set_aside(messages[0], culprit.error)
                    attempt, messages = 0, messages[1:]
                    continue
            self._sure = False
            await asyncio.sleep(pause * (0.5 + random.random() / 2))
            pause = min(pause * 2, LONGEST_PAUSE)
        return outcomes

    async def _attempt(self, messages: list[Message]) -> tuple[dict[str, Outcome], list[Message]]:
        try:
            return await self._together(messages)
        except (Outage, Conflict, Culprit):
            raise
        except Exception as error:
            # What cannot be read from the store or written to it is a defect like a handler's.
            raise Culprit(messages[0].type, error) from error

    async def _together(self, messages: list[Message]) -> tuple[dict[str, Outcome], list[Message]]:
        """Handle the messages in one commit; those for which there was no time are returned."""
        began, since = time.perf_counter(), traces.now()
        if not self._sure:
            self.waiting.replace(await self.store.held())
        known = await self._known(messages)
        outcomes: dict[str, Outcome] = {}
        todo = []
        for message in messages:
            if message.id in known:
                outcomes[message.id] = _answer(known[message.id], message)
            elif self.waiting.holds(message):
                outcomes[message.id] = Outcome(correlation=message.story)
            elif self._concerns_us(message):
                known[message.id] = Outcome()
                todo.append(message)
        ready = await self.reader.read(todo)
        unit = Unit(self.store)
        await self._prefetch(unit, ready)
        rest: list[Message] = []
        for index, one in enumerate(ready):
            if time.perf_counter() - began > LONGEST_BATCH and index:
                rest = todo[index:]
                break
            outcomes[one.message.id] = await self._one(unit, one)
        handled, committing = time.perf_counter(), traces.now()
        if not unit.work.empty:
            block = await self.store.commit(unit.work)
            traces.worked(self.service, "commit", todo, committing)
            self._sure = True
            self._after(unit, block)
            for id, outcome in unit.work.inbox.items():
                outcomes[id] = outcome
        self.gauge.batch(len(ready) - len(rest), handled - began, time.perf_counter() - handled)
        traces.worked(self.service, "batch", todo, since)
        return outcomes, rest

    def _concerns_us(self, message: Message) -> bool:
        """Facts that nobody here handles are passed over without a trace in the inbox."""
        if message.origin != "event" or not message.type or message.type == DISMISSED:
            return True
        if message.type in self.router.routes:
            return True
        return self.router.for_all is not None and message.type in self.reader.catalogue

    async def _known(self, messages: list[Message]) -> dict[str, Outcome]:
        """Asked only when somebody else may have handled it: the inbox refuses doubles itself."""
        ids = [m.id for m in messages if not self._sure or m.origin == "command"]
        return await self.store.known(ids) if ids else {}

    async def _prefetch(self, unit: Unit, ready: list[Ready]) -> None:
        wanted: dict[type[Stored], dict[str, None]] = {}
        foreseen = self.router.foreseen
        for one in ready:
            if one.said is None:
                continue
            if one.route and one.route.loads and one.route.key:
                wanted.setdefault(one.route.loads, {})[one.route.key(one.said)] = None
            if foreseen is not None and one.message.origin == "event":
                for kind, id in foreseen(one.said, one.message):
                    wanted.setdefault(kind, {})[id] = None
        for kind, ids in wanted.items():
            await unit.prefetch(kind, ids, cached=True)

    async def _one(self, unit: Unit, one: Ready) -> Outcome:
        message = one.message
        unit.begin(message, self.now())
        telemetry.correlation.set(message.story)
        began = traces.now()
        if message.origin == "event" and self.waiting.blocks(message):
            held = Held(message, "behind", since=unit.now)
            unit.work.held.append(held)
            self.waiting.add(held)
            return Outcome(correlation=message.story)
        try:
            if message.type == DISMISSED:
                self._dismiss(unit, message)
                result = None
            else:
                result = await self._ask(unit, one)
        except (Outage, Conflict):
            raise
        except Rejected as rejected:
            traces.handled(self.service, message, began, type(rejected).__name__)
            return self._rejected(unit, message, rejected)
        except Exception as error:
            traces.handled(self.service, message, began, type(error).__name__)
            raise Culprit(message.type, error) from error
        traces.handled(self.service, message, began)
        outcome = Outcome(
            result=result,
            correlation=message.story,
            payload_sha256=message.payload_sha256,
        )
        unit.conclude(outcome)
        if message.original_id:
            unit.work.released.append(message.original_id)
            if message.id != message.original_id and message.type != DISMISSED:
                unit.work.dead.append(resolved(self.service, message, "replayed"))
        self.gauge.handled(message.type)
        return outcome

    async def _ask(self, unit: Unit, one: Ready) -> dict[str, Any] | None:
        if one.problem is not None:
            raise one.problem
        result = None
        if one.route is not None:
            result = await one.route.handler(one.said, unit)
        if self.router.for_all is not None and one.message.origin == "event":
            await self.router.for_all(one.said, unit)
        return result

    def _rejected(self, unit: Unit, message: Message, rejected: Rejected) -> Outcome:
        unit.undo()
        outcome = Outcome(
            error=_error_of(rejected),
            correlation=message.story,
            payload_sha256=message.payload_sha256,
        )
        if isinstance(rejected, Unknown) and message.origin != "command":
            missing = f"{rejected.kind}/{rejected.id}"
            held = Held(message, "parked", missing, rejected.reason, unit.now)
            unit.work.held.append(held)
            unit.work.take_away(message)
            self.waiting.add(held)
            return outcome
        unit.conclude(outcome)
        self.gauge.rejected(message.type)
        if message.original_id:
            unit.work.released.append(message.original_id)
        if message.origin != "command":
            kind: DeadKind = "unreadable" if isinstance(rejected, Unreadable) else "rejected"
            unit.work.dead.append(
                dead_letter(self.service, message, rejected.reason, kind, unit.now)
            )
        return outcome

    async def _set_aside(self, message: Message, error: Exception) -> dict[str, Outcome]:
        """A defect: the message waits with its reason, and later ones of its key behind it."""
        log.error("a message was set aside as a defect", exc_info=error, extra={"id": message.id})
        reason = f"{type(error).__name__}: {error}"[:300]
        outcome = Outcome(error={"kind": "defect", "reason": reason, "field": None})
        while True:
            unit = Unit(self.store)
            unit.begin(message, self.now())
            if message.origin == "command":
                return {message.id: outcome}
            held = Held(message, "defect", reason=reason, since=unit.now)
            unit.work.held.append(held)
            unit.work.dead.append(dead_letter(self.service, message, reason, "defect", unit.now))
            unit.work.take_away(message)
            try:
                block = await self.store.commit(unit.work)
            except (Outage, Conflict) as trouble:
                if isinstance(trouble, Conflict) and message.id in await self._held_ids():
                    return {message.id: outcome}
                await asyncio.sleep(LONGEST_PAUSE / 4)
                continue
            self.waiting.add(held)
            self._after(unit, block)
            return {message.id: outcome}

    async def _held_ids(self) -> set[str]:
        return {held.message.id for held in await self.store.held()}

    def _dismiss(self, unit: Unit, message: Message) -> None:
        """A person decided that a message that was set aside is not to be handled."""
        unit.work.dead.append(resolved(self.service, message, "dismissed"))

    def _after(self, unit: Unit, block: Block | None) -> None:
        for id in unit.work.released:
            self.waiting.forget(id)
        for letter in unit.work.dead:
            self._count_death(dict(letter.headers).get("ansvar-dead-kind", b"").decode())
        if block is not None:
            self.committed(block)
        if unit.work.effects:
            self.has_errands()
        for _, at, _, _ in unit.work.due:
            if at is not None:
                self.scheduled(at)

    def _count_death(self, kind: str) -> None:
        if not kind:
            return
        self.gauge.dead(kind)
        now = time.monotonic()
        self._deaths.append(now)
        if len(self._deaths) == self._deaths.maxlen and now - self._deaths[0] < 60:
            self.halted = (
                f"{len(self._deaths)} messages were set aside within a minute: look at "
                f"`ansvar dead list`, then start {self.service} again"
            )
            log.critical("stopped listening", extra={"reason": self.halted})


def _answer(outcome: Outcome, message: Message) -> Outcome:
    """What came of it the first time; another payload under the same key is refused."""
    if outcome.payload_sha256 == message.payload_sha256:
        return outcome
    reason = "this Idempotency-Key was used for another payload: send the same, or a new key"
    error = {"kind": "reused_key", "reason": reason, "field": "Idempotency-Key"}
    return Outcome(error=error, correlation=outcome.correlation)


def _error_of(rejected: Rejected) -> dict[str, Any]:
    kinds = {Unknown: "unknown", Forbidden: "forbidden", Stale: "stale", Unreadable: "unreadable"}
    kind = kinds.get(type(rejected), "rejected")
    return {"kind": kind, "reason": rejected.reason, "field": rejected.field}
