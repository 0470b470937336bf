"""From the journal to Kafka: everything, in the order of each aggregate, at least once.

The database says what is not yet sent and in which order; memory only saves reading the block.
One relay per service sends at a time, by a lease.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.conn import CloseReason
from aiokafka.errors import KafkaError

from shared import traces
from shared.brokers import Brokers
from shared.envelope import Block
from shared.journal import headers_of
from shared.mongo import MongoStore
from shared.standing import woken_within
from shared.store import Conflict, Outage

log = logging.getLogger("ansvar.relay")

LEASE = 4.0
"""Seconds of real time that a relay's lease lasts; it is renewed when half is gone."""

SWEEP = 1.0
"""Seconds after which the relay looks even if nobody woke it."""

AGAIN = 5.0
"""What was sent within so many seconds is sent again at start and after trouble with the broker:
it may have lost what it acknowledged last, and inboxes pass over what they know."""

AT_HAND = 20
"""Blocks kept in memory to spare reading them."""


class Relay:
    def __init__(self, store: MongoStore, kafka_url: str, owner: str) -> None:
        self._store = store
        self._brokers = Brokers.at(kafka_url)
        self._owner = owner
        self._until = 0.0
        self._producer: AIOKafkaProducer | None = None
        self._at_hand: dict[int, Block] = {}
        self._woken = asyncio.Event()
        self._unsure = True
        self._forget_at = float("inf")
        self._recent = False
        self.sent = 0

    def wake(self, block: Block) -> None:
        """A commit has left something to send."""
        if len(self._at_hand) < AT_HAND:
            self._at_hand[block.c] = block
        self._woken.set()

    @property
    def leads(self) -> bool:
        """Whether this is the relay that sends now."""
        return time.monotonic() < self._until

    async def run(self) -> None:
        while True:
            try:
                if not await self._lead():
                    await asyncio.sleep(SWEEP)
                    continue
                await woken_within(self._woken, SWEEP)
                self._woken.clear()
                if self._unsure:
                    await self._ready()
                await self.drain()
                if not self._unsure:
                    await self._forget()
            except (Outage, Conflict, KafkaError, TimeoutError) as trouble:
                log.warning("the relay waits", extra={"trouble": repr(trouble)})
                await self._drop_producer()
                await asyncio.sleep(SWEEP)

    async def _lead(self) -> bool:
        asked = time.monotonic()
        if self._until - asked > LEASE / 2:
            return True
        ours = await self._store.lease("relay", self._owner, LEASE)
        self._until = asked + LEASE if ours else 0.0
        return ours

    async def drain(self) -> None:
        """Send all that is not yet sent."""
        while places := await self._store.unsent(50):
            producer = await self._ready()
            for place in places:
                if not await self._lead():
                    return
                block = self._at_hand.pop(place, None) or await self._store.block(place)
                if block is not None:
                    await self._send(producer, block)
                if self._unsure:
                    # What was acknowledged before the line broke may be lost, and is not marked as
                    # sent yet: it would go out after what follows on it, or never.
                    break
            else:
                await self._store.sent(places)
                self._recent = True
                self._forget_at = min(self._forget_at, time.monotonic() + AGAIN)
                for place in [p for p in self._at_hand if p <= places[-1]]:
                    del self._at_hand[place]

    async def _send(self, producer: AIOKafkaProducer, block: Block) -> None:
        began = traces.now()
        service, sending = self._store.service, []
        for entry in block.entries:
            sending.append(
                await producer.send(
                    entry.topic,
                    entry.body,
                    key=entry.key.encode(),
                    headers=headers_of(service, entry),
                )
            )
        for letter in block.dead:
            key = letter.key.encode() if letter.key else None
            headers = list(letter.headers)
            sending.append(await producer.send(letter.topic, letter.body, key=key, headers=headers))
        async with asyncio.timeout(10):
            await asyncio.gather(*sending)
        traces.sent(service, block.entries, began)
        self.sent += len(sending)

    async def _ready(self) -> AIOKafkaProducer:
        if self._unsure:
            await self._drop_producer()
        if self._producer is None:
            self._unsure = False
            producer = AIOKafkaProducer(
                **self._brokers.options(),
                enable_idempotence=True,
                acks="all",
                linger_ms=0,
                max_batch_size=1 << 18,
                max_request_size=16_000_000,
                request_timeout_ms=5_000,
            )
            _tell_when_the_line_breaks(producer, self._broke)
            await producer.start()
            self._producer = producer
            await self._send_again(producer)
        return self._producer

    def _broke(self) -> None:
        """The broker may have been killed, and back before anything was sent to it."""
        self._unsure = True
        self._woken.set()

    async def _send_again(self, producer: AIOKafkaProducer) -> None:
        """What the broker took last, once more and in its order; nothing of it follows on what is
        not yet sent at all, or that would have gone out before it."""
        for place in await self._store.sent_lately():
            block = await self._store.block(place)
            if block is not None:
                await self._send(producer, block)
        self._forget_at = time.monotonic() + AGAIN

    async def _forget(self) -> None:
        """What was sent longer ago is safe with the broker."""
        if time.monotonic() >= self._forget_at:
            self._forget_at = time.monotonic() + AGAIN if self._recent else float("inf")
            self._recent = False
            await self._store.forget_sent(AGAIN)

    async def _drop_producer(self) -> None:
        # An idempotent producer that once met OutOfOrderSequenceNumber reports it for ever.
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(2):
                    await producer.stop()

    async def stop(self) -> None:
        """Send what is left and give the lease back."""
        try:
            if self.leads:
                await self.drain()
        except (Outage, Conflict, KafkaError, TimeoutError) as trouble:
            log.warning("left for the next start", extra={"trouble": repr(trouble)})
        await self._drop_producer()
        with suppress(Outage):
            await self._store.give_back("relay", self._owner)


def _tell_when_the_line_breaks(producer: AIOKafkaProducer, tell: Callable[[], None]) -> None:
    """An idle producer connects anew in silence, so its client is asked (aiokafka is pinned)."""
    client = producer.client
    closed = client._on_connection_closed

    def heard(connection: object, reason: CloseReason | None) -> None:
        closed(connection, reason)
        if reason in (CloseReason.CONNECTION_BROKEN, CloseReason.CONNECTION_TIMEOUT):
            tell()

    client._on_connection_closed = heard
