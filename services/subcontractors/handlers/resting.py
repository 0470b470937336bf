"""A case rests: the time to propose a substitute stands still until it goes on (ADR-0041)."""

from services.subcontractors.domain import Replacement
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.replacements import await_deadline
from shared.events.breaches import CaseDisputed, CaseResumed, LicenceNoted, Track
from shared.unit import Unit


@router.on(CaseDisputed)
async def rest(event: CaseDisputed, unit: Unit) -> None:
    """Disputed, before a forum, or suspended. None of that lifts a freeze: there time runs on."""
    if event.track is not Track.LEGAL_BLOCK:
        await _rest(event, event.kind, event.openly(event.reason), unit)


@router.on(LicenceNoted)
async def allow(event: LicenceNoted, unit: Unit) -> None:
    """What an authority allows, nobody must replace meanwhile."""
    await _rest(event, "licence", f"{event.authority} allows: {event.scope}", unit)


async def _rest(event: CaseDisputed | LicenceNoted, kind: str, reason: str, unit: Unit) -> None:
    for replacement in await _open(event.case_id, unit):
        replacement.rest(kind, event.until, event.by, reason, unit.now)
        await await_deadline(unit, replacement)
        unit.save(replacement)


@router.on(CaseResumed)
async def go_on(event: CaseResumed, unit: Unit) -> None:
    for replacement in await _open(event.case_id, unit):
        stood = replacement.stands_still
        replacement.go_on(event.by, event.openly(event.reason), unit.now)
        # What ran on is awaited already, and a moment that came once is no other when it is past.
        if stood:
            await await_deadline(unit, replacement)
        unit.save(replacement)


async def _open(case_id: str, unit: Unit) -> list[Replacement]:
    """Open, and not only waiting for a day of a swap that was agreed."""
    return [one for one in await unit.find(Replacement, case_id=case_id) if one.is_open]
