"""Questions to a party, payslips that were compared, and complaints: a page for each."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import NEEDED, Answer, Courier
from services.console.deeds import RECEIVERS, TAKEN, TAKERS, TIP, WAGE_PEOPLE, of
from services.console.pages.door import EVERYONE, api, command, form_of, onward
from services.console.pages.follow_up import buyers_of, read_audits
from services.console.steps import Field
from services.console.views import View, view_of
from shared.domain import Caller, Unknown
from shared.http import PUBLIC, Desk, ServiceDesk

COMPLAINTS = "/complaints"


@api.get("/follow-up/requests/{id}", roles=EVERYONE, response_class=Response)
async def request(id: str, desk: Desk) -> Response:
    """What a party was asked, and what it has answered."""
    return await show_request(id, desk)


async def show_request(
    id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
) -> Response:
    found = await _thing("request", f"/evidence-requests/{quote(id, safe='')}", id, desk)
    view = view_of(desk)
    await view.learn(desk, [found["party_id"], found["delegate_id"]], [found["contract_id"]])
    given = {one["question_id"]: one for one in found["answers"]}
    deeds = _offered("request", found["state"], desk.caller)
    return view.page(
        "request.html.j2",
        status=answer.status if answer else 200,
        found=found,
        given=given,
        deeds=deeds,
        options={},
        problem=answer,
        form=form or {},
        failed=failed,
    )


@api.get("/follow-up/wages/{id}", roles=WAGE_PEOPLE, response_class=Response)
async def wages(id: str, desk: Desk) -> Response:
    """Payslips against the rates, line by line, with the arithmetic."""
    return await show_wages(id, desk)


async def show_wages(
    id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
) -> Response:
    found = await _thing("wage check", f"/wage-checks/{quote(id, safe='')}", id, desk)
    view = view_of(desk)
    await view.learn(desk, [found["party_id"]], [found["contract_id"]])
    plan = await read_audits(desk, f"/plans/{quote(found['contract_id'], safe='')}") or {}
    clauses = [one["obligation"] for one in plan.get("follow_ups", ())]
    return view.page(
        "wages.html.j2",
        status=answer.status if answer else 200,
        found=found,
        deeds=_offered("wages", found["state"], desk.caller),
        options={"obligation": [(code, view.code("rule", code)) for code in clauses]},
        problem=answer,
        form=form or {},
        failed=failed,
    )


@api.get(COMPLAINTS, roles=TAKERS, response_class=Response)
async def complaints(desk: Desk) -> Response:
    """Complaints for those who assess them; for others a form to write one down."""
    return await _complaints(desk)


@api.post(COMPLAINTS, roles=TAKERS, response_class=Response)
async def take(desk: Desk) -> Response:
    """Write down what somebody said on the phone, in a mail or in a meeting."""
    form = await form_of(desk)
    body = _body(TAKEN, form) | {"buyer_id": form.get("buyer_id", "")}
    answer = await command(desk, form, "audits", "/complaints", body)
    if not answer.done:
        return await _complaints(desk, answer, form)
    return await onward(desk, answer, COMPLAINTS, said="deed.complaint")


async def _complaints(
    desk: ServiceDesk, answer: Answer | None = None, form: Mapping[str, str] | None = None
) -> Response:
    view = view_of(desk)
    buyers = buyers_of(desk)
    pages = [
        await read_audits(desk, "/complaints", limit="200", **one)
        for one in buyers
        if view.may(*RECEIVERS)
    ]
    found = [one for page in pages for one in (page or {}).get("items", ())]
    found.sort(key=lambda one: (one["state"] != "received", one["listed"]))
    parties = [one["party_id"] for one in found] + [one["buyer_id"] for one in found]
    await view.learn(desk, parties, [one["contract_id"] for one in found])
    return view.page(
        "complaints.html.j2",
        status=answer.status if answer else 200,
        complaints=found,
        receives=view.may(*RECEIVERS),
        fields=TAKEN,
        buyers=[one["buyer_id"] for one in buyers if one],
        problem=answer,
        form=form or {},
    )


@api.get(f"{COMPLAINTS}/{{id}}", roles=RECEIVERS, response_class=Response)
async def complaint(id: str, desk: Desk) -> Response:
    """Words and source of a complaint, for those who assess it alone."""
    return await show_complaint(id, desk)


async def show_complaint(
    id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    failed: str = "",
) -> Response:
    found = await _thing("complaint", f"/complaints/{quote(id, safe='')}", id, desk)
    view = view_of(desk)
    await view.learn(desk, [found["party_id"], found["buyer_id"]], [found["contract_id"]])
    known = {"contract_id": found["contract_id"], "party": found["party_id"]}
    return view.page(
        "complaint.html.j2",
        status=answer.status if answer else 200,
        found=found,
        deeds=_offered("complaint", found["state"], desk.caller),
        options={},
        problem=answer,
        form=form or known,
        failed=failed or ("" if form else "assess"),
    )


@api.get("/tip/{buyer_id}", roles=PUBLIC, response_class=Response)
async def tip(buyer_id: str, desk: Desk) -> Response:
    """A form for anybody, without an account and without a name."""
    return _tip(buyer_id, desk)


@api.post("/tip/{buyer_id}", roles=PUBLIC, response_class=Response)
async def send_tip(buyer_id: str, desk: Desk) -> Response:
    form = {name: str(value).strip() for name, value in (await desk.request.form()).items()}
    body = _body(TIP, form) | {"buyer_id": buyer_id}
    answer = await desk.adapters["courier"].by_link(
        "audits", "/tips", key=form.get("key", ""), body=body
    )
    return _tip(buyer_id, desk, answer, form)


def _tip(
    buyer_id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    view = View(desk.request, caller=None, now=desk.now)
    done = answer is not None and answer.done
    receipt = (answer.result or {}).get("token", "") if answer and done else ""
    return view.page(
        "tip.html.j2",
        status=answer.status if answer and not done else 200,
        buyer=buyer_id,
        fields=TIP,
        receipt=receipt,
        told=None,
        problem=answer if answer and not done else None,
        form=form or {},
    )


@api.get("/tips/{token}", roles=PUBLIC, response_class=Response)
async def receipt(token: str, desk: Desk) -> Response:
    """What has become of one's own tip."""
    view = View(desk.request, caller=None, now=desk.now)
    courier: Courier = desk.adapters["courier"]
    told = await courier.read("audits", f"/tips/{quote(token, safe='')}", patience=NEEDED)
    if not isinstance(told, dict):
        raise Unknown("tip", "this")
    return view.page(
        "tip.html.j2", buyer="", fields=(), receipt="", told=told, problem=None, form={}
    )


async def _thing(kind: str, path: str, id: str, desk: ServiceDesk) -> dict[str, Any]:
    found = await read_audits(desk, path)
    if not isinstance(found, dict) or not found:
        raise Unknown(kind, id)
    return found


def _offered(thing: Any, state: str, caller: Caller) -> list[Any]:
    return [one for one in of(thing) if one.offered(state, caller.roles)]


def _body(fields: tuple[Field, ...], form: Mapping[str, str]) -> dict[str, Any]:
    return {
        one.sent_as or one.name: one.value(text)
        for one in fields
        if (text := form.get(one.name, "")) or not one.optional
    }
