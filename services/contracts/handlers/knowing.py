"""Whom the contracts of a buyer know, and who is in their chains, as others tell it."""

from collections.abc import Iterable, Sequence

from services.contracts.domain import ChainTold, Contract, KnownParty, Member
from services.contracts.handlers.door import router
from services.contracts.handlers.paying import look_again_at
from services.contracts.sending_terms import SendingTerms
from shared.events.subcontractors import (
    SubcontractorApproved,
    SubcontractorChanged,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorReplaced,
    SubcontractorWithdrawn,
    SubstituteProposed,
)
from shared.events.words import Identifier, PartyDescription
from shared.identifiers import party_id_of
from shared.unit import Unit


async def party_works(
    party: PartyDescription, contract_id: str, buyer_ids: Sequence[str], unit: Unit
) -> None:
    """A party is known to its buyers from the moment when a contract of theirs names it."""
    known = await page_of(party.party_id, unit)
    learnt = known.also_has(*numbers_of(party.identifiers))
    if known.works_on(contract_id, buyer_ids, unit.now) or learnt:
        unit.save(known)


async def page_of(party_id: str, unit: Unit) -> KnownParty:
    return await unit.load(KnownParty, party_id) or KnownParty(id=party_id)


async def known_as(party_id: str, unit: Unit) -> str:
    """The id of the party that this one is a part of: its own, unless it was merged."""
    return (await page_of(party_id, unit)).known_as()


async def ids_of(party_id: str, unit: Unit) -> tuple[str, ...]:
    """All ids of the party to which this one belongs; first that under which it goes on."""
    root = await page_of(await known_as(party_id, unit), unit)
    twins = [id for id in root.twins if await known_as(id, unit) == root.id]
    return (root.id, *twins)


async def identify(contract: Contract, unit: Unit) -> bool:
    """Let the contract say who its suppliers are known as now. True where that has changed."""
    ids = [supplier.party_id for supplier in contract.suppliers]
    return contract.identify({id: await known_as(id, unit) for id in ids})


def numbers_of(identifiers: Iterable[Identifier]) -> list[str]:
    """The ids that each number alone would give the party."""
    return [id for one in identifiers if (id := party_id_of([one]))]


@router.on(SubcontractorDeclared, loads=(ChainTold, "contract_id"))
async def declared(event: SubcontractorDeclared, unit: Unit, terms: SendingTerms) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    member = Member(
        party=event.party,
        parent_id=event.parent_id,
        tier=event.tier,
        share=event.share,
        service=event.service,
    )
    chain.declare(member, event.chain_version, unit.now)
    unit.save(chain)
    buyer_ids = await _buyers(event.contract_id, event.buyer_id, unit)
    await party_works(event.party, event.contract_id, buyer_ids, unit)
    await look_again_at([event.party.party_id], unit, terms)


@router.on(SubcontractorChanged, loads=(ChainTold, "contract_id"))
async def changed(event: SubcontractorChanged, unit: Unit) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    told = {
        name: getattr(event, name) for name in ("parent_id", "tier", "share", "service", "ends")
    }
    chain.change(event.party_id, told, event.chain_version, unit.now)
    unit.save(chain)


@router.on(SubcontractorApproved, loads=(ChainTold, "contract_id"))
async def approved(event: SubcontractorApproved, unit: Unit) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    chain.answer(event.party_id, True, event.chain_version, unit.now)
    unit.save(chain)


@router.on(SubcontractorNotApproved, loads=(ChainTold, "contract_id"))
async def not_approved(event: SubcontractorNotApproved, unit: Unit) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    chain.answer(event.party_id, False, chain.chain_version, unit.now)
    unit.save(chain)
    await _left(event.party_id, event.contract_id, unit)


@router.on(SubcontractorWithdrawn, loads=(ChainTold, "contract_id"))
async def withdrawn(event: SubcontractorWithdrawn, unit: Unit) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    chain.withdraw(event.party_id, event.ends, event.chain_version, unit.now)
    unit.save(chain)
    await _left(event.party_id, event.contract_id, unit)


@router.on(SubstituteProposed, loads=(ChainTold, "contract_id"))
async def proposed(event: SubstituteProposed, unit: Unit) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    chain.propose(event.party)
    unit.save(chain)
    buyer_ids = await _buyers(event.contract_id, event.buyer_id, unit)
    await party_works(event.party, event.contract_id, buyer_ids, unit)


@router.on(SubcontractorReplaced, loads=(ChainTold, "contract_id"))
async def replaced(event: SubcontractorReplaced, unit: Unit) -> None:
    chain = await _chain(event.contract_id, event.buyer_id, unit)
    chain.replace(
        event.outgoing_id, event.incoming_id, event.effective, event.chain_version, unit.now
    )
    unit.save(chain)
    await _left(event.outgoing_id, event.contract_id, unit)


async def _chain(contract_id: str, buyer_id: str, unit: Unit) -> ChainTold:
    return await unit.load(ChainTold, contract_id) or ChainTold(id=contract_id, buyer_id=buyer_id)


async def _buyers(contract_id: str, buyer_id: str, unit: Unit) -> tuple[str, ...]:
    """All who buy on a contract; as long as it is not known here, the one that is named."""
    contract = await unit.load(Contract, contract_id)
    return (contract.buyer_ids if contract else ()) or (buyer_id,)


async def _left(party_id: str, contract_id: str, unit: Unit) -> None:
    known = await unit.load(KnownParty, party_id)
    if known is not None and known.leaves(contract_id):
        unit.save(known)
