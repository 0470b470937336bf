"""Defects that can be planted in the ground, each of its class, to see that the suite finds it."""

from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.envelope import Block, Outcome
from shared.mongo import MongoStore
from shared.relay import Relay
from shared.store import Work


def publish_before_commit() -> None:
    """What is announced leaves the house at once; the transaction that it belongs to may fail."""
    write = MongoStore._write
    early: dict[str, _Early] = {}

    async def write_late(
        self: MongoStore, work: Work, block: Block | None, keys: Any, session: Any
    ) -> None:
        if block is not None:
            relay = early.setdefault(self.service, _Early(self, _url(), "early"))
            await relay._send(await relay._ready(), block)
        await write(self, work, block, keys, session)

    MongoStore._write = write_late  # type: ignore[method-assign]


class _Early(Relay):
    """Its line stays open: a new one per commit takes longer than the database lets one last."""

    async def _send_again(self, producer: AIOKafkaProducer) -> None:
        return None


def inbox_off() -> None:
    """Nobody remembers what was handled."""

    async def nothing(self: MongoStore, ids: list[str]) -> dict[str, Outcome]:
        return {}

    write = MongoStore._write

    async def forget(
        self: MongoStore, work: Work, block: Block | None, keys: Any, session: Any
    ) -> None:
        kept, work.inbox = work.inbox, {}
        try:
            await write(self, work, block, keys, session)
        finally:
            work.inbox = kept

    MongoStore.known = nothing  # type: ignore[method-assign]
    MongoStore._write = forget  # type: ignore[method-assign]


def sent_before_it_was() -> None:
    """The relay crosses out what it is about to send."""
    drain = Relay.drain

    async def forgetful(self: Relay) -> None:
        while places := await self._store.unsent(50):
            await self._store.sent(places)
            for place in places:
                block = await self._store.block(place)
                if block is not None:
                    await self._send(await self._ready(), block)
        await drain(self)

    async def nothing(self: Relay, producer: AIOKafkaProducer) -> None:
        return None

    Relay.drain = forgetful  # type: ignore[method-assign]
    Relay._send_again = nothing  # type: ignore[method-assign]


def deadlines_stay() -> None:
    """A deadline that was handled is not taken away."""
    take_away = Work.take_away

    def keep(self: Work, message: Any) -> None:
        if message.origin != "deadline":
            take_away(self, message)

    Work.take_away = keep  # type: ignore[method-assign]


PLANTS: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (publish_before_commit, inbox_off, sent_before_it_was, deadlines_stay)
}


def plant(name: str) -> None:
    PLANTS[name]()


def names() -> Iterable[str]:
    return PLANTS


def _url() -> str:
    from shared.settings import ServiceSettings

    return ServiceSettings().kafka_url
