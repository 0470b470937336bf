"""Contracts, and who works on them."""

from services.subcontractors.commands import (
    ApproveSubcontractor,
    DeclareSubcontractor,
    RefuseSubcontractor,
    WithdrawSubcontractor,
    asked_by,
    reasoned,
)
from services.subcontractors.domain import Chain
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.placing import place_everyone
from services.subcontractors.terms import Terms, day_of, due
from shared.domain import Rejected
from shared.events.contracts import ClausesSet, ContractAmended, ContractEnded, ContractSigned
from shared.events.onboarding import SubcontractorsNamed
from shared.events.words import NamedSubcontractor
from shared.unit import Unit


@router.on(ContractSigned, loads=(Chain, "contract_id"))
async def begin_chain(event: ContractSigned, unit: Unit, terms: Terms) -> None:
    """A contract begins a chain with its suppliers."""
    if await unit.load(Chain, event.contract_id) is None:
        await place_everyone(unit, terms, Chain.of(event))


@router.on(ContractAmended)
async def amend(event: ContractAmended, unit: Unit) -> None:
    chain = await unit.get(Chain, event.contract_id)
    chain.title, chain.starts, chain.ends = event.title, event.starts, event.ends
    unit.save(chain)


@router.on(ClausesSet)
async def set_clauses(event: ClausesSet, unit: Unit) -> None:
    chain = await unit.get(Chain, event.contract_id)
    chain.clauses = event.clauses
    unit.save(chain)


@router.on(ContractEnded)
async def end_chain(event: ContractEnded, unit: Unit, terms: Terms) -> None:
    """Nobody is exposed on a contract that is over, and nobody needs to be replaced on it."""
    chain = await unit.get(Chain, event.contract_id)
    chain.close(event.reason)
    await place_everyone(unit, terms, chain, because=f"the contract is over: {event.reason}")


@router.on(SubcontractorsNamed)
async def name_subcontractors(event: SubcontractorsNamed, unit: Unit, terms: Terms) -> None:
    """A document names them. On a contract that is over nobody is declared any more."""
    chain = await unit.get(Chain, event.contract_id)
    if not chain.over:
        await _declare(unit, terms, chain, event.supplier_id, event.document_id, event.named)


@router.on(DeclareSubcontractor)
async def declare(command: DeclareSubcontractor, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    asked_by(unit.caller, chain.buyer_id)
    if command.supplier_id not in chain.supplier_ids:
        suppliers = ", ".join(chain.supplier_ids)
        raise Rejected(f"the suppliers of {chain.id} are {suppliers}", field="supplier_id")
    await _declare(unit, terms, chain, command.supplier_id, "", (command.named,))
    return {"chain_version": chain.chain_version}


async def _declare(
    unit: Unit,
    terms: Terms,
    chain: Chain,
    supplier_id: str,
    document_id: str,
    named: tuple[NamedSubcontractor, ...],
) -> None:
    for one in sorted(named, key=lambda n: n.tier):
        chain.name(
            one,
            supplier_id,
            document_id,
            today=day_of(unit.now, chain.country),
            now=unit.now,
            due=due(unit.now, terms.approve_subcontractor, chain.country),
        )
    await place_everyone(unit, terms, chain)


@router.on(ApproveSubcontractor)
async def approve(command: ApproveSubcontractor, unit: Unit) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    by = asked_by(unit.caller, chain.buyer_id)
    chain.approve(command.party_id, by, reasoned(command.reason))
    unit.save(chain)
    return {"chain_version": chain.chain_version}


@router.on(RefuseSubcontractor)
async def refuse(command: RefuseSubcontractor, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    by = asked_by(unit.caller, chain.buyer_id)
    before, reason = chain.party_ids, reasoned(command.reason)
    chain.refuse(command.party_id, by, reason, day_of(unit.now, chain.country))
    await place_everyone(
        unit, terms, chain, before=before, because=f"not approved as a subcontractor: {reason}"
    )
    return {"chain_version": chain.chain_version}


@router.on(WithdrawSubcontractor)
async def withdraw(command: WithdrawSubcontractor, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    by = asked_by(unit.caller, chain.buyer_id)
    before, reason = chain.party_ids, reasoned(command.reason)
    chain.withdraw(command.party_id, command.ends, by, reason)
    await place_everyone(
        unit, terms, chain, before=before, because=f"it has left the chain: {reason}"
    )
    return {"chain_version": chain.chain_version}
