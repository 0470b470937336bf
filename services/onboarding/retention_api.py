"""What is erased when, and how a person holds it back, over HTTP. Names no person."""

from typing import Annotated

from pydantic import BaseModel, Field

from services.onboarding.domain.retention import Retention, RetentionState
from services.onboarding.retention.commands import DecideErasure, HoldErasure, ReleaseErasure
from shared.http import Api, Desk, Done, Page

retention_api = Api("onboarding")

LOOKERS = ("officer", "approver", "auditor", "contract_manager", "data_protection")
Text = Annotated[str, Field(min_length=3, max_length=2_000)]


class RetentionView(BaseModel):
    """`persons` and `documents` are counted when it is announced."""

    contract_id: str
    buyer_id: str
    state: RetentionState
    rule: str
    erase_on: str
    needs_decision: bool
    decision: str
    held: str
    persons: int
    documents: int


class ReasonBody(BaseModel):
    reason: Text


class DecisionBody(ReasonBody):
    """`reference`: the decision as it stands in the buyer's records."""

    reference: Text


@retention_api.get("/retention", roles=LOOKERS)
async def list_retention(
    desk: Desk,
    buyer_id: str | None = None,
    state: RetentionState | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[RetentionView]:
    """Contracts that are over, those first whose data is erased next."""
    where = desk.of_buyer(buyer_id) | ({"state": state.value} if state else {})
    return await desk.page(Retention, where, sort="erase_on", view=_view, limit=limit, after=after)


def _view(one: Retention) -> RetentionView:
    counted = {"persons": len(one.persons), "documents": len(one.documents)}
    return RetentionView(**one.model_dump(exclude={"persons", "documents"}) | counted)


@retention_api.post("/retention/{contract_id}/decision", roles=("officer",))
async def decide(contract_id: str, body: DecisionBody, desk: Desk) -> Done:
    """Record the decision by which it may be erased. In Sweden nothing goes without one."""
    return await desk.send(DecideErasure(contract_id=contract_id, **dict(body)))


@retention_api.post("/retention/{contract_id}/hold", roles=("officer", "approver"))
async def hold(contract_id: str, body: ReasonBody, desk: Desk) -> Done:
    """Keep it: a dispute, a claim, an archive that waits for it."""
    return await desk.send(HoldErasure(contract_id=contract_id, reason=body.reason))


@retention_api.post("/retention/{contract_id}/release", roles=("officer", "approver"))
async def release(contract_id: str, body: ReasonBody, desk: Desk) -> Done:
    """End a hold."""
    return await desk.send(ReleaseErasure(contract_id=contract_id, reason=body.reason))
