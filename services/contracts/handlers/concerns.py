"""What concerns a contract: exposures, cases, and which lists its status rests on."""

from services.contracts.domain import (
    LISTS_IN_FORCE,
    Concern,
    Contract,
    ListsInForce,
    ListsSaid,
    PartyStanding,
    Stage,
)
from services.contracts.domain.concerning import after
from services.contracts.domain.history import moment
from services.contracts.handlers.door import router
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
    """Every step of a case says what the contract shows because of it from now on."""
    contract = await known(unit, event.contract_id)
    before = contract.concerns
    now = next((one for one in before if one.id == event.case_id), None) or Concern(
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
    in_force = await unit.load(ListsInForce, LISTS_IN_FORCE)
    lists = in_force.lists if in_force else ()
    changed = contract.restate(unit.now, lists)
    unit.save(contract)
    touched = {concern.party_id for concern in set(before) ^ set(contract.concerns)}
    for party_id in sorted(touched):
        id = PartyStanding.id_of(contract.buyer_id, party_id)
        standing = await unit.load(PartyStanding, id) or PartyStanding(
            id=id, buyer_id=contract.buyer_id, party_id=party_id
        )
        if standing.note(contract.id, contract.concerns, lists):
            unit.save(standing)
            remember_party(standing, unit)
    if changed:
        remember(contract, unit)
        await tell_endpoints(contract, unit, terms)
