"""Audits, findings and corrective actions: one page for each, with the one thing to do next."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from services.console.courier import NEEDED, Answer, Courier
from services.console.deeds import of
from services.console.pages.door import EVERYONE, api, command, form_of, may_see, onward
from services.console.pages.lines import timeline
from services.console.pages.people import people_of, with_those
from services.console.readmodels.audits import FollowUp
from services.console.session import token_in
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk, ServiceDesk

SEVERITIES = ("minor", "major", "critical")
CLASSES = ("other", "documents", "wages")
"""Wages and missing documents go to the breach track at once, so that neither stands first."""
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
    answer = await command(desk, form, "audits", f"/audits/{quote(audit_id, safe='')}/{verb}", body)
    differs = (answer.result or {}).get("conflicts", []) if answer.done else []
    if not answer.done or differs:
        return await _page(audit_id, desk, answer=answer, form=form, differs=differs)
    said = {"prepare": "check.prepared", "declaration": "check.declared"}.get(verb, "check.saved")
    return await onward(desk, answer, f"/audits/{quote(audit_id, safe='')}", said=said)


async def _work(raw: FormData, form: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    match form.get("do", ""):
        case "prepare":
            return "prepare", {
                "team": [who for one in raw.getlist("team") for who in _lines(str(one))],
                "sites": _lines(form.get("sites", "")),
                "chain_ids": [str(one) for one in raw.getlist("chain")],
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
            "seen": int(seen) if (seen := form.get(f"s-{id}", "0")).isdecimal() else 0,
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
    path = f"/audits/{quote(audit_id, safe='')}/checklist.xlsx?language={language}"
    answer = await courier.fetch("audits", path, token=token_in(desk.request))
    if answer.status_code != 200:
        raise Unknown("checklist", audit_id)
    told = ("content-type", "content-disposition")
    headers = {name: answer.headers[name] for name in told if name in answer.headers}
    return Response(answer.content, headers=headers)


@api.post("/audits/{audit_id}/report", roles=("auditor",), response_class=Response)
async def report(audit_id: str, desk: Desk) -> Response:
    """Report an audit that was held, with what was found: of each question that deviates, and
    one thing more.
    """
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    if found.kind != "audit":
        raise Unknown("audit", audit_id)
    form = await form_of(desk)
    numbers = [name.removeprefix("description-") for name in form if name.startswith("description")]
    body = {
        "conclusion": form.get("conclusion", ""),
        "held_on": form.get("held_on") or None,
        "findings": [
            _finding(form, number, found.obligation)
            for number in numbers
            if form[f"description-{number}"]
        ],
        "no_conflict": form.get("no_conflict") == "yes",
    }
    answer = await command(desk, form, "audits", f"/audits/{quote(audit_id, safe='')}/hold", body)
    if not answer.done:
        return await _page(audit_id, desk, answer=answer, form=form)
    return await onward(desk, answer, f"/audits/{quote(audit_id, safe='')}", said="audit.audit")


def _finding(form: Mapping[str, str], number: str, obligation: str) -> dict[str, Any]:
    return {
        "obligation": obligation,
        "severity": form.get(f"severity-{number}", ""),
        "finding_class": form.get(f"finding_class-{number}", ""),
        "description": form.get(f"description-{number}", ""),
        "root_cause": form.get(f"root_cause-{number}", ""),
        "document_ids": form.get(f"document_ids-{number}", "").replace(",", " ").split(),
        "question_id": form.get(f"question_id-{number}", ""),
    }


@api.get("/audits/{audit_id}/letter.pdf", roles=EVERYONE, response_class=Response)
async def letter(audit_id: str, desk: Desk) -> Response:
    """The letter that told the party of the audit, in the reader's language."""
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    courier: Courier = desk.adapters["courier"]
    language = view_of(desk).words.language
    path = f"/audits/{quote(audit_id, safe='')}/letter.pdf?language={language}"
    answer = await courier.fetch("audits", path, token=token_in(desk.request))
    if answer.status_code != 200:
        raise Unknown("letter", audit_id)
    told = ("content-type", "content-disposition")
    headers = {name: answer.headers[name] for name in told if name in answer.headers}
    return Response(answer.content, headers=headers)


async def show(
    audit_id: str, desk: ServiceDesk, answer: Answer, form: Mapping[str, str], failed: str
) -> Response:
    """The page again, with what was refused."""
    return await _page(audit_id, desk, answer=answer, form=form, failed=failed)


async def _page(
    audit_id: str,
    desk: ServiceDesk,
    *,
    answer: Answer | None = None,
    form: Mapping[str, str] | None = None,
    differs: list[dict[str, Any]] | None = None,
    failed: str = "",
) -> Response:
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    told, checklist, chain = await _told(found, desk)
    await view.learn(desk, [found.party_id, *chain], [found.contract_id])
    state = told.get("state", "")
    related = await desk.find(FollowUp, {"contract_id": found.contract_id})
    team = told.get("team") or [desk.caller.subject]
    prepares = found.kind == "audit" and found.state == "planned" and view.may("auditor")
    people = await people_of(desk, found.buyer_id, "auditor") if prepares else []
    return view.page(
        "audit.html.j2",
        status=answer.status if answer else 200,
        found=found,
        told=told,
        checklist=checklist,
        chain=chain,
        stands={one["question_id"]: one for one in checklist.get("answers", ())},
        deviating=_deviating(checklist),
        differs={one["question_id"]: one for one in differs or ()},
        verdicts=VERDICTS,
        people=with_those(people, team) if people else [],
        may_work=prepares,
        may_report=prepares,
        deeds=[one for one in of(found.kind) if one.offered(state, desk.caller.roles)],
        options={},
        failed=failed,
        below=[one for one in related if one.above == found.id],
        severities=SEVERITIES,
        classes=CLASSES,
        lines=await timeline(desk, view, [found.id], limit=50),
        problem=answer if answer is not None and not answer.done else None,
        form=form or {},
    )


def _deviating(checklist: Mapping[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The questions about which something must be found, and what was noted of each."""
    notes = {
        one["question_id"]: one.get("note", "")
        for one in checklist.get("answers", ())
        if one["verdict"] == "deviates"
    }
    return [(one, notes[one["id"]]) for one in checklist.get("questions", ()) if one["id"] in notes]


async def _told(
    found: FollowUp, desk: ServiceDesk
) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The thing as audits has it now; of an audit its checklist, and the subcontractors there are.

    Nothing where audits is silent.
    """
    courier: Courier = desk.adapters["courier"]
    token, id = token_in(desk.request), quote(found.id, safe="")
    own = f"/{found.kind}s/{id}"
    if found.kind != "audit":
        return await courier.read("audits", own, token=token, patience=NEEDED) or {}, {}, []
    told, checklist, plan = await asyncio.gather(
        courier.read("audits", own, token=token, patience=NEEDED),
        courier.read("audits", f"{own}/checklist", token=token, patience=NEEDED),
        courier.read("audits", f"/plans/{quote(found.contract_id, safe='')}", token=token),
    )
    chain = [one["party_id"] for one in (plan or {}).get("members", ())]
    return told or {}, checklist or {}, chain
