"""What becomes of an order, and what happens when time runs out."""

from services.breaches.commands import StepDue
from services.breaches.domain import Agreement, Case
from services.breaches.handlers.door import router
from services.breaches.handlers.letters import write
from services.breaches.handlers.opening import rule_of, save
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms, dues_of
from shared.events.breaches import Track
from shared.events.subcontractors import (
    ProvisionalSubstituteAllowed,
    ProvisionalSubstituteEnded,
    ReplacementDemanded,
    ReplacementEvent,
    ReplacementExtended,
    ReplacementOverdue,
    ReplacementResumed,
    ReplacementWithdrawn,
    SubstituteRefused,
)
from shared.unit import Unit


@router.on(StepDue)
async def pass_moment(moment: StepDue, unit: Unit, terms: Terms) -> None:
    """A state has lasted as long as it may."""
    case = await unit.get(Case, moment.case_id)
    if (case.stage, case.due) != (moment.stage, moment.due):
        return
    agreement = await unit.get(Agreement, case.contract_id)
    blocks = case.track is Track.LEGAL_BLOCK
    case.step_due(dues_of(unit.now, agreement, terms, blocks=blocks), unit.now)
    if case.due == moment.due:
        unit.save(case)
    else:
        save(unit, case)


@router.on(ReplacementDemanded)
async def note_demand(event: ReplacementDemanded, unit: Unit) -> None:
    """Which replacement the case led to."""
    case = await unit.get(Case, event.case_id)
    case.replacement_id = event.replacement_id
    unit.save(case)


@router.on(ReplacementExtended)
@router.on(ReplacementResumed)
async def move(event: ReplacementExtended | ReplacementResumed, unit: Unit, shelf: Shelf) -> None:
    """The time of an order to replace is that of its replacement (ADR-0041)."""
    case = await unit.get(Case, event.case_id)
    before = case.due
    case.swap_has_until(event.deadline, event.by, event.reason, unit.now)
    if case.open and case.due != before:
        agreement = await unit.get(Agreement, case.contract_id)
        rule = rule_of(case, shelf)
        write(unit, case, agreement, rule, "extension", text=event.reason)
    save(unit, case)


@router.on(ReplacementOverdue)
async def note_overdue(event: ReplacementOverdue, unit: Unit) -> None:
    """The next rung is a decision: it stays a person's."""
    await _note(event, unit, "the deadline passed without a cleared substitute")


@router.on(ReplacementWithdrawn)
async def note_withdrawal(event: ReplacementWithdrawn, unit: Unit) -> None:
    await _note(event, unit, f"the demand was withdrawn: {event.reason}")


@router.on(SubstituteRefused)
async def note_refusal(event: SubstituteRefused, unit: Unit, shelf: Shelf) -> None:
    """The refusal of a substitute is told to the contractor in a letter, with its reasons."""
    case = await unit.get(Case, event.case_id)
    if case.open:
        agreement = await unit.get(Agreement, case.contract_id)
        write(unit, case, agreement, rule_of(case, shelf), "refusal", text=event.reason)
        unit.save(case)
    await _note(event, unit, f"substitute {event.substitute_id} was refused: {event.reason}")


@router.on(ProvisionalSubstituteAllowed)
async def go_on_provisionally(event: ProvisionalSubstituteAllowed, unit: Unit) -> None:
    """The one who had to go has gone; the order lasts until what is missing has come."""
    case = await unit.get(Case, event.case_id)
    reason = f"{event.substitute_id} works provisionally: {'; '.join(event.missing)}"
    case.substitute_works(event.until, event.by, reason, unit.now)
    save(unit, case)


@router.on(ProvisionalSubstituteEnded)
async def wait_for_another(event: ProvisionalSubstituteEnded, unit: Unit) -> None:
    case = await unit.get(Case, event.case_id)
    reason = f"the provisional use of {event.substitute_id} was ended: {event.reason}"
    case.substitute_left(event.deadline, event.by, reason, unit.now)
    save(unit, case)


async def _note(event: ReplacementEvent, unit: Unit, text: str) -> None:
    case = await unit.get(Case, event.case_id)
    if case.open:
        case.replacement_id = event.replacement_id
        case.note(text, "subcontractors", unit.now)
        unit.save(case)
