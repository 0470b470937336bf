"""What the broker lost is sent again, and who had read it reads on from the right place."""

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.administration import CannotAdminister
from shared.administration.lag import lag
from shared.administration.line import Parcel, read_whole, send_in_order
from shared.administration.reconcile import rewind, send_missing
from shared.embedded.stack import Stack

JOURNAL = [
    Parcel(f"party-{n % 3}".encode(), (("ce_id", f"onboarding/{n}".encode()),), b"%d" % n)
    for n in range(30)
]


def test_only_what_is_missing_is_sent_again_and_in_order(stack: Stack, service: str) -> None:
    topic = f"{service}.v1"
    send_in_order(stack.kafka_url, topic, JOURNAL[:20])
    found = send_missing(stack.kafka_url, topic, JOURNAL)
    assert (found.facts, found.sent_again) == (30, 10)
    there = list(read_whole(stack.kafka_url, topic))
    for key in {parcel.key for parcel in JOURNAL}:
        assert [p for p in there if p.key == key] == [p for p in JOURNAL if p.key == key]
    assert send_missing(stack.kafka_url, topic, JOURNAL).sent_again == 0


async def test_a_group_past_the_end_is_rewound_to_it(stack: Stack, service: str) -> None:
    topic = f"{service}.v1"
    send_in_order(stack.kafka_url, topic, JOURNAL[:20])
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=stack.kafka_url,
        group_id=service,
        group_instance_id=f"{service}-0",
        enable_auto_commit=False,
    )
    await consumer.start()
    await consumer.commit({TopicPartition(topic, number): 1000 for number in range(12)})
    await consumer.stop()

    with pytest.raises(CannotAdminister, match=r"cannot be rewound .* stop the services first"):
        rewind(stack.kafka_url, [service])
    assert len(rewind(stack.kafka_url, [service], remove_members=True)) == 12
    assert rewind(stack.kafka_url, [service]) == []
    send_missing(stack.kafka_url, topic, JOURNAL)
    assert [row.behind for row in lag(stack.kafka_url, [service])] == [10]
