"""What auditors and contract managers ask of audits over HTTP."""

from datetime import date

from pydantic import BaseModel, Field

from services.audits.commands import Found, HoldAudit
from services.audits.domain import Audit, AuditState
from services.audits.evidence_api import evidence_api
from services.audits.links_api import links_api
from services.audits.mending_api import AUDITORS, READERS, FoundBody, Text, mending_api, named
from services.audits.plans_api import plans_api
from services.audits.wages_api import wages_api
from shared.http import Api, Desk, Done, Page

api = Api("audits")
for part in (plans_api, mending_api, links_api, wages_api, evidence_api):
    api.router.routes.extend(part.router.routes)


class AuditView(BaseModel):
    id: str
    state: AuditState
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    method: str
    turn: int
    planned_for: date | None
    held_on: date | None
    by: str
    conclusion: str
    finding_ids: tuple[str, ...]
    reaudit_of: str
    auditor: str
    chain_ids: tuple[str, ...]


class HoldBody(BaseModel):
    conclusion: Text
    held_on: date | None = None
    findings: tuple[FoundBody, ...] = Field(default=(), max_length=100)


@api.get("/audits", roles=READERS)
async def list_audits(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    party_id: str | None = None,
    state: AuditState | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[AuditView]:
    """Audits by the day for which they are planned."""
    where = desk.of_buyer(buyer_id) | named(contract_id, party_id, state)
    return await desk.page(Audit, where, sort="listed", view=_audit, limit=limit, after=after)


@api.get("/audits/{audit_id}", roles=READERS)
async def show_audit(audit_id: str, desk: Desk) -> AuditView:
    audit = await desk.get(Audit, audit_id)
    desk.caller.must_serve(audit.buyer_id)
    desk.tag(audit)
    return _audit(audit)


@api.post("/audits/{audit_id}/hold", roles=AUDITORS)
async def hold(audit_id: str, body: HoldBody, desk: Desk) -> Done:
    """Report an audit that took place, and what was found."""
    findings = tuple(Found(**found.model_dump()) for found in body.findings)
    return await desk.send(
        HoldAudit(
            audit_id=audit_id,
            conclusion=body.conclusion,
            held_on=body.held_on,
            findings=findings,
        )
    )


def _audit(audit: Audit) -> AuditView:
    return AuditView.model_validate(audit.model_dump())
