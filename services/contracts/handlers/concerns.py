"""What concerns a contract: exposures, cases, and which lists its status rests on."""

from collections.abc import Iterable
from itertools import product

from services.contracts.domain import (
    LISTS_IN_FORCE,
    Concern,
    Contract,
    ListsInForce,
    ListsSaid,
    PartyStanding,
    Procedure,
    Stage,
)
from services.contracts.domain.concerning import after
from services.contracts.domain.history import moment
from services.contracts.handlers.door import router
from services.contracts.handlers.knowing import ids_of
from services.contracts.handlers.paying import look_again_at
from services.contracts.handlers.remembering import remember, remember_party
from services.contracts.handlers.sending import tell_endpoints
from services.contracts.sending_terms import SendingTerms
from shared.domain import Unknown
from shared.events.breaches import BreachFlagged, CaseEvent, CaseJoined
from shared.events.screening import ListUpdated
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.events.words import ListRef
from shared.unit import Unit


@router.on(ExposureFound, loads=(Contract, "contract_id"))
async def touch(event: ExposureFound, unit: Unit, terms: SendingTerms) -> None:
    contract = await known(unit, event.contract_id)
    before = contract.concerns
    contract.touch(
        Concern(
            id=event.exposure_id,
            party_id=event.party_id,
            status=event.status,
            reason=event.cause.rule or event.cause.kind.upper(),
        )
    )
    await restate(contract, before, unit, terms)


@router.on(ExposureEnded, loads=(Contract, "contract_id"))
async def let_go(event: ExposureEnded, unit: Unit, terms: SendingTerms) -> None:
    contract = await known(unit, event.contract_id)
    before = contract.concerns
    contract.let_go(event.exposure_id)
    await restate(contract, before, unit, terms)


async def follow(event: CaseEvent, unit: Unit, terms: SendingTerms) -> None:
    """Every step of a case says what the contract shows because of it from now on.

    A case in a procedure is about what has no status yet; its award waits at the gate.
    """
    if await unit.load(Procedure, event.contract_id) is not None:
        return
    contract = await known(unit, event.contract_id)
    before = contract.concerns
    now = contract.case(event.case_id) or Concern(
        id=event.case_id, party_id=event.party_id, status=event.status, reason=event.rule
    )
    exposures = event.exposure_ids if isinstance(event, BreachFlagged | CaseJoined) else ()
    contract.follow(after(event, now, unit.now), exposures)
    await restate(contract, before, unit, terms)


for step in CaseEvent.__subclasses__():
    router.on(step, loads=(Contract, "contract_id"))(follow)


@router.on(ListUpdated)
async def renew_list(event: ListUpdated, unit: Unit) -> None:
    """Advisory lists have no effect on a status, so no status names them."""
    if not event.binding:
        return
    lists = await unit.load(ListsInForce, LISTS_IN_FORCE) or ListsInForce(id=LISTS_IN_FORCE)
    lists.renew(
        ListRef(
            source=event.source,
            version=event.version,
            list_date=event.list_date,
            entries=event.entries,
        )
    )
    unit.save(lists)
    unit.put(ListsSaid(id=f"lists-{moment(unit.now)}", since=moment(unit.now), lists=lists.lists))


async def known(unit: Unit, contract_id: str) -> Contract:
    """The contract, or `Unknown` as long as only others speak of it."""
    contract = await unit.get(Contract, contract_id)
    if contract.stage is Stage.EXPECTED:
        raise Unknown("contract", contract_id)
    return contract


async def restate(
    contract: Contract, before: tuple[Concern, ...], unit: Unit, terms: SendingTerms
) -> None:
    """Say how the contract stands now, and each party whose part in it has changed."""
    touched = {concern.party_id for concern in set(before) ^ set(contract.concerns)}
    await say_anew(contract, touched, unit, terms)


async def say_anew(
    contract: Contract,
    party_ids: Iterable[str],
    unit: Unit,
    terms: SendingTerms,
    *,
    renamed: bool = False,
) -> None:
    """Say how the contract and these parties stand, where that has changed.

    `renamed`: its suppliers are known by other ids than before, which is told, too.
    """
    in_force = await unit.load(ListsInForce, LISTS_IN_FORCE)
    lists = in_force.lists if in_force else ()
    changed = contract.restate(unit.now, lists, renamed=renamed)
    unit.save(contract)
    await note_parties(contract, party_ids, lists, unit)
    if changed:
        remember(contract, unit)
        await tell_endpoints(contract, unit, terms)
        await look_again_at({*contract.supplier_ids, *party_ids}, unit, terms)


async def note_parties(
    contract: Contract,
    party_ids: Iterable[str],
    lists: tuple[ListRef, ...],
    unit: Unit,
    *,
    leaving: Iterable[str] = (),
) -> None:
    """What a contract says of these parties, under each of their ids and for each of its buyers.

    To those who are `leaving` it it says nothing any more.
    """
    said: set[str] = set()
    for party_id in sorted(party_ids):
        if party_id in said:
            continue
        ids = await ids_of(party_id, unit)
        said.update(ids)
        about = [one for one in contract.concerns if one.party_id in ids]
        for id, buyer_id in product(ids, leaving):
            await _note(id, buyer_id, contract.id, [], lists, unit)
        for id, buyer_id in product(ids, contract.buyer_ids):
            await _note(id, buyer_id, contract.id, about, lists, unit)


async def _note(
    party_id: str,
    buyer_id: str,
    contract_id: str,
    about: list[Concern],
    lists: tuple[ListRef, ...],
    unit: Unit,
) -> None:
    id = PartyStanding.id_of(buyer_id, party_id)
    standing = await unit.load(PartyStanding, id) or PartyStanding(
        id=id, buyer_id=buyer_id, party_id=party_id
    )
    if standing.note(contract_id, about, lists):
        unit.save(standing)
        remember_party(standing, unit)
