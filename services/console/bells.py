"""Tells open pages at once that something came into an inbox.

One question a second goes to the database for all pages that are open in this process, so that it
makes no difference which of several processes heard the fact. Of each page only the newest state
is held; there are never more than `MOST` pages, and of one person no more than `MOST_OF_ONE`.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from services.console.readmodels.inbox import Bell, bell_id
from shared.standing import woken_within
from shared.store import Outage, Store

MOST = 500
MOST_OF_ONE = 5
LOOK = 1.0
"""Seconds between two looks."""

STREAM_SECONDS = 600.0
"""After that the browser asks again, and with it whether the session still holds."""

log = logging.getLogger("ansvar.console")


class TooMany(Exception):
    """No more pages can be told; they show what is new when they are loaded again."""


def state_of(bell: Bell | None) -> tuple[int, int]:
    """How many are unread, and which change that is."""
    return (max(0, bell.unread), bell.version) if bell else (0, 0)


async def shown(store: Store, subject: str) -> str:
    """The state that a page shows which is made now, as the stream tells it. Taken before all else
    is read, so that what came meanwhile is told to the page as news."""
    id = bell_id(subject)
    unread, change = state_of((await store.fetch(Bell, {id})).get(id))
    return f"{unread} {change}"


@dataclass(eq=False, slots=True)
class Listener:
    subject: str
    seen: int = -1
    state: tuple[int, int] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Bells:
    def __init__(self, look: float = LOOK, seconds: float = STREAM_SECONDS) -> None:
        self._look, self._seconds = look, seconds
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._listeners)

    def join(self, subject: str) -> Listener:
        """Raises `TooMany`."""
        of_one = Counter(one.subject for one in self._listeners)[subject]
        if len(self._listeners) >= MOST or of_one >= MOST_OF_ONE:
            raise TooMany
        listener = Listener(subject)
        self._listeners.add(listener)
        return listener

    async def changes(self, listener: Listener, store: Store) -> AsyncIterator[tuple[int, int]]:
        """How many are unread, and which change that is: now and at every change, for so long."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._watch(store))
        loop = asyncio.get_running_loop()
        end = loop.time() + self._seconds
        try:
            while True:
                await woken_within(listener.changed, end - loop.time())
                if not listener.changed.is_set():
                    return
                listener.changed.clear()
                assert listener.state is not None
                yield listener.state
        finally:
            self._listeners.discard(listener)

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def _watch(self, store: Store) -> None:
        while self._listeners:
            try:
                await self._ring(store)
            except Outage as outage:
                log.warning("open pages wait for the database", extra={"outage": str(outage)})
            await asyncio.sleep(self._look)

    async def _ring(self, store: Store) -> None:
        ids = {bell_id(one.subject) for one in self._listeners}
        bells = await store.fetch(Bell, ids)
        for one in self._listeners:
            bell = bells.get(bell_id(one.subject))
            state = state_of(bell)
            if state[1] != one.seen:
                one.seen, one.state = state[1], state
                one.changed.set()
