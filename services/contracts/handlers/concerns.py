"""What concerns a contract: exposures, cases, and which lists its status rests on."""

from services.contracts.commands import Acknowledge
from services.contracts.domain import (
    LISTS_IN_FORCE,
    Concern,
    Contract,
    Endpoint,
    ListsInForce,
    PartyStanding,
    Stage,
)
from services.contracts.handlers.door import router
from services.contracts.handlers.sending import tell_endpoints
from shared.domain import Rejected, Unknown
from shared.events.breaches import BreachFlagged, CaseEvent, CaseJoined, ConsequenceOrdered
from shared.events.screening import ListUpdated
from shared.events.subcontractors import ExposureEnded, ExposureFound
from shared.events.words import ListRef
from shared.unit import Unit


@router.on(ExposureFound, loads=(Contract, "contract_id"))
async def touch(event: ExposureFound, unit: Unit) -> None:
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
    await _restate(contract, before, unit)


@router.on(ExposureEnded, loads=(Contract, "contract_id"))
async def let_go(event: ExposureEnded, unit: Unit) -> None:
    contract = await known(unit, event.contract_id)
    before = contract.concerns
    contract.let_go(event.exposure_id)
    await _restate(contract, before, unit)


async def follow(event: CaseEvent, unit: Unit) -> None:
    """Every step of a case says what the contract shows because of it from now on."""
    contract = await known(unit, event.contract_id)
    before = contract.concerns
    flagged = event if isinstance(event, BreachFlagged) else None
    ordered = event if isinstance(event, ConsequenceOrdered) else None
    contract.follow(
        Concern(
            id=event.case_id,
            party_id=event.party_id,
            status=event.status,
            reason=event.rule,
            decision_ids=(ordered.decision_id,) if ordered else (),
            rulebook_version=flagged.rulebook_version if flagged else "",
        ),
        event.exposure_ids if isinstance(event, BreachFlagged | CaseJoined) else (),
    )
    await _restate(contract, before, unit)


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


async def known(unit: Unit, contract_id: str) -> Contract:
    """The contract, or `Unknown` as long as only others speak of it."""
    contract = await unit.get(Contract, contract_id)
    if contract.stage is Stage.EXPECTED:
        raise Unknown("contract", contract_id)
    return contract


async def _restate(contract: Contract, before: tuple[Concern, ...], unit: Unit) -> None:
    """Say how the contract stands now, and each party whose part in it has changed."""
    lists = await unit.load(ListsInForce, LISTS_IN_FORCE)
    changed = contract.restate(unit.now, lists.lists if lists else ())
    unit.save(contract)
    touched = {concern.party_id for concern in set(before) ^ set(contract.concerns)}
    for party_id in sorted(touched):
        id = PartyStanding.id_of(contract.buyer_id, party_id)
        standing = await unit.load(PartyStanding, id) or PartyStanding(
            id=id, buyer_id=contract.buyer_id, party_id=party_id
        )
        if standing.note(contract.id, contract.concerns):
            unit.save(standing)
    if changed:
        await tell_endpoints(contract, unit)


@router.on(Acknowledge)
async def acknowledge(command: Acknowledge, unit: Unit) -> dict[str, object]:
    """A contract system confirms what it has taken over, for one of its buyer's endpoints."""
    assert unit.caller is not None
    contract = await known(unit, command.contract_id)
    unit.caller.must_serve(contract.buyer_id)
    endpoint = await unit.load(Endpoint, command.endpoint_id)
    if endpoint is None or endpoint.buyer_id != contract.buyer_id:
        raise Rejected("no endpoint of this buyer has this id", field="endpoint_id")
    by = unit.caller.subject
    if contract.acknowledge(command.status_version, endpoint.id, by, unit.now):
        unit.save(contract)
    return {"acknowledged": command.status_version, "current": contract.status_version}
