"""Cases and replacements: where each stands, and what was said on the way."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, computed_field

from services.console.readmodels.parties import party_of
from services.console.readmodels.shelves import SHELF_RANK, TOP, on_shelves
from shared.domain import Aggregate
from shared.events.base import Criminal, Event
from shared.events.breaches import (
    BreachConfirmed,
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    CaseEvent,
    CaseSettled,
    ConsequenceOrdered,
    ContractorInstructed,
    DecisionApproved,
    DecisionProposed,
    EnquiryAnswered,
    EnquiryLapsed,
    EnquiryOpened,
    HearingAnswered,
    HearingLapsed,
    HearingOpened,
    InterimMeasureLifted,
    InterimMeasureOrdered,
    OpinionReceived,
    OpinionRequested,
    SecondApprovalGiven,
    SelfCleaningAssessed,
    SupplyAssessed,
    SupplySecured,
)
from shared.events.offences import offences_of
from shared.events.subcontractors import (
    ProvisionalSubstituteAllowed,
    ProvisionalSubstituteEnded,
    ReplacementDemanded,
    ReplacementEvent,
    ReplacementExtended,
    ReplacementOverdue,
    ReplacementPassedOn,
    ReplacementPaused,
    ReplacementResumed,
    ReplacementWithdrawn,
    SubcontractorReplaced,
    SubstituteChecked,
    SubstituteCleared,
    SubstituteProposed,
    SubstituteRefused,
)
from shared.events.words import Cause, Check, Share, Status, Weighing
from shared.unit import Unit

STAGES: dict[type[CaseEvent], str] = {
    BreachFlagged: "flagged",
    InterimMeasureOrdered: "held",
    InterimMeasureLifted: "flagged",
    EnquiryOpened: "asked",
    EnquiryAnswered: "answered",
    EnquiryLapsed: "answered",
    HearingOpened: "hearing",
    HearingAnswered: "heard",
    HearingLapsed: "lapsed",
    BreachConfirmed: "confirmed",
    SecondApprovalGiven: "blocked",
    DecisionProposed: "proposed",
    ConsequenceOrdered: "ordered",
    SelfCleaningAssessed: "confirmed",
    OpinionRequested: "opinion",
    OpinionReceived: "confirmed",
    SupplyAssessed: "assessed",
    SupplySecured: "secured",
    BreachDismissed: "dismissed",
    BreachRemedied: "remedied",
    CaseSettled: "remedied",
}
"""Where a case stands after a fact; other facts leave it where it is."""

CLOSED = ("dismissed", "remedied")


class Decision(BaseModel, frozen=True):
    """A prepared decision, and who has signed it."""

    decision_id: str
    consequence: str
    basis: str
    reason: Criminal[str]
    proportionality: Criminal[str]
    deadline: datetime | None
    by: str
    signed: tuple[str, ...] = ()
    complete: bool = False
    weighing: Weighing | None = None
    deviation: Criminal[str] = ""
    derogation: Criminal[str] = ""
    unverified: tuple[str, ...] = ()


class Case(Aggregate):
    """A case as its facts tell it. `letters` are the kinds of letters that were sent in it."""

    indexes: ClassVar[tuple[str, ...]] = (
        "buyer_id",
        "contract_id",
        "party_id",
        "supplier_id",
        "shelves",
        "rank",
        SHELF_RANK,
    )
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)
    subject_field: ClassVar[str] = "offences_of"

    buyer_id: str = ""
    contract_id: str = ""
    party_id: str = ""
    supplier_id: str = ""
    track: str = ""
    rule: str = ""
    status: Status = Status.REVIEW
    stage: str = "flagged"
    opened: str = ""
    touched: datetime | None = None
    due: datetime | None = None
    cause: Cause | None = None
    phase: str = ""
    mandatory: bool = False
    basis: tuple[str, ...] = ()
    rulebook_version: str = ""
    question: Criminal[str] = ""
    answers: Criminal[tuple[str, ...]] = ()
    confirmed_by: str = ""
    second_by: str = ""
    decision: Decision | None = None
    letters: tuple[str, ...] = ()
    closing: Criminal[str] = ""

    @property
    def offences_of(self) -> str:
        """Whose key seals the words of the case (ADR 74)."""
        return offences_of(self.id, self.rule, self.party_id)

    @property
    def closed(self) -> bool:
        return self.stage in CLOSED

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        return on_shelves(self.id, ("all",) if self.closed else ("all", "open"), [self.buyer_id])

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """Open ones first, of those the worst, then the oldest."""
        return f"{int(self.closed)}/{TOP - self.status.severity}/{self.opened}/{self.id}"


LETTERS: dict[type[CaseEvent], str] = {
    EnquiryOpened: "enquiry",
    HearingOpened: "hearing",
    ContractorInstructed: "instruction",
    ConsequenceOrdered: "demand",
}


ASIDE = ("report-authority/", "release-payment/", "escalated-case/")
"""Needs of a case that are not what its state waits for."""


async def follow_cases(event: Event, unit: Unit) -> None:
    if not isinstance(event, CaseEvent):
        return
    happened = unit.message.time or unit.now
    case = await unit.load(Case, event.case_id) or Case(id=event.case_id)
    case.buyer_id, case.contract_id = event.buyer_id, event.contract_id
    case.party_id, case.supplier_id = event.party_id, event.supplier_id
    case.track, case.rule, case.status = event.track.value, event.rule, event.status
    case.touched = happened
    if stage := STAGES.get(type(event)):
        case.stage = stage
        asked = event.need.due if event.need else None
        case.due = getattr(event, "due", None) or getattr(event, "deadline", None) or asked
    elif event.need is not None and not event.need.id.startswith(ASIDE):
        case.due = event.need.due
    if letter := LETTERS.get(type(event)):
        case.letters = (*case.letters, letter)
    _note(case, event, happened)
    unit.save(case)
    party = await party_of(event.party_id, unit)
    party.works_for(event.buyer_id)
    unit.save(party)


def _note(case: Case, event: CaseEvent, happened: datetime) -> None:
    match event:
        case BreachFlagged():
            case.opened = case.opened or happened.isoformat()
            case.cause, case.phase, case.mandatory = event.cause, event.phase, event.mandatory
            case.basis, case.rulebook_version = event.basis, event.rulebook_version
        case EnquiryOpened():
            case.question = event.question
        case HearingOpened():
            case.question = event.subject
        case EnquiryAnswered() | HearingAnswered():
            case.answers = (*case.answers, event.answer)
        case BreachConfirmed():
            case.confirmed_by = event.by
        case SecondApprovalGiven():
            case.second_by = event.by
        case DecisionProposed():
            case.decision = Decision(
                decision_id=event.decision_id,
                consequence=event.consequence.value,
                basis=event.basis,
                reason=event.reason,
                proportionality=event.proportionality,
                deadline=event.deadline,
                by=event.by,
                weighing=event.weighing,
                deviation=event.deviation,
                derogation=event.derogation,
                unverified=event.unverified,
            )
        case DecisionApproved():
            if case.decision and case.decision.decision_id == event.decision_id:
                signed = tuple(dict.fromkeys((*case.decision.signed, event.by)))
                update = {"signed": signed, "complete": event.complete}
                case.decision = case.decision.model_copy(update=update)
        case BreachDismissed() | BreachRemedied():
            case.closing = event.reason
        case CaseSettled():
            case.closing = event.terms


class Substitute(BaseModel, frozen=True):
    """Somebody proposed to take over: `proposed`, `checked`, `provisional`, `cleared` or
    `refused`."""

    party_id: str
    state: str = "proposed"
    share: Share | None = None
    service: str = ""
    checks: tuple[Check, ...] = ()
    reason: str = ""


class Paused(BaseModel, frozen=True):
    """The time stands still: why, until when at the latest, and how much is left of it."""

    kind: str
    reason: str
    until: datetime
    left: timedelta

    @property
    def days(self) -> int:
        return max(1, -(-self.left // timedelta(days=1)))


class Replacement(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = ("case_id", "contract_id", "buyer_id", "state")

    case_id: str = ""
    contract_id: str = ""
    buyer_id: str = ""
    supplier_id: str = ""
    outgoing_id: str = ""
    deadline: datetime | None = None
    basis: str = ""
    reason: str = ""
    state: str = "demanded"
    late: bool = False
    effective: date | None = None
    incoming_id: str = ""
    substitutes: tuple[Substitute, ...] = ()
    paused: Paused | None = None

    def change(self, party_id: str, **changes: Any) -> None:
        found = next((s for s in self.substitutes if s.party_id == party_id), None)
        changed = (found or Substitute(party_id=party_id)).model_copy(update=changes)
        if found is None:
            self.substitutes = (*self.substitutes, changed)
        else:
            self.substitutes = tuple(
                changed if s.party_id == party_id else s for s in self.substitutes
            )


async def follow_replacements(event: Event, unit: Unit) -> None:
    if not isinstance(event, ReplacementEvent):
        return
    found = await unit.load(Replacement, event.replacement_id)
    found = found or Replacement(id=event.replacement_id)
    found.case_id, found.contract_id = event.case_id, event.contract_id
    found.buyer_id, found.supplier_id = event.buyer_id, event.supplier_id
    found.outgoing_id = event.outgoing_id
    match event:
        case ReplacementDemanded():
            found.deadline, found.basis = event.deadline, event.basis
            found.reason = event.reason
        case SubstituteProposed():
            found.change(event.party.party_id, share=event.share, service=event.service)
            party = await party_of(event.party.party_id, unit)
            if not party.name:
                party.describe(event.party)
            party.works_for(event.buyer_id)
            unit.save(party)
        case SubstituteChecked():
            found.change(event.substitute_id, state="checked", checks=event.checks)
        case SubstituteCleared():
            found.change(event.substitute_id, state="cleared", reason=event.reason)
        case SubstituteRefused():
            found.change(event.substitute_id, state="refused", reason=event.reason)
        case SubcontractorReplaced():
            found.state, found.effective = "replaced", event.effective
            found.paused = None
            found.incoming_id = event.incoming_id
        case ProvisionalSubstituteAllowed():
            found.state, found.effective = "provisional", event.effective
            found.deadline = event.until
            found.change(event.substitute_id, state="provisional", reason=event.reason)
        case ProvisionalSubstituteEnded():
            found.state, found.effective, found.deadline = "demanded", None, event.deadline
            found.change(event.substitute_id, state="refused", reason=event.reason)
        case ReplacementOverdue():
            found.late = True
            found.state = found.state if found.state == "provisional" else "overdue"
        case ReplacementExtended():
            found.deadline, found.late = event.deadline, False
            found.state = found.state if found.state == "provisional" else "demanded"
        case ReplacementPaused():
            left = (found.deadline or event.until) - (unit.message.time or unit.now)
            said = event.model_dump(include={"kind", "reason", "until"})
            found.paused = Paused(**said, left=max(left, timedelta()))
            found.late = False
            found.state = "demanded"
        case ReplacementResumed() | ReplacementPassedOn():
            found.deadline = event.deadline
            if isinstance(event, ReplacementResumed):
                found.paused = None
        case ReplacementWithdrawn():
            found.state, found.paused = "withdrawn", None
    unit.save(found)
