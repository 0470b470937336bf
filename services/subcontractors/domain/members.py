"""Who is in a chain, each during one stay, and the place that this gives it."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel

from shared.domain import Aggregate, Rejected
from shared.events.words import Clause, PartyDescription, Right, Role, Share


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


class Member(BaseModel, frozen=True):
    """One subcontractor during one stay in a chain; it may leave and come back later.

    `until_version` is the version of the chain in which it was no longer there.
    """

    party: PartyDescription
    parent_id: str
    tier: int
    share: Share | None = None
    service: str = ""
    starts: date
    ends: date | None = None
    standing: Standing = Standing.DECLARED
    document_ids: tuple[str, ...] = ()
    declared_at: datetime
    since_version: int
    until_version: int | None = None
    decided_by: str = ""
    reason: str = ""

    @property
    def party_id(self) -> str:
        return self.party.party_id

    def works_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


class Place(BaseModel, frozen=True):
    """Where a party stands on a contract. `path` runs from the supplier down to the party."""

    contract_id: str
    buyer_id: str
    country: str
    supplier_id: str
    role: Role
    tier: int
    path: tuple[str, ...]
    share: Share | None = None
    replacement_id: str = ""


class Roster(Aggregate):
    """Who is on a contract, and where each of them stands."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "party_ids")

    buyer_id: str
    title: str = ""
    country: str = "DK"
    regime: str = ""
    above_threshold: bool = True
    at_buyer_facility: bool = False
    starts: date | None = None
    ends: date | None = None
    supplier_ids: tuple[str, ...] = ()
    party_ids: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    members: tuple[Member, ...] = ()
    chain_version: int = 0
    violation_ids: tuple[str, ...] = ()
    replacement_ids: tuple[str, ...] = ()
    over: str = ""

    def member(self, party_id: str) -> Member | None:
        """The party as it works under this contract now."""
        for member in self.members:
            if member.party_id == party_id and member.standing.works:
                return member
        return None

    def must_have(self, party_id: str) -> Member:
        member = self.member(party_id)
        if member is None:
            now = ", ".join(m.party_id for m in self.members if m.standing.works) or "nobody"
            raise Rejected(f"{party_id} is not a subcontractor on {self.id} now; those are: {now}")
        return member

    def without(self, party_id: str) -> bool:
        """Whether the party does no work here now."""
        return bool(self.over) or self.member(party_id) is None

    def as_of(self, day: date) -> tuple[Member, ...]:
        """Who worked, or was to work, on a day."""
        return tuple(member for member in self.members if member.works_on(day))

    def path_to(self, party_id: str) -> tuple[str, ...]:
        """From the supplier down to the party."""
        path: tuple[str, ...] = (party_id,)
        while (member := self.member(path[0])) and member.parent_id not in path:
            path = (member.parent_id, *path)
        return path

    def places_of(self, party_id: str) -> tuple[Place, ...]:
        """What the party is here: nothing, or supplier, or subcontractor, or both."""
        if self.over:
            return ()
        places = []
        if party_id in self.supplier_ids:
            places.append(self._place(party_id, Role.SUPPLIER, 0, None, (party_id,)))
        if member := self.member(party_id):
            path = self.path_to(party_id)
            share, tier = member.share, member.tier
            places.append(self._place(path[0], Role.SUBCONTRACTOR, tier, share, path))
        return tuple(places)

    def _place(
        self, supplier_id: str, role: Role, tier: int, share: Share | None, path: tuple[str, ...]
    ) -> Place:
        return Place(
            contract_id=self.id,
            buyer_id=self.buyer_id,
            country=self.country,
            supplier_id=supplier_id,
            role=role,
            tier=tier,
            path=path,
            share=share,
        )

    def clause_with(self, right: Right) -> Clause | None:
        return next((clause for clause in self.clauses if right in clause.rights), None)

    def least_share_given_away(self, without: str = "") -> float:
        """Per cent of the value that tier 1 has at least, without one of them."""
        return sum(
            m.share.minimum
            for m in self.members
            if m.standing.works and m.tier == 1 and m.share and m.party_id != without
        )
