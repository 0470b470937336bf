"""How far each service is behind what the others announced."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kafka import OffsetSpec

from shared.administration.line import administrator


@dataclass(frozen=True)
class Lag:
    """How many messages of a topic a group has not committed yet."""

    group: str
    topic: str
    behind: int


def lag(url: str, groups: Iterable[str]) -> list[Lag]:
    """The lag of each group on each topic it has ever committed, the furthest behind first."""
    with administrator(url) as client:
        committed = client.list_group_offsets(list(groups))
        places = {place for offsets in committed.values() for place in offsets}
        if not places:
            return []
        ends = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        starts = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
    behind: dict[tuple[str, str], int] = defaultdict(int)
    for group, offsets in committed.items():
        for place, at in offsets.items():
            # Nothing committed is -1, and what the broker no longer holds cannot be caught up.
            done = max(at.offset, starts[place].offset)
            behind[group, place.topic] += max(0, ends[place].offset - done)
    rows = [Lag(group, topic, count) for (group, topic), count in behind.items()]
    return sorted(rows, key=lambda row: (-row.behind, row.group, row.topic))
