"""Where people see and decide who is qualified, plan procedures, and ask for documents."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field, StrictInt

from services.onboarding.claims_api import READS, Because
from services.onboarding.deciding import (
    AcceptForNow,
    AskForDocument,
    ChangeStanding,
    OpenQualification,
    PlanProcedure,
    ReconsiderQualification,
    RefuseQualification,
    TakeQualification,
    WithdrawAsk,
)
from services.onboarding.domain import Ask, Qualification, Request, Stage
from shared.asked import Day
from shared.domain import Unknown
from shared.events.words import Money
from shared.http import Api, Desk, Done, Page

BRINGS = ("officer", "contract_manager", "integration")

qualifications_api = Api("onboarding")


class QualificationView(BaseModel):
    """What a party was asked for in one role, where it stands, why, and until when."""

    id: str
    party_id: str
    buyer_id: str
    contract_id: str
    role: str
    stage: Stage
    reasons: tuple[str, ...]
    qualified: bool
    closed: bool
    owner: str
    until: datetime | None
    decided_by: str
    decision: str
    waits_for: tuple[str, ...]
    requests: tuple[Request, ...]
    version: int


class AskView(BaseModel):
    """A document that was asked for by itself."""

    id: str
    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    purpose: str
    due: datetime
    state: str
    overdue: bool
    document_id: str


class Procedure(BaseModel):
    """When proof must be there, and what the contract will be about.

    `award` is the day of the award, `tenders_until` until when the tenders bind, `starts` when the
    contract is to begin.
    """

    buyer_id: str
    award: Day
    tenders_until: Day | None = None
    starts: Day | None = None
    country: str = Field("DK", pattern="^[A-Z]{2}$")
    category: str = ""
    value: Money | None = None


class WhoAndRole(BaseModel):
    """Who is to show what a role asks for. The contract may be a planned procedure."""

    contract_id: str
    party_id: str
    role: str


class Condition(Because):
    """Until which day it holds, and what is expected until then."""

    until: Day


class Owner(BaseModel):
    """Who sees to it: the subject of a person, as in their token."""

    owner: str = Field(min_length=1, max_length=200)


class Wish(BaseModel):
    """A document on which no qualification depends, and what for."""

    buyer_id: str
    kind: str
    purpose: str = Field(min_length=3, max_length=500)
    contract_id: str = ""
    working_days: StrictInt | None = None


class Standing(Because):
    """What became of a certificate, since when."""

    standing: Literal["suspended", "reinstated", "withdrawn"]
    since: Day | None = None


@qualifications_api.post("/procedures/{procedure_id}", roles=BRINGS)
async def plan_procedure(procedure_id: str, body: Procedure, desk: Desk) -> Done:
    """Tell of a procedure, so that documents are asked for in time for its award."""
    return await desk.send(PlanProcedure(procedure_id=procedure_id, **_fields(body)))


@qualifications_api.post("/qualifications", roles=BRINGS)
async def open_qualification(body: WhoAndRole, desk: Desk) -> Done:
    """Have a party show what its role asks for."""
    return await desk.send(OpenQualification(**_fields(body)))


@qualifications_api.get("/qualifications", roles=READS)
async def list_qualifications(
    buyer_id: str,
    desk: Desk,
    stage: Stage | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[QualificationView]:
    """A buyer's qualifications, the newest first."""
    desk.caller.must_serve(buyer_id)
    where = {"buyer_id": buyer_id} | ({"stage": stage.value} if stage else {})
    return await desk.page(
        Qualification,
        where,
        sort="opened",
        descending=True,
        view=_view,
        limit=limit,
        after=after,
    )


@qualifications_api.get("/qualifications/{qualification_id}", roles=READS)
async def show_qualification(qualification_id: str, desk: Desk) -> QualificationView:
    one = await desk.get(Qualification, qualification_id)
    desk.caller.must_serve(one.buyer_id)
    desk.tag(one)
    return _view(one)


@qualifications_api.post("/qualifications/{qualification_id}/condition", roles=("officer",))
async def accept_for_now(qualification_id: str, body: Condition, desk: Desk) -> Done:
    """Let a party work although something is missing, until a day."""
    return await desk.send(AcceptForNow(qualification_id=qualification_id, **_fields(body)))


@qualifications_api.post("/qualifications/{qualification_id}/refuse", roles=("officer",))
async def refuse(qualification_id: str, body: Because, desk: Desk) -> Done:
    """Refuse a party its role, with the reason."""
    return await desk.send(RefuseQualification(qualification_id=qualification_id, **_fields(body)))


@qualifications_api.post("/qualifications/{qualification_id}/reconsider", roles=("officer",))
async def reconsider(qualification_id: str, body: Because, desk: Desk) -> Done:
    """Take a refusal or a condition back."""
    return await desk.send(
        ReconsiderQualification(qualification_id=qualification_id, **_fields(body))
    )


@qualifications_api.post("/qualifications/{qualification_id}/owner", roles=("officer",))
async def give_to(qualification_id: str, body: Owner, desk: Desk) -> Done:
    """Name the person who sees to a qualification."""
    return await desk.send(TakeQualification(qualification_id=qualification_id, owner=body.owner))


@qualifications_api.get("/parties/{party_id}/qualifications", roles=READS)
async def show_qualifications(party_id: str, buyer_id: str, desk: Desk) -> list[QualificationView]:
    """What a party must show a buyer, contract by contract."""
    desk.caller.must_serve(buyer_id)
    found = await desk.find(Qualification, {"party_id": party_id, "buyer_id": buyer_id})
    return [_view(one) for one in found]


@qualifications_api.get("/contracts/{contract_id}/qualifications", roles=READS)
async def show_contract(contract_id: str, desk: Desk) -> list[QualificationView]:
    """Everyone who works on a contract, and what is missing of them."""
    found = await desk.find(Qualification, {"contract_id": contract_id}, limit=1_000)
    for one in found:
        desk.caller.must_serve(one.buyer_id)
    if not found:
        raise Unknown("contract", contract_id)
    return [_view(one) for one in found]


@qualifications_api.post("/parties/{party_id}/requests", roles=("officer",))
async def ask_for_document(party_id: str, body: Wish, desk: Desk) -> Done:
    """Ask a party for a document on which no qualification depends."""
    return await desk.send(AskForDocument(party_id=party_id, **_fields(body)))


@qualifications_api.get("/parties/{party_id}/requests", roles=READS)
async def show_asks(party_id: str, buyer_id: str, desk: Desk) -> list[AskView]:
    """What a party was asked for besides its qualifications."""
    desk.caller.must_serve(buyer_id)
    found = await desk.find(Ask, {"party_id": party_id, "buyer_id": buyer_id})
    return [AskView(**one.model_dump(include=set(AskView.model_fields))) for one in found]


@qualifications_api.post("/requests/{ask_id}/withdraw", roles=("officer",))
async def withdraw_ask(ask_id: str, body: Because, desk: Desk) -> Done:
    """Such a document is no longer needed."""
    return await desk.send(WithdrawAsk(ask_id=ask_id, reason=body.reason))


@qualifications_api.post("/documents/{document_id}/standing", roles=("officer",))
async def change_standing(document_id: str, body: Standing, desk: Desk) -> Done:
    """Tell that a certificate was suspended, reinstated or withdrawn by whoever gave it."""
    return await desk.send(ChangeStanding(document_id=document_id, **_fields(body)))


def _fields(body: BaseModel) -> dict[str, object]:
    return {name: getattr(body, name) for name in type(body).model_fields}


def _view(one: Qualification) -> QualificationView:
    worked_out = {"qualified": one.qualified, "waits_for": one.waits_for}
    fields = QualificationView.model_fields.keys() - worked_out
    return QualificationView(**one.model_dump(include=fields), **worked_out)
