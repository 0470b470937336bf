"""What a party sees behind a link about an agreed action, or about questions of an audit.

Answers are kept as they are given, some or all; files go to onboarding, which keeps them for the
request, and are named in the answers once audits has heard of them.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from services.console.courier import Answer, Courier
from services.console.views import View
from shared.domain import Forbidden
from shared.http import ServiceDesk
from shared.links import Link

READS = {"action": "proposal", "evidence": "questions", "audit": "visit"}
"""By the scope of the link: what audits is asked for."""
PATIENT, LOOK_AGAIN = 6.0, 0.2
"""Seconds that a page waits for audits to hear of a file, and between two looks."""


async def show(
    token: str, scope: str, link: Link, desk: ServiceDesk, answer: Answer | None = None
) -> Response:
    view = View(desk.request, caller=None, now=desk.now)
    courier: Courier = desk.adapters["courier"]
    asked = await courier.read("audits", f"/links/{token}/{READS[scope]}")
    asked = asked if isinstance(asked, dict) else {}
    contract = str(asked.get("contract_id", ""))
    await view.learn(desk, (), [contract])
    given = {one["question_id"]: one for one in asked.get("answers", ())}
    refused = answer is not None and not answer.done
    return view.page(
        "reply.html.j2",
        status=answer.status if answer and refused else 200,
        scope=scope,
        asked=asked,
        given=given,
        contract=view.title(contract),
        buyer_id=view.buyer_of(contract),
        token=token,
        expires=link.expires,
        problem=answer if refused else None,
        wrong=_wrong(answer),
        sent=answer is not None and answer.done,
    )


def _wrong(answer: Answer | None) -> dict[str, str]:
    """What was wrong with which question."""
    if answer is None:
        return {}
    return {name.removeprefix("answers."): why for name, why in answer.fields.items()}


async def take(token: str, scope: str, link: Link, desk: ServiceDesk) -> Response:
    form = await desk.request.form()
    courier: Courier = desk.adapters["courier"]
    key = str(form.get("key", ""))
    if scope == "audit":
        raise Forbidden("nothing is to be answered here")
    if scope == "action":
        path, body = _about_action(form)
        done = await courier.by_link("audits", f"/links/{token}/{path}", key=key, body=body)
    else:
        done = await _about_questions(token, form, key, courier)
    return await show(token, scope, link, desk, done)


def _about_action(form: FormData) -> tuple[str, dict[str, Any]]:
    said = {name: str(form.get(name, "")).strip() for name in ("do", "measure", "reason", "forum")}
    if said["do"] == "dispute":
        return "dispute", {"reason": said["reason"], "forum": said["forum"]}
    days = str(form.get("working_days", ""))
    return "proposal", {
        "agrees": said["do"] == "agree",
        "measure": said["measure"],
        "working_days": int(days) if days.isdigit() else None,
        "reason": said["reason"],
    }


async def _about_questions(token: str, form: FormData, key: str, courier: Courier) -> Answer:
    """Bring the files, wait until they are known, and keep or hand in what was answered."""
    asked = await courier.read("audits", f"/links/{token}/questions")
    if not isinstance(asked, dict):
        return Answer(503, reason="the questions cannot be read now; what you wrote was not kept")
    given = {one["question_id"]: one for one in asked["answers"]}
    answers, brought = [], []
    for question in asked["questions"]:
        name = f"q-{question['id']}"
        if question["type"] != "file":
            answers.append({"question_id": question["id"]} | _said(question["type"], form, name))
            continue
        ids = list(given.get(question["id"], {}).get("document_ids", ()))
        for nth, file in enumerate(form.getlist(name)):
            if not isinstance(file, UploadFile) or not file.filename:
                continue
            kept = await _bring(token, file, f"{key}-{name}-{nth}", courier)
            if not kept.done:
                return kept
            ids.append(str((kept.result or {}).get("document_id", "")))
        brought += ids
        if ids:
            unique = list(dict.fromkeys(ids))
            answers.append({"question_id": question["id"], "document_ids": unique})
    if not await _known(token, brought, courier):
        return Answer(503, reason="a file is still on its way: wait a little, and save once more")
    verb = "submit" if form.get("do") == "submit" else "answers"
    return await courier.by_link(
        "audits", f"/links/{token}/{verb}", key=key, body={"answers": answers}
    )


def _said(kind: str, form: FormData, name: str) -> dict[str, Any]:
    match kind:
        case "choices":
            return {"choices": [str(one) for one in form.getlist(name)]}
        case "table":
            lines = str(form.get(name, "")).splitlines()
            rows = [[cell.strip() for cell in line.split(";")] for line in lines if line.strip()]
            return {"rows": rows}
    return {"text": str(form.get(name, "")).strip()}


async def _bring(token: str, file: UploadFile, key: str, courier: Courier) -> Answer:
    kind = file.content_type or "application/octet-stream"
    data = (file.filename or "", await file.read(), kind)
    return await courier.by_link("onboarding", f"/links/{token}/documents", key=key, file=data)


async def _known(token: str, ids: Sequence[str], courier: Courier) -> bool:
    """Whether audits has heard of these files, within some seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENT
    while True:
        asked = await courier.read("audits", f"/links/{token}/questions") if ids else {}
        files = set(asked.get("files", ())) if isinstance(asked, dict) else set()
        if set(ids) <= files or not ids:
            return True
        if loop.time() >= end:
            return False
        await asyncio.sleep(LOOK_AGAIN)
