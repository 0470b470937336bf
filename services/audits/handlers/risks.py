"""Facts that speak for risk: each changes score and plan at once, with the reason shown."""

from services.audits.commands import DropRisk, NoteRisk
from services.audits.domain import Plan
from services.audits.domain.plans import Member
from services.audits.domain.risk import Mark
from services.audits.following import Policy
from services.audits.handlers.calendar import hasten
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of, deadline
from services.audits.risk_weights import RiskWeights
from shared.domain import Rejected
from shared.events.audits import DeferredFollowUpUrgent
from shared.events.base import Need
from shared.events.subcontractors import (
    ExposureEnded,
    ExposureFound,
    SubcontractorChanged,
    SubcontractorDeclared,
    SubcontractorWithdrawn,
)
from shared.events.words import Cause, CauseKind
from shared.unit import Unit

URGENT = ("high", "critical")
CONFIRMED = "#confirmed"
BY_PEOPLE = ("low-price", "unskilled-labour", "posted-labour", "country", "complaint")
"""Factors that no fact of the system tells: a person notes them, with the reason."""


async def reweigh(
    plan: Plan, because: str, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    """Work the risk out anew, bring forward what it asks for, and say what was left out of it."""
    today = day_of(unit.now, plan.country)
    if plan.weigh(weights.on(today), today, because) and not plan.over:
        await hasten(plan, because, unit, policy)
        if plan.deferred and plan.risk.level in URGENT:
            _say_urgent(plan, because, unit, policy)
    unit.save(plan)


def _say_urgent(plan: Plan, because: str, unit: Unit, policy: Policy) -> None:
    due = deadline(unit.now, policy.agree_within_working_days, plan.country)
    settles = (plan.urgent,) if plan.urgent else ()
    plan.urgent = f"review-year-plan/{plan.id}/{plan.risk.level}/{plan.risk.score}"
    plan.announce(
        DeferredFollowUpUrgent(
            contract_id=plan.id,
            buyer_id=plan.buyer_id,
            level=plan.risk.level,
            deferred=len(plan.deferred),
            reason=because,
            settles=settles,
            need=Need(
                id=plan.urgent,
                kind="review-year-plan",
                role="officer",
                buyer_id=plan.buyer_id,
                due=due,
                about=plan.id,
            ),
        )
    )


async def note(
    plan: Plan, mark: Mark, because: str, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    if plan.mark(mark):
        await reweigh(plan, because, unit, policy, weights)


@router.on(SubcontractorDeclared, loads=(Plan, "contract_id"))
async def join_chain(
    event: SubcontractorDeclared, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    plan = await unit.get(Plan, event.contract_id)
    country = event.place_country or event.party.country
    plan.join(Member(party_id=event.party.party_id, tier=event.tier, country=country))
    await reweigh(plan, "subcontractor-declared", unit, policy, weights)


@router.on(SubcontractorChanged, loads=(Plan, "contract_id"))
async def change_chain(
    event: SubcontractorChanged, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    plan = await unit.get(Plan, event.contract_id)
    known = {one.party_id: one for one in plan.members}.get(event.party_id)
    country = event.place_country or (known.country if known else None)
    plan.join(Member(party_id=event.party_id, tier=event.tier, country=country))
    await reweigh(plan, "subcontractor-changed", unit, policy, weights)


@router.on(SubcontractorWithdrawn, loads=(Plan, "contract_id"))
async def leave_chain(
    event: SubcontractorWithdrawn, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    plan = await unit.get(Plan, event.contract_id)
    plan.leave(event.party_id)
    await reweigh(plan, "subcontractor-withdrawn", unit, policy, weights)


@router.on(ExposureFound, loads=(Plan, "contract_id"))
async def expose(event: ExposureFound, unit: Unit, policy: Policy, weights: RiskWeights) -> None:
    """A confirmed hit, owners of concern, or a tie to a listed country. A mere hit counts not."""
    code = _factor_of(event.cause)
    if not code:
        return
    plan = await unit.get(Plan, event.contract_id)
    today = day_of(unit.now, plan.country)
    mark = Mark(code=code, ref=event.cause.ref, since=today, detail=event.party_id)
    await note(plan, mark, f"exposure-{event.cause.kind}", unit, policy, weights)


@router.on(ExposureEnded, loads=(Plan, "contract_id"))
async def unexpose(event: ExposureEnded, unit: Unit, policy: Policy, weights: RiskWeights) -> None:
    code = _factor_of(event.cause)
    if not code:
        return
    plan = await unit.get(Plan, event.contract_id)
    if plan.unmark(code, event.cause.ref):
        await reweigh(plan, "exposure-ended", unit, policy, weights)


def _factor_of(cause: Cause) -> str:
    match cause.kind:
        case CauseKind.HIT:
            return "hit" if cause.ref.endswith(CONFIRMED) else ""
        case CauseKind.OWNERSHIP:
            return "hit"
        case CauseKind.JURISDICTION:
            return "country"
    return ""


@router.on(NoteRisk)
async def note_risk(
    command: NoteRisk, unit: Unit, policy: Policy, weights: RiskWeights
) -> dict[str, object]:
    """What a person knows: an unusually low price, work done by posted labour."""
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    if command.code not in BY_PEOPLE:
        raise Rejected(f"people note one of {', '.join(BY_PEOPLE)}", field="code")
    today = day_of(unit.now, plan.country)
    mark = Mark(code=command.code, ref="noted", since=today, detail=command.reason)
    if not plan.mark(mark):
        raise Rejected(f"{command.code} is noted on this contract already", field="code")
    await reweigh(plan, f"{unit.caller.subject}: {command.reason}", unit, policy, weights)
    return {"contract_id": plan.id, "score": plan.risk.score, "level": plan.risk.level}


@router.on(DropRisk)
async def drop_risk(
    command: DropRisk, unit: Unit, policy: Policy, weights: RiskWeights
) -> dict[str, object]:
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    if not plan.unmark(command.code, "noted"):
        raise Rejected(f"nobody noted {command.code} on this contract", field="code")
    said = f"{unit.caller.subject}: {command.reason}"
    await reweigh(plan, said, unit, policy, weights)
    return {"contract_id": plan.id, "score": plan.risk.score, "level": plan.risk.level}
