"""What a supplier sees and says through a one-time link."""

import asyncio
from datetime import date, datetime

from fastapi import Response
from pydantic import BaseModel, Field

from services.audits.commands import AnswerProposal, DelegateEvidence, DisputeFinding, SaveAnswers
from services.audits.domain import (
    ActionState,
    Audit,
    AuditState,
    Checklist,
    CorrectiveAction,
    EvidenceRequest,
    Plan,
    RequestState,
)
from services.audits.domain.questions import Answer
from services.audits.evidence_api import AskedView, asked_in
from services.audits.letters.paper import announcement
from services.audits.mending_api import AnswerBody, DisputeBody
from shared.domain import Caller, Forbidden, Rejected
from shared.files import called
from shared.http import PUBLIC, Api, Desk, Done
from shared.languages import Language
from shared.links import Link, LinkBook

links_api = Api("audits")


class ProposalView(BaseModel):
    """What a party is asked to agree to. Nothing of other parties is shown."""

    contract_id: str
    obligation: str
    state: ActionState
    measure: str
    working_days: int
    answer_due: datetime | None
    due: datetime | None


def opened(token: str, scope: str, desk: Desk) -> tuple[Link, str]:
    """The link, and the id of what it opens. Raises `Forbidden` for a link to something else."""
    links: LinkBook = desk.adapters["links"]
    link = links.open(token)
    found, _, id = link.scope.partition("/")
    if found != scope:
        raise Forbidden("this link is for something else; open the one in the letter about this")
    return link, id


async def _action(token: str, desk: Desk) -> tuple[Link, CorrectiveAction]:
    link, action_id = opened(token, "action", desk)
    action = await desk.get(CorrectiveAction, action_id)
    if action.link_id != link.link_id:
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    desk.admit(Caller(subject=f"link/{link.link_id}", buyers=(action.buyer_id,)))
    return link, action


@links_api.get("/links/{token}/proposal", roles=PUBLIC)
async def show_proposal(token: str, desk: Desk) -> ProposalView:
    """What the buyer proposes to do about a finding."""
    _, action = await _action(token, desk)
    return ProposalView.model_validate(action.model_dump())


@links_api.post("/links/{token}/proposal", roles=PUBLIC)
async def answer_proposal(token: str, body: AnswerBody, desk: Desk) -> Done:
    """Agree, or propose another measure with its days and the reason. Once."""
    link, action = await _action(token, desk)
    return await desk.send(
        AnswerProposal(action_id=action.id, link_id=link.link_id, **body.model_dump())
    )


@links_api.post("/links/{token}/dispute", roles=PUBLIC)
async def dispute_finding(token: str, body: DisputeBody, desk: Desk) -> Done:
    """Deny the finding behind the proposal: its deadlines rest until the forum has ruled."""
    _, action = await _action(token, desk)
    return await desk.send(DisputeFinding(finding_id=action.finding_id, **body.model_dump()))


class QuestionsView(BaseModel):
    """What a party is asked, what it has answered so far, and what the buyer said of that.

    `hands_in`: whether who reads this may hand in, rather than answer beside who was asked.
    `passed_to` is whom it has passed the questions on to, `may_pass_to` whom it can pass them to.
    """

    contract_id: str
    obligation: str
    state: RequestState
    due: datetime | None
    questions: tuple[AskedView, ...]
    answers: tuple[Answer, ...]
    files: tuple[str, ...]
    said_back: str
    hands_in: bool = True
    passed_to: str = ""
    may_pass_to: tuple[str, ...] = ()


class AnswersBody(BaseModel):
    answers: tuple[Answer, ...] = Field(default=(), max_length=200)


class DelegateBody(BaseModel):
    party_id: str = Field(min_length=1, max_length=200)


async def _questions(token: str, desk: Desk) -> tuple[Link, EvidenceRequest]:
    link, request_id = opened(token, "evidence", desk)
    request = await desk.get(EvidenceRequest, request_id)
    if link.link_id not in (request.link_id, request.delegate_link_id):
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    desk.admit(Caller(subject=f"link/{link.link_id}", buyers=(request.buyer_id,)))
    return link, request


@links_api.get("/links/{token}/questions", roles=PUBLIC)
async def show_questions(token: str, desk: Desk) -> QuestionsView:
    """Whoever the questions were passed on to sees its own answers alone."""
    link, request = await _questions(token, desk)
    asked = asked_in(request, desk.adapters["libraries"])
    seen = request.model_dump() | {"questions": asked}
    if link.link_id != request.link_id:
        own = [answer for answer in seen["answers"] if answer["by_delegate"]]
        theirs = {id for one in request.answers if not one.by_delegate for id in one.document_ids}
        files = [id for id in request.files if id not in theirs]
        return QuestionsView.model_validate(
            seen | {"answers": own, "files": files, "hands_in": False}
        )
    chain: tuple[str, ...] = ()
    if request.state is RequestState.OPEN and not request.delegate_id:
        plan = await desk.get(Plan, request.contract_id)
        chain = tuple(one for one in plan.chain if one != request.party_id)
    return QuestionsView.model_validate(
        seen | {"passed_to": request.delegate_id, "may_pass_to": chain}
    )


@links_api.post("/links/{token}/answers", roles=PUBLIC)
async def save_answers(token: str, body: AnswersBody, desk: Desk) -> Done:
    """Keep answers, some or all, without handing them in."""
    link, request = await _questions(token, desk)
    passed_on = link.link_id != request.link_id
    return await desk.send(
        SaveAnswers(request_id=request.id, answers=body.answers, by_delegate=passed_on)
    )


@links_api.post("/links/{token}/submit", roles=PUBLIC)
async def submit_answers(token: str, body: AnswersBody, desk: Desk) -> Done:
    """Hand in what was answered. The answer says whether that was late."""
    link, request = await _questions(token, desk)
    if link.link_id != request.link_id:
        raise Forbidden("who was asked hands in; your answers are kept for it")
    return await desk.send(SaveAnswers(request_id=request.id, answers=body.answers, submit=True))


@links_api.post("/links/{token}/delegate", roles=PUBLIC)
async def delegate(token: str, body: DelegateBody, desk: Desk) -> Done:
    """Have a declared subcontractor answer too: it gets a link of its own."""
    link, request = await _questions(token, desk)
    if link.link_id != request.link_id:
        raise Forbidden("who was asked may pass the questions on, and nobody else")
    return await desk.send(DelegateEvidence(request_id=request.id, party_id=body.party_id))


class VisitView(BaseModel):
    """What a party is told of its audit. Who holds it is not."""

    contract_id: str
    obligation: str
    state: AuditState
    planned_for: date | None
    sites: tuple[str, ...]
    chain_ids: tuple[str, ...]


async def _visit(token: str, desk: Desk) -> Audit:
    link, audit_id = opened(token, "audit", desk)
    audit = await desk.get(Audit, audit_id)
    if link.link_id != audit.link_id or not audit.told:
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    desk.admit(Caller(subject=f"link/{link.link_id}", buyers=(audit.buyer_id,)))
    return audit


@links_api.get("/links/{token}/visit", roles=PUBLIC)
async def show_visit(token: str, desk: Desk) -> VisitView:
    """When, where and about what one is audited."""
    return VisitView.model_validate((await _visit(token, desk)).model_dump())


@links_api.get("/links/{token}/visit.pdf", roles=PUBLIC, response_class=Response)
async def print_visit(token: str, desk: Desk, language: Language = "da") -> Response:
    """The letter about it, on paper."""
    return await letter_of(await _visit(token, desk), desk, language)


async def letter_of(audit: Audit, desk: Desk, language: Language) -> Response:
    """The letter about an audit that is announced. Raises `Rejected` for one that is not."""
    if not audit.told:
        raise Rejected(
            "the party is not told of this audit beforehand: there is no letter", field="audit_id"
        )
    plan = await desk.get(Plan, audit.contract_id)
    found = await desk.service.store.fetch(Checklist, [audit.id])
    paper = await asyncio.to_thread(announcement, audit, found.get(audit.id), plan.title, language)
    name = f"{audit.id}-{language}.pdf"
    return Response(paper, media_type="application/pdf", headers=called(name))
