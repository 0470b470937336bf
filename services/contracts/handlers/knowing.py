"""Whom the contracts of a buyer know, and who is in their chains, as others tell it."""

from collections.abc import Iterable

from services.contracts.domain import ChainTold, KnownParty, Member
from services.contracts.handlers.door import router
from shared.events.onboarding import PartyAliased
from shared.events.subcontractors import (
    SubcontractorApproved,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorReplaced,
    SubcontractorWithdrawn,
    SubstituteProposed,
)
from shared.events.words import Identifier, PartyDescription
from shared.identifiers import party_id_of
from shared.unit import Unit


async def party_works(party: PartyDescription, contract_id: str, buyer_id: str, unit: Unit) -> None:
    """A party is known to a buyer from the moment when one of its contracts names it."""
    known = await unit.load(KnownParty, party.party_id) or KnownParty(id=party.party_id)
    learnt = known.also_has(*numbers_of(party.identifiers))
    if known.works_on(contract_id, buyer_id, unit.now) or learnt:
        unit.save(known)


def numbers_of(identifiers: Iterable[Identifier]) -> list[str]:
    """The ids that each number alone would give the party."""
    return [id for one in identifiers if (id := party_id_of([one]))]


@router.on(PartyAliased)
async def party_has_another_number(event: PartyAliased, unit: Unit) -> None:
    known = await unit.load(KnownParty, event.party_id) or KnownParty(id=event.party_id)
    if known.also_has(*numbers_of([event.identifier])):
        unit.save(known)


@router.on(SubcontractorDeclared, loads=(ChainTold, "contract_id"))
async def declared(event: SubcontractorDeclared, unit: Unit) -> None:
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
    await party_works(event.party, event.contract_id, event.buyer_id, unit)


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
    await party_works(event.party, event.contract_id, event.buyer_id, unit)


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


async def _left(party_id: str, contract_id: str, unit: Unit) -> None:
    known = await unit.load(KnownParty, party_id)
    if known is not None and known.leaves(contract_id):
        unit.save(known)
