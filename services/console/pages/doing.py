"""Takes what people do about a thing of follow-up to audits, and shows the thing's page again."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from starlette.datastructures import UploadFile

from services.console.courier import Answer
from services.console.deeds import (
    AUDITORS,
    BY_NAME,
    MISSING_ROWS,
    QUESTION_ROWS,
    RECEIVERS,
    WAGE_PEOPLE,
    Deed,
    Thing,
)
from services.console.pages import audits, follow_up, things
from services.console.pages.door import api, command, form_of, onward
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

LARGEST_SHEET = 20_000_000
DOERS = tuple(dict.fromkeys((*AUDITORS, "contract_manager", "officer", *WAGE_PEOPLE, *RECEIVERS)))

Show = Callable[[str, ServiceDesk, Answer, Mapping[str, str], str], Awaitable[Response]]
SHOWS: dict[Thing, tuple[str, Show]] = {
    "finding": ("/audits/", audits.show),
    "action": ("/audits/", audits.show),
    "audit": ("/audits/", audits.show),
    "request": ("/follow-up/requests/", things.show_request),
    "wages": ("/follow-up/wages/", things.show_wages),
    "complaint": ("/complaints/", things.show_complaint),
    "quota": ("/follow-up/contracts/", follow_up.show_contract),
    "dialogue": ("/follow-up/contracts/", follow_up.show_contract),
    "contract": ("/follow-up/contracts/", follow_up.show_contract),
}
"""The page of each thing; quotas and talks stand on that of their contract."""


@api.post("/follow-up/do/{name}/{id}", roles=DOERS, response_class=Response, max_body=LARGEST_SHEET)
async def do(name: str, id: str, desk: Desk) -> Response:
    """One deed about one thing. What audits refuses is shown with what was written."""
    deed = BY_NAME.get(name)
    if deed is None:
        raise Unknown("deed", name)
    form = await form_of(desk)
    body = await _body(deed, id, form, desk)
    path = deed.path.format(id=quote(id, safe=""), code=quote(form.get("noted", "-"), safe=""))
    answer = await command(desk, form, "audits", path, body)
    page, show = SHOWS[deed.thing]
    where = form.get("contract", id) if deed.thing in ("quota", "dialogue") else id
    if not answer.done:
        return await show(where, desk, answer, form, deed.name)
    return await onward(desk, answer, f"{page}{quote(where, safe='')}", said=f"deed.{deed.name}")


async def _body(deed: Deed, id: str, form: Mapping[str, str], desk: ServiceDesk) -> dict[str, Any]:
    body = deed.body(form)
    if deed.thing == "contract" and "{id}" not in deed.path:
        body["contract_id"] = id
    if deed.name == "ask":
        body["questions"] = questions_in(form)
    if deed.name == "drop-risk":
        body.pop("noted")
    if deed.name == "payslips":
        body["missing"] = missing_in(form)
    if deed.file:
        file = (await desk.request.form()).get("file")
        data = await file.read() if isinstance(file, UploadFile) else b""
        body["content"] = b64encode(data).decode()
    return body


def questions_in(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of the form in which something is asked; what is chosen from is divided by `;`."""
    found: list[dict[str, Any]] = []
    for row in range(QUESTION_ROWS):
        text = form.get(f"q-text-{row}", "").strip()
        if not text:
            continue
        kind = form.get(f"q-type-{row}", "text")
        parts = [one.strip() for one in form.get(f"q-parts-{row}", "").split(";") if one.strip()]
        found.append(
            {
                "id": f"q{row + 1}",
                "text": text,
                "type": kind,
                "required": form.get(f"q-free-{row}") != "yes",
                "options": parts if kind in ("choice", "choices") else [],
                "columns": parts if kind == "table" else [],
            }
        )
    return found


def missing_in(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Documents that were demanded and did not come, each with the day on which it was due."""
    rows = (
        (form.get(f"m-kind-{row}", "").strip(), form.get(f"m-due-{row}", ""))
        for row in range(MISSING_ROWS)
    )
    return [{"kind": kind, "due": due} for kind, due in rows if kind]
