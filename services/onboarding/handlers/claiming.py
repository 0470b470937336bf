"""Claims that nothing has shown: waived by a person, or overdue."""

from typing import Any

from services.onboarding.deciding import ClaimsDue, ReopenClaim, WaiveClaim
from services.onboarding.domain import Ledger
from services.onboarding.policy import Policy
from shared.domain import Unknown
from shared.unit import Unit

from .asking import working_days
from .decided import decided
from .router import router
from .steps import weigh


@router.on(WaiveClaim)
async def waive(command: WaiveClaim, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer asks for no proof of a claim."""
    ledger = await _ledger_with(command.claim_id, unit)
    by, reason = decided(ledger.buyer_id, command.reason, unit)
    ledger.waive(command.claim_id, by, reason)
    return await _keep(ledger, command.claim_id, unit, policy)


@router.on(ReopenClaim)
async def reopen(command: ReopenClaim, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer takes a waiver back; evidence is due again."""
    ledger = await _ledger_with(command.claim_id, unit)
    by, reason = decided(ledger.buyer_id, command.reason, unit)
    ledger.reopen(command.claim_id, by, reason)
    rule = policy.on(unit.now.date(), ledger.buyer_id)
    due = working_days(unit, rule.evidence_working_days)
    grounds = {c.ground for c in ledger.claims if c.id == command.claim_id}
    if ledger.await_evidence(grounds, due):
        unit.schedule(f"claims-due/{ledger.id}", due, ClaimsDue(ledger_id=ledger.id))
    return await _keep(ledger, command.claim_id, unit, policy)


@router.on(ClaimsDue)
async def pass_due(event: ClaimsDue, unit: Unit, policy: Policy) -> None:
    ledger = await unit.get(Ledger, event.ledger_id)
    rule = policy.on(unit.now.date(), ledger.buyer_id)
    ledger.pass_due(unit.now, working_days(unit, rule.chase_working_days))
    unit.save(ledger)


async def _ledger_with(claim_id: str, unit: Unit) -> Ledger:
    for ledger in await unit.find(Ledger, claim_ids=claim_id):
        return ledger
    raise Unknown("claim", claim_id)


async def _keep(ledger: Ledger, claim_id: str, unit: Unit, policy: Policy) -> dict[str, Any]:
    unit.save(ledger)
    await weigh(ledger, unit, policy)
    state = next(c.state for c in ledger.claims if c.id == claim_id)
    return {"claim_id": claim_id, "state": state}
