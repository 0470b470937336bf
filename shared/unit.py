"""What a handler may do to the world: load, decide, save; all of a batch or nothing.

One unit serves a batch of messages that is committed in one transaction. Each message is a
savepoint: what a rejected message changed is undone, what the others changed stays.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

from shared.domain import Aggregate, Caller, Record, Stale, Stored, Unknown
from shared.envelope import Message, Outcome
from shared.events.base import Effect, Internal
from shared.store import Announced, Key, Store, Work

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R", bound=Record)

_UNREAD: Any = object()

FIND_AT_MOST = 10_000
"""So many aggregates a handler may ask for at once; more is work for resumable chunks."""


class Unit:
    """The identity map of one batch, and what is to be written.

    `now` is the business time of the message that is being handled, in UTC; `message` is that
    message and `caller` who asks, for a command.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.work = Work()
        self.now = datetime.min.replace(tzinfo=UTC)
        self.message = Message(id="", type="")
        self._map: dict[Key, Stored | None] = {}
        self._touched: dict[Key, Stored | None] = {}
        self._newly_saved: list[Key] = []
        self._checked_version = False
        self._mark: tuple[int, ...] = (0,) * 4

    @property
    def caller(self) -> Caller | None:
        return self.message.caller

    # ------------------------------------------------------------ what handlers use

    async def load(self, kind: type[A], id: str) -> A | None:
        """The aggregate as this batch has left it, to be changed and saved."""
        key = (kind, id)
        if key not in self._map:
            await self.prefetch(kind, (id,), cached=False)
        if key not in self._touched:
            seen = self._map[key]
            self._touched[key] = seen
            if isinstance(seen, Aggregate):
                # The old object is the savepoint, and may be the cache's own.
                self._map[key] = seen.copy_to_change()
        found: Any = self._map[key]
        return found  # type: ignore[no-any-return]

    async def get(self, kind: type[A], id: str) -> A:
        """Like `load`, for what must be known. Raises `Unknown`.

        What a command gets first is what its If-Match speaks of: `Stale` if it has changed since.
        """
        found = await self.load(kind, id)
        if found is None:
            raise Unknown(kind.__name__.lower(), id)
        expected, first = self.message.expected_version, not self._checked_version
        self._checked_version = True
        if first and expected is not None and expected != found.version:
            raise Stale(f"{id} has changed: you saw version {expected}, it is {found.version}")
        return found

    async def find(self, kind: type[A], **where: Any) -> list[A]:
        """All aggregates whose indexed fields equal (or, as a tuple, contain) these values.

        What this batch has changed and not yet written is found as it is now.
        """
        for found in await self.store.search(kind, where, limit=FIND_AT_MOST):
            self._map.setdefault((kind, found.id), found)
        ids = [
            id
            for (known, id), held in self._map.items()
            if known is kind and held is not None and _matches(held, where)
        ]
        return [await self.get(kind, id) for id in ids]

    def save(self, aggregate: Aggregate) -> None:
        """Write the aggregate, and send what it announced, if the batch is committed."""
        key = (type(aggregate), aggregate.id)
        self._touch(key)
        if key not in self.work.saved:
            self._newly_saved.append(key)
        self._map[key] = aggregate
        self.work.saved[key] = aggregate
        for event in aggregate.take_announced():
            self.work.announced.append(
                Announced(key, event, self.message.id, self.message.story, self.now)
            )

    def changed(self) -> Iterator[tuple[Aggregate | None, Aggregate]]:
        """What this message has saved so far: each aggregate as it was before, and as it is now."""
        for key, before in list(self._touched.items()):
            after = self.work.saved.get(key)
            if after is not None and after is self._map.get(key):
                yield (before if isinstance(before, Aggregate) else None), after

    def put(self, record: Record, *, new: bool = False) -> None:
        """Write a document without versions, in the place of the one with its id.

        `new`: there can be none, as with an id that holds the moment; writing is quicker then.
        """
        key = (type(record), record.id)
        if new:
            self.work.absent.add(key)
        before = self._map.get(key)
        if isinstance(before, Record) and before.unknown and not record.unknown:
            record.keep_unknown(before.unknown)
        self._touch(key)
        self._map[key] = record
        self.work.records.append((key, record))

    def remove(self, kind: type[Record], id: str) -> None:
        self._touch((kind, id))
        self._map[kind, id] = None
        self.work.records.append(((kind, id), None))

    async def record(self, kind: type[R], id: str) -> R | None:
        """A document without versions, as this batch has left it."""
        if (kind, id) not in self._map:
            await self.prefetch(kind, (id,), cached=False)
        found: Any = self._map[kind, id]
        return found  # type: ignore[no-any-return]

    async def holding(self, kind: type[R], field: str, values: Iterable[str]) -> list[R]:
        """The documents whose indexed list `field` contains any of these values, as this batch has
        left them.
        """
        wanted = set(values)
        for found in await self.store.search_any(kind, field, sorted(wanted)):
            self._map.setdefault((kind, found.id), found)
        there: Iterable[Any] = [one for (known, _), one in self._map.items() if known is kind]
        return [one for one in there if one is not None and wanted & set(getattr(one, field))]

    def schedule(self, id: str, due: datetime, reminder: Internal) -> None:
        """Have `reminder` handled once when the business clock reaches `due`.

        Scheduling the same id again moves it.
        """
        self.work.due.append((id, due, reminder, self.message))

    def cancel(self, id: str) -> None:
        """Forget a deadline. Nothing happens if it never was or has come."""
        self.work.due.append((id, None, None, self.message))

    def effect(self, id: str, effect: Effect) -> None:
        """Have something done outside, at least once, under an id that stays the same."""
        self.work.effects.append((id, effect, self.message))

    # ------------------------------------------------------------ what the bus uses

    async def prefetch(self, kind: type[Stored], ids: Iterable[str], *, cached: bool) -> None:
        """Read many at once what handlers will load."""
        missing = [id for id in ids if (kind, id) not in self._map]
        found = await self.store.fetch(kind, missing, cached=cached) if missing else {}
        for id in missing:
            held = found.get(id)
            self._map[kind, id] = held
            if held is None and issubclass(kind, Record):
                self.work.absent.add((kind, id))
            if cached and isinstance(held, Aggregate):
                self.work.read[kind, id] = held.version

    def begin(self, message: Message, now: datetime) -> None:
        self.message, self.now = message, now
        self._touched = {}
        self._newly_saved = []
        self._checked_version = False
        work = self.work
        self._mark = (
            len(work.announced),
            len(work.due),
            len(work.effects),
            len(work.records),
        )

    def undo(self) -> None:
        """Forget what the message that was begun last has changed."""
        for key, before in self._touched.items():
            if before is _UNREAD:
                del self._map[key]
            else:
                self._map[key] = before
        for key in self._newly_saved:
            del self.work.saved[key]
        for key, before in self._touched.items():
            if key in self.work.saved and isinstance(before, Aggregate):
                self.work.saved[key] = before
        work = self.work
        lists: tuple[list[Any], ...] = (
            work.announced,
            work.due,
            work.effects,
            work.records,
        )
        for changes, length in zip(lists, self._mark, strict=True):
            del changes[length:]

    def _touch(self, key: Key) -> None:
        """Remember what a key held before this message; it may not have been read at all."""
        if key not in self._touched:
            self._touched[key] = self._map.get(key, _UNREAD)

    def conclude(self, outcome: Outcome) -> None:
        """The message that was begun last is handled."""
        for key, before in self._touched.items():
            held = self._map.get(key)
            if isinstance(held, Aggregate) and self.work.saved.get(key) is not held:
                self._map[key] = before  # changed but not saved: as if never touched
        self.work.inbox[self.message.id] = outcome
        self.work.take_away(self.message)


def _matches(held: Stored, where: dict[str, Any]) -> bool:
    for name, wanted in where.items():
        value = getattr(held, name, None)
        if value != wanted and not (isinstance(value, tuple) and wanted in value):
            return False
    return True
