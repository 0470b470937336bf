"""The topics that each service needs, and whether they are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kafka import OffsetSpec, TopicPartition

from shared.administration import CannotAdminister
from shared.administration.line import LARGEST, administrator

PARTITIONS = 12  # for facts and for replay; design §3. More would break the order per aggregate

DAYS = 30  # that facts stay in a topic; `ansvar journal reconcile` looks back less far
KEPT_FOR_DAYS = {"retention.ms": str(DAYS * 86_400_000)}
KEPT_FOR_EVER = {"retention.ms": "-1"}
KEPT_FOR_A_WEEK = {"retention.ms": str(7 * 86_400_000)}
LARGE_MESSAGES = {"max.message.bytes": str(LARGEST)}


TAKES_IN = {"contracts": ("payments.in.v1",)}
"""Topics on which systems of the buyers write, by who reads them. What lies there is in clear, so
it is kept no longer than it takes to mend what could not be read (ADR-0068)."""


def groups_of(service: str) -> tuple[str, ...]:
    """The groups in which a service reads: what it takes in has one of its own."""
    return (service, *(f"{service}-payments" for _ in TAKES_IN.get(service, ())))


@dataclass(frozen=True)
class Topic:
    """A topic as it should be."""

    name: str
    partitions: int
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Found:
    """A topic as the broker has it."""

    name: str
    partitions: int


def topics_of(service: str) -> tuple[Topic, ...]:
    """What a service announces, what it is asked to hear again, and what it could not handle.

    Dead letters have one partition: the order in which letters, replays and their markers were
    written says whether a letter is still open. They are kept until somebody resolves them.
    """
    passing = tuple((LARGE_MESSAGES | KEPT_FOR_DAYS).items())
    kept = tuple((LARGE_MESSAGES | KEPT_FOR_EVER).items())
    taken = tuple((LARGE_MESSAGES | KEPT_FOR_A_WEEK).items())
    return (
        *(Topic(name, PARTITIONS, taken) for name in TAKES_IN.get(service, ())),
        Topic(f"{service}.v1", PARTITIONS, passing),
        Topic(f"{service}.replay", PARTITIONS, passing),
        Topic(f"{service}.dead", 1, kept),
    )


def apply(url: str, services: Iterable[str]) -> list[str]:
    """Create the topics that are missing and name them.

    The embedded broker makes a topic of one partition for whoever asks about it too early: as long
    as it is empty it is given the others. One that holds facts is refused, because the partition
    of a key, and with it the order per aggregate, would change.
    """
    wanted = {topic.name: topic for service in services for topic in topics_of(service)}
    with administrator(url) as client:
        there = {found.name: found.partitions for found in _found(client) if found.name in wanted}
        wrong = [name for name, count in there.items() if count != wanted[name].partitions]
        full = [n for n in wrong if there[n] > wanted[n].partitions or _holds(client, n, there[n])]
        if full:
            told = [
                f"{n} has {there[n]} partitions instead of {wanted[n].partitions}" for n in full
            ]
            raise CannotAdminister(
                f"{'; '.join(told)}: partitions cannot be changed without losing the order of "
                "facts; move the data to a topic of its own or start with an empty broker"
            )
        if wrong:
            client.create_partitions({name: wanted[name].partitions for name in wrong})
        missing = {
            topic.name: {
                "num_partitions": topic.partitions,
                "replication_factor": -1,  # as many copies as the broker's own default says
                "configs": dict(topic.settings),
            }
            for topic in wanted.values()
            if topic.name not in there
        }
        if missing:
            client.create_topics(missing, wait_for_metadata=True)
        return list(missing)


def list_topics(url: str) -> list[Found]:
    """All topics of the broker, by name."""
    with administrator(url) as client:
        return sorted(_found(client), key=lambda found: found.name)


def _found(client: Any) -> list[Found]:
    return [
        Found(topic["name"], len(topic["partitions"]))
        for topic in client.describe_topics()
        if not topic.get("is_internal")
    ]


def _holds(client: Any, topic: str, partitions: int) -> bool:
    places = [TopicPartition(topic, number) for number in range(partitions)]
    ends = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
    return any(ends[place].offset for place in places)
