"""From Kafka to the bus: one batch subscriber per service, over all the topics it hears."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaConnectionError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.brokers import Brokers
from shared.embedded.membership import DividedByName
from shared.entrance import what_hinders
from shared.envelope import Message, Outcome
from shared.store import Outage

log = logging.getLogger("ansvar.listener")

BATCH_MESSAGES = 500
BATCH_BYTES = 8_000_000
"""A commit must stay below MongoDB's 16 MB for one document, journal entries included."""


def message_of(record: object) -> Message:
    """A Kafka record as a message. One without an id gets the place where it was found."""
    topic, key, value = record.topic, record.key, record.value  # type: ignore[attr-defined]
    headers: tuple[tuple[str, bytes], ...] = record.headers  # type: ignore[attr-defined]
    told = {name: (held or b"").decode(errors="replace") for name, held in headers}
    place = f"{topic}:{record.partition}:{record.offset}"  # type: ignore[attr-defined]
    id = told.get("ce_id") or place
    attempt, dead_id = told.get("ansvar-attempt"), told.get("ansvar-dead-id")
    sequence = told.get("ce_sequence", "0")
    return Message(
        id=f"{dead_id or id}#{attempt}" if attempt else id,
        type=told.get("ce_type", ""),
        key=(key or b"").decode(errors="replace"),
        body=value or b"",
        source=told.get("ce_source", ""),
        correlation=told.get("ce_correlationid", ""),
        cause=told.get("ce_causationid", ""),
        time=_time(told.get("ce_time")),
        sequence=int(sequence) if sequence.isdecimal() else 0,
        prevhash=told.get("ce_prevhash", ""),
        topic=told.get("ansvar-dead-topic") or topic,
        headers=headers,
        place=place,
        original_id=dead_id or "" if attempt or dead_id else "",
    )


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def portions(messages: list[Message]) -> Iterable[list[Message]]:
    """Parts of a batch that one commit can hold."""
    portion, size = list[Message](), 0
    for message in messages:
        if portion and size + len(message.body) > BATCH_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(message)
        size += len(message.body)
    if portion:
        yield portion


class Hears(Protocol):
    """Who takes what is read: the bus, or what stands before it. `service` is its group."""

    @property
    def service(self) -> str: ...
    @property
    def halted(self) -> str | None: ...

    async def handle(self, messages: Sequence[Message]) -> dict[str, Outcome]: ...


class Listener:
    """Reads batches and hands them to the bus; offsets are committed after the bus is done."""

    def __init__(
        self, bus: Hears, kafka_url: str, topics: tuple[str, ...], instance: str | None
    ) -> None:
        self._bus = bus
        self._stopped = asyncio.Event()
        self._read: dict[tuple[str, int], int] = {}
        self._brokers = brokers = Brokers.at(kafka_url)
        self.broker = KafkaBroker(brokers.servers, security=brokers.security(), logger=None)
        subscriber = self.broker.subscriber(
            *topics,
            batch=True,
            max_records=BATCH_MESSAGES,
            batch_timeout_ms=25,
            fetch_max_bytes=BATCH_BYTES,
            group_id=bus.service,
            group_instance_id=instance,
            partition_assignment_strategy=(
                (DividedByName.named(instance),) if instance else (RoundRobinPartitionAssignor,)
            ),
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            # FastStream's default commits before handling, and a policy set on the broker does
            # not reach its subscribers (0.7.8).
            ack_policy=AckPolicy.NACK_ON_ERROR,
            # One unreadable body would fail its whole batch before the bus sees it.
            decoder=_undecoded,
        )
        subscriber(self._hear)

    async def _hear(self, batch: KafkaMessage) -> None:
        records: tuple[object, ...] = tuple(batch.raw_message)
        for portion in portions([message_of(record) for record in records]):
            if self._bus.halted:
                # Nothing is committed: a start after the cause is mended begins here again.
                await self._stopped.wait()
                raise RuntimeError(self._bus.halted)
            await self._bus.handle(portion)
        for record in records:
            self._read[record.topic, record.partition] = record.offset  # type: ignore[attr-defined]

    async def start(self) -> None:
        """Raises `NotLetIn` where the broker refuses us, and `Outage` where it is away."""
        try:
            await self.broker.start()
        except KafkaConnectionError as error:
            raise Outage(await what_hinders(self._brokers) or str(error)) from error

    async def pause(self) -> None:
        """Take no more messages; what was taken is finished."""
        self._stopped.set()
        for subscriber in self.broker.subscribers:
            await subscriber.stop()

    async def stop(self) -> None:
        await self.broker.stop()

    def lag(self) -> dict[str, int]:
        """Messages that are known to the consumer and not yet read, by topic."""
        behind: dict[str, int] = {}
        for subscriber in self.broker.subscribers:
            consumer = getattr(subscriber, "consumer", None)
            if consumer is None:
                continue
            for partition in consumer.assignment():
                end = consumer.highwater(partition)
                read = self._read.get((partition.topic, partition.partition))
                if end is not None and read is not None:
                    topic = partition.topic
                    behind[topic] = behind.get(topic, 0) + max(0, end - read - 1)
        return behind


FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two attempts to begin to listen."""


async def started(make: Callable[[], Listener]) -> Listener:
    """A listener that listens: while the broker is away one is made again and again. Raises
    `NotLetIn`, which does not pass by itself.
    """
    pause = FIRST_PAUSE
    while True:
        listener = make()
        try:
            await listener.start()
            return listener
        except (Outage, KafkaError) as trouble:
            await listener.stop()
            if isinstance(trouble, KafkaError) and not trouble.retriable:
                raise
            log.warning("waiting for the broker", extra={"outage": str(trouble)})
        await asyncio.sleep(pause * (0.5 + random.random() / 2))
        pause = min(2 * pause, LONGEST_PAUSE)


async def _undecoded(message: object) -> None:
    return None
