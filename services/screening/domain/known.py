"""What a party was known as when it was compared, so that a comparison can be repeated."""

from datetime import datetime
from typing import ClassVar

from shared.domain import Record
from shared.events.words import PartyDescription


class KnownAs(Record):
    """A party as it was compared from a moment on, by which engine and policy.

    One is kept whenever any of it changes, of what a comparison looks at. It is sealed with the
    party's key and ends with that.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "since")

    party_id: str
    since: str
    """ISO 8601 in UTC, so that moments stand in the order of their texts."""
    party: PartyDescription
    engine: str
    policy: str

    @classmethod
    def of(cls, party: PartyDescription, engine: str, policy: str, at: datetime) -> "KnownAs":
        since = at.isoformat()
        return cls(
            id=f"{party.party_id}@{since}",
            party_id=party.party_id,
            since=since,
            party=party,
            engine=engine,
            policy=policy,
        )
