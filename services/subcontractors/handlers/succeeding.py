"""A contract has another buyer: who may approve, and whose findings count (ADR-0033)."""

from services.subcontractors.domain import Chain, Replacement
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.placing import place_everyone
from services.subcontractors.handlers.tracing import footprint, trace
from services.subcontractors.terms import Terms, due
from shared.events.contracts import ContractPassedOn
from shared.unit import Unit


@router.on(ContractPassedOn, loads=(Chain, "contract_id"))
async def pass_on(event: ContractPassedOn, unit: Unit, terms: Terms) -> None:
    """The successor answers notices and demands from now on; what was found stays found."""
    chain = await unit.get(Chain, event.contract_id)
    if chain.buyer_id == event.buyer_id:
        return
    chain.pass_on(event.buyer_id)
    proposed: dict[str, None] = {}
    for replacement_id in chain.replacement_ids:
        replacement = await unit.get(Replacement, replacement_id)
        replacement.pass_on(event.buyer_id, due(unit.now, terms.act_on_overdue, chain.country))
        unit.save(replacement)
        proposed |= dict.fromkeys(one.party_id for one in replacement.candidates)
    for party_id in proposed:
        party = await footprint(unit, party_id)
        party.pass_on(chain.id, chain.buyer_id, chain.predecessors)
        unit.save(party)
    await place_everyone(unit, terms, chain)
    await trace(unit, terms, proposed)
