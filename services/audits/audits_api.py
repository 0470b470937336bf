"""What auditors do over HTTP: prepare an audit, answer its checklist, also offline, and report."""

import asyncio
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from services.audits.checklist_sheets import read_checklist, write_checklist
from services.audits.commands import (
    AnswerChecklist,
    DeclareForAudit,
    Found,
    HoldAudit,
    PrepareAudit,
    RenewChecklist,
    ReuseAudit,
)
from services.audits.domain import Audit, AuditState, Checklist
from services.audits.domain.checklists import Checked, Given
from services.audits.domain.library import LibraryQuestion
from services.audits.links_api import letter_of
from services.audits.mending_api import AUDITORS, READERS, FoundBody, Id, Text, named, own_words
from services.audits.workbooks import LARGEST, from_base64
from shared.asked import Day
from shared.domain import Forbidden, Rejected, Unknown
from shared.files import called
from shared.http import Api, Desk, Done, Page
from shared.languages import Language
from shared.sealing import COVERED

audits_api = Api("audits")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Site = Annotated[str, Field(min_length=1, max_length=300)]


class AuditView(BaseModel):
    id: str
    state: AuditState
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    method: str
    turn: int
    planned_for: Day | None
    auditor: str
    team: tuple[str, ...]
    declared: tuple[str, ...]
    sites: tuple[str, ...]
    chain_ids: tuple[str, ...]
    announced: bool
    told: int
    held_on: Day | None
    by: str
    conclusion: str
    finding_ids: tuple[str, ...]
    reaudit_of: str
    reused_from: str


class ChecklistView(BaseModel):
    """The questions of an audit; `unanswered` are those that keep it from being reported."""

    id: str
    obligation: str
    library_version: str
    questions: tuple[LibraryQuestion, ...]
    answers: tuple[Checked, ...]
    unanswered: tuple[str, ...]


class HoldBody(BaseModel):
    """`no_conflict`: nothing ties who reports to the party. Needed unless declared before."""

    conclusion: Text
    held_on: Day | None = None
    findings: tuple[FoundBody, ...] = Field(default=(), max_length=100)
    no_conflict: bool = False


class PrepareBody(BaseModel):
    team: tuple[Id, ...] = Field(max_length=20)
    sites: tuple[Site, ...] = Field(default=(), max_length=50)
    chain_ids: tuple[Id, ...] = Field(default=(), max_length=200)
    announced: bool = True


class DeclareBody(BaseModel):
    no_conflict: bool
    reason: str = Field(default="", max_length=2_000)


class AnswersBody(BaseModel):
    """`version`: of the checklist that was answered, where it is known."""

    answers: tuple[Given, ...] = Field(min_length=1, max_length=500)
    version: str = Field(default="", max_length=60)


class WorkbookBody(BaseModel):
    """`content`: the workbook in base64."""

    content: str = Field(max_length=LARGEST * 4 // 3 + 4)


class VersionBody(BaseModel):
    version: str = Field(default="", max_length=60)


class ReuseBody(BaseModel):
    """`same_level`: its terms ask for as much as those of this contract."""

    other_buyer_id: str = Field(default="", max_length=200)
    other_audit_id: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=500)
    held_on: Day | None = None
    same_level: bool
    assessment: Text
    document_ids: tuple[Id, ...] = Field(default=(), max_length=50)


@audits_api.get("/audits", roles=READERS)
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


@audits_api.get("/audits/{audit_id}", roles=READERS)
async def show_audit(audit_id: str, desk: Desk) -> AuditView:
    audit = await desk.get(Audit, audit_id)
    desk.caller.must_serve(audit.buyer_id)
    desk.tag(audit)
    return _audit(audit)


@audits_api.post("/audits/{audit_id}/hold", roles=AUDITORS)
async def hold(audit_id: str, body: HoldBody, desk: Desk) -> Done:
    """Report an audit that took place, and what was found."""
    findings = tuple(Found(**found.model_dump()) for found in body.findings)
    return await desk.send(
        HoldAudit(
            audit_id=audit_id,
            conclusion=body.conclusion,
            held_on=body.held_on,
            findings=findings,
            no_conflict=body.no_conflict,
        )
    )


@audits_api.post("/audits/{audit_id}/prepare", roles=AUDITORS)
async def prepare(audit_id: str, body: PrepareBody, desk: Desk) -> Done:
    """Set team and scope; the checklist gets the version of the questions in force."""
    return await desk.send(PrepareAudit(audit_id=audit_id, **body.model_dump()))


@audits_api.get("/audits/{audit_id}/letter.pdf", roles=READERS, response_class=Response)
async def letter(audit_id: str, desk: Desk, language: Language = "da") -> Response:
    """The letter that the party got about it, if it was told beforehand."""
    audit = await desk.get(Audit, audit_id)
    desk.caller.must_serve(audit.buyer_id)
    return await letter_of(audit, desk, language)


@audits_api.post("/audits/{audit_id}/declaration", roles=AUDITORS)
async def declare(audit_id: str, body: DeclareBody, desk: Desk) -> Done:
    """Say of yourself whether anything ties you to the party. With a conflict you stand aside."""
    return await desk.send(DeclareForAudit(audit_id=audit_id, **body.model_dump()))


@audits_api.post("/audits/{audit_id}/reuse", roles=AUDITORS)
async def reuse(audit_id: str, body: ReuseBody, desk: Desk) -> Done:
    """Have another buyer's audit count: terms of the same level, recent, assessed by yourself."""
    return await desk.send(ReuseAudit(audit_id=audit_id, **body.model_dump()))


@audits_api.get("/audits/{audit_id}/checklist", roles=READERS)
async def show_checklist(audit_id: str, desk: Desk) -> ChecklistView:
    checklist = await _checklist(audit_id, desk)
    desk.tag(checklist)
    said = checklist.model_dump() | {"unanswered": checklist.unanswered}
    return ChecklistView.model_validate(said)


@audits_api.post("/audits/{audit_id}/checklist", roles=AUDITORS)
async def answer(audit_id: str, body: AnswersBody, desk: Desk) -> Done:
    """Answer questions. What a colleague answered otherwise meanwhile comes back as a conflict."""
    _must_be_own(body.answers)
    return await desk.send(AnswerChecklist(audit_id=audit_id, **dict(body)))


@audits_api.post("/audits/{audit_id}/checklist/renew", roles=AUDITORS)
async def renew(audit_id: str, body: VersionBody, desk: Desk) -> Done:
    """Take another version of the questions; answers to those that changed count no more."""
    return await desk.send(RenewChecklist(audit_id=audit_id, version=body.version))


@audits_api.get("/audits/{audit_id}/checklist.xlsx", roles=AUDITORS, response_class=Response)
async def export(audit_id: str, desk: Desk, language: Language = "da") -> Response:
    """The checklist as a workbook, to be answered where there is no network."""
    checklist = await _checklist(audit_id, desk)
    if any(one.note == COVERED for one in checklist.answers):
        raise Forbidden(
            "its notes may tell of offences: a workbook of it takes the role offence_reader"
        )
    paper = await asyncio.to_thread(write_checklist, checklist, language)
    name = f"checklist-{checklist.id}.xlsx"
    return Response(paper, media_type=XLSX, headers=called(name))


@audits_api.post("/audits/{audit_id}/checklist/sheet", roles=AUDITORS, max_body=LARGEST * 2)
async def read_back(audit_id: str, body: WorkbookBody, desk: Desk) -> Done:
    """Read an exported workbook back. Conflicts with answers of others are shown, not settled."""
    said = await asyncio.to_thread(read_checklist, from_base64(body.content))
    if said.audit_id != audit_id:
        raise Rejected(f"this is the checklist of audit {said.audit_id}", field="content")
    _must_be_own(said.answers)
    return await desk.send(
        AnswerChecklist(audit_id=audit_id, answers=said.answers, version=said.version)
    )


def _must_be_own(answers: tuple[Given, ...]) -> None:
    """Raise `Rejected` for a note that is what a page showed in the place of one."""
    for number, one in enumerate(answers):
        try:
            own_words(one.note)
        except ValueError as wrong:
            raise Rejected(str(wrong), field=f"answers.{number}.note") from wrong


async def _checklist(audit_id: str, desk: Desk) -> Checklist:
    checklist = (await desk.service.store.fetch(Checklist, [audit_id])).get(audit_id)
    if checklist is None:
        raise Unknown("checklist", audit_id)
    desk.caller.must_serve(checklist.buyer_id)
    return checklist


def _audit(audit: Audit) -> AuditView:
    return AuditView.model_validate(audit.model_dump())
