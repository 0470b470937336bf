"""Reads the journals of services for the commands that prove, replay and reconcile them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from shared import journal
from shared.administration.line import Parcel
from shared.envelope import Entry
from shared.journal import Report, headers_of
from shared.mongo import MongoStore
from shared.runtime import Service
from shared.sealing import KeyName, Keys

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

    async def read() -> AsyncIterator[Parcel]:
        store = _store_of(service)
        try:
            async for block in store.blocks(since.timestamp() if since else 0.0):
                for entry in filter(wanted, block.entries):
                    headers = tuple(headers_of(service.name, entry))
                    yield Parcel(entry.key.encode(), headers, entry.body)
        finally:
            store.close()

    return _in_turn(read())


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
