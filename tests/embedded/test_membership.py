"""Who hears which partitions, when members of a group come back."""

from aiokafka.cluster import ClusterMetadata

from shared.embedded.membership import DividedByName

TOPICS = ("contracts.v1", "onboarding.replay")


class Cluster(ClusterMetadata):  # type: ignore[misc]
    def partitions_for_topic(self, topic: str) -> set[int]:
        return set(range(12))


def divided(**ids: str) -> dict[str, list[tuple[str, list[int]]]]:
    """What each of the named members with these ids is given."""
    members = {id: DividedByName.named(name).metadata(TOPICS) for name, id in ids.items()}
    parts = DividedByName.assign(Cluster(), members)
    return {name: parts[id].assignment for name, id in ids.items()}


def test_each_partition_is_heard_by_one() -> None:
    parts = divided(older="a", newer="b")
    for topic in TOPICS:
        heard = [n for given in parts.values() for t, some in given if t == topic for n in some]
        assert sorted(heard) == list(range(12))


def test_who_comes_back_under_another_id_gets_what_it_had() -> None:
    assert divided(older="id-1", newer="id-2") == divided(older="id-3", newer="id-2")
