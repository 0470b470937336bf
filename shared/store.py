"""Where a service keeps what it knows: what one commit writes, and what can be asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from shared.access import AccessEntry
from shared.domain import Aggregate, Record, Stored
from shared.envelope import Block, DeadLetter, Due, Entry, Held, Message, Outcome
from shared.events.base import Effect, Event, Internal
from shared.sealing import KeyRing

S = TypeVar("S", bound=Stored)
Key = tuple[type[Stored], str]


class Conflict(Exception):
    """Someone saved one of these aggregates first. The batch is handled again."""


class Outage(Exception):
    """The database or the broker is away. Wait, and handle again."""


class Overloaded(Exception):
    """So much waits already that more would wait in vain: ask again a little later."""


@dataclass(slots=True)
class Announced:
    """A fact, the aggregate that announced it, and the message that made it do so."""

    aggregate: Key
    event: Event
    cause: str
    correlation: str
    time: datetime


@dataclass(slots=True)
class Work:
    """What one batch wants written, in one transaction."""

    saved: dict[Key, Aggregate] = field(default_factory=dict)
    read: dict[Key, int] = field(default_factory=dict)
    """Versions of aggregates that came from memory: a commit is refused where they are old."""
    announced: list[Announced] = field(default_factory=list)
    due: list[tuple[str, datetime | None, Internal | None, Message]] = field(default_factory=list)
    """Deadlines in the order in which they were set, or cancelled where there is none."""
    effects: list[tuple[str, Effect, Message]] = field(default_factory=list)
    records: list[tuple[Key, Record | None]] = field(default_factory=list)
    """Records in the order in which they were put, or removed where there is none."""
    absent: set[Key] = field(default_factory=set)
    """Records that were not there when the batch began; a commit is refused where one is now."""
    inbox: dict[str, Outcome] = field(default_factory=dict)
    fired: list[tuple[str, datetime]] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)

    def take_away(self, message: Message) -> None:
        """A deadline or effect that was handled is not kept; its `key` is the id it had.

        One of the same id that was recorded anew meanwhile has another time or cause, and stays.
        """
        if message.original_id:
            return  # it was taken away when it began to wait
        if message.origin == "deadline" and message.time is not None:
            self.fired.append((message.key, message.time))
        elif message.origin == "effect":
            self.done.append((message.key, message.cause))

    @property
    def empty(self) -> bool:
        return not (self.inbox or self.held or self.released or self.dead or self.fired)


def only_values(where: Mapping[str, Any]) -> None:
    """Refuse a search whose value is a question itself: `{"$gt": ""}` would match everything.

    Raises `ValueError`. Routes take texts and numbers; this holds where one forgets to.
    """
    for name, value in where.items():
        if not isinstance(value, str | int | float | date | Decimal | None):
            raise ValueError(f"a search for {name} takes one value, not {type(value).__name__}")


class Store(Protocol):
    """One service's database. Everything raises `Outage` when it is away."""

    @property
    def keyring(self) -> KeyRing:
        """Where the keys of what is sealed in it lie."""

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        """The documents with these ids. `cached`: from memory where there, checked at commit."""

    async def search(
        self,
        kind: type[S],
        where: dict[str, Any],
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 1000,
        after: str | None = None,
    ) -> list[S]:
        """Documents whose indexed fields equal these values, or as a tuple contain them.

        `after` is the value of the `sort` field (an indexed one) that the last page ended with.
        """

    async def search_any(
        self, kind: type[S], field: str, values: Iterable[str], *, limit: int = 10_000
    ) -> list[S]:
        """Documents of which an indexed field equals (or contains) any of these values."""

    async def ids(self, kind: type[S], where: dict[str, Any], *, limit: int) -> set[str]:
        """The ids of what `search` would find, without reading it."""

    async def known(self, ids: list[str]) -> dict[str, Outcome]:
        """What came of those of these messages that were handled before."""

    async def commit(self, work: Work) -> Block | None:
        """Write all of it, or raise `Conflict` and write nothing. Returns what is to be sent."""

    async def held(self, why: str | None = None) -> list[Held]:
        """The messages that wait, oldest first."""

    async def chains(self, keys: Iterable[str]) -> list[Entry]:
        """Every fact of the aggregates with these ids, each chain in its order."""

    async def due(self, now: datetime, limit: int) -> list[Due]:
        """Deadlines that have come, earliest first."""

    async def note_access(self, entries: list[AccessEntry]) -> None:
        """Write down who is shown whose data, before it is shown."""
