"""What auditors and contract managers ask of audits over HTTP."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.audits.commands import AgreeAction, Found, HoldAudit, VerifyAction
from services.audits.domain import (
    ActionState,
    Audit,
    AuditState,
    CorrectiveAction,
    Finding,
    FindingClass,
    FindingState,
    FollowUp,
    Plan,
    Severity,
)
from shared.http import Api, Desk, Done, Page

READERS = ("officer", "approver", "auditor", "contract_manager")
AUDITORS = ("auditor",)
MANAGERS = ("auditor", "contract_manager", "officer")

LONGEST_TEXT = 10_000

api = Api("audits")


class PlanView(BaseModel):
    """The plan of a contract."""

    id: str
    buyer_id: str
    title: str
    supplier_ids: tuple[str, ...]
    over: str
    policy_version: str
    follow_ups: tuple[FollowUp, ...]


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


class FindingView(BaseModel):
    id: str
    state: FindingState
    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    severity: Severity
    finding_class: FindingClass
    description: str
    action_ids: tuple[str, ...]
    closed_because: str


class ActionView(BaseModel):
    id: str
    state: ActionState
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    measure: str
    due: datetime | None
    agreed_by: str
    reminded: int
    verified_by: str
    document_ids: tuple[str, ...]


class FoundBody(BaseModel):
    obligation: str = Field(default="", max_length=100)
    severity: Severity
    finding_class: FindingClass
    description: str = Field(min_length=3, max_length=LONGEST_TEXT)


class HoldBody(BaseModel):
    conclusion: str = Field(min_length=3, max_length=LONGEST_TEXT)
    held_on: date | None = None
    findings: tuple[FoundBody, ...] = Field(default=(), max_length=100)


class ActionBody(BaseModel):
    measure: str = Field(min_length=3, max_length=LONGEST_TEXT)
    working_days: int | None = None


class EvidenceBody(BaseModel):
    document_ids: tuple[str, ...] = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=3, max_length=LONGEST_TEXT)


@api.get("/plans/{contract_id}", roles=READERS)
async def show_plan(contract_id: str, desk: Desk) -> PlanView:
    """How each clause of a contract is followed up, and why so."""
    plan = await desk.get(Plan, contract_id)
    desk.caller.must_serve(plan.buyer_id)
    return PlanView.model_validate(plan.model_dump())


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
    where = desk.of_buyer(buyer_id) | _named(contract_id, party_id, state)
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


@api.get("/findings", roles=READERS)
async def list_findings(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    party_id: str | None = None,
    state: FindingState | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[FindingView]:
    """Findings by the time at which they were raised."""
    where = desk.of_buyer(buyer_id) | _named(contract_id, party_id, state)
    return await desk.page(Finding, where, sort="listed", view=_finding, limit=limit, after=after)


@api.get("/findings/{finding_id}", roles=READERS)
async def show_finding(finding_id: str, desk: Desk) -> FindingView:
    finding = await desk.get(Finding, finding_id)
    desk.caller.must_serve(finding.buyer_id)
    desk.tag(finding)
    return _finding(finding)


@api.post("/findings/{finding_id}/action", roles=MANAGERS)
async def agree(finding_id: str, body: ActionBody, desk: Desk) -> Done:
    """Record what both sides agreed, and by when. Without days those of the clause count."""
    return await desk.send(AgreeAction(finding_id=finding_id, **body.model_dump()))


@api.get("/actions/{action_id}", roles=READERS)
async def show_action(action_id: str, desk: Desk) -> ActionView:
    action = await desk.get(CorrectiveAction, action_id)
    desk.caller.must_serve(action.buyer_id)
    desk.tag(action)
    return ActionView.model_validate(action.model_dump())


@api.post("/actions/{action_id}/verify", roles=AUDITORS)
async def verify(action_id: str, body: EvidenceBody, desk: Desk) -> Done:
    """Confirm that the evidence shows that it was done."""
    return await desk.send(VerifyAction(action_id=action_id, **body.model_dump()))


def _audit(audit: Audit) -> AuditView:
    return AuditView.model_validate(audit.model_dump())


def _finding(finding: Finding) -> FindingView:
    return FindingView.model_validate(finding.model_dump())


def _named(contract_id: str | None, party_id: str | None, state: str | None) -> dict[str, str]:
    named = {"contract_id": contract_id, "party_id": party_id, "state": state}
    return {name: str(value) for name, value in named.items() if value is not None}
