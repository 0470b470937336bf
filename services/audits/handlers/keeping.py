"""When a complaint was assessed its time begins, and its source and words are erased."""

from datetime import timedelta
from typing import Protocol

from services.audits.commands.keeping import (
    ComplaintErasureDue,
    ComplaintKeepingCommand,
    ComplaintKeyDestroyed,
    DecideComplaintErasure,
    EraseComplaint,
    HoldComplaint,
    ReleaseComplaint,
)
from services.audits.domain import Complaint
from services.audits.domain.findings import words as said
from services.audits.handlers.door import router
from shared.domain import Caller, Forbidden
from shared.retention import KeepingRules, noon_of
from shared.sealing import HeldBack
from shared.unit import Unit

LOOK_AGAIN = timedelta(days=30)
"""For somebody whose keys are held back: nobody says when they are let go."""


class Persons(Protocol):
    """Where the keys of persons lie."""

    async def destroy(self, subject: str) -> None:
        """Raises `HeldBack` for a person who is held back."""


def begin_keeping(one: Complaint, country: str, unit: Unit, keeping: KeepingRules) -> None:
    """It is over: from now on its time runs, once."""
    if one.kept is not None:
        return
    one.kept = keeping.kept(unit.now, country, one.buyer_id)
    due = noon_of(one.kept.erase_on, country)
    unit.schedule(f"erasure/{one.id}", due, ComplaintErasureDue(complaint_id=one.id))


@router.on(ComplaintErasureDue)
async def day_comes(moment: ComplaintErasureDue, unit: Unit) -> None:
    one = await unit.get(Complaint, moment.complaint_id)
    _erase(one, unit)
    unit.save(one)


def _erase(one: Complaint, unit: Unit) -> None:
    if one.time_is_over(unit.now):
        unit.effect(f"erase/{one.id}", EraseComplaint(complaint_id=one.id, subject=one.source_id))


@router.does(EraseComplaint)
async def destroy_key(effect: EraseComplaint, persons: Persons) -> ComplaintKeyDestroyed:
    """Doing it again changes nothing."""
    try:
        await persons.destroy(effect.subject)
    except HeldBack:
        return ComplaintKeyDestroyed(complaint_id=effect.complaint_id, held=True)
    return ComplaintKeyDestroyed(complaint_id=effect.complaint_id, held=False)


@router.on(ComplaintKeyDestroyed)
async def tell_erased(event: ComplaintKeyDestroyed, unit: Unit) -> None:
    one = await unit.get(Complaint, event.complaint_id)
    if one.kept is None or one.kept.erased:
        return
    if event.held:
        again = ComplaintErasureDue(complaint_id=one.id)
        unit.schedule(f"erasure/{one.id}", unit.now + LOOK_AGAIN, again)
        return
    one.erased()
    unit.save(one)


async def _asked(command: ComplaintKeepingCommand, unit: Unit) -> tuple[Complaint, Caller]:
    one = await unit.get(Complaint, command.complaint_id)
    if unit.caller is None:
        raise Forbidden("this needs a person who is signed in")
    unit.caller.must_serve(one.buyer_id)
    return one, unit.caller


def _told(one: Complaint) -> dict[str, object]:
    return {"complaint_id": one.id, "erase_on": one.kept.erase_on.isoformat() if one.kept else ""}


@router.on(HoldComplaint)
async def hold_back(command: HoldComplaint, unit: Unit) -> dict[str, object]:
    one, caller = await _asked(command, unit)
    one.hold(caller.subject, said(command.reason, "reason", "why"))
    unit.save(one)
    return _told(one)


@router.on(ReleaseComplaint)
async def release(command: ReleaseComplaint, unit: Unit) -> dict[str, object]:
    """What waited for it is erased at once."""
    one, caller = await _asked(command, unit)
    one.release(caller.subject, said(command.reason, "reason", "why"))
    _now_if_due(one, unit)
    unit.save(one)
    return _told(one)


@router.on(DecideComplaintErasure)
async def decide_erasure(command: DecideComplaintErasure, unit: Unit) -> dict[str, object]:
    one, caller = await _asked(command, unit)
    reference = said(command.reference, "reference", "which decision")
    one.decide_erasure(reference, caller.subject, said(command.reason, "reason", "why"))
    _now_if_due(one, unit)
    unit.save(one)
    return _told(one)


def _now_if_due(one: Complaint, unit: Unit) -> None:
    if one.kept is not None and one.kept.erase_on <= unit.now.date() and not one.kept.waits:
        _erase(one, unit)
