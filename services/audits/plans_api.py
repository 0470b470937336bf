"""What is followed up, why and when: a contract's plan and risk, a buyer's year."""

from pydantic import BaseModel, Field, StrictInt

from services.audits.commands import (
    ApproveYearPlan,
    ChangeYearPlan,
    DropRisk,
    NoteRisk,
    ProposeYearPlan,
)
from services.audits.domain import FollowUp, MonthPlan, Plan, YearPlan, YearState
from services.audits.domain.plans import Coming, Member
from services.audits.domain.risk import Risk
from services.audits.domain.years import Auditor, Line
from services.audits.mending_api import MANAGERS, OFFICERS, READERS, Id, Text, Why
from shared.asked import Day
from shared.http import Api, Desk, Done, Page

plans_api = Api("audits")
PLANNERS = ("auditor", "officer")


class PlanView(BaseModel):
    """The plan of a contract: how each clause is followed up, what comes next, and the risk."""

    id: str
    buyer_id: str
    title: str
    category: str
    supplier_ids: tuple[str, ...]
    members: tuple[Member, ...]
    over: str
    policy_version: str
    follow_ups: tuple[FollowUp, ...]
    calendar: tuple[Coming, ...]
    risk: Risk
    deferred: tuple[str, ...]


class RiskBody(BaseModel):
    code: str = Field(max_length=60)
    reason: Text


class YearBody(BaseModel):
    buyer_id: Id
    year: StrictInt
    auditors: tuple[Auditor, ...] = Field(max_length=200)


class LineBody(BaseModel):
    day: Day | None = None
    auditor: str = Field(default="", max_length=200)
    out: bool = False
    reason: Text


class YearView(BaseModel):
    id: str
    buyer_id: str
    year: int
    state: YearState
    auditors: tuple[Auditor, ...]
    planned: int
    out: int
    out_at_risk: int
    hours: float
    weights: str
    policy_version: str
    proposed_by: str
    approved_by: str


class Taken(BaseModel):
    """Of one auditor and month: the hours there are, and those that are given away."""

    auditor: str
    month: int
    hours: float
    taken: float


class FullYear(YearView):
    capacity: list[Taken]


@plans_api.get("/plans", roles=READERS)
async def list_plans(
    desk: Desk, buyer_id: str | None = None, limit: int = 50, after: str | None = None
) -> Page[PlanView]:
    """Plans by the title of their contracts."""
    where = desk.of_buyer(buyer_id)
    return await desk.page(Plan, where, sort="title", view=_plan, limit=limit, after=after)


@plans_api.get("/plans/{contract_id}", roles=READERS)
async def show_plan(contract_id: str, desk: Desk) -> PlanView:
    """How each clause of a contract is followed up, and why so."""
    plan = await desk.get(Plan, contract_id)
    desk.caller.must_serve(plan.buyer_id)
    desk.tag(plan)
    return _plan(plan)


@plans_api.post("/plans/{contract_id}/risks", roles=MANAGERS)
async def note_risk(contract_id: str, body: RiskBody, desk: Desk) -> Done:
    """Note what people know and no register says, such as an unusually low price."""
    return await desk.send(NoteRisk(contract_id=contract_id, **body.model_dump()))


@plans_api.post("/plans/{contract_id}/risks/{code}/drop", roles=MANAGERS)
async def drop_risk(contract_id: str, code: str, body: Why, desk: Desk) -> Done:
    return await desk.send(DropRisk(contract_id=contract_id, code=code, reason=body.reason))


@plans_api.post("/year-plans", roles=PLANNERS)
async def propose(body: YearBody, desk: Desk) -> Done:
    """Propose a year: every follow-up that falls due, the riskiest first into the hours given."""
    return await desk.send(ProposeYearPlan(**body.model_dump()))


@plans_api.get("/year-plans", roles=READERS)
async def list_years(desk: Desk, buyer_id: str | None = None) -> list[YearView]:
    found = await desk.find(YearPlan, desk.of_buyer(buyer_id))
    return [_year(one) for one in sorted(found, key=lambda one: (one.buyer_id, one.year))]


@plans_api.get("/year-plans/{year_plan_id}", roles=READERS)
async def show_year(year_plan_id: str, desk: Desk) -> FullYear:
    """A year with the hours of each auditor and month."""
    year = await _mine(year_plan_id, desk)
    desk.tag(year)
    lines = await lines_of_year(year, desk)
    taken: dict[tuple[str, int], float] = {}
    for line in lines:
        if not line.out and line.auditor:
            at = (line.auditor, line.day.month)
            taken[at] = taken.get(at, 0.0) + line.hours
    capacity = [
        Taken(
            auditor=one.subject,
            month=month,
            hours=one.hours_in(month),
            taken=round(taken.get((one.subject, month), 0.0), 1),
        )
        for one in year.auditors
        for month in range(1, 13)
    ]
    return FullYear(**_year(year).model_dump(), capacity=capacity)


@plans_api.get("/year-plans/{year_plan_id}/lines", roles=READERS)
async def show_lines(
    year_plan_id: str,
    desk: Desk,
    month: int | None = None,
    out: bool | None = None,
    contract_id: str | None = None,
) -> list[Line]:
    """The follow-ups of a year, the riskiest first. `out=true`: what falls out of it."""
    lines = await lines_of_year(await _mine(year_plan_id, desk), desk)
    return [
        line
        for line in lines
        if month in (None, line.day.month)
        and out in (None, line.out)
        and contract_id in (None, line.contract_id)
    ]


@plans_api.post("/year-plans/{year_plan_id}/lines/{line_id}", roles=PLANNERS)
async def change(year_plan_id: str, line_id: str, body: LineBody, desk: Desk) -> Done:
    """Move a follow-up, give it to an auditor, leave it out or take it in. In force at once."""
    return await desk.send(
        ChangeYearPlan(year_plan_id=year_plan_id, line_id=line_id, **body.model_dump())
    )


@plans_api.post("/year-plans/{year_plan_id}/approve", roles=OFFICERS)
async def approve(year_plan_id: str, desk: Desk) -> Done:
    """Approve the year, with what falls out of it."""
    return await desk.send(ApproveYearPlan(year_plan_id=year_plan_id))


async def _mine(year_plan_id: str, desk: Desk) -> YearPlan:
    year = await desk.get(YearPlan, year_plan_id)
    desk.caller.must_serve(year.buyer_id)
    return year


async def lines_of_year(year: YearPlan, desk: Desk) -> list[Line]:
    months = await desk.find(MonthPlan, {"year_plan_id": year.id})
    lines = [line for month in months for line in month.lines]
    return sorted(lines, key=lambda one: (-one.score, one.day, one.id))


def _plan(plan: Plan) -> PlanView:
    return PlanView.model_validate(plan.model_dump())


def _year(year: YearPlan) -> YearView:
    return YearView.model_validate(year.model_dump())
