"""Who is in a chain, each during one stay, and the place that this gives it."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel

from shared.events.words import ChainRole, PartyDescription, Representative, Role, Share


class Standing(StrEnum):
    """How a member of a chain stands with the buyer."""

    DECLARED = "declared"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"

    @property
    def works(self) -> bool:
        return self in (Standing.DECLARED, Standing.APPROVED)


class Earlier(BaseModel, frozen=True):
    """How a member stood until a day, on which something about it became another."""

    until: date
    parent_id: str
    tier: int
    share: Share | None
    service: str
    role: ChainRole
    place: str
    place_country: str | None
    standing: Standing


class Member(BaseModel, frozen=True):
    """One party during one stay in a chain; it may leave and come back later.

    `until_version` is the version of the chain in which it was no longer there. `stated` names
    what of its parent and start was said, and not put in its place. `answer_due` is by when the
    buyer should have said whether it agrees.
    """

    party: PartyDescription
    parent_id: str
    tier: int
    share: Share | None = None
    service: str = ""
    role: ChainRole = ChainRole.SUBCONTRACTOR
    place: str = ""
    place_country: str | None = None
    representatives: tuple[Representative, ...] = ()
    starts: date
    ends: date | None = None
    stated: tuple[str, ...] = ()
    standing: Standing = Standing.DECLARED
    document_ids: tuple[str, ...] = ()
    declared_at: datetime
    declared_by: str = ""
    channel: str = ""
    answer_due: datetime | None = None
    since_version: int
    until_version: int | None = None
    decided_by: str = ""
    reason: str = ""
    past: tuple[Earlier, ...] = ()

    @property
    def party_id(self) -> str:
        return self.party.party_id

    def works_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    def on(self, day: date) -> "Member":
        """The member as it stood on a day."""
        for earlier in self.past:
            if day < earlier.until:
                return self.model_copy(
                    update=earlier.model_dump(exclude={"until"}) | _kept(earlier)
                )
        return self

    def from_day(self, day: date, **update: object) -> "Member":
        """The member with something else from a day on; what it was before is kept."""
        names = Earlier.model_fields.keys() - {"until"}
        before = Earlier(until=day, **{name: getattr(self, name) for name in names})
        earlier = tuple(one for one in self.past if one.until < day)
        return self.model_copy(update={**update, "past": (*earlier, before)})


def _kept(earlier: Earlier) -> dict[str, object]:
    """What dumping would have turned into plain values."""
    return {"share": earlier.share, "role": earlier.role, "standing": earlier.standing}


class Place(BaseModel, frozen=True):
    """Where a party stands on a contract. `path` runs from the supplier down to the party.

    `predecessors` had the contract before its buyer, the last one first.
    """

    contract_id: str
    buyer_id: str
    predecessors: tuple[str, ...] = ()
    country: str
    supplier_id: str
    role: Role
    tier: int
    path: tuple[str, ...]
    share: Share | None = None
    replacement_id: str = ""

    @property
    def buyers(self) -> tuple[str, ...]:
        """Whose findings count here, the present buyer's before all others'."""
        return (self.buyer_id, *self.predecessors)
