"""The year's plan: worked out from all contracts, changed and approved by a person, put to work."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.audits.commands import (
    ApproveYearPlan,
    ChangeYearPlan,
    MonthGoesOut,
    ProposeYearPlan,
)
from services.audits.domain import Audit, AuditState, Plan
from services.audits.domain.plans import Coming, Placed
from services.audits.domain.years import (
    Auditor,
    Line,
    MonthPlan,
    YearPlan,
    YearState,
    fit,
)
from services.audits.following import Policy
from services.audits.handlers.calendar import line_id, move
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of, deadline
from services.audits.libraries import Libraries
from services.audits.risk_weights import RiskWeights
from shared.domain import Rejected, Unknown
from shared.events.base import Need
from shared.unit import Unit

APPROVE_WITHIN = 10
"""Working days for the approval of a proposed plan."""
YEARS_AHEAD = 2


def year_id(buyer_id: str, year: int) -> str:
    return f"year-{buyer_id}-{year}"


def month_id(year_plan_id: str, month: int) -> str:
    return f"{year_plan_id}/{month:02}"


@router.on(ProposeYearPlan)
async def propose(
    command: ProposeYearPlan,
    unit: Unit,
    policy: Policy,
    weights: RiskWeights,
    libraries: Libraries,
) -> dict[str, object]:
    """All follow-ups of a year of a buyer's contracts, fitted into the hours of its auditors."""
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    today = day_of(unit.now, "DK")
    if not today.year <= command.year <= today.year + YEARS_AHEAD:
        raise Rejected(f"a year from {today.year} to {today.year + YEARS_AHEAD}", field="year")
    if len({one.subject for one in command.auditors}) < len(command.auditors):
        raise Rejected("an auditor stands there twice", field="auditors")
    id = year_id(command.buyer_id, command.year)
    year = await unit.load(YearPlan, id) or YearPlan(
        id=id, buyer_id=command.buyer_id, year=command.year
    )
    months = await _months(year, unit)
    by_hand = {line.id: line for one in months.values() for line in one.lines if line.by_hand}
    first = max(today, date(command.year, 1, 1))
    wanted = []
    for plan in await unit.find(Plan, buyer_id=command.buyer_id):
        library = libraries.on(today)
        asked = {one.obligation for one in plan.follow_ups if library.report(one.obligation, "DK")}
        wanted += [
            _as_placed(line, by_hand.get(line.id), command.auditors)
            for line in lines_of(plan, command.year, first, policy, asked)
        ]
    lines = fit(wanted, command.auditors, first)
    due = deadline(unit.now, APPROVE_WITHIN, "DK")
    need = Need(
        id="",
        kind="approve-year-plan",
        role="officer",
        buyer_id=command.buyer_id,
        due=due,
        about=year.id,
    )
    year.weights, year.policy_version = weights.on(today).version, policy.version
    year.propose(lines, command.auditors, unit.caller.subject, need)
    _lay_out(lines, months, unit)
    unit.save(year)
    return _answer(year)


def _as_placed(line: Line, by_hand: Line | None, auditors: Iterable[Auditor]) -> Line:
    """What a person has placed stays where it is, with the risk and the hours of today.

    It is placed anew where its auditor is gone, is off that month, or has declared a conflict.
    """
    if by_hand is None or not (by_hand.out or not line.audited or _can(by_hand, auditors)):
        return line
    today = {"score": line.score, "level": line.level, "hours": line.hours}
    return by_hand.model_copy(update=today)


def _can(line: Line, auditors: Iterable[Auditor]) -> bool:
    whose = next((one for one in auditors if one.subject == line.auditor), None)
    return (
        whose is not None
        and whose.hours_in(line.day.month) > 0
        and line.party_id not in whose.not_for
    )


def lines_of(
    plan: Plan, year: int, first: date, policy: Policy, asked: Iterable[str]
) -> list[Line]:
    """What of one contract falls into a year, from `first` on. `asked`: what has questions."""
    lines = []
    with_questions = set(asked)
    for coming in plan.calendar:
        follow_up = plan.of(coming.obligation)
        if follow_up is None or not (coming.audited or coming.obligation in with_questions):
            continue
        one: Coming | None = coming
        if line_id(plan, coming) in plan.deferred and coming.on < first:
            one = coming.model_copy(update={"on": first})
        while one is not None and one.on.year <= year:
            if plan.ends is not None and one.on > plan.ends:
                break
            if one.on.year == year:
                lines.append(_line(plan, one, max(one.on, first), policy))
            one = plan.after(one, one.on)
    return lines


def _line(plan: Plan, coming: Coming, day: date, policy: Policy) -> Line:
    return Line(
        id=line_id(plan, coming),
        contract_id=plan.id,
        party_id=coming.party_id,
        obligation=coming.obligation,
        method=coming.method,
        turn=coming.turn,
        due=day,
        day=day,
        hours=policy.hours.get(coming.method, 0.0) if coming.audited else 0.0,
        audited=coming.audited,
        score=plan.risk.score,
        level=plan.risk.level,
    )


def _lay_out(lines: Iterable[Line], months: dict[int, MonthPlan], unit: Unit) -> None:
    by_month: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_month[line.day.month].append(line)
    for number, month in months.items():
        month.lines = tuple(sorted(by_month[number], key=lambda one: (-one.score, one.id)))
        unit.save(month)


@router.on(ChangeYearPlan)
async def change(
    command: ChangeYearPlan, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """Move a line, give it to an auditor, leave it out or take it in. Approved: at once."""
    assert unit.caller is not None
    year = await unit.get(YearPlan, command.year_plan_id)
    unit.caller.must_serve(year.buyer_id)
    months = await _months(year, unit)
    found = next((m for m in months.values() if m.line(command.line_id) is not None), None)
    old = found.line(command.line_id) if found else None
    if found is None or old is None:
        raise Unknown("line", command.line_id)
    day = command.day or old.day
    if day.year != year.year:
        raise Rejected(f"a day of {year.year}", field="day")
    if day < day_of(unit.now, "DK"):
        raise Rejected("a day from today on", field="day")
    new = old.model_copy(
        update={
            "day": day,
            "out": command.out,
            "auditor": "" if command.out else (command.auditor or old.auditor),
            "why": command.reason if command.out else "",
            "by_hand": True,
            "offences_of": libraries.on(day_of(unit.now, "DK")).offences_of(
                old.obligation, old.id, old.party_id
            ),
        }
    )
    if new.audited and not new.out:
        year.must_have(new, (line for one in months.values() for line in one.lines))
    plan = await unit.get(Plan, new.contract_id)
    settles = (plan.urgent,) if plan.urgent else ()
    year.changed(new, "out" if new.out else "in", command.reason, unit.caller.subject, settles)
    plan.urgent = ""
    unit.save(plan)
    found.drop(new.id)
    months[new.day.month].put(new)
    year.count(line for one in months.values() for line in one.lines)
    for month in {found.month, new.day.month}:
        unit.save(months[month])
    unit.save(year)
    if year.state is YearState.APPROVED:
        await _put_to_work(new, command.reason, unit, policy)
    return _answer(year)


PIECE = 25
"""Lines of a year that are put to work in one transaction: some hundred writes at the most."""


@router.on(ApproveYearPlan)
async def approve(command: ApproveYearPlan, unit: Unit) -> dict[str, object]:
    """It counts from now on. Its months are put to work piece by piece."""
    assert unit.caller is not None
    year = await unit.get(YearPlan, command.year_plan_id)
    unit.caller.must_serve(year.buyer_id)
    year.approve(unit.caller.subject)
    unit.save(year)
    for number, month in (await _months(year, unit)).items():
        ids = [line.id for line in month.lines]
        for piece, first in enumerate(range(0, len(ids), PIECE)):
            goes_out = MonthGoesOut(
                year_plan_id=year.id,
                month=number,
                round=year.round,
                line_ids=tuple(ids[first : first + PIECE]),
            )
            id = f"year-plan/{month_id(year.id, number)}/{year.round}/{piece}"
            unit.schedule(id, unit.now, goes_out)
    return _answer(year)


@router.on(MonthGoesOut)
async def put_month_to_work(moment: MonthGoesOut, unit: Unit, policy: Policy) -> None:
    year = await unit.get(YearPlan, moment.year_plan_id)
    if year.round != moment.round or year.state is not YearState.APPROVED:
        return
    month = await unit.get(MonthPlan, month_id(year.id, moment.month))
    lines = [line for line in month.lines if not moment.line_ids or line.id in moment.line_ids]
    await unit.prefetch(Plan, {line.contract_id for line in lines}, cached=False)
    await unit.prefetch(Audit, {line.id for line in lines if line.audited}, cached=False)
    for line in lines:
        await _put_to_work(line, f"year-plan-{year.year}", unit, policy)


async def _put_to_work(line: Line, reason: str, unit: Unit, policy: Policy) -> None:
    """What is in comes on its day with its auditor; what is out does not come, and is remembered.

    A later turn than the next one is only remembered: its day follows from what is held before.
    """
    plan = await unit.get(Plan, line.contract_id)
    others = tuple(id for id in plan.deferred if id != line.id)
    plan.deferred = (*others, line.id) if line.out else others
    coming = plan.coming(line.obligation, line.party_id)
    plan.unplace(line.id)
    if coming is None or coming.turn != line.turn:
        if not line.out:
            plan.place(Placed(line_id=line.id, on=line.day, auditor=line.auditor))
    elif line.out:
        await _leave_out(line, reason, unit)
    else:
        placed = coming.model_copy(update={"on": line.day, "because": "year-plan"})
        plan.put(placed)
        await move(plan, placed, reason, unit, policy, line.auditor, line.offences_of)
    unit.save(plan)


async def _leave_out(line: Line, reason: str, unit: Unit) -> None:
    unit.cancel(f"follow-up/{line.id}")
    audit = await unit.load(Audit, line.id) if line.audited else None
    if audit is not None and audit.state is AuditState.PLANNED:
        audit.offences_of = audit.offences_of or line.offences_of
        audit.call_off(reason, "")
        unit.save(audit)


async def _months(year: YearPlan, unit: Unit) -> dict[int, MonthPlan]:
    found = {}
    for month in range(1, 13):
        id = month_id(year.id, month)
        found[month] = await unit.load(MonthPlan, id) or MonthPlan(
            id=id, year_plan_id=year.id, month=month
        )
    return found


def _answer(year: YearPlan) -> dict[str, object]:
    return {
        "year_plan_id": year.id,
        "state": year.state,
        "planned": year.planned,
        "out": year.out,
        "out_at_risk": year.out_at_risk,
    }
