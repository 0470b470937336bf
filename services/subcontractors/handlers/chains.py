"""Contracts, and who works on them."""

from services.subcontractors.commands import (
    ApproveSubcontractor,
    DeclareSubcontractor,
    RefuseSubcontractor,
    WithdrawSubcontractor,
    asked_by,
    reasoned,
)
from services.subcontractors.domain import Chain, Declaration, Deed
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.judging import judge_chain
from services.subcontractors.handlers.placing import place_everyone
from services.subcontractors.handlers.tracing import around
from services.subcontractors.terms import Terms, day_of, due
from shared.domain import Rejected
from shared.events.contracts import (
    ClausesSet,
    ContractAmended,
    ContractEnded,
    ContractSigned,
    GoodsListed,
)
from shared.events.onboarding import SubcontractorsNamed
from shared.events.words import NamedSubcontractor, Right
from shared.unit import Unit


def deed_of(unit: Unit, chain: Chain, by: str) -> Deed:
    return Deed(by=by, today=day_of(unit.now, chain.country), now=unit.now)


def days_to_answer(chain: Chain, terms: Terms) -> int:
    """Working days that the buyer has to agree: as the clause says, else our own."""
    clause = chain.clause_with(Right.APPROVE_SUBCONTRACTOR)
    said = clause.approval_working_days if clause else None
    return terms.approve_subcontractor if said is None else said


@router.on(ContractSigned, loads=(Chain, "contract_id"))
async def begin_chain(event: ContractSigned, unit: Unit, terms: Terms) -> None:
    """A contract begins a chain with its suppliers."""
    if await unit.load(Chain, event.contract_id) is None:
        await place_everyone(unit, terms, Chain.of(event))


@router.on(ContractAmended)
async def amend(event: ContractAmended, unit: Unit) -> None:
    chain = await unit.get(Chain, event.contract_id)
    chain.title, chain.starts, chain.ends = event.title, event.starts, event.ends
    chain.value = event.value
    await judge_chain(unit, chain)


@router.on(ClausesSet, loads=(Chain, "contract_id"))
async def set_clauses(event: ClausesSet, unit: Unit) -> None:
    chain = await unit.get(Chain, event.contract_id)
    chain.clauses = event.clauses
    await judge_chain(unit, chain)


@router.on(GoodsListed, loads=(Chain, "contract_id"))
async def note_goods(event: GoodsListed, unit: Unit) -> None:
    chain = await unit.get(Chain, event.contract_id)
    chain.goods = event.goods
    await judge_chain(unit, chain)


@router.on(ContractEnded)
async def end_chain(event: ContractEnded, unit: Unit, terms: Terms) -> None:
    """Nobody is exposed on a contract that is over, and nobody needs to be replaced on it."""
    chain = await unit.get(Chain, event.contract_id)
    chain.close(event.reason)
    await place_everyone(unit, terms, chain, because=f"the contract is over: {event.reason}")


@router.on(SubcontractorsNamed, loads=(Chain, "contract_id"))
async def name_subcontractors(event: SubcontractorsNamed, unit: Unit, terms: Terms) -> None:
    """A document names them. On a contract that is over nobody is declared any more."""
    chain = await unit.get(Chain, event.contract_id)
    if chain.over:
        return
    by = Declaration(
        supplier_id=event.supplier_id,
        document_id=event.document_id,
        channel="document",
        due=due(unit.now, days_to_answer(chain, terms), chain.country),
        **dict(deed_of(unit, chain, event.supplier_id)),
    )
    await _declare(unit, terms, chain, by, event.named)


@router.on(DeclareSubcontractor)
async def declare(command: DeclareSubcontractor, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    who = asked_by(unit.caller, chain.buyer_id)
    named = command.named
    if command.supplier_id not in chain.supplier_ids:
        suppliers = ", ".join(chain.supplier_ids)
        raise Rejected(f"the suppliers of {chain.id} are {suppliers}", field="supplier_id")
    if named.parent_id is not None and chain.tier_below(named.parent_id) is None:
        here = ", ".join(chain.party_ids)
        raise Rejected(f"who hires it is on the contract: {here}", field="parent_id")
    if named.ends is not None and named.starts is not None and named.ends <= named.starts:
        raise Rejected(f"it starts on {named.starts}: it ends after that", field="ends")
    by = Declaration(
        supplier_id=command.supplier_id,
        channel=command.channel,
        due=due(unit.now, days_to_answer(chain, terms), chain.country),
        **dict(deed_of(unit, chain, who)),
    )
    await _declare(unit, terms, chain, by, (named,))
    return {"chain_version": chain.chain_version}


async def _declare(
    unit: Unit,
    terms: Terms,
    chain: Chain,
    by: Declaration,
    named: tuple[NamedSubcontractor, ...],
) -> None:
    known = await around(unit, [*chain.party_ids, *(one.party.party_id for one in named)])
    here = {known.root(party_id): party_id for party_id in chain.party_ids}
    for one in sorted(named, key=lambda n: n.tier):
        party = one.party
        same = here.setdefault(known.root(party.party_id), party.party_id)
        if same != party.party_id:
            one = one.model_copy(update={"party": party.model_copy(update={"party_id": same})})
        chain.name(one, by)
    await place_everyone(unit, terms, chain)


@router.on(ApproveSubcontractor)
async def approve(command: ApproveSubcontractor, unit: Unit) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    deed = deed_of(unit, chain, asked_by(unit.caller, chain.buyer_id))
    chain.approve(command.party_id, reasoned(command.reason), deed)
    await judge_chain(unit, chain)
    return {"chain_version": chain.chain_version}


@router.on(RefuseSubcontractor)
async def refuse(command: RefuseSubcontractor, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    deed = deed_of(unit, chain, asked_by(unit.caller, chain.buyer_id))
    before, reason = chain.party_ids, reasoned(command.reason)
    chain.refuse(command.party_id, reason, deed)
    await place_everyone(
        unit, terms, chain, before=before, because=f"not approved as a subcontractor: {reason}"
    )
    return {"chain_version": chain.chain_version}


@router.on(WithdrawSubcontractor)
async def withdraw(command: WithdrawSubcontractor, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    deed = deed_of(unit, chain, asked_by(unit.caller, chain.buyer_id))
    before, reason = chain.party_ids, reasoned(command.reason)
    chain.withdraw(command.party_id, command.ends, reason, deed)
    await place_everyone(
        unit, terms, chain, before=before, because=f"it has left the chain: {reason}"
    )
    return {"chain_version": chain.chain_version}
