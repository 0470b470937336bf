"""What auditors and contract managers ask about findings, and about what mends them."""

import hashlib
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StrictInt

from services.audits.commands import (
    AcceptCounter,
    AgreeAction,
    AnswerProposal,
    CheckEffectiveness,
    DisputeFinding,
    ExtendAction,
    Found,
    ProposeAction,
    RaiseFinding,
    ReopenFinding,
    RuleOnFinding,
    VerifyAction,
)
from services.audits.domain import (
    ActionState,
    CorrectiveAction,
    Finding,
    FindingClass,
    FindingState,
    Severity,
)
from shared.events.words import Money
from shared.http import Api, Desk, Done, Page
from shared.sealing import COVERED

READERS = ("officer", "approver", "auditor", "contract_manager")
AUDITORS = ("auditor",)
MANAGERS = ("auditor", "contract_manager", "officer")
OFFICERS = ("officer",)

LONGEST_TEXT = 10_000


def own_words(text: str) -> str:
    """The text. What a page showed in the place of words is not written back as if said."""
    if text.strip() == COVERED:
        raise ValueError(
            f"words of your own: {COVERED} stands in the place of words that take the role "
            "offence_reader to be read"
        )
    return text


Text = Annotated[str, Field(min_length=3, max_length=LONGEST_TEXT), AfterValidator(own_words)]
Note = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(own_words)]
Id = Annotated[str, Field(min_length=1, max_length=200)]

mending_api = Api("audits")


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
    root_cause: str
    claim: Money | None
    repeats: str
    document_ids: tuple[str, ...]
    affected_party_ids: tuple[str, ...]
    affected_contract_ids: tuple[str, ...]
    question_id: str
    turn: int
    forum: str
    action_ids: tuple[str, ...]
    proposal_id: str
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
    working_days: int
    due: datetime | None
    answer_due: datetime | None
    agreed_by: str
    agreed_with: str
    counter_reason: str
    reminded: int
    escalated: int
    verified_by: str
    document_ids: tuple[str, ...]


class FoundBody(BaseModel):
    obligation: str = Field(default="", max_length=100)
    severity: Severity
    finding_class: FindingClass
    description: Text
    root_cause: Note = ""
    claim: Money | None = None
    document_ids: tuple[Id, ...] = Field(default=(), max_length=100)
    affected_party_ids: tuple[Id, ...] = Field(default=(), max_length=100)
    affected_contract_ids: tuple[Id, ...] = Field(default=(), max_length=100)
    question_id: str = Field(default="", max_length=60)


class RaiseBody(FoundBody):
    contract_id: Id
    party_id: Id


class ProposalBody(BaseModel):
    measure: Text
    working_days: StrictInt | None = None


class ActionBody(ProposalBody):
    agreed_with: str = Field(default="", max_length=200)


class AnswerBody(BaseModel):
    """The party's answer: a yes, or what it would do instead and why."""

    agrees: bool
    measure: Note = ""
    working_days: StrictInt | None = None
    reason: Note = ""


class ToldBody(AnswerBody):
    told_by: str = Field(min_length=3, max_length=200)


class ExtensionBody(BaseModel):
    working_days: StrictInt
    reason: Text


class EvidenceBody(BaseModel):
    document_ids: tuple[Id, ...] = Field(min_length=1, max_length=100)
    reason: Text


class DisputeBody(BaseModel):
    reason: Text
    forum: str = Field(min_length=3, max_length=200)


class RulingBody(BaseModel):
    upheld: bool
    reference: str = Field(min_length=3, max_length=200)
    reason: Text


class CheckBody(BaseModel):
    effective: bool
    reason: Text
    document_ids: tuple[Id, ...] = Field(default=(), max_length=100)


class Why(BaseModel):
    reason: Text


@mending_api.post("/findings", roles=MANAGERS)
async def raise_finding(body: RaiseBody, desk: Desk) -> Done:
    """Raise a finding without an audit. The same finding of the same party is raised once."""
    found = Found(**body.model_dump(exclude={"contract_id", "party_id"}))
    said = hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16]
    return await desk.send(
        RaiseFinding(
            finding_id=f"finding-{said}",
            contract_id=body.contract_id,
            party_id=body.party_id,
            found=found,
        )
    )


@mending_api.get("/findings", roles=READERS)
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
    where = desk.of_buyer(buyer_id) | named(contract_id, party_id, state)
    return await desk.page(Finding, where, sort="listed", view=_finding, limit=limit, after=after)


@mending_api.get("/findings/{finding_id}", roles=READERS)
async def show_finding(finding_id: str, desk: Desk) -> FindingView:
    finding = await desk.get(Finding, finding_id)
    desk.caller.must_serve(finding.buyer_id)
    desk.tag(finding)
    return _finding(finding)


@mending_api.post("/findings/{finding_id}/proposal", roles=MANAGERS)
async def propose(finding_id: str, body: ProposalBody, desk: Desk) -> Done:
    """Ask the party, by letter and one-time link, to agree to a measure."""
    return await desk.send(ProposeAction(finding_id=finding_id, **body.model_dump()))


@mending_api.post("/findings/{finding_id}/action", roles=MANAGERS)
async def agree(finding_id: str, body: ActionBody, desk: Desk) -> Done:
    """Record what both sides agreed, and by when. Without days those of the clause count."""
    return await desk.send(AgreeAction(finding_id=finding_id, **body.model_dump()))


@mending_api.post("/findings/{finding_id}/dispute", roles=MANAGERS)
async def dispute(finding_id: str, body: DisputeBody, desk: Desk) -> Done:
    """The party denies it: its deadlines rest until the forum has ruled."""
    return await desk.send(DisputeFinding(finding_id=finding_id, **body.model_dump()))


@mending_api.post("/findings/{finding_id}/ruling", roles=OFFICERS)
async def rule(finding_id: str, body: RulingBody, desk: Desk) -> Done:
    """Record the ruling: upheld, it goes on with new days; else it is closed as unfounded."""
    return await desk.send(RuleOnFinding(finding_id=finding_id, **body.model_dump()))


@mending_api.post("/findings/{finding_id}/check", roles=AUDITORS)
async def check(finding_id: str, body: CheckBody, desk: Desk) -> Done:
    """Say whether a closed finding stays mended. If not, it is open again."""
    return await desk.send(CheckEffectiveness(finding_id=finding_id, **body.model_dump()))


@mending_api.post("/findings/{finding_id}/reopen", roles=MANAGERS)
async def reopen(finding_id: str, body: Why, desk: Desk) -> Done:
    return await desk.send(ReopenFinding(finding_id=finding_id, reason=body.reason))


@mending_api.get("/actions/{action_id}", roles=READERS)
async def show_action(action_id: str, desk: Desk) -> ActionView:
    action = await desk.get(CorrectiveAction, action_id)
    desk.caller.must_serve(action.buyer_id)
    desk.tag(action)
    return ActionView.model_validate(action.model_dump())


@mending_api.post("/actions/{action_id}/answer", roles=MANAGERS)
async def answer(action_id: str, body: ToldBody, desk: Desk) -> Done:
    """Record the party's answer to a proposal, given by phone or in a meeting."""
    return await desk.send(AnswerProposal(action_id=action_id, **body.model_dump()))


@mending_api.post("/actions/{action_id}/accept", roles=MANAGERS)
async def accept(action_id: str, desk: Desk) -> Done:
    """Agree to what the party proposed instead."""
    return await desk.send(AcceptCounter(action_id=action_id))


@mending_api.post("/actions/{action_id}/extend", roles=MANAGERS)
async def extend(action_id: str, body: ExtensionBody, desk: Desk) -> Done:
    """Give an action more time, in working days from today."""
    return await desk.send(ExtendAction(action_id=action_id, **body.model_dump()))


@mending_api.post("/actions/{action_id}/verify", roles=AUDITORS)
async def verify(action_id: str, body: EvidenceBody, desk: Desk) -> Done:
    """Confirm that the evidence shows that it was done."""
    return await desk.send(VerifyAction(action_id=action_id, **body.model_dump()))


def _finding(finding: Finding) -> FindingView:
    return FindingView.model_validate(finding.model_dump())


def named(contract_id: str | None, party_id: str | None, state: str | None) -> dict[str, str]:
    """Those of the filters that were given."""
    given = {"contract_id": contract_id, "party_id": party_id, "state": state}
    return {name: str(value) for name, value in given.items() if value is not None}
