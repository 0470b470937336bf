"""Audits, findings and corrective actions: one page for each, with the one thing to do next."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from services.console.courier import Answer, Courier
from services.console.pages.door import EVERYONE, api, command, form_of, may_see, onward
from services.console.pages.lines import timeline
from services.console.readmodels.audits import FollowUp
from services.console.session import token_in
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

SEVERITIES = ("minor", "major", "critical")
CLASSES = ("wages", "documents", "other")
DOERS = {
    "audit": ("auditor",),
    "finding": ("auditor", "contract_manager", "officer"),
    "action": ("auditor",),
}
"""Who may do what comes next."""
DOABLE = ("planned", "open", "agreed", "overdue")
VERDICTS = ("conforms", "deviates", "not_applicable", "not_seen")


@api.get("/audits/{audit_id}", roles=EVERYONE, response_class=Response)
async def audit(audit_id: str, desk: Desk) -> Response:
    return await _page(audit_id, desk)


@api.post("/audits/{audit_id}/checklist", roles=("auditor",), response_class=Response)
async def work(audit_id: str, desk: Desk) -> Response:
    """Prepare the audit, declare oneself, answer its questions, or read a workbook back."""
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    raw = await desk.request.form()
    form = await form_of(desk)
    verb, body = await _work(raw, form)
    answer = await command(desk, form, "audits", f"/audits/{audit_id}/{verb}", body)
    differs = (answer.result or {}).get("conflicts", []) if answer.done else []
    if not answer.done or differs:
        return await _page(audit_id, desk, answer=answer, form=form, differs=differs)
    said = {"prepare": "check.prepared", "declaration": "check.declared"}.get(verb, "check.saved")
    return await onward(desk, answer, f"/audits/{audit_id}", said=said)


async def _work(raw: FormData, form: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    match form.get("do", ""):
        case "prepare":
            return "prepare", {
                "team": _lines(form.get("team", "")),
                "sites": _lines(form.get("sites", "")),
                "announced": form.get("announced") == "yes",
            }
        case "none" | "conflict" as said:
            reason = form.get("reason", "")
            return "declaration", {"no_conflict": said == "none", "reason": reason}
        case "sheet":
            file = raw.get("file")
            data = await file.read() if isinstance(file, UploadFile) else b""
            return "checklist/sheet", {"content": b64encode(data).decode()}
    ids = [
        name.removeprefix("v-") for name, value in form.items() if name.startswith("v-") and value
    ]
    answers = [
        {
            "question_id": id,
            "verdict": form[f"v-{id}"],
            "note": form.get(f"n-{id}", ""),
            "document_ids": form.get(f"d-{id}", "").replace(",", " ").split(),
            "seen": int(seen) if (seen := form.get(f"s-{id}", "0")).isdigit() else 0,
        }
        for id in ids
    ]
    return "checklist", {"answers": answers}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@api.get("/audits/{audit_id}/checklist.xlsx", roles=("auditor",), response_class=Response)
async def export(audit_id: str, desk: Desk) -> Response:
    """The checklist as a workbook, in the reader's language."""
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    courier: Courier = desk.adapters["courier"]
    language = view_of(desk).words.language
    path = f"/audits/{audit_id}/checklist.xlsx?language={language}"
    answer = await courier.fetch("audits", path, token=token_in(desk.request))
    if answer.status_code != 200:
        raise Unknown("checklist", audit_id)
    told = ("content-type", "content-disposition")
    headers = {name: answer.headers[name] for name in told if name in answer.headers}
    return Response(answer.content, headers=headers)


@api.post(
    "/audits/{audit_id}/report",
    roles=("auditor", "contract_manager", "officer"),
    response_class=Response,
)
async def report(audit_id: str, desk: Desk) -> Response:
    """Report the audit, agree on the action, or verify it: whatever comes next."""
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    form = await form_of(desk)
    path, body = _command(found, form)
    answer = await command(desk, form, "audits", path, body)
    if not answer.done:
        return await _page(audit_id, desk, answer=answer, form=form)
    return await onward(desk, answer, f"/audits/{audit_id}", said=f"audit.{found.kind}")


def _command(found: FollowUp, form: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any]
    match found.kind:
        case "audit":
            raised = {
                "obligation": found.obligation,
                "severity": form.get("severity", ""),
                "finding_class": form.get("finding_class", ""),
                "description": form.get("description", ""),
                "question_id": form.get("question_id", ""),
            }
            findings = [raised] if raised["description"] else []
            body = {
                "conclusion": form.get("conclusion", ""),
                "findings": findings,
                "no_conflict": form.get("no_conflict") == "yes",
            }
            return f"/audits/{found.id}/hold", body
        case "finding":
            days = form.get("working_days", "")
            body = {
                "measure": form.get("measure", ""),
                "working_days": int(days) if days.isdigit() else None,
            }
            return f"/findings/{found.id}/action", body
        case "action":
            ids = form.get("document_ids", "").replace(",", " ").split()
            return f"/actions/{found.id}/verify", {
                "document_ids": ids,
                "reason": form.get("reason", ""),
            }
    raise Unknown("audit", found.id)


async def _page(
    audit_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    differs: list[dict[str, Any]] | None = None,
) -> Response:
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    await view.learn(desk, [found.party_id], [found.contract_id])
    told, checklist = await _of_audit(found, desk) if found.kind == "audit" else ({}, {})
    related = await desk.find(FollowUp, {"contract_id": found.contract_id})
    return view.page(
        "audit.html.j2",
        status=answer.status if answer else 200,
        found=found,
        told=told,
        checklist=checklist,
        stands={one["question_id"]: one for one in checklist.get("answers", ())},
        differs={one["question_id"]: one["stands"] for one in differs or ()},
        verdicts=VERDICTS,
        may_work=found.kind == "audit" and found.state == "planned" and view.may("auditor"),
        may_do=found.state in DOABLE and view.may(*DOERS[found.kind]),
        below=[one for one in related if one.above == found.id],
        severities=SEVERITIES,
        classes=CLASSES,
        lines=await timeline(desk, view, [found.id], limit=50),
        problem=answer if answer is not None and not answer.done else None,
        form=form or {},
    )


async def _of_audit(found: FollowUp, desk: ServiceDesk) -> tuple[dict[str, Any], dict[str, Any]]:
    """Team and checklist as audits has them now; nothing where it does not answer."""
    courier: Courier = desk.adapters["courier"]
    token = token_in(desk.request)
    told, checklist = await asyncio.gather(
        courier.read("audits", f"/audits/{found.id}", token=token),
        courier.read("audits", f"/audits/{found.id}/checklist", token=token),
    )
    return told or {}, checklist or {}
