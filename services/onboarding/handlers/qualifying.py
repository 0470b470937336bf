"""Qualifications: what people decide about them, and what screening says."""

from datetime import UTC, datetime, time
from typing import Any

from services.onboarding.deciding import (
    AcceptForNow,
    QualificationWaited,
    ReconsiderQualification,
    RefuseQualification,
    TakeQualification,
)
from services.onboarding.domain import Qualification, Screened, Stage, asked
from services.onboarding.policy import Policy
from shared.domain import Rejected
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitRaised,
    HitReopened,
    PartyScreened,
)
from shared.unit import Unit

from .asking import around, keep, same_as, working_days
from .decided import decided
from .router import router

LONGEST_CONDITION = 366
"""Days; what is longer is no condition but another decision."""


@router.on(AcceptForNow)
async def accept_for_now(command: AcceptForNow, unit: Unit) -> dict[str, Any]:
    """An officer lets a party work although something is missing, until a day."""
    one = await unit.get(Qualification, command.qualification_id)
    by, reason = decided(one.buyer_id, command.reason, unit)
    days = (command.until - unit.now.date()).days
    if not 1 <= days <= LONGEST_CONDITION:
        raise Rejected(f"a condition ends in 1 to {LONGEST_CONDITION} days", field="until")
    one.accept_for_now(by, reason, datetime.combine(command.until, time(23, 59, 59), UTC))
    return await _keep(one, unit)


@router.on(RefuseQualification)
async def refuse(command: RefuseQualification, unit: Unit) -> dict[str, Any]:
    """An officer refuses a party its role."""
    one = await unit.get(Qualification, command.qualification_id)
    one.refuse(*decided(one.buyer_id, command.reason, unit))
    return await _keep(one, unit)


@router.on(ReconsiderQualification)
async def reconsider(
    command: ReconsiderQualification, unit: Unit, policy: Policy
) -> dict[str, Any]:
    """An officer takes a refusal or a condition back."""
    one = await unit.get(Qualification, command.qualification_id)
    by, reason = decided(one.buyer_id, command.reason, unit)
    rule = policy.on(unit.now.date(), one.buyer_id)
    known = await around(one, unit, rule)
    one.reconsider(by, reason, known)
    sent = {r.id for r in asked.send(one, unit.now.date(), known)}
    await keep(one, [r for r in one.requests if r.id in sent], unit, rule)
    return {"qualification_id": one.id, "stage": one.stage}


@router.on(TakeQualification)
async def take(command: TakeQualification, unit: Unit) -> dict[str, Any]:
    """Somebody sees to a qualification from now on."""
    one = await unit.get(Qualification, command.qualification_id)
    decided(one.buyer_id, "takes it", unit)
    if not command.owner.strip():
        raise Rejected("name the person who sees to it", field="owner")
    one.give_to(command.owner.strip())
    return await _keep(one, unit)


@router.on(QualificationWaited)
async def wait_is_over(event: QualificationWaited, unit: Unit, policy: Policy) -> None:
    one = await unit.get(Qualification, event.qualification_id)
    rule = policy.on(unit.now.date(), one.buyer_id)
    act_by = working_days(unit, rule.chase_working_days)
    one.wait_is_over(unit.now, act_by, await around(one, unit, rule))
    await keep(one, (), unit)


async def _keep(one: Qualification, unit: Unit) -> dict[str, Any]:
    await keep(one, (), unit)
    return {"qualification_id": one.id, "stage": one.stage}


# ---------------------------------------------------------------- what screening says


@router.on(PartyScreened, loads=(Screened, "party_id"))
async def note_screening(event: PartyScreened, unit: Unit, policy: Policy) -> None:
    """The proof that a party was compared. Against no list at all, nothing was."""
    if not event.lists:
        return
    seen = await _seen(event.party_id, unit)
    if seen.compared(event.hits):
        await _look_again(seen, unit, policy)


@router.on(HitRaised, loads=(Screened, "party_id"))
async def note_hit(event: HitRaised, unit: Unit, policy: Policy) -> None:
    seen = await _seen(event.party_id, unit)
    seen.note(event.hit_id, advisory=event.advisory, ended=False)
    await _look_again(seen, unit, policy)


@router.on(HitEnded, loads=(Screened, "party_id"))
async def note_end(event: HitEnded, unit: Unit, policy: Policy) -> None:
    seen = await _seen(event.party_id, unit)
    seen.note(event.hit_id, ended=True)
    await _look_again(seen, unit, policy)


@router.on(HitConfirmed, loads=(Screened, "party_id"))
@router.on(HitDismissed, loads=(Screened, "party_id"))
@router.on(HitReopened, loads=(Screened, "party_id"))
async def note_verdict(
    event: HitConfirmed | HitDismissed | HitReopened, unit: Unit, policy: Policy
) -> None:
    """A confirmed hit still counts: what follows from it is decided in its case."""
    seen = await _seen(event.party_id, unit)
    seen.judged(event.hit_id, event.buyer_id, dismissed=isinstance(event, HitDismissed))
    await _look_again(seen, unit, policy)


async def _seen(party_id: str, unit: Unit) -> Screened:
    return await unit.load(Screened, party_id) or Screened(id=party_id)


async def _look_again(seen: Screened, unit: Unit, policy: Policy) -> None:
    """Only what waits for screening moves on: a hit alone takes no qualification away."""
    unit.save(seen)
    for id in await same_as(seen.id, unit):
        for one in await unit.find(Qualification, party_id=id):
            if one.closed or one.stage not in (Stage.SCREENING, Stage.CONDITIONAL):
                continue
            rule = policy.on(unit.now.date(), one.buyer_id)
            before = (one.stage, one.reasons)
            one.review(await around(one, unit, rule))
            if (one.stage, one.reasons) != before:
                await keep(one, (), unit)
