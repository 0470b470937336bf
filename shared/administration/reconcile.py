"""After the broker lost facts: sends again what is in a journal and no longer in its topic.

To be done before the services start. A group that had read further than the topic now reaches
would never see what is sent again in those places, so it is rewound to the end first; what it
already handled it knows by id and passes over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kafka import OffsetAndMetadata, OffsetSpec
from kafka.admin import MemberToRemove
from kafka.errors import NoError

from shared.administration import CannotAdminister
from shared.administration.journal_replay import AT_ONCE, in_parts
from shared.administration.line import Parcel, administrator, read_whole, send_in_order


@dataclass(frozen=True)
class Reconciled:
    """How many facts were in the journal, and how many of them had to be sent again."""

    topic: str
    facts: int
    sent_again: int


def rewind(url: str, groups: Iterable[str], *, remove_members: bool = False) -> list[str]:
    """Set back every group that stands past the end of a partition, and say which.

    The embedded broker keeps the members of stopped services for ever and lets nobody move the
    offsets of a group with members: there, and only where nothing runs, they are removed first.
    """
    told = []
    with administrator(url) as client:
        committed = client.list_group_offsets(list(groups))
        places = {place for offsets in committed.values() for place in offsets}
        if not places:
            return []
        ends = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        for group, offsets in committed.items():
            past = {
                place: OffsetAndMetadata(ends[place].offset, "", -1)
                for place, at in offsets.items()
                if at.offset > ends[place].offset
            }
            if not past:
                continue
            if remove_members:
                _remove_members(client, group)
            for place, error in client.alter_group_offsets(group, past).items():
                if error is not NoError:
                    raise CannotAdminister(
                        f"{group} cannot be rewound on {place.topic} ({error.__name__}): "
                        "stop the services first"
                    )
                told.append(f"{group} on {place.topic}/{place.partition}")
    return sorted(told)


def _remove_members(client: Any, group: str) -> None:
    members = client.describe_groups([group])[group]["members"]
    client.remove_group_members(
        group, [MemberToRemove(group_instance_id=one["group_instance_id"]) for one in members]
    )


def send_missing(url: str, topic: str, journal: Iterable[Parcel]) -> Reconciled:
    """Send the facts of the journal that the topic does not hold, in the journal's order."""
    there = {message.header("ce_id") for message in read_whole(url, topic)}
    facts = sent = 0
    for part in in_parts(journal, AT_ONCE):
        missing = [fact for fact in part if fact.header("ce_id") not in there]
        send_in_order(url, topic, missing)
        facts += len(part)
        sent += len(missing)
    return Reconciled(topic, facts, sent)
