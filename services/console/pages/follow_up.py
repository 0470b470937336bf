"""The year of follow-up, the risk of a contract with its reasons, and the reports."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from services.console.courier import Answer, Courier
from services.console.deeds import (
    MISSING_ROWS,
    QUESTION_ROWS,
    QUESTION_TYPES,
    WAGE_PEOPLE,
    Deed,
    of,
)
from services.console.pages.door import EVERYONE, MOST, api, command, form_of, may_see, onward
from services.console.pages.people import Someone, people_of, with_those
from services.console.readmodels.audits import FollowUp
from services.console.readmodels.contracts import Contract
from services.console.session import token_in
from services.console.views import View, view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

REPORTS = ("figures", "state", "lead-times", "ages", "havens")
GROUPS = ("contract", "supplier", "category", "clause", "buyer")
PLANNERS = ("auditor", "officer")
MOST_LINES = 100
KINDS = ("action", "finding", "audit")
"""What presses first stands first."""
PATIENCE = 15.0
"""Seconds for a report or a year of a whole region."""


async def read_audits(desk: ServiceDesk, path: str, **params: str) -> Any:
    """What audits says, with the reader's own token; None where it says nothing."""
    courier: Courier = desk.adapters["courier"]
    query = f"?{urlencode(params)}" if params else ""
    token = token_in(desk.request)
    return await courier.read("audits", f"{path}{query}", token=token, patience=PATIENCE)


@api.get("/follow-up", roles=EVERYONE, response_class=Response)
async def years(desk: Desk) -> Response:
    """Which years are planned, and a form to propose one."""
    return await _years(desk)


async def _years(
    desk: ServiceDesk, answer: Answer | None = None, form: Mapping[str, str] | None = None
) -> Response:
    view = view_of(desk)
    buyers = buyers_of(desk)
    found = await asyncio.gather(*(read_audits(desk, "/year-plans", **one) for one in buyers))
    plans = [plan for some in found for plan in some or ()]
    last: dict[str, Any] = max(plans, key=lambda one: int(one["year"]), default={"auditors": []})
    await view.learn(desk, [plan["buyer_id"] for plan in plans])
    choice = await choice_of_buyers(desk, view)
    team = team_in(form) if form else last["auditors"]
    return view.page(
        "follow_up.html.j2",
        status=answer.status if answer else 200,
        plans=plans,
        may_plan=view.may(*PLANNERS),
        buyers=choice,
        next_year=desk.now.year + 1,
        auditors=team,
        people=await _choice_of(desk, "", team) if view.may(*PLANNERS) else [],
        problem=answer,
        form=form or {},
    )


def buyers_of(desk: ServiceDesk) -> list[dict[str, str]]:
    """For each buyer that the caller acts for: how a list of audits is narrowed to it."""
    mine = desk.caller.buyers
    return [{}] if "*" in mine else [{"buyer_id": one} for one in mine]


async def choice_of_buyers(desk: ServiceDesk, view: View) -> list[str]:
    """The buyers that a form offers; who acts for all chooses among those that have contracts."""
    mine = [one["buyer_id"] for one in buyers_of(desk) if one]
    there = await desk.find(Contract, limit=MOST)
    view.contracts |= {one.id: one for one in there}
    choice = mine or sorted({one.buyer_id for one in there})
    await view.learn(desk, choice)
    return choice


@api.post("/follow-up", roles=PLANNERS, response_class=Response)
async def propose(desk: Desk) -> Response:
    """Propose a year, with the hours, months off and conflicts of each auditor."""
    form = await _team_form(desk)
    year = form.get("year", "")
    body = {
        "buyer_id": form.get("buyer_id", ""),
        "year": int(year) if year.isdecimal() and len(year) == 4 else 0,
        "auditors": team_in(form),
    }
    answer = await command(desk, form, "audits", "/year-plans", body)
    if not answer.done:
        return await _years(desk, answer, form)
    id = (answer.result or {}).get("year_plan_id", "")
    return await onward(desk, answer, f"/follow-up/{quote(str(id))}", said="year.proposed")


async def _choice_of(
    desk: ServiceDesk, buyer_id: str, team: Sequence[Mapping[str, Any]]
) -> list[Someone]:
    """The auditors of the directory, and whoever is in the team already."""
    people = await people_of(desk, buyer_id, "auditor")
    return with_those(people, [str(one["subject"]) for one in team]) if people else []


MOST_AUDITORS = 200


async def _team_form(desk: ServiceDesk) -> dict[str, str]:
    """The form; of the months that are ticked on one row all, with blanks between."""
    form, raw = dict(await form_of(desk)), await desk.request.form()
    for name in [name for name in form if name.startswith("off-")]:
        form[name] = " ".join(str(one) for one in raw.getlist(name))
    return form


def team_in(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The auditors of a form, as they are sent: audits says what is wrong with one."""
    found = []
    for row in range(MOST_AUDITORS):
        if who := form.get(f"who-{row}", "").strip():
            off = form.get(f"off-{row}", "").split()
            found.append(
                {
                    "subject": who,
                    "hours": _number(form.get(f"hours-{row}", "")),
                    "off": [int(one) for one in off if one.isdecimal()],
                    "not_for": form.get(f"not-{row}", "").replace(",", " ").split(),
                }
            )
    return found


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


@api.get("/follow-up/reports", roles=EVERYONE, response_class=Response)
async def reports(desk: Desk, name: str = "figures", by: str = "contract") -> Response:
    """One report as a page, with its CSV and PDF."""
    if name not in REPORTS or by not in GROUPS:
        raise Unknown("report", name)
    view = view_of(desk)
    tables = []
    for one in buyers_of(desk):
        table = await read_audits(desk, f"/reports/{name}", by=by, **one)
        if table:
            tables.append((one.get("buyer_id", ""), table))
    rows = [row for _, table in tables for row in table["rows"]]
    if name == "state" and by in ("contract", "supplier"):
        ids = [str(row[0]) for row in rows]
        await view.learn(desk, ids if by == "supplier" else (), ids if by == "contract" else ())
    return view.page(
        "reports.html.j2", name=name, by=by, tables=tables, reports=REPORTS, groups=GROUPS
    )


@api.get("/follow-up/reports/{name}/{format}", roles=EVERYONE, response_class=Response)
async def paper(
    name: str, format: str, desk: Desk, by: str = "contract", buyer_id: str = ""
) -> Response:
    if name not in REPORTS or by not in GROUPS or format not in ("csv", "pdf"):
        raise Unknown("report", name)
    view = view_of(desk)
    params = {"by": by, "format": format, "language": view.words.language}
    params |= {"buyer_id": buyer_id} if buyer_id else {}
    courier: Courier = desk.adapters["courier"]
    path = f"/reports/{name}?{urlencode(params)}"
    found = await courier.fetch("audits", path, token=token_in(desk.request))
    if found.status_code != 200:
        raise Unknown("report", name)
    told = ("content-type", "content-disposition")
    headers = {name: found.headers[name] for name in told if name in found.headers}
    return Response(found.content, headers=headers)


@api.get("/follow-up/contracts/{contract_id}", roles=EVERYONE, response_class=Response)
async def contract(contract_id: str, desk: Desk) -> Response:
    """How a contract is followed up: its risk and why, what comes next, and all that was said."""
    return await show_contract(contract_id, desk)


async def show_contract(
    contract_id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
) -> Response:
    known = await desk.get(Contract, contract_id)
    may_see(desk.caller, known.buyer_id)
    path = quote(contract_id, safe="")
    about = {"contract_id": contract_id, "buyer_id": known.buyer_id}
    lists = ("/dialogues", "/quotas", "/evidence-requests", "/wage-checks", "/supply")
    plan, agreements, *found = await asyncio.gather(
        read_audits(desk, f"/plans/{path}"),
        _agreements(desk),
        *(read_audits(desk, one, **about) for one in lists),
    )
    if not plan:
        raise Unknown("plan", contract_id)
    talks, quotas, requests, checks, stocks = (
        (one.get("items", ()) if isinstance(one, dict) else one) or () for one in found
    )
    view = view_of(desk)
    parties = [one["party_id"] for one in (*plan["calendar"], *plan["members"])]
    parties += plan.get("supplier_ids", ())
    parties += [m["detail"] for one in plan["risk"]["factors"] for m in one["marks"]]
    audits = await desk.find(FollowUp, {"contract_id": contract_id}, limit=MOST_LINES)
    audits.sort(key=lambda one: (not one.open, KINDS.index(one.kind), str(one.due or "")))
    await view.learn(desk, parties, [contract_id])
    roles = desk.caller.roles
    options = _choices(plan, agreements, view)
    return view.page(
        "follow_up_contract.html.j2",
        status=answer.status if answer else 200,
        plan=plan,
        audits=audits,
        talks=talks,
        quotas=quotas,
        requests=requests,
        checks=checks,
        stocks=stocks,
        options=options,
        deeds=[
            one
            for one in of("contract")
            if one.offered("", roles) and (one.name != "drop-risk" or options["noted"])
        ],
        quota_deeds=[one for one in of("quota") if set(one.roles) & set(roles)],
        pairs=_periods,
        talk_deeds=[one for one in of("dialogue") if set(one.roles) & set(roles)],
        problem=answer,
        form=form or {},
        failed=failed,
    )


def _periods(quota: Mapping[str, Any], deed: Deed) -> list[tuple[str, str]]:
    """The periods of a quota in which a deed can be done."""
    return [
        (one["starts"], one["starts"]) for one in quota["periods"] if one["state"] in deed.states
    ]


async def _agreements(desk: ServiceDesk) -> list[dict[str, Any]]:
    """Those whose rates audits knows, for who may compare payslips with them."""
    if not set(desk.caller.roles) & set(WAGE_PEOPLE):
        return []
    return await read_audits(desk, "/wage-agreements") or []


def _choices(
    plan: Mapping[str, Any], agreements: list[dict[str, Any]], view: View
) -> dict[str, Any]:
    """What a form about this contract offers: its parties, clauses and noted risks, agreements."""
    ids = dict.fromkeys((*plan.get("supplier_ids", ()), *(m["party_id"] for m in plan["members"])))
    clauses = [one["obligation"] for one in plan.get("follow_ups", ())]
    noted = [
        one["code"]
        for one in plan["risk"]["factors"]
        if any(mark["ref"] == "noted" for mark in one["marks"])
    ]
    return {
        "noted": [(code, view.code("risk_factor", code)) for code in noted],
        "agreement": [
            (one["code"], f"{one['title']} ({one['starts']} \u2013 {one['ends']})")
            for one in agreements
        ],
        "question_rows": QUESTION_ROWS,
        "question_types": QUESTION_TYPES,
        "missing_rows": MISSING_ROWS,
        "party_id": [(id, view.name(id)) for id in ids],
        "obligation": [(code, view.code("rule", code)) for code in clauses],
    }


@api.get("/follow-up/{year_plan_id}", roles=EVERYONE, response_class=Response)
async def year(year_plan_id: str, desk: Desk) -> Response:
    return await _year(year_plan_id, desk)


@api.post("/follow-up/{year_plan_id}", roles=PLANNERS, response_class=Response)
async def change(year_plan_id: str, desk: Desk) -> Response:
    """Approve the year, change one line of it, or propose it anew with other auditors."""
    form = await _team_form(desk)
    at = f"/year-plans/{quote(year_plan_id, safe='')}"
    line, said = form.get("line", ""), "year.approved"
    if form.get("do") == "team":
        plan = await read_audits(desk, at) or {}
        about = {"buyer_id": plan.get("buyer_id", ""), "year": plan.get("year", 0)}
        body: dict[str, Any] = about | {"auditors": team_in(form)}
        answer, said = await command(desk, form, "audits", "/year-plans", body), "year.proposed"
    elif line:
        said = "year.changed"
        body = {
            "day": form.get("day") or None,
            "auditor": form.get("auditor", ""),
            "out": form.get("do") == "out",
            "reason": form.get("reason", ""),
        }
        answer = await command(desk, form, "audits", f"{at}/lines/{quote(line, safe='')}", body)
    else:
        answer = await command(desk, form, "audits", f"{at}/approve", {})
    if not answer.done:
        return await _year(year_plan_id, desk, answer, form)
    return await onward(desk, answer, f"/follow-up/{quote(year_plan_id)}", said=said)


async def _year(
    year_plan_id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    at = f"/year-plans/{quote(year_plan_id, safe='')}"
    month = desk.request.query_params.get("month", "")
    month = month if month.isdecimal() and 1 <= int(month) <= 12 else ""
    plan, lines, outside = await asyncio.gather(
        read_audits(desk, at),
        read_audits(desk, f"{at}/lines", out="false", **({"month": month} if month else {})),
        read_audits(desk, f"{at}/lines", out="true"),
    )
    if not plan:
        raise Unknown("year", year_plan_id)
    lines, outside = lines or [], outside or []
    view = view_of(desk)
    shown = [*lines[:MOST_LINES], *outside[:MOST_LINES]]
    await view.learn(
        desk, [one["party_id"] for one in shown], [one["contract_id"] for one in shown]
    )
    hours: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for one in plan["capacity"]:
        hours[one["auditor"]][one["month"]] = one
    team = team_in(form) if form and form.get("do") == "team" else plan["auditors"]
    people = await _choice_of(desk, plan["buyer_id"], team) if view.may(*PLANNERS) else []
    return view.page(
        "year.html.j2",
        status=answer.status if answer else 200,
        plan=plan,
        auditors=team,
        people=people,
        form=form or {},
        hours=hours,
        lines=lines[:MOST_LINES],
        more=max(0, len(lines) - MOST_LINES),
        outside=outside[:MOST_LINES],
        month=month,
        may_change=view.may(*PLANNERS),
        may_approve=view.may("officer") and plan["state"] == "proposed",
        problem=answer,
    )
