"""What a relay sends after a start: everything, and nothing before what comes before it."""

import asyncio

from aiokafka import AIOKafkaConsumer

from shared.envelope import Block, DeadLetter
from shared.mongo import MongoKeyRing, MongoStore
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.store import Work

TOPIC = "onboarding.v1"
LATER = 100 * 1_000_000 << 10
"""A hundred seconds, as places in the journal count them."""


async def _commit(
    store: MongoStore, said: str, after: Block | None = None, key: str = "one key"
) -> Block:
    if after is not None:
        store._place = after.c + LATER
    letter = DeadLetter(said, TOPIC, key, said.encode(), ())
    block = await store.commit(Work(dead=[letter]))
    assert block is not None
    return block


async def _sent(url: str, count: int, key: bytes = b"one key") -> list[str]:
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=url, auto_offset_reset="earliest")
    await consumer.start()
    bodies: list[str] = []
    async with asyncio.timeout(20):
        while len(bodies) < count:
            found = await consumer.getmany(timeout_ms=200)
            bodies += [
                record.value.decode()
                for part in found.values()
                for record in part
                if record.key == key
            ]
    await consumer.stop()
    return bodies


async def test_what_was_not_sent_for_long_goes_out_before_what_came_just_now(
    settings: ServiceSettings,
) -> None:
    """A relay that starts sends again what it sent last; this was sent long ago, or never."""
    keyring = MongoKeyRing(settings.mongo_url, bytes(32))
    store = MongoStore(settings.mongo_url, "onboarding", keyring)
    sent_already = await _commit(store, "sent already, long ago")
    await store.sent([sent_already.c])
    await store.forget_sent(-1.0)
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


async def test_what_was_sent_last_is_sent_again_after_a_start_and_then_let_be(
    settings: ServiceSettings,
) -> None:
    """Whenever it was written: what waited long may have been sent just before the broker fell."""
    keyring = MongoKeyRing(settings.mongo_url, bytes(32))
    store = MongoStore(settings.mongo_url, "onboarding", keyring)
    one = await _commit(store, "sent last", key="other")
    await store.sent([one.c])
    assert await store.unsent(10) == []
    relay = Relay(store, settings.kafka_url, "test")
    run = asyncio.create_task(relay.run())
    try:
        await _commit(store, "new", one, "other")
        assert await _sent(settings.kafka_url, 2, b"other") == ["sent last", "new"]
    finally:
        run.cancel()
        await relay.stop()
    await store.forget_sent(-1.0)
    assert await store.sent_lately() == []
