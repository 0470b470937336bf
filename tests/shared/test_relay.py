"""What a relay sends after a start: everything, and nothing before what comes before it."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer

from shared import relay as relay_module
from shared.envelope import Block, DeadLetter
from shared.mongo import MongoKeyRing, MongoStore
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.store import Work

TOPIC = "onboarding.v1"
LATER = 100 * 1_000_000 << 10
"""A hundred seconds, as places in the journal count them."""


async def _commit(store: MongoStore, said: str, after: Block | None = None) -> Block:
    if after is not None:
        store._place = after.c + LATER
    letter = DeadLetter(said, TOPIC, "one key", said.encode(), ())
    block = await store.commit(Work(dead=[letter]))
    assert block is not None
    return block


async def _sent(url: str, count: int) -> list[str]:
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=url, auto_offset_reset="earliest")
    await consumer.start()
    bodies: list[str] = []
    async with asyncio.timeout(20):
        while len(bodies) < count:
            found = await consumer.getmany(timeout_ms=200)
            bodies += [record.value.decode() for part in found.values() for record in part]
    await consumer.stop()
    return bodies


async def test_what_was_not_sent_for_long_goes_out_before_what_came_just_now(
    settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay that starts sends the last seconds again; what waits since before them is older."""
    monkeypatch.setattr(relay_module, "AGAIN", 0.0)
    keyring = MongoKeyRing(settings.mongo_url, bytes(32))
    store = MongoStore(settings.mongo_url, "onboarding", keyring)
    sent_already = await _commit(store, "sent already, long ago")
    await store.sent([sent_already.c])
    first = await _commit(store, "waits since long ago")
    await _commit(store, "came just now", first)
    relay = Relay(store, settings.kafka_url, "test")
    run = asyncio.create_task(relay.run())
    try:
        bodies = await _sent(settings.kafka_url, 2)
    finally:
        run.cancel()
        await relay.stop()
    assert bodies == ["waits since long ago", "came just now"]
