"""Audits, findings and corrective actions: one page for each, with the one thing to do next."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from services.console.courier import Answer
from services.console.pages.door import EVERYONE, api, command, form_of, may_see, onward
from services.console.pages.lines import timeline
from services.console.readmodels.audits import FollowUp
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


@api.get("/audits/{audit_id}", roles=EVERYONE, response_class=Response)
async def audit(audit_id: str, desk: Desk) -> Response:
    return await _page(audit_id, desk)


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
            }
            findings = [raised] if raised["description"] else []
            body = {"conclusion": form.get("conclusion", ""), "findings": findings}
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
) -> Response:
    found = await desk.get(FollowUp, audit_id)
    may_see(desk.caller, found.buyer_id)
    view = view_of(desk)
    await view.learn(desk, [found.party_id], [found.contract_id])
    related = await desk.find(FollowUp, {"contract_id": found.contract_id})
    return view.page(
        "audit.html.j2",
        status=answer.status if answer else 200,
        found=found,
        may_do=found.open and view.may(*DOERS[found.kind]),
        below=[one for one in related if one.above == found.id],
        severities=SEVERITIES,
        classes=CLASSES,
        lines=await timeline(desk, view, [found.id], limit=50),
        problem=answer,
        form=form or {},
    )
