"""All that is kept of one contract's chain, and what can be read from it."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel

from services.subcontractors.domain.members import Member, Place
from shared.domain import Aggregate, Rejected
from shared.events.words import (
    ChainRole,
    Clause,
    Good,
    Lot,
    Money,
    Representative,
    Right,
    Role,
    Share,
)


class Revision(BaseModel, frozen=True):
    """One version of a chain: who said what about whom, when, and by which way."""

    version: int
    at: datetime
    day: date
    party_id: str
    what: str
    by: str
    channel: str = ""


class Violation(BaseModel, frozen=True):
    """A rule that the chain breaks, or broke until it `ended`."""

    id: str
    rule: str
    party_id: str
    detail: str
    found: datetime
    ended: datetime | None = None
    end_reason: str = ""
    ended_by: str = ""


class Sighting(BaseModel, frozen=True):
    """A company that was seen to work: on an invoice, a site list or another document.

    `party_id` is missing where only its name stood there; `dismissed` says why it does not count.
    """

    id: str
    company: str
    party_id: str | None
    source: str
    reference: str
    seen_on: date
    by: str
    dismissed: str = ""


class Change(BaseModel, frozen=True):
    """What is to be another about a member. What is missing stays as it is."""

    parent_id: str | None = None
    share: Share | None = None
    service: str | None = None
    role: ChainRole | None = None
    place: str | None = None
    place_country: str | None = None
    representatives: tuple[Representative, ...] | None = None
    ends: date | None = None

    def against(self, member: Member) -> dict[str, object]:
        """What would really be another."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: value
            for name, value in said.items()
            if value is not None and value != getattr(member, name)
        }


class Notice(BaseModel, frozen=True):
    """A change that a supplier gave notice of. `stage`: open, approved, refused or withdrawn."""

    id: str
    party_id: str
    change: Change
    changed: tuple[str, ...]
    effective: date
    by: str
    reason: str
    given: datetime
    due: datetime
    stage: str = "open"
    answered_by: str = ""
    answer: str = ""


class Roster(Aggregate):
    """Who is on a contract, and where each of them stands."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "party_ids")

    buyer_id: str
    predecessors: tuple[str, ...] = ()
    title: str = ""
    category: str = ""
    value: Money | None = None
    awarded: date | None = None
    country: str = "DK"
    regime: str = ""
    above_threshold: bool = True
    at_buyer_facility: bool = False
    starts: date | None = None
    ends: date | None = None
    units: tuple[str, ...] = ()
    lots: tuple[Lot, ...] = ()
    goods: tuple[Good, ...] = ()
    supplier_ids: tuple[str, ...] = ()
    supplier_names: tuple[str, ...] = ()
    supplier_countries: tuple[str, ...] = ()
    party_ids: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    members: tuple[Member, ...] = ()
    chain_version: int = 0
    revisions: tuple[Revision, ...] = ()
    notices: tuple[Notice, ...] = ()
    circles: tuple[tuple[str, str], ...] = ()
    sightings: tuple[Sighting, ...] = ()
    violations: tuple[Violation, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    replacement_ids: tuple[str, ...] = ()
    over: str = ""
    card: str = ""

    @property
    def buyers(self) -> tuple[str, ...]:
        """Who has the contract, and who had it before, the last one first."""
        return (self.buyer_id, *self.predecessors)

    def pass_on(self, buyer_id: str) -> None:
        """Another authority is the buyer from now on, and stands where the one before it stood."""
        self.predecessors = tuple(one for one in self.buyers if one != buyer_id)
        self.buyer_id = buyer_id

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
        """Who worked, or was to work, on a day, as each of them stood then."""
        return tuple(member.on(day) for member in self.members if member.works_on(day))

    def version_on(self, day: date) -> int:
        """The version of the chain that was the newest at the end of a day."""
        return max((one.version for one in self.revisions if one.day <= day), default=0)

    @property
    def working(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.standing.works)

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
            predecessors=self.predecessors,
            country=self.country,
            supplier_id=supplier_id,
            role=role,
            tier=tier,
            path=path,
            share=share,
        )

    def clause_with(self, right: Right) -> Clause | None:
        return next((clause for clause in self.clauses if right in clause.rights), None)

    @property
    def max_tier(self) -> int | None:
        """The deepest tier that the contract allows, where it says so."""
        return min((c.max_tier for c in self.clauses if c.max_tier is not None), default=None)

    @property
    def max_share(self) -> float | None:
        """Per cent of the value that the contract lets subcontractors have together."""
        return min((c.max_share for c in self.clauses if c.max_share is not None), default=None)

    def open_violations(self) -> tuple[Violation, ...]:
        return tuple(one for one in self.violations if one.ended is None)

    def least_share_given_away(self, without: str = "") -> float:
        """Per cent of the value that tier 1 has at least, without one of them."""
        return sum(
            m.share.minimum
            for m in self.members
            if m.standing.works and m.tier == 1 and m.share and m.party_id != without
        )
