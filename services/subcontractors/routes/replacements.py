"""Replacing a subcontractor: what was demanded, who was proposed, and what an officer says."""

from services.subcontractors.commands import (
    AllowProvisional,
    ClearSubstitute,
    ConfirmProvisional,
    EndProvisional,
    ExtendReplacement,
    RefuseSubstitute,
    WithdrawReplacement,
)
from services.subcontractors.domain import Chain, Replacement
from services.subcontractors.naming import proposing
from services.subcontractors.routes.door import PROPOSERS, READERS, api
from services.subcontractors.views import (
    Clearing,
    Extension,
    Proposal,
    Provisionally,
    Reason,
    ReplacementView,
    seen,
)
from shared.http import Desk, Done, Page


@api.get("/replacements", roles=READERS)
async def list_replacements(
    buyer_id: str,
    desk: Desk,
    contract_id: str | None = None,
    case_id: str | None = None,
    stage: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[ReplacementView]:
    """The replacements of a buyer, newest first."""
    desk.caller.must_serve(buyer_id)
    narrower = {"contract_id": contract_id, "case_id": case_id, "stage": stage}
    where = {"buyer_id": buyer_id, **{k: v for k, v in narrower.items() if v is not None}}
    return await desk.page(
        Replacement,
        where,
        sort="opened",
        descending=True,
        view=seen,
        limit=limit,
        after=after,
    )


@api.get("/replacements/{replacement_id}", roles=READERS)
async def show_replacement(replacement_id: str, desk: Desk) -> ReplacementView:
    """Whoever has taken the contract over reads what its predecessor had done."""
    replacement = await desk.get(Replacement, replacement_id)
    chain = await desk.get(Chain, replacement.contract_id)
    if not desk.caller.serves(chain.buyer_id):
        desk.caller.must_serve(replacement.buyer_id)
    desk.tag(replacement)
    return seen(replacement)


@api.post("/replacements/{replacement_id}/substitutes", roles=PROPOSERS)
async def propose(replacement_id: str, body: Proposal, desk: Desk) -> Done:
    return await desk.send(proposing(replacement_id, body))


@api.post("/replacements/{replacement_id}/substitutes/{party_id}/clear", roles=("officer",))
async def clear(replacement_id: str, party_id: str, body: Clearing, desk: Desk) -> Done:
    return await desk.send(
        ClearSubstitute(replacement_id=replacement_id, party_id=party_id, **body.model_dump())
    )


@api.post("/replacements/{replacement_id}/substitutes/{party_id}/refuse", roles=("officer",))
async def refuse_substitute(replacement_id: str, party_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(
        RefuseSubstitute(replacement_id=replacement_id, party_id=party_id, reason=body.reason)
    )


@api.post("/replacements/{replacement_id}/substitutes/{party_id}/provisional", roles=("officer",))
async def allow_provisionally(
    replacement_id: str, party_id: str, body: Provisionally, desk: Desk
) -> Done:
    """Where the supply demands it: it works from today, and its documents follow."""
    return await desk.send(
        AllowProvisional(replacement_id=replacement_id, party_id=party_id, **body.model_dump())
    )


@api.post("/replacements/{replacement_id}/provisional/confirm", roles=("officer",))
async def confirm_provisional(replacement_id: str, body: Reason, desk: Desk) -> Done:
    """Everything about it was shown: it stays."""
    return await desk.send(ConfirmProvisional(replacement_id=replacement_id, reason=body.reason))


@api.post("/replacements/{replacement_id}/provisional/end", roles=("officer",))
async def end_provisional(replacement_id: str, body: Reason, desk: Desk) -> Done:
    """It works no longer, and another one must be proposed."""
    return await desk.send(EndProvisional(replacement_id=replacement_id, reason=body.reason))


@api.post("/replacements/{replacement_id}/extend", roles=("officer",))
async def extend(replacement_id: str, body: Extension, desk: Desk) -> Done:
    return await desk.send(ExtendReplacement(replacement_id=replacement_id, **body.model_dump()))


@api.post("/replacements/{replacement_id}/withdraw", roles=("officer",))
async def withdraw_demand(replacement_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(WithdrawReplacement(replacement_id=replacement_id, reason=body.reason))
