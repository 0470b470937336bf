"""The line to the broker: one clear sentence where it cannot be reached."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError

from shared.administration import TIMEOUT, CannotAdminister
from shared.brokers import Brokers
from shared.entrance import NotLetIn, what_hinders

LARGEST = 16_000_000  # bytes of one message; a commit never holds more (shared.relay)

NOT_THERE = (KafkaConnectionError, KafkaTimeoutError)
"""By these a client says that no server could be used, and not why."""

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Parcel:
    """A message as it lies, or shall lie, in a topic, with nothing read out of it."""

    key: bytes | None
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """The last value of a header, or nothing."""
        return dict(self.headers).get(name, b"").decode(errors="replace")


@contextmanager
def administrator(url: str) -> Iterator[KafkaAdminClient]:
    with _clear_sentences(url):
        client = KafkaAdminClient(
            **Brokers.at(url).options(), request_timeout_ms=TIMEOUT, bootstrap_timeout_ms=TIMEOUT
        )
        try:
            yield client
        finally:
            client.close()


def read_whole(url: str, topic: str) -> Iterator[Parcel]:
    """Every message that the topic holds at this moment, in order within each partition."""
    with _clear_sentences(url):
        consumer = KafkaConsumer(
            **Brokers.at(url).options(),
            group_id=None,
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=TIMEOUT,
        )
        try:
            numbers = consumer.partitions_for_topic(topic) or ()
            partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
            if not partitions:
                return
            consumer.assign(partitions)
            consumer.seek_to_beginning()
            ends = consumer.end_offsets(partitions)
            while any(consumer.position(place) < ends[place] for place in partitions):
                for place, records in consumer.poll(timeout_ms=200).items():
                    for record in records:
                        if record.offset < ends[place]:
                            headers = tuple((name, value or b"") for name, value in record.headers)
                            yield Parcel(record.key, headers, record.value or b"")
        finally:
            consumer.close()


def send_in_order(url: str, topic: str, messages: Sequence[Parcel]) -> None:
    """Send all, keyed, and return when the broker has every one."""
    with _clear_sentences(url):
        producer = KafkaProducer(
            **Brokers.at(url).options(),
            acks="all",
            allow_auto_create_topics=False,
            max_request_size=LARGEST,
            max_block_ms=TIMEOUT,
            bootstrap_timeout_ms=TIMEOUT,
        )
        try:
            sent = [
                producer.send(topic, value=one.body, key=one.key, headers=list(one.headers))
                for one in messages
            ]
            producer.flush(timeout=TIMEOUT / 1000)
            for future in sent:
                future.get(timeout=TIMEOUT / 1000)
        finally:
            producer.close(timeout=TIMEOUT / 1000)


@contextmanager
def _clear_sentences(url: str) -> Iterator[None]:
    try:
        yield
    except KafkaError as error:
        brokers = Brokers.at(url)
        said = f"the broker at {brokers.servers} says no or is not there: {error}"
        if isinstance(error, NOT_THERE):
            said = _run_apart(brokers) or said
        raise CannotAdminister(said) from error


def _run_apart(brokers: Brokers) -> str:
    """What hinders us, asked in a thread of its own: this one may already run a loop."""
    with ThreadPoolExecutor(1) as apart:
        try:
            return apart.submit(asyncio.run, what_hinders(brokers)).result()
        except NotLetIn as refused:
            return str(refused)
