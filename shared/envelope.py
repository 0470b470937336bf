"""One message on its way: who said it, when, because of what; and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from shared.domain import Caller
from shared.events.base import Said

Origin = Literal["event", "command", "deadline", "effect"]

SPECVERSION = "1.0"


@dataclass(slots=True, kw_only=True)
class Message:
    """Something to be handled once. `said` is what `body` says, where it has been read already.

    `id` is unique for ever: of a fact `service/aggregate/number`, of a command its route and
    Idempotency-Key. `key` is the aggregate that it is about in the announcing service: messages
    of one `topic` and `key` are handled in their order.
    """

    id: str
    type: str
    key: str = ""
    body: bytes = b""
    said: Said | None = None
    source: str = ""
    correlation: str = ""
    cause: str = ""
    time: datetime | None = None
    sequence: int = 0
    prevhash: str = ""
    topic: str = ""
    caller: Caller | None = None
    origin: Origin = "event"
    payload_sha256: str = ""
    expected_version: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    place: str = ""
    """Topic, partition and offset, of a message that came from the broker."""
    original_id: str = ""
    """The id under which a message was set aside, where this is another attempt at it."""

    @property
    def story(self) -> str:
        """The story that the message belongs to, begun by itself where none is named."""
        return self.correlation or self.id


@dataclass(slots=True)
class Outcome:
    """What came of a message. `error` holds `kind`, `reason` and `field` of a rejection."""

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    events: tuple[str, ...] = ()
    correlation: str = ""
    payload_sha256: str = ""


@dataclass(slots=True)
class Entry:
    """One fact in the journal: exactly what is sent, and its place in its aggregate's chain.

    `key` is the aggregate's id, `kind` its class: the chain is that of both together.
    """

    id: str
    type: str
    topic: str
    kind: str
    key: str
    number: int
    prevhash: str
    hash: str
    cause: str
    correlation: str
    time: str
    body: bytes


@dataclass(slots=True)
class DeadLetter:
    """A message that was set aside, with its original bytes, or the mark that it is settled."""

    id: str
    topic: str
    key: str
    body: bytes
    headers: tuple[tuple[str, bytes], ...]


@dataclass(slots=True)
class Held:
    """A message that waits: `parked` for something unknown, `defect`, or `behind` another one."""

    message: Message
    why: Literal["parked", "defect", "behind"]
    missing: str = ""
    reason: str = ""
    since: datetime | None = None


@dataclass(slots=True)
class Due:
    """Something that shall be handled when the business clock reaches a time."""

    id: str
    at: datetime
    type: str
    body: bytes
    correlation: str
    cause: str


@dataclass(slots=True)
class Errand:
    """An effect to be done outside, with what it takes to do it once more."""

    id: str
    type: str
    body: bytes
    correlation: str
    cause: str
    tries: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class Block:
    """What one commit adds to the journal. `c` orders the blocks of a service."""

    c: int
    entries: list[Entry] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
