"""What a party sees behind a link about an agreed action, or about questions of an audit.

Answers are kept as they are given, some or all; files go to onboarding, which keeps them for the
request, and are named in the answers once audits has heard of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from services.console.courier import NEEDED, Answer, Courier
from services.console.views import View
from shared.domain import Forbidden
from shared.http import ServiceDesk
from shared.links import Link

READS = {"action": "proposal", "evidence": "questions", "audit": "visit"}
"""By the scope of the link: what audits is asked for."""
SPARE_ROWS = 4
"""Empty rows of a table, below those that are filled in; saving brings as many again."""
PATIENT, LOOK_AGAIN = 6.0, 0.2
"""Seconds that a page waits for audits to hear of a file, and between two looks."""


async def show(
    token: str,
    scope: str,
    link: Link,
    desk: ServiceDesk,
    answer: Answer | None = None,
    written: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """`written` is what was filled in, so that a refusal loses none of it."""
    view = View(desk.request, caller=None, now=desk.now)
    courier: Courier = desk.adapters["courier"]
    path = f"/links/{quote(token, safe='')}/{READS[scope]}"
    asked = await courier.read("audits", path, patience=NEEDED)
    asked = asked if isinstance(asked, dict) else {}
    contract = str(asked.get("contract_id", ""))
    chain = [*asked.get("may_pass_to", ()), asked.get("passed_to", "")]
    await view.learn(desk, chain, [contract])
    given = {one["question_id"]: one for one in asked.get("answers", ())}
    refused = answer is not None and not answer.done
    if refused:
        given |= {str(one["question_id"]): dict(one) for one in written}
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
        spare=SPARE_ROWS,
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
    written: list[dict[str, Any]] = []
    if scope == "audit":
        raise Forbidden("nothing is to be answered here")
    if scope == "action":
        path, body = _about_action(form)
        done = await courier.by_link(
            "audits", f"/links/{quote(token, safe='')}/{path}", key=key, body=body
        )
    elif form.get("do") == "delegate":
        body = {"party_id": str(form.get("party_id", ""))}
        done = await courier.by_link(
            "audits", f"/links/{quote(token, safe='')}/delegate", key=key, body=body
        )
    else:
        done, written = await _about_questions(token, form, key, courier)
    return await show(token, scope, link, desk, done, written)


def _about_action(form: FormData) -> tuple[str, dict[str, Any]]:
    said = {name: str(form.get(name, "")).strip() for name in ("do", "measure", "reason", "forum")}
    if said["do"] == "dispute":
        return "dispute", {"reason": said["reason"], "forum": said["forum"]}
    days = str(form.get("working_days", ""))
    return "proposal", {
        "agrees": said["do"] == "agree",
        "measure": said["measure"],
        "working_days": int(days) if days.isdecimal() else None,
        "reason": said["reason"],
    }


async def _about_questions(
    token: str, form: FormData, key: str, courier: Courier
) -> tuple[Answer, list[dict[str, Any]]]:
    """Bring the files, wait until they are known, and keep or hand in what was answered.

    Returns what came of it, and the answers as they were written.
    """
    path = f"/links/{quote(token, safe='')}/questions"
    asked = await courier.read("audits", path, patience=NEEDED)
    if not isinstance(asked, dict):
        lost = "the questions cannot be read now; what you wrote was not kept"
        return Answer(503, reason=lost), []
    given = {one["question_id"]: one for one in asked["answers"]}
    answers: list[dict[str, Any]] = []
    brought: list[str] = []
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
                return kept, answers
            ids.append(str((kept.result or {}).get("document_id", "")))
        brought += ids
        if ids:
            unique = list(dict.fromkeys(ids))
            answers.append({"question_id": question["id"], "document_ids": unique})
    if not await _known(token, brought, courier):
        late = "a file is still on its way: wait a little, and save once more"
        return Answer(503, reason=late), answers
    verb = "submit" if form.get("do") == "submit" else "answers"
    done = await courier.by_link(
        "audits", f"/links/{quote(token, safe='')}/{verb}", key=key, body={"answers": answers}
    )
    return done, answers


def _said(kind: str, form: FormData, name: str) -> dict[str, Any]:
    match kind:
        case "choices":
            return {"choices": [str(one) for one in form.getlist(name)]}
        case "table":
            rows = [
                [str(cell).strip() for cell in form.getlist(row)]
                for row in dict.fromkeys(form)
                if row.startswith(f"{name}-") and row.removeprefix(f"{name}-").isdecimal()
            ]
            return {"rows": [row for row in rows if any(row)]}
    return {"text": str(form.get(name, "")).strip()}


async def _bring(token: str, file: UploadFile, key: str, courier: Courier) -> Answer:
    kind = file.content_type or "application/octet-stream"
    data = (file.filename or "", await file.read(), kind)
    return await courier.by_link(
        "onboarding", f"/links/{quote(token, safe='')}/documents", key=key, file=data
    )


async def _known(token: str, ids: Sequence[str], courier: Courier) -> bool:
    """Whether audits has heard of these files, within some seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENT
    while True:
        asked = (
            await courier.read("audits", f"/links/{quote(token, safe='')}/questions") if ids else {}
        )
        files = set(asked.get("files", ())) if isinstance(asked, dict) else set()
        if set(ids) <= files or not ids:
            return True
        if loop.time() >= end:
            return False
        await asyncio.sleep(LOOK_AGAIN)
