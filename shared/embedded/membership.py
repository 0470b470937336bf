"""Who hears which partitions, for consumers of the embedded broker that keep their names.

The embedded broker lets no member of a group expire, so each joins under a name that it keeps.
When the one that leads comes back under its name and a new id, that broker lets it divide the
partitions anew and tells nobody else. aiokafka divides by ids: then two held the same half and the
other half was heard by no one. Divided by name, it comes out as it was.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import (
    ConsumerProtocolMemberAssignment,
    ConsumerProtocolMemberMetadata,
)


class DividedByName(RoundRobinPartitionAssignor):  # type: ignore[misc]
    """Round robin in the order of the members' names, which each tells with its subscription."""

    member: ClassVar[str] = ""

    @classmethod
    def named(cls, member: str) -> type["DividedByName"]:
        """For one member: aiokafka asks a class, and tells it nothing."""
        return type("DividedByName", (cls,), {"member": member})

    @classmethod
    def metadata(cls, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        return ConsumerProtocolMemberMetadata(cls.version, list(topics), cls.member.encode())

    @classmethod
    def assign(
        cls, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        ids = {f"{told.user_data.decode()}/{id}": id for id, told in members.items()}
        divided = super().assign(cluster, {named: members[id] for named, id in ids.items()})
        return {ids[named]: part for named, part in divided.items()}
