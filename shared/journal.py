"""The journal: every fact a service announced, in the bytes that were sent, chained by hashes.

The facts of one aggregate are numbered from 1 and each carries the hash of the one before it, so
that a changed, inserted or removed entry is found. Hashes cover the sealed bytes: erasing a
person leaves every proof whole.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

import orjson

from shared.domain import GENESIS, Aggregate
from shared.envelope import SPECVERSION, Block, Entry
from shared.events import type_of
from shared.events.base import Said
from shared.sealing import KeyName, Keys, names_in, seal
from shared.store import Work

Headers = list[tuple[str, bytes]]


def chain_hash(prevhash: str, id: str, type: str, number: int, body: bytes) -> str:
    """SHA-256 over the previous hash, id, type, number and sealed body, parted by zero bytes."""
    parts = (prevhash.encode(), id.encode(), type.encode(), str(number).encode(), body)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def source_of(service: str) -> str:
    """`ce_source`: which service says it."""
    return f"/ansvar/{service}"


def entry_id(service: str, kind: str, key: str, number: int) -> str:
    """The same fact always has the same id, so that sending it again doubles nothing."""
    return f"{service}/{kind}/{key}/{number}"


def names_to_write(work: Work) -> set[KeyName]:
    """The keys that writing all this takes."""
    said = (announced.event for announced in work.announced)
    later = (event for _, _, event, _ in work.due)
    effects = (effect for _, effect, _ in work.effects)
    names: set[KeyName] = set()
    for model in (*said, *later, *effects, *work.saved.values(), *work.puts):
        names |= names_in(model)
    return names


def body_of(event: Said, keys: Keys) -> bytes:
    """The fields of a fact as they travel."""
    if not names_in(event):
        return event.__pydantic_serializer__.to_json(event, exclude_none=True)
    return orjson.dumps(seal(event, keys, exclude_none=True))


def write(service: str, work: Work, keys: Keys, place: int) -> Block | None:
    """Number and chain what was announced, in one block. The aggregates take number and head.

    `place` orders the block among the service's blocks; a block never comes before one that holds
    an earlier fact of the same aggregate, whatever the clocks of several machines say.
    """
    if not work.announced and not work.dead:
        return None
    told = {announced.aggregate for announced in work.announced}
    place = max([place, *(work.saved[key].block + 1 for key in told)])
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
            hash=chain_hash(prevhash, id, type_, number, body),
            cause=announced.cause,
            correlation=announced.correlation,
            time=announced.time.isoformat(),
            body=body,
        )
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


async def verify(
    service: str, blocks: AsyncIterator[Iterable[Entry]], heads: dict[tuple[str, str], str]
) -> Report:
    """Follow every chain from its first fact to its last, and compare with the state's heads.

    `heads` are the hashes that the aggregates themselves hold, by kind and id.
    """
    report = Report(service)
    last: dict[tuple[str, str], tuple[int, str]] = {}
    async for block in blocks:
        for entry in block:
            report.entries += 1
            place = (entry.kind, entry.key)
            number, head = last.get(place, (0, GENESIS))
            expected = chain_hash(entry.prevhash, entry.id, entry.type, entry.number, entry.body)
            if entry.number != number + 1:
                report.problems.append(f"{entry.id}: follows number {number} of {entry.key}")
            elif entry.prevhash != head:
                report.problems.append(f"{entry.id}: does not follow from the entry before it")
            if entry.hash != expected:
                report.problems.append(f"{entry.id}: its hash does not fit what it says")
            last[place] = (entry.number, entry.hash)
    report.aggregates = len(last)
    for place, head in heads.items():
        if head != last.get(place, (0, GENESIS))[1]:
            report.problems.append(f"{place[0]} {place[1]}: its state knows another last entry")
    for place in last.keys() - heads.keys():
        report.problems.append(f"{place[0]} {place[1]}: has a journal but no state")
    return report
