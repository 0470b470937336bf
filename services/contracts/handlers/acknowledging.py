"""Contract systems confirm what they have taken over; where none does, somebody is told."""

from services.contracts.commands import Acknowledge, AcknowledgementDue
from services.contracts.domain import Contract, Endpoint, Lane
from services.contracts.handlers.concerns import known
from services.contracts.handlers.door import router
from services.contracts.sending_terms import SendingTerms
from shared.domain import Rejected
from shared.unit import Unit


@router.on(Acknowledge)
async def acknowledge(command: Acknowledge, unit: Unit) -> dict[str, object]:
    """A contract system confirms what it has taken over, for one of its buyer's endpoints.

    So does a contract manager who has put the status in by hand.
    """
    assert unit.caller is not None
    contract = await known(unit, command.contract_id)
    endpoint = await unit.load(Endpoint, command.endpoint_id)
    if endpoint is None or endpoint.buyer_id not in contract.buyer_ids:
        unit.caller.must_serve(contract.buyer_id)
        raise Rejected("no endpoint of this buyer has this id", field="endpoint_id")
    unit.caller.must_serve(endpoint.buyer_id)
    version, by = command.status_version, unit.caller.subject
    settled = await _no_longer_owed(endpoint, contract, version, unit)
    if contract.acknowledge(version, endpoint.id, by, unit.now, settled):
        unit.save(contract)
    return {"acknowledged": version, "current": contract.status_version}


async def _no_longer_owed(
    endpoint: Endpoint, contract: Contract, version: int, unit: Unit
) -> tuple[str, ...]:
    """The needs that are settled by this confirmation."""
    lane = await unit.load(Lane, Lane.id_of(endpoint.id, contract.id))
    if lane is None or not lane.owed or version > contract.status_version:
        return ()
    alarmed, timer = lane.alarmed, f"acknowledge/{lane.id}"
    late = lane.acknowledged(version)
    unit.save(lane)
    if late is None:
        unit.cancel(timer)
    elif not lane.alarmed:
        unit.schedule(timer, late, AcknowledgementDue(lane_id=lane.id))
    return (lane.need_id,) if alarmed and not lane.alarmed else ()


@router.on(AcknowledgementDue)
async def not_acknowledged(deadline: AcknowledgementDue, unit: Unit, terms: SendingTerms) -> None:
    """The confirmation has not come: the contract manager of the buyer sees to it."""
    lane = await unit.get(Lane, deadline.lane_id)
    endpoint = await unit.get(Endpoint, lane.endpoint_id)
    if not endpoint.open:
        lane.forgive()
        unit.save(lane)
        return
    contract = await unit.get(Contract, lane.contract_id)
    due = terms.act_by(unit.now, contract.country)
    joint = endpoint.buyer_id in contract.buyer_ids
    again = lane.is_late(endpoint.buyer_id if joint else contract.buyer_id, unit.now, due)
    unit.save(lane)
    if again is not None:
        unit.schedule(f"acknowledge/{lane.id}", again, deadline)
