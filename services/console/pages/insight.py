"""Requests for access to documents: the list, one request, and each step as a form.

Everything is read from breaches with the reader's own token, so that its access record says who saw
what somebody asked for; nothing of a request is kept here.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.console.courier import Answer, Courier
from services.console.pages.door import api, command, form_of, onward
from services.console.pages.follow_up import buyers_of, choice_of_buyers
from services.console.session import check_form, token_in
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk
from shared.languages import LANGUAGES

LIST = "/insight"
READERS = ("officer", "approver", "auditor")
HANDLERS = ("officer",)
DECIDERS = ("officer", "approver")
STEPS = (
    "item",
    "hearing",
    "answer",
    "ruling",
    "delay",
    "decision",
    "withdrawal",
    "sent",
    "contact",
    "handed",
    "hold",
    "release",
    "erasure",
)
PATIENCE = 10.0
LARGEST_UPLOAD = 40_000_000

Form = Mapping[str, str]
FIELD = "felt:"
"""Before the name of a field, in the list of what is withheld."""


async def _read(desk: ServiceDesk, path: str) -> Any:
    courier: Courier = desk.adapters["courier"]
    return await courier.read("breaches", path, token=token_in(desk.request), patience=PATIENCE)


@api.get(LIST, roles=READERS, response_class=Response)
async def requests(desk: Desk) -> Response:
    """Who waits for an answer, the most urgent first; and a form to take a request in."""
    return await _list(desk)


@api.post(LIST, roles=HANDLERS, response_class=Response)
async def receive(desk: Desk) -> Response:
    form = await form_of(desk)
    names = ("buyer_id", "country", "asked", "applicant", "contact")
    body: dict[str, Any] = {name: form.get(name, "") for name in names}
    if form.get("received"):
        body["received"] = f"{form['received']}T12:00:00+00:00"
    answer = await command(desk, form, "breaches", LIST, body)
    if not answer.done:
        return await _list(desk, answer, form)
    to = f"{LIST}/{answer.result['insight_id']}"
    return await onward(desk, answer, to, said="insight.receive")


async def _list(
    desk: ServiceDesk, answer: Answer | None = None, form: Form | None = None
) -> Response:
    view = view_of(desk)
    narrowed = buyers_of(desk)
    buyers = await choice_of_buyers(desk, view)
    pages = [await _read(desk, f"{LIST}?{urlencode(one)}") for one in narrowed]
    found = [one for page in pages for one in (page or {}).get("items", ())]
    found.sort(key=lambda one: (one["stage"] not in ("open", "answered"), one["due"]))
    return view.page(
        "insights.html.j2",
        status=answer.status if answer else 200,
        found=found,
        buyers=buyers,
        problem=answer,
        form=form or {},
        takes=view.may(*HANDLERS),
    )


@api.get(f"{LIST}/public/{{buyer_id}}/{{country}}", roles=READERS, response_class=Response)
async def public(buyer_id: str, country: str, desk: Desk) -> Response:
    """What the public may see of a buyer, with the log of what is withheld."""
    query = urlencode({"buyer_id": buyer_id, "country": country})
    courier: Courier = desk.adapters["courier"]
    path = f"{LIST}/public.zip?{query}"
    return _passed_on(await courier.fetch("breaches", path, token=token_in(desk.request)))


@api.get(f"{LIST}/{{id}}", roles=READERS, response_class=Response)
async def request(id: str, desk: Desk) -> Response:
    """One request: what was asked, what it covers, who was heard, and what can be done now."""
    return await _page(id, desk)


@api.get(f"{LIST}/{{id}}/letters/{{number}}.pdf", roles=READERS, response_class=Response)
async def letter(id: str, number: int, desk: Desk, language: str = "da") -> Response:
    """A letter to the applicant, as it was written."""
    one = language if language in LANGUAGES else "da"
    path = f"{_at(id)}/letters/{number}.pdf?language={one}"
    courier: Courier = desk.adapters["courier"]
    return _passed_on(await courier.fetch("breaches", path, token=token_in(desk.request)))


@api.post(f"{LIST}/{{id}}/steps/{{name}}", roles=DECIDERS, response_class=Response)
async def take_step(id: str, name: str, desk: Desk) -> Response:
    """One step. Breaches alone decides whether it may be taken."""
    if name not in STEPS:
        raise Unknown("step", name)
    form = await form_of(desk)
    path, body = _command(name, form)
    answer = await command(desk, form, "breaches", f"{_at(id)}/{path}", body)
    if not answer.done:
        return await _page(id, desk, answer, form, failed=name)
    return await onward(desk, answer, f"{LIST}/{quote(id, safe='')}", said=f"insight.{name}")


@api.post(f"{LIST}/{{id}}/copy", roles=DECIDERS, response_class=Response, max_body=LARGEST_UPLOAD)
async def copy(id: str, desk: Desk) -> Response:
    """The copy as a ZIP. The documents that it takes are chosen here, one for each item."""
    form = await desk.request.form()
    check_form(desk.request, str(form.get("secret", "")))
    documents = {
        name.removeprefix("document-"): base64.b64encode(await one.read()).decode()
        for name, one in form.items()
        if name.startswith("document-") and isinstance(one, UploadFile) and one.filename
    }
    courier: Courier = desk.adapters["courier"]
    path, body = f"{_at(id)}/copy", {"documents": documents}
    made = await courier.make("breaches", path, body, token=token_in(desk.request))
    if isinstance(made, Answer):
        return await _page(id, desk, made, failed="copy")
    return _passed_on(made)


def _at(id: str) -> str:
    return f"{LIST}/{quote(id, safe='')}"


def _passed_on(found: httpx.Response) -> Response:
    """What breaches made, or a page that says that there is no such thing here."""
    if not found.is_success:
        raise Unknown("paper", "this")
    told = ("content-type", "content-disposition", "ansvar-sha256", "ansvar-withheld")
    headers = {name: found.headers[name] for name in told if name in found.headers}
    return Response(found.content, found.status_code, headers=headers)


def _command(name: str, form: Form) -> tuple[str, dict[str, Any]]:
    """The address at breaches below the request, and the body that it takes there."""
    reason = {"reason": form.get("reason", "")}
    days = form.get("working_days", "")
    number = int(days) if days.isdecimal() else None
    match name:
        case "item":
            body: dict[str, Any] = {one: form.get(one, "") for one in ("kind", "ref", "sha256")}
            concerns = form.get("concerns", "").replace(",", " ").split()
            return "items", body | {"concerns": concerns}
        case "hearing":
            return name, {"party_id": form.get("party_id", ""), "working_days": number}
        case "answer":
            party = quote(form.get("party_id", ""), safe="")
            objects = form.get("objects") == "yes"
            return f"hearing/{party}/answer", {
                "objects": objects,
                "answer": form.get("answer", ""),
            }
        case "ruling":
            which = form.get("number", "")
            path = f"items/{which if which.isdecimal() else 0}/ruling"
            return path, {"outcome": form.get("outcome", ""), "withheld": _withheld(form)}
        case "delay":
            return name, {"working_days": number, **reason}
        case "contact":
            return name, {"contact": form.get("contact", "")}
        case "handed":
            which = form.get("number", "")
            path = f"letters/{which if which.isdecimal() else 0}/handed"
            return path, {one: form.get(one, "") for one in ("on", "how")}
        case "sent":
            return name, {"sha256": form.get("sha256", "")}
    if name == "erasure":
        return name, {"reference": form.get("reference", ""), **reason}
    return name, reason if name in ("withdrawal", "hold", "release") else {}


def _withheld(form: Form) -> list[dict[str, str]]:
    """Each line is a field or a passage; one basis and one reason go with all of them."""
    told = {"basis": form.get("basis", ""), "reason": form.get("reason", "")}
    match form.get("outcome"):
        case "whole":
            return []
        case "none":
            return [{"field": "*", **told}]
    lines = [line.strip() for line in re.split(r"[\r\n]+", form.get("places", ""))]
    return [
        {"field": line.removeprefix(FIELD).strip(), **told}
        if line.startswith(FIELD)
        else {"passage": line, **told}
        for line in lines
        if line
    ]


async def _page(
    id: str,
    desk: ServiceDesk,
    answer: Answer | None = None,
    form: Form | None = None,
    failed: str = "",
) -> Response:
    found = await _read(desk, _at(id))
    if not found:
        raise Unknown("request", id)
    reads = {}
    for item in found["found"]:
        if item["kind"] != "document":
            reads[item["number"]] = await _read(desk, f"{_at(id)}/items/{item['number']}") or []
    view = view_of(desk)
    parties = [one for item in found["found"] for one in item["concerns"]]
    heard = [one["party_id"] for one in found["hearings"]]
    await view.learn(desk, [found["buyer_id"], *parties, *heard])
    return view.page(
        "insight.html.j2",
        status=answer.status if answer else 200,
        found=found,
        reads=reads,
        parties=list(dict.fromkeys(parties)),
        handles=view.may(*HANDLERS),
        decides=view.may(*DECIDERS),
        problem=answer,
        form=form or {},
        failed=failed,
    )
