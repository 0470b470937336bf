"""The journal: every fact a service announced, in the bytes that were sent, chained by hashes.

The facts of one aggregate are numbered from 1 and each carries the hash of the one before it, so
that a changed, inserted or removed entry is found. Hashes cover the sealed bytes: erasing a
person leaves every proof whole.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import orjson

from shared.domain import GENESIS, Aggregate
from shared.envelope import SPECVERSION, Block, Entry
from shared.events import type_of
from shared.events.base import Said
from shared.sealing import KeyName, Keys, add_names, names_in, seal
from shared.store import Work

Headers = list[tuple[str, bytes]]

WRITERS = 1023
"""The bits of a block's place that say who wrote it."""


def chain_hash(entry: Entry) -> str:
    """SHA-256 over everything that an entry says, parted by zero bytes, the sealed body last."""
    said = (
        entry.prevhash,
        entry.id,
        entry.type,
        entry.topic,
        entry.kind,
        entry.key,
        str(entry.number),
        entry.time,
        entry.cause,
        entry.correlation,
    )
    return hashlib.sha256(b"\0".join([*map(str.encode, said), entry.body])).hexdigest()


def source_of(service: str) -> str:
    """`ce_source`: which service says it."""
    return f"/ansvar/{service}"


def entry_id(service: str, kind: str, key: str, number: int) -> str:
    """The same fact always has the same id, so that sending it again doubles nothing."""
    return f"{service}/{kind}/{key}/{number}"


def names_to_write(work: Work) -> set[KeyName]:
    """The keys that writing all this takes."""
    said = (announced.event for announced in work.announced)
    later = (event for _, _, event, _ in work.due if event is not None)
    effects = (effect for _, effect, _ in work.effects)
    put = (record for _, record in work.records if record is not None)
    names: set[KeyName] = set()
    for model in (*said, *later, *effects, *work.saved.values(), *put):
        add_names(model, names)
    return names


def body_of(event: Said, keys: Keys) -> bytes:
    """The fields of a fact as they travel."""
    if not names_in(event):
        return event.__pydantic_serializer__.to_json(event, exclude_none=True)
    return orjson.dumps(seal(event, keys, exclude_none=True))


def write(service: str, work: Work, keys: Keys, place: int) -> Block | None:
    """Number and chain what was announced, in one block. The aggregates take number and head.

    `place` (microseconds, then ten bits that say who writes) orders the block among the service's
    blocks; a block never comes before one that holds an earlier fact of the same aggregate, nor at
    its place, whatever the clocks of several machines say.
    """
    if not work.announced and not work.dead:
        return None
    told = {announced.aggregate for announced in work.announced}
    writer = place & WRITERS
    after = max(work.saved[key].block for key in told) if told else 0
    if after >= place:
        place = ((after >> 10) + 1) << 10 | writer
    entries = []
    ends = {key: (work.saved[key].number, work.saved[key].head) for key in told}
    for announced in work.announced:
        kind, key = announced.aggregate[0].__name__, announced.aggregate[1]
        last, prevhash = ends[announced.aggregate]
        number = last + 1
        body = body_of(announced.event, keys)
        id, type_ = entry_id(service, kind, key, number), type_of(type(announced.event))
        entry = Entry(
            id=id,
            type=type_,
            topic=announced.event.topic,
            kind=kind,
            key=key,
            number=number,
            prevhash=prevhash,
            hash="",
            cause=announced.cause,
            correlation=announced.correlation,
            time=announced.time.isoformat(),
            body=body,
        )
        entry.hash = chain_hash(entry)
        ends[announced.aggregate] = (number, entry.hash)
        entries.append(entry)
        if outcome := work.inbox.get(announced.cause):
            outcome.events = (*outcome.events, id)
    for name, (number, head) in ends.items():
        aggregate: Aggregate = work.saved[name]
        aggregate.number, aggregate.head, aggregate.block = number, head, place
    return Block(place, entries, list(work.dead))


def headers_of(service: str, entry: Entry) -> Headers:
    """CloudEvents 1.0, Kafka binary mode."""
    return [
        ("ce_specversion", SPECVERSION.encode()),
        ("ce_id", entry.id.encode()),
        ("ce_source", source_of(service).encode()),
        ("ce_type", entry.type.encode()),
        ("ce_time", entry.time.encode()),
        ("ce_subject", entry.key.encode()),
        ("ce_correlationid", entry.correlation.encode()),
        ("ce_causationid", entry.cause.encode()),
        ("ce_sequence", str(entry.number).encode()),
        ("ce_prevhash", entry.prevhash.encode()),
        ("content-type", b"application/json"),
    ]


@dataclass(slots=True)
class Report:
    """What a check of a journal found. `problems` is empty where the record is whole."""

    service: str
    entries: int = 0
    aggregates: int = 0
    problems: list[str] = field(default_factory=list)


Place = tuple[str, str]
Heads = dict[Place, str]
"""The hash of the last fact that each aggregate holds of itself, by its kind and id."""


async def verify(
    service: str,
    blocks: AsyncIterator[Iterable[Entry]],
    heads: Heads,
    heads_now: Callable[[], Awaitable[Heads]] | None = None,
) -> Report:
    """Follow every chain from its first fact to its last, and compare with the state's heads.

    `heads` were read before the blocks. A service that works meanwhile announces more: where a
    chain goes on beyond its head, `heads_now` tells whether the state has gone on too.
    """
    report = Report(service)
    last: dict[Place, tuple[int, str]] = {}
    passed: set[Place] = set()
    async for block in blocks:
        for entry in block:
            report.entries += 1
            place = (entry.kind, entry.key)
            number, head = last.get(place, (0, GENESIS))
            if entry.number != number + 1:
                report.problems.append(f"{entry.id}: follows number {number} of {entry.key}")
            elif entry.prevhash != head:
                report.problems.append(f"{entry.id}: does not follow from the entry before it")
            if entry.hash != chain_hash(entry):
                report.problems.append(f"{entry.id}: its hash does not fit what it says")
            last[place] = (entry.number, entry.hash)
            if heads.get(place) == entry.hash:
                passed.add(place)
    report.aggregates = len(last)
    ends = {place: head for place, (_, head) in last.items()}
    odd = [place for place in ends.keys() | heads.keys() if ends.get(place) != heads.get(place)]
    if odd and heads_now is not None:
        now = await heads_now()
        odd = [
            place
            for place in odd
            if now.get(place) == heads.get(place) or (place in heads and place not in passed)
        ]
    for kind, id in sorted(odd):
        if (kind, id) in heads:
            report.problems.append(f"{kind} {id}: its state knows another last entry")
        else:
            report.problems.append(f"{kind} {id}: has a journal but no state")
    return report
