"""When a request for access to documents is over its time begins, and who asked is erased."""

from datetime import timedelta
from typing import Protocol

from services.breaches.commands import reasoned as said
from services.breaches.domain.insight import Insight
from services.breaches.handlers.door import router
from services.breaches.insight.commands import (
    DecideInsightErasure,
    EraseInsight,
    HoldInsight,
    InsightErasureDue,
    InsightKeepingCommand,
    InsightKeyDestroyed,
    ReleaseInsight,
)
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


def begin_keeping(one: Insight, country: str, unit: Unit, keeping: KeepingRules) -> None:
    """It is over: from now on its time runs, once."""
    if one.kept is not None:
        return
    one.kept = keeping.kept(unit.now, country, one.buyer_id)
    due = noon_of(one.kept.erase_on, country)
    unit.schedule(f"erasure/{one.id}", due, InsightErasureDue(insight_id=one.id))


@router.on(InsightErasureDue)
async def day_comes(moment: InsightErasureDue, unit: Unit) -> None:
    one = await unit.get(Insight, moment.insight_id)
    _erase(one, unit)
    unit.save(one)


def _erase(one: Insight, unit: Unit) -> None:
    if one.time_is_over(unit.now):
        unit.effect(f"erase/{one.id}", EraseInsight(insight_id=one.id, subject=one.applicant_id))


@router.does(EraseInsight)
async def destroy_key(effect: EraseInsight, persons: Persons) -> InsightKeyDestroyed:
    """Doing it again changes nothing."""
    try:
        await persons.destroy(effect.subject)
    except HeldBack:
        return InsightKeyDestroyed(insight_id=effect.insight_id, held=True)
    return InsightKeyDestroyed(insight_id=effect.insight_id, held=False)


@router.on(InsightKeyDestroyed)
async def tell_erased(event: InsightKeyDestroyed, unit: Unit) -> None:
    one = await unit.get(Insight, event.insight_id)
    if one.kept is None or one.kept.erased:
        return
    if event.held:
        again = InsightErasureDue(insight_id=one.id)
        unit.schedule(f"erasure/{one.id}", unit.now + LOOK_AGAIN, again)
        return
    one.erased()
    unit.save(one)


async def _asked(command: InsightKeepingCommand, unit: Unit) -> tuple[Insight, Caller]:
    one = await unit.get(Insight, command.insight_id)
    if unit.caller is None:
        raise Forbidden("this needs a person who is signed in")
    unit.caller.must_serve(one.buyer_id)
    return one, unit.caller


def _told(one: Insight) -> dict[str, object]:
    return {"insight_id": one.id, "erase_on": one.kept.erase_on.isoformat() if one.kept else ""}


@router.on(HoldInsight)
async def hold_back(command: HoldInsight, unit: Unit) -> dict[str, object]:
    one, caller = await _asked(command, unit)
    one.hold(caller.subject, said(command.reason, "reason"))
    unit.save(one)
    return _told(one)


@router.on(ReleaseInsight)
async def release(command: ReleaseInsight, unit: Unit) -> dict[str, object]:
    """What waited for it is erased at once."""
    one, caller = await _asked(command, unit)
    one.release(caller.subject, said(command.reason, "reason"))
    _now_if_due(one, unit)
    unit.save(one)
    return _told(one)


@router.on(DecideInsightErasure)
async def decide_erasure(command: DecideInsightErasure, unit: Unit) -> dict[str, object]:
    one, caller = await _asked(command, unit)
    reference = said(command.reference, "reference")
    one.decide_erasure(reference, caller.subject, said(command.reason, "reason"))
    _now_if_due(one, unit)
    unit.save(one)
    return _told(one)


def _now_if_due(one: Insight, unit: Unit) -> None:
    if one.kept is not None and one.kept.erase_on <= unit.now.date() and not one.kept.waits:
        _erase(one, unit)
