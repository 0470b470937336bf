"""Where people see what parties declared, and ask for no proof of it where none can be had."""

from pydantic import BaseModel, Field

from services.onboarding.deciding import ReopenClaim, WaiveClaim
from services.onboarding.domain import Claim, Ledger, Party
from shared.domain import Unknown
from shared.http import Api, Desk, Done

READS = ("officer", "approver", "auditor", "contract_manager", "integration")

claims_api = Api("onboarding")


class Because(BaseModel):
    """Why, in a few words. It is kept, and told to whoever asks."""

    reason: str = Field(min_length=3, max_length=2000)


@claims_api.get("/parties/{party_id}/claims", roles=READS)
async def show_claims(party_id: str, buyer_id: str, desk: Desk) -> list[Claim]:
    """What a party declared to a buyer, and what evidence says of it."""
    desk.caller.must_serve(buyer_id)
    await desk.get(Party, party_id)
    ledgers = await desk.find(Ledger, {"party_id": party_id, "buyer_id": buyer_id})
    return [claim for ledger in ledgers for claim in ledger.claims]


@claims_api.get("/claims/{claim_id}", roles=READS)
async def show_claim(claim_id: str, desk: Desk) -> Claim:
    for ledger in await desk.find(Ledger, {"claim_ids": claim_id}):
        desk.caller.must_serve(ledger.buyer_id)
        for claim in ledger.claims:
            if claim.id == claim_id:
                return claim
    raise Unknown("claim", claim_id)


@claims_api.post("/claims/{claim_id}/waive", roles=("officer",))
async def waive(claim_id: str, body: Because, desk: Desk) -> Done:
    """Ask for no proof of a claim. Evidence that comes later is weighed all the same."""
    return await desk.send(WaiveClaim(claim_id=claim_id, reason=body.reason))


@claims_api.post("/claims/{claim_id}/reopen", roles=("officer",))
async def reopen(claim_id: str, body: Because, desk: Desk) -> Done:
    """Take a waiver back."""
    return await desk.send(ReopenClaim(claim_id=claim_id, reason=body.reason))
