"""What comes next on a contract: on an auditor's list some weeks before, or asked of the party."""

from datetime import date, datetime, timedelta

from services.audits.commands import FollowUpComes
from services.audits.domain import Audit, FollowUp, Plan
from services.audits.domain.plans import Coming
from services.audits.following import Policy
from services.audits.handlers.places import day_of, deadline, id_of, start_of
from shared.unit import Unit

MOST_TURNS = 200
SOONER = 1.0
"""An interval below this brings a first follow-up forward too."""


def line_id(plan: Plan, coming: Coming) -> str:
    """The id of an audit, and of its line in a year's plan."""
    return id_of("audit", plan.id, coming.party_id, coming.obligation, coming.turn)


async def begin(
    plan: Plan, follow_up: FollowUp, party_id: str, begins: datetime, unit: Unit, policy: Policy
) -> None:
    """The first follow-up of a clause. One that was dropped and set again goes on as before."""
    usual = follow_up.first_after_working_days
    due = deadline(begins, round(usual * min(plan.risk.interval, SOONER)), plan.country)
    began = day_of(begins, plan.country)
    span = day_of(deadline(begins, usual, plan.country), plan.country) - began
    coming = Coming(
        obligation=follow_up.obligation,
        party_id=party_id,
        method=follow_up.method,
        audited=follow_up.audited,
        turn=1,
        on=day_of(due, plan.country),
        because="clause",
        began=began,
        span=span.days,
    )
    known = None
    if follow_up.obligation in plan.seen:
        coming, known = await _after_those_held(plan, coming, unit)
    plan.put(coming)
    if known is not None:
        return
    if follow_up.audited:
        _list(plan, coming, due, unit)
    else:
        call_in(plan, coming, unit, policy)


async def _after_those_held(plan: Plan, coming: Coming, unit: Unit) -> tuple[Coming, Audit | None]:
    """The first turn that was not held, and its audit where that is planned already."""
    while coming.turn < MOST_TURNS:
        known = await unit.load(Audit, line_id(plan, coming))
        if known is None or known.held_on is None:
            return coming, known
        coming = coming.model_copy(update={"turn": coming.turn + 1, "last": known.held_on})
    return coming, None


async def on_the_list(
    plan: Plan, coming: Coming, due: datetime, unit: Unit, auditor: str = ""
) -> None:
    """An audit waits for its auditor from now on."""
    if await unit.load(Audit, line_id(plan, coming)) is None:
        _list(plan, coming, due, unit, auditor)


def _list(plan: Plan, coming: Coming, due: datetime, unit: Unit, auditor: str = "") -> None:
    follow_up = plan.of(coming.obligation)
    audit = Audit(
        id=line_id(plan, coming),
        contract_id=plan.id,
        buyer_id=plan.buyer_id,
        party_id=coming.party_id,
        obligation=coming.obligation,
        method=coming.method,
        turn=coming.turn,
        auditor=auditor,
        chain_ids=plan.chain if follow_up is not None and follow_up.flows_down else (),
    )
    audit.plan(day_of(due, plan.country), due)
    unit.save(audit)


def call_in(plan: Plan, coming: Coming, unit: Unit, policy: Policy, auditor: str = "") -> None:
    """Have it come in its time: an audit some weeks before its day, questions on the day itself."""
    on = start_of(coming.on, plan.country)
    # Seven days hold five working ones, so this is early enough whatever holidays lie between.
    early = timedelta(days=policy.lead_working_days * 7 / 5 if coming.audited else 0)
    comes = FollowUpComes(
        contract_id=plan.id,
        obligation=coming.obligation,
        party_id=coming.party_id,
        turn=coming.turn,
        auditor=auditor,
    )
    unit.schedule(f"follow-up/{line_id(plan, coming)}", max(on - early, unit.now), comes)


async def hasten(plan: Plan, because: str, unit: Unit, policy: Policy) -> None:
    """A risk that rose brings forward what is planned, with some notice."""
    earliest = day_of(deadline(unit.now, policy.hasten_working_days, plan.country), plan.country)
    for coming in plan.hasten(earliest, because):
        if line_id(plan, coming) in plan.deferred:
            continue
        await move(plan, coming, because, unit, policy)


async def move(
    plan: Plan,
    coming: Coming,
    because: str,
    unit: Unit,
    policy: Policy,
    auditor: str | None = None,
    offences_of: str = "",
) -> None:
    """What is planned for another day is announced, what is not on a list yet comes another day.

    `offences_of` names the key for the reason, where a person gave one that takes a key.
    """
    audit = await unit.load(Audit, line_id(plan, coming)) if coming.audited else None
    if audit is None:
        call_in(plan, coming, unit, policy, auditor or "")
    elif audit.held_on is None:
        due = end_of(plan, coming.on)
        audit.offences_of = audit.offences_of or offences_of
        if audit.move(day_of(due, plan.country), due, because, auditor):
            unit.save(audit)


def go_on(plan: Plan, coming: Coming, day: date, unit: Unit, policy: Policy) -> None:
    """After a follow-up the next one comes, where the year's plan has put it or by its interval."""
    following = plan.after(coming, day)
    if following is None:
        return
    id, auditor = line_id(plan, following), ""
    if placed := plan.place_of(id):
        on = max(placed.on, day)
        following = following.model_copy(update={"on": on, "because": "year-plan"})
        auditor = placed.auditor
        plan.unplace(id)
    plan.put(following)
    call_in(plan, following, unit, policy, auditor)


def end_of(plan: Plan, day: date) -> datetime:
    """The last moment of a day, or of the next working day."""
    return deadline(start_of(day, plan.country), 0, plan.country)
