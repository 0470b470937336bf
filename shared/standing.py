"""What a service does without being told: deadlines that come, effects, waiting messages."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared import telemetry, traces
from shared.bus import Bus
from shared.domain import Aggregate, Rejected
from shared.envelope import Errand, Held, Message
from shared.journal import body_of
from shared.mongo import MongoStore
from shared.router import Router, name_of
from shared.sealing import names_in, names_in_bytes, unseal_bytes
from shared.store import Conflict, Outage

log = logging.getLogger("ansvar.standing")

LOOK = 0.25
"""Seconds between looks at deadlines, in real time."""

RECALL = 3.0
"""Seconds of real time after which the database is asked for the next deadline anyway."""

AHEAD = timedelta(hours=1)
"""So far ahead, in business time, the next deadline is looked for; then it is looked for again."""

AT_ONCE = 500
CLAIM = 60.0
"""Seconds of real time for which an effect is claimed; renewed while it is being done."""

IDLE = 2.0
"""Seconds between looks for effects that nobody here was told of."""

FIRST_RETRY, LONGEST_RETRY = 1.0, 3600.0
PARKED_TOO_LONG = timedelta(days=1)
"""After so long a parked fact is alarmed: what it waits for will hardly come by itself."""


async def forever(what: str, turn: Callable[[], Coroutine[Any, Any, float]]) -> None:
    """Take turns; each says after how many seconds the next one is due. Outages are waited out, and
    what another wrote in the same moment is looked at again."""
    while True:
        try:
            pause = await turn()
        except (Outage, Conflict) as outage:
            log.warning("%s: waiting for the database", what, extra={"outage": str(outage)})
            pause = 1.0
        await asyncio.sleep(pause)


async def woken_within(woken: asyncio.Event, seconds: float) -> None:
    """Wait until somebody wakes us, or so long."""
    # asyncio.wait_for (before Python 3.12) loses a cancellation that comes as the event is set: a
    # service that was stopped right after a commit went on for ever.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await woken.wait()


class Deadlines:
    """Deadlines are messages: when the business clock reaches them, they are handled once.

    When the next one comes is kept in mind, so that most looks ask only the clock; another
    process's new deadlines are seen at the next `RECALL`.
    """

    def __init__(
        self,
        bus: Bus,
        store: MongoStore,
        now: Callable[[], datetime],
        leads: Callable[[], bool],
    ) -> None:
        self._bus, self._store, self._now, self._leads = bus, store, now, leads
        self._next: datetime | None = None
        self._recall_at = 0.0

    def scheduled(self, at: datetime) -> None:
        """A commit here has left a deadline."""
        self._next = min(at, self._next or at)

    async def turn(self) -> float:
        if not self._leads():
            return LOOK
        if time.monotonic() >= self._recall_at:
            until = self._now() + AHEAD
            self._next = await self._store.next_deadline(until) or until
            self._recall_at = time.monotonic() + RECALL
        if self._next is None or self._next > self._now():
            return LOOK
        self._recall_at = 0.0
        return 0.0 if await self._bus.handle_due(self._come) else LOOK

    async def _come(self) -> list[Message]:
        return [
            Message(
                id=f"{due.id}@{due.at.timestamp()}",
                type=due.type,
                key=due.id,
                body=due.body,
                correlation=due.correlation,
                cause=due.cause,
                time=due.at,
                origin="deadline",
            )
            for due in await self._store.due(self._now(), AT_ONCE)
        ]


def pause_after(tries: int) -> float:
    """Seconds of real time until an effect is tried again that has failed so often."""
    return min(FIRST_RETRY * 2.0 ** min(tries - 1, 20), LONGEST_RETRY)


class Errands:
    """Effects are done here, outside of any transaction, with retries of their own.

    One look takes as many as there are free hands, so that an idle service asks once in `IDLE`
    seconds whether another process, or a retry whose time has come, has left something to do.
    """

    def __init__(
        self, bus: Bus, router: Router, store: MongoStore, owner: str, *, hands: int
    ) -> None:
        self._bus, self._router, self._store, self._owner = bus, router, store, owner
        self._hands = asyncio.Semaphore(hands)
        self._doing: set[str] = set()
        self._claims_may_be_lost = True
        self.woken = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as hands:
            while True:
                await self._hands.acquire()
                errand = await self._next()
                hands.create_task(self._work(errand))

    async def _next(self) -> Errand:
        while True:
            self.woken.clear()
            try:
                await self._take_up_again()
                if errand := await self._store.claim_errand(self._owner, CLAIM):
                    self._doing.add(errand.id)
                    return errand
            except (Outage, Conflict) as outage:
                # It may have been claimed, and only the answer was lost.
                self._claims_may_be_lost = True
                log.warning("effects wait for the database", extra={"outage": str(outage)})
            await woken_within(self.woken, IDLE)

    async def _take_up_again(self) -> None:
        """What is claimed here and in nobody's hands, since the process was killed or the database
        was away, need not wait for its claim to end."""
        if self._claims_may_be_lost:
            self._claims_may_be_lost = False  # one that is lost meanwhile says so again
            await self._store.release_errands(self._owner, frozenset(self._doing))

    async def _work(self, errand: Errand) -> None:
        try:
            await self._do(errand)
        except Outage as outage:
            # It is done again: at least once.
            log.warning("an effect is left for later", extra={"outage": str(outage)})
            await self._leave(errand, str(outage))
        except Exception as problem:
            # One that cannot be concluded must not take the others' hands away.
            log.exception("an effect could not be concluded", extra={"effect": errand.type})
            await self._leave(errand, repr(problem))
        except asyncio.CancelledError:
            with suppress(Outage, Conflict):
                await self._store.postpone_errand(errand.id, 0.0, "the service was stopped")
            raise
        finally:
            self._doing.discard(errand.id)
            self._hands.release()

    async def _leave(self, errand: Errand, problem: str) -> None:
        try:
            await self._store.postpone_errand(errand.id, pause_after(errand.tries), problem)
        except (Outage, Conflict):
            self._claims_may_be_lost = True

    async def _do(self, errand: Errand) -> None:
        route = self._router.effects.get(errand.type)
        if route is None:
            await self._store.postpone_errand(errand.id, LONGEST_RETRY, "nobody here does this")
            log.error("nobody does an effect", extra={"effect": errand.type, "id": errand.id})
            return
        telemetry.correlation.set(errand.correlation)
        began = traces.now()
        renewing = asyncio.create_task(self._renew(errand.id))
        try:
            names = names_in_bytes(errand.body)
            keys = await self._bus.reader.keyring.keys(names, create=False) if names else {}
            effect = route.kind.model_validate_json(unseal_bytes(errand.body, keys))
            outcome = await route.handler(effect)
            traces.done(self._bus.service, errand, began)
        except Outage:
            raise
        except Exception as problem:
            traces.done(self._bus.service, errand, began, type(problem).__name__)
            pause = pause_after(errand.tries)
            if not isinstance(problem, OSError | TimeoutError | Rejected):
                log.exception("an effect failed", extra={"effect": errand.type, "id": errand.id})
            await self._store.postpone_errand(errand.id, pause, repr(problem))
            return
        finally:
            renewing.cancel()
        if outcome is None:
            await self._store.finish_errand(errand)
            return
        names = names_in(outcome)
        keys = await self._bus.reader.keyring.keys(names, create=True) if names else {}
        message = Message(
            id=f"{errand.id}!{errand.cause}",
            type=name_of(type(outcome)),
            said=outcome,
            body=body_of(outcome, keys),  # what is kept of it where it must wait
            correlation=errand.correlation,
            cause=errand.cause,
            origin="effect",
            key=errand.id,
        )
        await self._bus.handle([message])

    async def _renew(self, id: str) -> None:
        while True:
            await asyncio.sleep(CLAIM / 3)
            with suppress(Outage):
                await self._store.postpone_errand(id, CLAIM, "")


class Waiting:
    """Lets parked messages go when what they wait for is known, and those behind them after."""

    def __init__(
        self,
        bus: Bus,
        store: MongoStore,
        kinds: tuple[type[Aggregate], ...],
        now: Callable[[], datetime],
    ) -> None:
        self._bus, self._store, self._now = bus, store, now
        self._kinds = {kind.__name__.lower(): kind for kind in kinds}
        self._alarmed: set[str] = set()
        self._tried: dict[str, tuple[str, int]] = {}

    async def turn(self) -> float:
        if not len(self._bus.waiting):
            return 0.5
        held = await self._bus.look_at_waiting()
        waiting = {one.message.id for one in held}
        self._tried = {id: tried for id, tried in self._tried.items() if id in waiting}
        ready = [one for one in held if one.why == "parked" and await self._is_known(one)]
        free = self._bus.waiting.free(held)
        for one in (*ready, *free):
            await self._bus.handle([replace(one.message, original_id=one.message.id)])
        self._alarm(held)
        return 0.1 if ready or free else 0.5

    async def _is_known(self, held: Held) -> bool:
        """Whether what it waits for is there, and is another than when it was last tried."""
        name, _, id = held.missing.partition("/")
        kind = self._kinds.get(name)
        found = await self._store.fetch(kind, [id]) if kind else {}
        if id not in found:
            return False
        now = (held.missing, found[id].version)
        before, self._tried[held.message.id] = self._tried.get(held.message.id), now
        return now != before

    def _alarm(self, held: list[Held]) -> None:
        for one in held:
            late = one.since is not None and self._now() - one.since > PARKED_TOO_LONG
            if late and one.message.id not in self._alarmed:
                self._alarmed.add(one.message.id)
                log.error(
                    "a message has waited too long",
                    extra={"id": one.message.id, "why": one.why, "missing": one.missing},
                )


def overdue(next_deadline: datetime | None, now: datetime) -> float:
    """Seconds by which the earliest deadline is late, in business time."""
    return max(0.0, (now - next_deadline).total_seconds()) if next_deadline else 0.0
