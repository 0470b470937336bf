"""What a service does without being told: deadlines that come, effects, waiting messages."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared import telemetry
from shared.bus import Bus
from shared.domain import Aggregate, Rejected
from shared.envelope import Errand, Held, Message
from shared.mongo import MongoStore
from shared.router import Router, name_of
from shared.sealing import names_in_bytes, unseal_bytes
from shared.store import Outage

log = logging.getLogger("ansvar.standing")

LOOK = 0.25
"""Seconds between looks at deadlines, in real time."""

AT_ONCE = 500
CLAIM = 60.0
"""Seconds of real time for which an effect is claimed; renewed while it is being done."""

FIRST_RETRY, LONGEST_RETRY = 1.0, 3600.0
PARKED_TOO_LONG = timedelta(days=1)
"""After so long a parked fact is alarmed: what it waits for will hardly come by itself."""


async def forever(what: str, turn: Callable[[], Coroutine[Any, Any, float]]) -> None:
    """Take turns; each says after how many seconds the next one is due. Outages are waited out."""
    while True:
        try:
            pause = await turn()
        except Outage as outage:
            log.warning("%s: waiting for the database", what, extra={"outage": str(outage)})
            pause = 1.0
        await asyncio.sleep(pause)


class Deadlines:
    """Deadlines are messages: when the business clock reaches them, they are handled once."""

    def __init__(
        self,
        bus: Bus,
        store: MongoStore,
        now: Callable[[], datetime],
        leads: Callable[[], bool],
    ) -> None:
        self._bus, self._store, self._now, self._leads = bus, store, now, leads

    async def turn(self) -> float:
        # Asked without the bus's lock first: most looks find nothing.
        if not self._leads() or not await self._store.due(self._now(), 1):
            return LOOK
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


class Errands:
    """Effects are done here, outside of any transaction, with retries of their own."""

    def __init__(self, bus: Bus, router: Router, store: MongoStore, owner: str) -> None:
        self._bus, self._router, self._store, self._owner = bus, router, store, owner
        self.woken = asyncio.Event()

    async def run(self) -> None:
        """One worker. Several may run, in several processes."""
        while True:
            try:
                errand = await self._store.claim_errand(self._owner, CLAIM)
                if errand is None:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.woken.wait(), 1.0)
                    self.woken.clear()
                    continue
                await self._do(errand)
            except Outage as outage:
                log.warning("effects wait for the database", extra={"outage": str(outage)})
                await asyncio.sleep(1.0)

    async def _do(self, errand: Errand) -> None:
        route = self._router.effects.get(errand.type)
        if route is None:
            await self._store.postpone_errand(errand.id, LONGEST_RETRY, "nobody here does this")
            log.error("nobody does an effect", extra={"effect": errand.type, "id": errand.id})
            return
        telemetry.correlation.set(errand.correlation)
        renewing = asyncio.create_task(self._renew(errand.id))
        try:
            names = names_in_bytes(errand.body)
            keys = await self._bus.reader.keyring.keys(names, create=False) if names else {}
            effect = route.kind.model_validate_json(unseal_bytes(errand.body, keys))
            outcome = await route.handler(effect)
        except Outage:
            raise
        except Exception as problem:
            pause = min(FIRST_RETRY * 2 ** min(errand.tries - 1, 20), LONGEST_RETRY)
            if not isinstance(problem, OSError | TimeoutError | Rejected):
                log.exception("an effect failed", extra={"effect": errand.type, "id": errand.id})
            await self._store.postpone_errand(errand.id, pause, repr(problem))
            return
        finally:
            renewing.cancel()
        if outcome is None:
            await self._store.finish_errand(errand)
            return
        message = Message(
            id=f"{errand.id}!{errand.cause}",
            type=name_of(type(outcome)),
            said=outcome,
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
        held = await self._store.held()
        self._bus.waiting.replace(held)
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


def overdue(next_deadline: float, now: datetime) -> float:
    """Seconds by which the earliest deadline is late, in business time."""
    return max(0.0, now.timestamp() - next_deadline)
