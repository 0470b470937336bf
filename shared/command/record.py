"""Reads the journals of services for the commands that prove, replay and reconcile them."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from shared import anchors, journal
from shared.administration.line import Parcel
from shared.envelope import Entry
from shared.journal import Report, headers_of
from shared.mongo import MongoStore
from shared.runtime import Service
from shared.sealing import KeyName, Keys
from shared.timestamps import Authority

ANCHORS, OPERATOR_KEY = "anchors.jsonl", "operator.pem"
"""In the data of an embedded system. Elsewhere both belong on another machine than the journals."""

T = TypeVar("T")


def verify(services: Sequence[Service]) -> list[Report]:
    """What a check of each service's journal found."""

    async def each() -> list[Report]:
        return [await _verify(service) for service in services]

    return asyncio.run(each())


def facts(
    service: Service, since: datetime | None = None, wanted: Callable[[Entry], bool] = bool
) -> Iterator[Parcel]:
    """The facts of a journal in their order, as they were sent."""
    return facts_of(service.name, service.settings.mongo_url, since, wanted)


def facts_of(
    name: str, mongo_url: str, since: datetime | None, wanted: Callable[[Entry], bool]
) -> Iterator[Parcel]:
    async def read() -> AsyncIterator[Parcel]:
        store = MongoStore(mongo_url, name, NoKeys())
        try:
            async for block in store.blocks(since.timestamp() if since else 0.0):
                for entry in filter(wanted, block.entries):
                    headers = tuple(headers_of(name, entry))
                    yield Parcel(entry.key.encode(), headers, entry.body)
        finally:
            store.close()

    return _in_turn(read())


def sealed(
    names: Sequence[str], mongo_url: str, bounds: Sequence[datetime]
) -> dict[str, list[anchors.Sealed]]:
    """What each service's journal holds between each bound and the next."""

    async def each() -> dict[str, list[anchors.Sealed]]:
        found = {}
        for name in names:
            store = MongoStore(mongo_url, name, NoKeys())
            try:
                blocks = store.blocks(bounds[0].timestamp())
                found[name] = await anchors.seal(blocks, bounds)
            finally:
                store.close()
        return found

    return asyncio.run(each())


def anchor(
    names: Sequence[str],
    mongo_url: str,
    file: Path,
    key_file: Path,
    until: datetime,
    authority: Authority | None = None,
) -> anchors.Anchor | None:
    """Sign what was announced since the last anchor; None where there is nothing to sign yet."""
    there = anchors.read(file)
    since = datetime.fromisoformat(there[-1].until) if there else anchors.BEGINNING
    if until <= since:
        return None
    if until > datetime.now(UTC) - anchors.SETTLED:
        raise anchors.CannotAnchor(
            f"what was announced within the last {anchors.SETTLED} may still be written: "
            "anchor it later"
        )
    key = anchors.signing_key(key_file)
    found = {name: one for name, (one,) in sealed(names, mongo_url, (since, until)).items()}
    made = anchors.make(since, until, found, there[-1] if there else None, key)
    if authority is not None:
        stamp = base64.b64encode(authority.stamp(made.digest)).decode()
        made = replace(made, timestamp=stamp)
    anchors.append(file, made)
    return made


def last_midnight() -> datetime:
    """In UTC, and settled."""
    day = datetime.now(UTC) - anchors.SETTLED
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def verify_anchors(
    names: Sequence[str], mongo_url: str, file: Path, public: Path
) -> tuple[list[str], datetime | None]:
    """Where a journal is not what was signed, and until when it is signed."""
    there = anchors.read(file)
    if not there:
        return [], None
    problems = anchors.check_signatures(there, anchors.verifying_key(public))
    for name, found in sealed(names, mongo_url, anchors.bounds_of(there)).items():
        problems += [f"{name}: {one}" for one in anchors.compare(name, there, found)]
    return problems, datetime.fromisoformat(there[-1].until)


async def _verify(service: Service) -> Report:
    store = _store_of(service)
    try:
        heads = await store.heads(service.aggregates)
        entries = (block.entries async for block in store.blocks())
        return await journal.verify(
            service.name, entries, heads, lambda: store.heads(service.aggregates)
        )
    finally:
        store.close()


class NoKeys:
    """Hashes cover the sealed bytes, so a proof opens nothing and needs no key."""

    async def keys(self, names: Iterable[KeyName], *, create: bool) -> Keys:
        raise RuntimeError("reading a journal must not ask for keys")

    async def destroy(self, subject: str) -> None:
        raise RuntimeError("reading a journal must not destroy keys")


def _store_of(service: Service) -> MongoStore:
    return MongoStore(service.settings.mongo_url, service.name, NoKeys())


def _in_turn(items: AsyncIterator[T]) -> Iterator[T]:
    """Read one after the other where nothing else runs."""
    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(anext(items))  # type: ignore[arg-type]
            except StopAsyncIteration:
                return
