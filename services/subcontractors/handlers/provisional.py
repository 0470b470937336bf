"""Substitutes that work before everything about them was shown."""

from services.subcontractors.commands import (
    AllowProvisional,
    ConfirmProvisional,
    EndProvisional,
    asked_by,
    reasoned,
)
from services.subcontractors.domain import Chain, Deed, Replacement
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.placing import end_proposals, place_everyone
from services.subcontractors.handlers.replacements import (
    await_deadline,
    days_to_replace,
    put_in_place,
)
from services.subcontractors.terms import Terms, day_of, due
from shared.domain import Rejected
from shared.unit import Unit


@router.on(AllowProvisional)
async def allow(command: AllowProvisional, unit: Unit, terms: Terms) -> dict[str, object]:
    """Where the supply demands it: the swap takes effect today, and papers follow."""
    replacement = await unit.get(Replacement, command.replacement_id)
    by, reason = asked_by(unit.caller, replacement.buyer_id), reasoned(command.reason)
    if not 1 <= command.working_days <= terms.provisional:
        raise Rejected(f"between 1 and {terms.provisional} working days", field="working_days")
    chain = await unit.get(Chain, replacement.contract_id)
    candidate = replacement.must_be_safe_at_least(command.party_id)
    before, today = chain.party_ids, day_of(unit.now, chain.country)
    incoming = candidate.model_copy(update={"by": by, "reason": f"provisionally: {reason}"})
    version = put_in_place(chain, replacement, incoming, today, unit.now)
    until = due(unit.now, command.working_days, chain.country)
    replacement.allow(command.party_id, by, reason, today, until, version)
    await await_deadline(unit, replacement)
    unit.save(replacement)
    because = f"it was replaced by {command.party_id}, which works provisionally"
    await place_everyone(unit, terms, chain, before=before, because=because)
    return {"stage": replacement.stage.value, "until": until.isoformat()}


@router.on(ConfirmProvisional)
async def confirm(command: ConfirmProvisional, unit: Unit, terms: Terms) -> dict[str, object]:
    """Everything was shown: the substitute stays, and the replacement is complete."""
    replacement = await unit.get(Replacement, command.replacement_id)
    by, reason = asked_by(unit.caller, replacement.buyer_id), reasoned(command.reason)
    chain = await unit.get(Chain, replacement.contract_id)
    replacement.confirm(by, reason, chain.chain_version)
    unit.save(replacement)
    await end_proposals(unit, terms, replacement, "the replacement is complete")
    return {"stage": replacement.stage.value}


@router.on(EndProvisional)
async def end(command: EndProvisional, unit: Unit, terms: Terms) -> dict[str, object]:
    """The substitute works no longer, and the contractor has time to propose another one."""
    replacement = await unit.get(Replacement, command.replacement_id)
    by, reason = asked_by(unit.caller, replacement.buyer_id), reasoned(command.reason)
    party_id = replacement.provisional().party_id
    chain = await unit.get(Chain, replacement.contract_id)
    before, today = chain.party_ids, day_of(unit.now, chain.country)
    because = f"its provisional use was ended: {reason}"
    if not chain.without(party_id):
        chain.withdraw(party_id, today, because, Deed(by=by, today=today, now=unit.now))
    deadline = due(unit.now, days_to_replace(chain, terms), chain.country)
    replacement.end_provisional(by, reason, today, deadline, chain.chain_version)
    replacement.stand_still_again(deadline, unit.now)
    await await_deadline(unit, replacement)
    unit.save(replacement)
    await end_proposals(unit, terms, replacement, because, only=party_id)
    await place_everyone(unit, terms, chain, before=before, because=because)
    return {"stage": replacement.stage.value, "deadline": deadline.isoformat()}
