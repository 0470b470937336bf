"""What is sent and shown over HTTP."""

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, Field

from services.subcontractors.domain import Candidate, Exposure, Member, Replacement
from services.subcontractors.naming import PartyBody
from shared.domain import Caller
from shared.events.words import Cause, Clause, Role, Share, Status


class Reason(BaseModel):
    """Why, in the words of whoever decides."""

    reason: str = Field(max_length=4_000)


class Withdrawal(Reason):
    ends: date


class Naming(BaseModel):
    supplier_id: str
    party: PartyBody
    share: Share | None = None
    service: str = Field(default="", max_length=500)
    tier: int = Field(default=1, ge=1, le=20)
    starts: date | None = None


class Proposal(BaseModel):
    """Who shall take over; without a share that of the one who goes."""

    party: PartyBody
    share: Share | None = None
    service: str = Field(default="", max_length=500)


class Clearing(Reason):
    effective: date | None = None


class Extension(Reason):
    working_days: int


class ChainView(BaseModel):
    """Who works on a contract on a day, or now where no day is named."""

    contract_id: str
    buyer_id: str
    title: str
    chain_version: int
    as_of: date
    over: str
    supplier_ids: tuple[str, ...]
    clauses: tuple[Clause, ...]
    members: tuple[Member, ...]


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
    found: datetime | None
    ended: datetime | None
    end_reason: str


class ReplacementView(BaseModel):
    id: str
    opened: str
    case_id: str
    contract_id: str
    buyer_id: str
    supplier_id: str
    outgoing_id: str
    deadline: datetime
    overdue: bool
    basis: str
    reason: str
    stage: str
    outcome: str
    effective: date | None
    candidates: tuple[Candidate, ...]


class Demand(BaseModel):
    """What the contractor sees of the demand, and of the substitutes that it has proposed."""

    contract_id: str
    outgoing_id: str
    deadline: datetime
    basis: str
    reason: str
    stage: str
    proposed: tuple[tuple[str, str], ...]


def seen(replacement: Replacement) -> ReplacementView:
    return ReplacementView.model_validate(replacement.model_dump())


def seen_by(caller: Caller, exposures: Iterable[Exposure], all: bool) -> list[ExposureView]:
    return [
        ExposureView.model_validate(exposure.model_dump())
        for exposure in exposures
        if caller.serves(exposure.buyer_id) and (all or exposure.open)
    ]
