"""Topics are created once, with their partitions, and never changed behind anybody's back."""

import uuid

import pytest
from kafka import KafkaAdminClient

from shared.administration import CannotAdminister, line, topics
from shared.embedded.readiness import free_ports
from shared.embedded.stack import Stack


def test_a_service_gets_its_three_topics_and_a_second_apply_creates_nothing(stack: Stack) -> None:
    name = f"trial{uuid.uuid4().hex[:8]}"
    created = topics.apply(stack.kafka_url, [name])
    assert created == [f"{name}.v1", f"{name}.replay", f"{name}.dead"]
    assert topics.apply(stack.kafka_url, [name]) == []
    there = {found.name: found.partitions for found in topics.list_topics(stack.kafka_url)}
    assert [there[topic] for topic in created] == [12, 12, 1]


def test_a_topic_with_other_partitions_grows_while_it_is_empty_and_is_refused_later(
    stack: Stack,
) -> None:
    name = f"trial{uuid.uuid4().hex[:8]}"
    client = KafkaAdminClient(bootstrap_servers=stack.kafka_url)
    too_small = {f"{name}.{kind}": {"num_partitions": 1} for kind in ("v1", "replay")}
    client.create_topics(too_small, wait_for_metadata=True)
    client.close()
    line.send_in_order(stack.kafka_url, f"{name}.v1", [line.Parcel(b"party-1", (), b"{}")])
    with pytest.raises(CannotAdminister, match=rf"^{name}\.v1 has 1 partitions instead of 12: "):
        topics.apply(stack.kafka_url, [name])

    empty = f"trial{uuid.uuid4().hex[:8]}"
    client = KafkaAdminClient(bootstrap_servers=stack.kafka_url)
    client.create_topics({f"{empty}.v1": {"num_partitions": 1}}, wait_for_metadata=True)
    client.close()
    assert topics.apply(stack.kafka_url, [empty]) == [f"{empty}.replay", f"{empty}.dead"]
    there = {found.name: found.partitions for found in topics.list_topics(stack.kafka_url)}
    assert there[f"{empty}.v1"] == 12


def test_a_broker_that_is_not_there_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "TIMEOUT", 300)
    (port,) = free_ports(1)
    with pytest.raises(CannotAdminister, match=f"the broker at 127.0.0.1:{port}"):
        topics.list_topics(f"127.0.0.1:{port}")
