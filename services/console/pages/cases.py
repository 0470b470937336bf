"""Cases: where each stands, whose turn it is, what comes next, and the steps that can be taken."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import NEEDED, Answer, Courier
from services.console.pages.counting import Figures
from services.console.pages.door import (
    EVERYONE,
    api,
    command,
    form_of,
    may_see,
    onward,
)
from services.console.pages.lines import MOST_LINES, timeline
from services.console.pages.sheets import long_sheet, ranked, wants_sheet, whole
from services.console.readmodels.cases import Case, Replacement
from services.console.readmodels.contracts import Contract
from services.console.session import token_in
from services.console.steps import CONSEQUENCES, course_of, turn_of
from services.console.turns import ALL_STEPS, steps_for
from services.console.views import view_of
from shared.domain import Unknown
from shared.files import called
from shared.http import Desk, ServiceDesk

SHOWS = ("open", "all")


@api.get("/cases", roles=EVERYONE, response_class=Response)
async def cases(desk: Desk, show: str = "open") -> Response:
    if show not in SHOWS:
        raise Unknown("list", show)
    view = view_of(desk)

    async def learn(rows: Sequence[Case]) -> None:
        await view.learn(
            desk,
            [id for case in rows for id in (case.party_id, case.supplier_id)],
            [case.contract_id for case in rows],
        )

    if wants_sheet(desk):
        return await long_sheet(
            view,
            "cases",
            (
                ("col.id", lambda c: c.id),
                ("col.case", lambda c: view.code("rule", c.rule)),
                ("col.party", lambda c: view.name(c.party_id)),
                ("col.supplier", lambda c: view.name(c.supplier_id)),
                ("col.contract", lambda c: view.title(c.contract_id)),
                ("col.stage", lambda c: view.code("stage", c.stage)),
                ("col.due", lambda c: None if c.closed else c.due),
                ("col.status", lambda c: view.code("status", c.status)),
            ),
            whole(desk, Case, show),
            learn,
        )
    rows = await ranked(desk, Case, show)
    await learn(rows.rows)
    total = len(rows.rows) or await Figures(desk).of(Case, "all")
    return view.page(
        "cases.html.j2", cases=rows.rows, rows=rows, show=show, turn_of=turn_of, total=total
    )


@api.get("/cases/{case_id}", roles=EVERYONE, response_class=Response)
async def case(case_id: str, desk: Desk) -> Response:
    return await _page(case_id, desk)


@api.post("/cases/{case_id}/steps/{name}", roles=("officer", "approver"), response_class=Response)
async def take_step(case_id: str, name: str, desk: Desk) -> Response:
    """One of the steps of `services.console.steps`, sent to the service that decides."""
    step = next((one for one in ALL_STEPS if one.name == name), None)
    if step is None:
        raise Unknown("step", name)
    form = await form_of(desk)
    answer = await command(
        desk, form, "breaches", f"/cases/{quote(case_id, safe='')}/{step.path}", step.body(form)
    )
    if not answer.done:
        return await _page(case_id, desk, answer=answer, form=form, failed=name)
    return await onward(desk, answer, f"/cases/{quote(case_id, safe='')}", said=f"step.{name}")


@api.post(
    "/replacements/{replacement_id}/{party_id}/{verdict}",
    roles=("officer",),
    response_class=Response,
)
async def judge_substitute(
    replacement_id: str, party_id: str, verdict: str, desk: Desk
) -> Response:
    """Clear a substitute, from a day, or refuse it."""
    if verdict not in ("clear", "refuse"):
        raise Unknown("verdict", verdict)
    found = await desk.get(Replacement, replacement_id)
    may_see(desk.caller, found.buyer_id)
    form = await form_of(desk)
    body: dict[str, Any] = {"reason": form.get("reason", "")}
    if verdict == "clear" and form.get("effective"):
        body["effective"] = form["effective"]
    swap, party = quote(replacement_id, safe=""), quote(party_id, safe="")
    path = f"/replacements/{swap}/substitutes/{party}/{verdict}"
    answer = await command(desk, form, "subcontractors", path, body)
    if not answer.done:
        failed = f"substitute-{party_id}"
        return await _page(found.case_id, desk, answer=answer, form=form, failed=failed)
    return await onward(
        desk, answer, f"/cases/{quote(found.case_id, safe='')}", said=f"substitute.{verdict}"
    )


@api.post(
    "/replacements/{replacement_id}/{party_id}/provisional",
    roles=("officer",),
    response_class=Response,
)
async def allow_provisionally(replacement_id: str, party_id: str, desk: Desk) -> Response:
    """It works from today, and its documents follow within some days."""
    return await _swap(
        desk, replacement_id, f"substitutes/{quote(party_id, safe='')}/provisional", party_id
    )


@api.post(
    "/replacements/{replacement_id}/provisional/{verdict}",
    roles=("officer",),
    response_class=Response,
)
async def complete_provisional(replacement_id: str, verdict: str, desk: Desk) -> Response:
    """Confirm a provisional substitute, or end its use."""
    if verdict not in ("confirm", "end"):
        raise Unknown("verdict", verdict)
    return await _swap(desk, replacement_id, f"provisional/{verdict}", "provisional")


@api.post("/replacements/{replacement_id}/extend", roles=("officer",), response_class=Response)
async def extend_replacement(replacement_id: str, desk: Desk) -> Response:
    """More time to propose, or for the papers of whoever works provisionally."""
    return await _swap(desk, replacement_id, "extend", "extend")


@api.post("/replacements/{replacement_id}/withdraw", roles=("officer",), response_class=Response)
async def withdraw_replacement(replacement_id: str, desk: Desk) -> Response:
    """The demand falls, as its ground has."""
    return await _swap(desk, replacement_id, "withdraw", "withdraw")


async def _swap(desk: ServiceDesk, replacement_id: str, path: str, failed: str) -> Response:
    found = await desk.get(Replacement, replacement_id)
    may_see(desk.caller, found.buyer_id)
    form = await form_of(desk)
    days = form.get("working_days", "")
    body: dict[str, Any] = {"reason": form.get("reason", "")}
    if not path.startswith(("provisional/", "withdraw")):
        body["working_days"] = int(days) if days.isdecimal() else None
    whole = f"/replacements/{quote(replacement_id, safe='')}/{path}"
    answer = await command(desk, form, "subcontractors", whole, body)
    if not answer.done:
        return await _page(
            found.case_id, desk, answer=answer, form=form, failed=f"substitute-{failed}"
        )
    said = path.rpartition("/")[2]
    return await onward(
        desk, answer, f"/cases/{quote(found.case_id, safe='')}", said=f"substitute.{said}"
    )


@api.get(
    "/cases/{case_id}/bundle.zip",
    roles=("officer", "approver", "auditor"),
    response_class=Response,
)
async def bundle(case_id: str, desk: Desk, redacted: bool = False) -> Response:
    """The evidence of a case as its service has it, which can be checked without the system."""
    found = await desk.get(Case, case_id)
    may_see(desk.caller, found.buyer_id)
    courier: Courier = desk.adapters["courier"]
    path = f"/cases/{quote(case_id, safe='')}/bundle.zip?redacted={str(redacted).lower()}"
    file = await courier.fetch("breaches", path, token=token_in(desk.request))
    if not file.is_success:
        raise Unknown("bundle", case_id)
    name = f"{case_id}{'-redacted' if redacted else ''}.zip"
    return Response(file.content, media_type="application/zip", headers=called(name))


@api.get("/cases/{case_id}/letters/{number}.pdf", roles=EVERYONE, response_class=Response)
async def letter(case_id: str, number: int, desk: Desk) -> Response:
    """A letter as it was sent, from the service that keeps it."""
    found = await desk.get(Case, case_id)
    may_see(desk.caller, found.buyer_id)
    courier: Courier = desk.adapters["courier"]
    path = f"/cases/{quote(case_id, safe='')}/letters/{number}.pdf"
    file = await courier.fetch("breaches", path, token=token_in(desk.request))
    if not file.is_success:
        raise Unknown("letter", str(number))
    named = called(f"{case_id}-{number}.pdf", shown=True)
    return Response(file.content, media_type="application/pdf", headers=named)


async def _page(
    case_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
) -> Response:
    found = await desk.get(Case, case_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    replacements = await desk.find(Replacement, {"case_id": case_id})
    live = await _live(case_id, desk)
    ahead = live.get("next") if not found.closed else None
    store = desk.service.store
    contract = (await store.fetch(Contract, [found.contract_id])).get(found.contract_id)
    ids = [found.party_id, found.supplier_id]
    ids += [id for r in replacements for id in (r.outgoing_id, r.incoming_id)]
    ids += [s.party_id for r in replacements for s in r.substitutes]
    touching = [e for e in contract.exposures if e.party_id == found.party_id] if contract else []
    ids += [id for exposure in touching for id in exposure.path]
    ids += [letter["addressee_id"] for letter in live.get("letters", ())]
    beside = [case["contract_id"] for case in live.get("siblings", ())]
    await view.learn(desk, ids, [found.contract_id, *beside])
    return view.page(
        "case.html.j2",
        status=answer.status if answer else 200,
        case=found,
        contract=contract,
        touching=touching,
        replacements=replacements,
        steps=steps_for(found, desk.caller, _possible(live) if ahead else None),
        live=SILENT | live,
        course=course_of(found),
        turn=turn_of(found),
        ahead=ahead,
        options=live.get("options") or [],
        consequences=CONSEQUENCES,
        lines=await timeline(desk, view, _told_with(found, replacements), limit=MOST_LINES),
        timeline_at=f"/cases/{quote(found.id, safe='')}/timeline",
        problem=answer,
        form=form or {},
        failed=failed,
    )


def _told_with(case: Case, replacements: Sequence[Replacement]) -> list[str]:
    """What the timeline of a case gathers."""
    return [case.id, *(one.id for one in replacements)]


@api.get("/cases/{case_id}/timeline", roles=EVERYONE, response_class=Response)
async def earlier(case_id: str, desk: Desk, before: str) -> Response:
    """The next piece of the timeline, put below the one that is there."""
    found = await desk.get(Case, case_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    about = _told_with(found, await desk.find(Replacement, {"case_id": case_id}))
    lines = await timeline(desk, view, about, limit=MOST_LINES, before=before)
    place = desk.request.url.path
    return view.page("timeline_more.html.j2", lines=lines, timeline_at=place)


SILENT: dict[str, Any] = dict.fromkeys(
    (
        *("rest", "precaution", "sum", "report_due", "reported", "cleaning", "opinion", "supply"),
        *(
            "guidance",
            "timetable",
            "ways_out",
            "relevant_until",
            "notes",
            "siblings",
            "elsewhere",
            "letters",
            "bases",
        ),
    )
)
"""What a page shows of a case where the service is silent: nothing beyond what was heard."""


def _possible(live: dict[str, Any]) -> set[str]:
    """What the service says is possible now, and what is possible beside the state of a case."""
    possible = {*live["next"]["possible"], "conflict"}
    if live.get("report_due") and not live.get("reported"):
        possible.add("report")
    if live.get("siblings") or live.get("elsewhere"):
        possible.add("facts")
    return possible


async def _live(case_id: str, desk: ServiceDesk) -> dict[str, Any]:
    """What only the service knows: what is lawful next, and on which bases. Empty without it."""
    courier: Courier = desk.adapters["courier"]
    path, token = f"/cases/{quote(case_id, safe='')}", token_in(desk.request)
    found = await courier.read("breaches", path, token=token, patience=NEEDED)
    return found if isinstance(found, dict) else {}
