"""What is sent and shown over HTTP."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, Field, StrictInt

from services.subcontractors.domain import Candidate, Chain, Exposure, Member, Replacement
from services.subcontractors.domain.clock import Pause
from services.subcontractors.domain.roster import Notice, Revision, Sighting, Violation
from services.subcontractors.parties import PartyBody
from shared.asked import Day, Moment
from shared.domain import Caller
from shared.events.words import Cause, ChainRole, Clause, Good, Lot, Role, Share, Status


class Reason(BaseModel):
    """Why, in the words of whoever decides."""

    reason: str = Field(max_length=4_000)


class Withdrawal(Reason):
    ends: Day


class PersonBody(BaseModel):
    """Who represents a company. `contact`: e-mail or telephone."""

    name: str = Field(min_length=1, max_length=200)
    contact: str | None = Field(default=None, max_length=320)


class Particulars(BaseModel):
    """What can be said of somebody's work on a contract. `ends` is the first day without it."""

    share: Share | None = None
    parent_id: str | None = Field(default=None, max_length=200)
    place_country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    ends: Day | None = None


class Naming(Particulars):
    """Somebody who works on the contract; `parent_id` is who hires it, the supplier where none is.

    `supplier_id` is not asked for where a link says which supplier it is.
    """

    supplier_id: str | None = None
    party: PartyBody
    service: str = Field(default="", max_length=500)
    tier: StrictInt = Field(default=1, ge=1, le=20)
    starts: Day | None = None
    role: ChainRole = ChainRole.SUBCONTRACTOR
    place: str = Field(default="", max_length=300)
    representatives: tuple[PersonBody, ...] = Field(default=(), max_length=20)


class NoticeBody(Particulars):
    """What is to be another from `effective` on (today where no day is named), and why."""

    service: str | None = Field(default=None, max_length=500)
    role: ChainRole | None = None
    place: str | None = Field(default=None, max_length=300)
    representatives: tuple[PersonBody, ...] | None = Field(default=None, max_length=20)
    effective: Day | None = None
    reason: str = Field(max_length=4_000)


class Asking(Reason):
    """Which supplier is to say who works for it, and in how many working days."""

    supplier_id: str
    working_days: StrictInt = 10


class AskedLink(BaseModel):
    """Where the supplier answers. Whoever has the path can answer for it: send it to it alone."""

    until: Moment
    path: str
    events: list[str]


class SeenBody(BaseModel):
    """One company on a paper, with its number where that stands there too."""

    company: str = Field(min_length=1, max_length=300)
    scheme: str | None = None
    number: str | None = Field(default=None, min_length=1, max_length=40)
    source: Literal["invoice", "site_list", "document"]
    reference: str = Field(default="", max_length=200)
    seen_on: Day


class Sightings(BaseModel):
    seen: tuple[SeenBody, ...] = Field(min_length=1, max_length=1_000)


class Proposal(BaseModel):
    """Who shall take over; without a share that of the one who goes."""

    party: PartyBody
    share: Share | None = None
    service: str = Field(default="", max_length=500)


class Clearing(Reason):
    effective: Day | None = None


class Extension(Reason):
    working_days: StrictInt


class Provisionally(Extension):
    """Within so many working days everything about the substitute is shown."""


class ChainView(BaseModel):
    """Who works on a contract on a day, or now where no day is named."""

    contract_id: str
    buyer_id: str
    title: str
    chain_version: int
    as_of: Day
    over: str
    supplier_ids: tuple[str, ...]
    units: tuple[str, ...]
    lots: tuple[Lot, ...]
    goods: tuple[Good, ...]
    clauses: tuple[Clause, ...]
    members: tuple[Member, ...]
    revisions: tuple[Revision, ...]
    notices: tuple[Notice, ...]
    sightings: tuple[Sighting, ...]
    violations: tuple[Violation, ...]


class OwnMember(BaseModel):
    """Somebody who works for a supplier, as the supplier sees it."""

    party_id: str
    name: str
    parent_id: str
    tier: int
    share: Share | None
    service: str
    standing: str


class ChainAsked(BaseModel):
    """What a supplier is asked to complete."""

    contract_id: str
    title: str
    supplier_id: str
    members: tuple[OwnMember, ...]


class ExposureView(BaseModel):
    id: str
    contract_id: str
    buyer_id: str
    party_id: str
    supplier_id: str
    role: Role
    tier: int
    path: tuple[str, ...]
    share: Share | None
    cause: Cause
    status: Status
    open: bool
    found: Moment | None
    ended: Moment | None
    end_reason: str


class ReplacementView(BaseModel):
    id: str
    opened: str
    case_id: str
    contract_id: str
    buyer_id: str
    supplier_id: str
    outgoing_id: str
    deadline: Moment
    overdue: bool
    basis: str
    reason: str
    stage: str
    outcome: str
    effective: Day | None
    vacant: bool
    until: Moment | None
    pause: Pause | None
    predecessors: tuple[str, ...]
    candidates: tuple[Candidate, ...]


class Demand(BaseModel):
    """What the contractor sees of the demand, and of the substitutes that it has proposed."""

    contract_id: str
    outgoing_id: str
    deadline: Moment
    basis: str
    reason: str
    stage: str
    stands_still: bool
    proposed: tuple[tuple[str, str], ...]


def seen(replacement: Replacement) -> ReplacementView:
    return ReplacementView.model_validate(replacement.model_dump())


def seen_by(
    caller: Caller, exposures: Iterable[Exposure], all: bool, at: Moment | None
) -> list[ExposureView]:
    """Those of the caller's buyers that are open, or were at a moment, with their status then."""
    shown = []
    for exposure in exposures:
        if not caller.serves(exposure.buyer_id):
            continue
        view = ExposureView.model_validate(exposure.model_dump())
        if at is not None and (status := exposure.status_at(at)):
            shown.append(view.model_copy(update={"status": status}))
        elif at is None and (all or exposure.open):
            shown.append(view)
    return shown


def chain_view(chain: Chain, as_of: Day | None, today: Day) -> ChainView:
    """A chain now, with all who ever were in it, or on a day with those who worked then."""
    day = as_of or today
    kept = chain.model_dump(include=set(ChainView.model_fields) - {"as_of", "members"})
    return ChainView(
        **{
            **kept,
            "contract_id": chain.id,
            "as_of": day,
            "chain_version": chain.version_on(day) if as_of else chain.chain_version,
            "members": chain.as_of(day) if as_of else chain.members,
            "revisions": tuple(r for r in chain.revisions if r.day <= day),
        }
    )


def asked_of(chain: Chain, supplier_id: str) -> ChainAsked:
    own = (m for m in chain.working if chain.path_to(m.party_id)[0] == supplier_id)
    members = tuple(
        OwnMember(
            party_id=m.party_id,
            name=m.party.name,
            parent_id=m.parent_id,
            tier=m.tier,
            share=m.share,
            service=m.service,
            standing=m.standing.value,
        )
        for m in own
    )
    return ChainAsked(
        contract_id=chain.id, title=chain.title, supplier_id=supplier_id, members=members
    )
