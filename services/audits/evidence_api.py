"""What auditors and contract managers ask about questions to parties and their answers."""

import hashlib
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StrictInt

from services.audits.commands import (
    AcceptEvidence,
    AskAgain,
    AskEvidence,
    ExtendEvidence,
    WithdrawEvidence,
)
from services.audits.domain import EvidenceRequest, RequestState
from services.audits.domain.questions import Answer, Question
from services.audits.libraries import Libraries
from services.audits.mending_api import MANAGERS, READERS, ExtensionBody, Id, Text, Why, named
from shared.http import Api, Desk, Done, Page

evidence_api = Api("audits")


class RequestView(BaseModel):
    id: str
    state: RequestState
    contract_id: str
    buyer_id: str
    party_id: str
    delegate_id: str
    obligation: str
    audit_id: str
    due: datetime | None
    late: bool
    overdue: int
    reminded: int
    submitted: int
    said_back: str


class AskedView(Question):
    """A question as it was sent; `texts` and `headings` say it by language.

    Empty where an officer wrote it: that is read in the officer's words alone.
    """

    texts: dict[str, str] = Field(default_factory=dict)
    headings: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class FullRequest(RequestView):
    questions: tuple[AskedView, ...]
    answers: tuple[Answer, ...]
    files: tuple[str, ...]


class AskBody(BaseModel):
    contract_id: Id
    party_id: Id
    obligation: Id
    questions: tuple[Question, ...] = Field(min_length=1, max_length=200)
    working_days: StrictInt | None = None
    remind_before: tuple[Annotated[StrictInt, Field(ge=1, le=100)], ...] | None = Field(
        default=None, max_length=5
    )
    audit_id: str = Field(default="", max_length=200)


class AgainBody(BaseModel):
    reason: Text
    working_days: StrictInt


@evidence_api.post("/evidence-requests", roles=MANAGERS)
async def ask(body: AskBody, desk: Desk) -> Done:
    """Ask a supplier or declared subcontractor. Days default to those of the clause."""
    said = hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16]
    return await desk.send(AskEvidence(request_id=f"evidence-{said}", **body.model_dump()))


@evidence_api.get("/evidence-requests", roles=READERS)
async def list_requests(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    party_id: str | None = None,
    state: RequestState | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[RequestView]:
    where = desk.of_buyer(buyer_id) | named(contract_id, party_id, state)
    return await desk.page(
        EvidenceRequest, where, sort="listed", view=_view, limit=limit, after=after
    )


@evidence_api.get("/evidence-requests/{request_id}", roles=READERS)
async def show_request(request_id: str, desk: Desk) -> FullRequest:
    request = await desk.get(EvidenceRequest, request_id)
    desk.caller.must_serve(request.buyer_id)
    desk.tag(request)
    told = request.model_dump() | {"questions": asked_in(request, desk.adapters["libraries"])}
    return FullRequest.model_validate(told)


@evidence_api.post("/evidence-requests/{request_id}/accept", roles=MANAGERS)
async def accept(request_id: str, body: Why, desk: Desk) -> Done:
    return await desk.send(AcceptEvidence(request_id=request_id, reason=body.reason))


@evidence_api.post("/evidence-requests/{request_id}/ask-again", roles=MANAGERS)
async def ask_again(request_id: str, body: AgainBody, desk: Desk) -> Done:
    """Say what does not do; the answers stay, to be mended."""
    return await desk.send(AskAgain(request_id=request_id, **body.model_dump()))


@evidence_api.post("/evidence-requests/{request_id}/extend", roles=MANAGERS)
async def extend(request_id: str, body: ExtensionBody, desk: Desk) -> Done:
    return await desk.send(ExtendEvidence(request_id=request_id, **body.model_dump()))


@evidence_api.post("/evidence-requests/{request_id}/withdraw", roles=MANAGERS)
async def withdraw(request_id: str, body: Why, desk: Desk) -> Done:
    return await desk.send(WithdrawEvidence(request_id=request_id, reason=body.reason))


def asked_in(request: EvidenceRequest, libraries: Libraries) -> tuple[AskedView, ...]:
    """The questions, with the library's words in every language where they come from it."""
    known = libraries.questions(request.library_version, request.obligation)
    asked = []
    for question in request.questions:
        told = AskedView(**question.model_dump())
        if (source := known.get(question.id)) is not None:
            headings = {one: source.headings(one) for one in source.text} if source.columns else {}
            told = told.model_copy(update={"texts": source.text, "headings": headings})
        asked.append(told)
    return tuple(asked)


def _view(request: EvidenceRequest) -> RequestView:
    return RequestView.model_validate(request.model_dump())
