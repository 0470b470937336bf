"""Lag is what a group has not committed yet, per topic."""

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.administration.lag import Lag, lag
from shared.administration.line import Parcel, send_in_order
from shared.embedded.stack import Stack


def facts(count: int) -> list[Parcel]:
    return [Parcel(f"party-{number}".encode(), (), b"{}") for number in range(count)]


async def test_a_group_is_behind_by_what_came_after_its_last_commit(
    stack: Stack, service: str
) -> None:
    topic = f"{service}.v1"
    send_in_order(stack.kafka_url, topic, facts(7))
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=stack.kafka_url,
        group_id=service,
        group_instance_id=f"{service}-0",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    heard = 0
    while heard < 7:
        heard += sum(len(part) for part in (await consumer.getmany(timeout_ms=500)).values())
    await consumer.commit()
    assert lag(stack.kafka_url, [service]) == [Lag(service, topic, 0)]

    send_in_order(stack.kafka_url, topic, facts(5))
    assert lag(stack.kafka_url, [service]) == [Lag(service, topic, 5)]

    start = {TopicPartition(topic, number): 0 for number in range(12)}
    await consumer.commit(start)
    await consumer.stop()
    assert lag(stack.kafka_url, [service]) == [Lag(service, topic, 12)]


def test_a_group_that_never_committed_has_no_line(stack: Stack) -> None:
    assert lag(stack.kafka_url, ["never-heard-of"]) == []
