"""What cases decide about exposures."""

from services.subcontractors.domain import CaseFile, Exposure, Footprint, Replacement
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.placing import end_proposals
from services.subcontractors.terms import Terms
from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    BreachRemedied,
    CaseEvent,
    CaseJoined,
    CaseSettled,
)
from shared.unit import Unit


@router.on(CaseJoined)
@router.on(BreachFlagged)
async def note_case(event: BreachFlagged | CaseJoined, unit: Unit) -> None:
    """Which exposures a case is about; more can join it."""
    case = await unit.load(CaseFile, event.case_id) or CaseFile(id=event.case_id)
    case.exposure_ids = tuple(dict.fromkeys((*case.exposure_ids, *event.exposure_ids)))
    unit.save(case)


@router.on(BreachDismissed)
async def close_dismissed(event: BreachDismissed, unit: Unit, terms: Terms) -> None:
    """Nothing touches the contract any more, and nobody needs to be replaced because of it."""
    await _settle(event, unit, f"the case was dismissed: {event.openly(event.reason)}")
    await _end_demands(event, unit, terms, f"the case was dismissed: {event.openly(event.reason)}")


@router.on(BreachRemedied)
async def close_remedied(event: BreachRemedied, unit: Unit, terms: Terms) -> None:
    """What was put right without a swap needs none any more."""
    await _settle(event, unit, event.openly(event.reason))
    await _end_demands(event, unit, terms, f"the case is remedied: {event.openly(event.reason)}")


@router.on(CaseSettled)
async def close_settled(event: CaseSettled, unit: Unit, terms: Terms) -> None:
    """What was agreed takes the place of what was demanded."""
    await _settle(event, unit, f"settled: {event.openly(event.terms)}")
    await _end_demands(event, unit, terms, f"the case was settled: {event.openly(event.terms)}")


async def _end_demands(
    event: BreachDismissed | BreachRemedied | CaseSettled, unit: Unit, terms: Terms, reason: str
) -> None:
    for replacement in await unit.find(Replacement, case_id=event.case_id):
        if replacement.is_open:
            replacement.withdraw(getattr(event, "by", "breaches"), reason)
            unit.save(replacement)
            await end_proposals(unit, terms, replacement, "the demand was withdrawn")


async def _settle(event: CaseEvent, unit: Unit, reason: str) -> None:
    case = await unit.get(CaseFile, event.case_id)
    for exposure_id in case.exposure_ids:
        exposure = await unit.load(Exposure, exposure_id)
        if exposure is None:
            continue
        exposure.settle(reason, unit.now)
        unit.save(exposure)
        party = await unit.load(Footprint, exposure.party_id)
        if party is not None:
            unit.save(party)
