"""A broker falls in the middle of what is sent, and loses what it took last."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.conn import CloseReason

from shared import relay as module
from shared.envelope import Block, DeadLetter
from shared.mongo import MongoStore
from shared.relay import Relay
from shared.store import Conflict
from shared.testing import until


class Journal:
    """Blocks that wait, and those that were sent, as the database keeps them."""

    service = "onboarding"

    def __init__(self, count: int) -> None:
        letters = (DeadLetter(str(n), "t", "key", str(n).encode(), ()) for n in range(count))
        self.all = {n: Block(c=n, dead=[d]) for n, d in enumerate(letters)}
        self.marked: list[int] = []

    async def unsent(self, limit: int) -> list[int]:
        return [place for place in self.all if place not in self.marked][:limit]

    async def block(self, place: int) -> Block:
        return self.all[place]

    async def sent(self, places: list[int]) -> None:
        self.marked += places

    async def sent_lately(self) -> list[int]:
        return sorted(self.marked)

    async def lease(self, name: str, owner: str, seconds: float) -> bool:
        return True


class Broker:
    """Takes what is sent; falls once, after `falls_after` messages, and has forgotten them then."""

    def __init__(self, falls_after: int) -> None:
        self.kept: list[str] = []
        self._left = falls_after
        self.client = SimpleNamespace(_on_connection_closed=lambda connection, reason: None)

    def __call__(self, **_: object) -> "Broker":
        return self

    async def start(self) -> None: ...
    async def stop(self) -> None: ...

    async def send(self, topic: str, body: bytes, **_: object) -> "asyncio.Future[None]":
        self.kept.append(body.decode())
        self._left -= 1
        if self._left == 0:
            self.kept.clear()
            closed: Any = self.client._on_connection_closed
            closed(None, CloseReason.CONNECTION_BROKEN)
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        taken.set_result(None)
        return taken


@pytest.mark.parametrize("falls_after", [1, 2, 3, 5])
async def test_what_was_sent_before_the_broker_fell_is_sent_again_before_what_follows(
    monkeypatch: pytest.MonkeyPatch, falls_after: int
) -> None:
    """It was acknowledged, and not yet marked: neither what waits nor what was sent lately."""
    broker, journal = Broker(falls_after), Journal(5)
    monkeypatch.setattr(module, "AIOKafkaProducer", broker)
    relay = Relay(cast(MongoStore, journal), "127.0.0.1:1", "test")
    assert await relay._lead()
    await relay.drain()
    assert list(dict.fromkeys(broker.kept)) == ["0", "1", "2", "3", "4"]
    assert journal.marked == [0, 1, 2, 3, 4]


async def test_two_that_ask_for_the_lease_in_one_moment_end_no_relay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database tells one of them that the other wrote first, in one of its several ways."""

    class Contended(Journal):
        asked = 0

        async def lease(self, name: str, owner: str, seconds: float) -> bool:
            self.asked += 1
            if self.asked == 1:
                raise Conflict("somebody wrote it in the same moment")
            return True

        async def is_sent(self) -> bool:
            return self.marked == [0]

    journal = Contended(1)
    monkeypatch.setattr(module, "AIOKafkaProducer", Broker(falls_after=0))
    run = asyncio.create_task(Relay(cast(MongoStore, journal), "127.0.0.1:1", "test").run())
    try:
        await until(journal.is_sent)
    finally:
        run.cancel()
