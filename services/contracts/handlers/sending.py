"""How statuses go out to the endpoints of a buyer, one try after the other."""

import hashlib

from services.contracts import status
from services.contracts.commands import (
    CloseEndpoint,
    OpenEndpoint,
    SendWebhook,
    TryAgain,
    WebhookNotTaken,
    WebhookTaken,
)
from services.contracts.domain import Contract, Delivery, Endpoint, Lane, State
from services.contracts.handlers.door import router
from services.contracts.webhooks import Addresses, Webhooks
from shared.domain import Rejected
from shared.unit import Unit


@router.on(OpenEndpoint)
async def open_endpoint(
    command: OpenEndpoint, unit: Unit, addresses: Addresses
) -> dict[str, object]:
    """The same address of the same buyer is one endpoint. `opened`: it was not open before."""
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    addresses.check(command.url)
    said = f"{command.buyer_id}|{command.url}".encode()
    id = f"endpoint-{hashlib.sha256(said).hexdigest()[:16]}"
    endpoint = await unit.load(Endpoint, id)
    if endpoint is None:
        endpoint = Endpoint(id=id, buyer_id=command.buyer_id, url=command.url, since=unit.now)
    elif endpoint.open:
        return {"endpoint_id": id, "opened": False}
    else:
        endpoint.reopen(unit.now)
    unit.save(endpoint)
    return {"endpoint_id": id, "opened": True, "generation": max(endpoint.generations)}


@router.on(CloseEndpoint)
async def close_endpoint(command: CloseEndpoint, unit: Unit) -> None:
    """What is on its way is dropped when its next turn comes."""
    assert unit.caller is not None
    endpoint = await unit.get(Endpoint, command.endpoint_id)
    unit.caller.must_serve(endpoint.buyer_id)
    if len(command.reason.strip()) < 3:
        raise Rejected("say why, in at least three letters", field="reason")
    endpoint.close(command.reason.strip())
    unit.save(endpoint)


async def tell_endpoints(contract: Contract, unit: Unit) -> None:
    """Have the new status of a contract sent to every open endpoint of its buyer."""
    for endpoint in await unit.find(Endpoint, buyer_id=contract.buyer_id):
        if not endpoint.open:
            continue
        id = Lane.id_of(endpoint.id, contract.id)
        lane = await unit.load(Lane, id) or Lane(
            id=id, endpoint_id=endpoint.id, contract_id=contract.id
        )
        delivery = _delivery(endpoint, contract, unit)
        _move(lane, lane.offer(delivery, unit.now), endpoint, unit)


@router.on(WebhookTaken)
async def was_taken(outcome: WebhookTaken, unit: Unit) -> None:
    lane, endpoint = await _lane(outcome.lane_id, unit)
    _move(lane, lane.taken(outcome.delivery_id, unit.now), endpoint, unit)


@router.on(WebhookNotTaken)
async def was_not_taken(outcome: WebhookNotTaken, unit: Unit) -> None:
    """It is tried again after a pause, unless a newer one waits or nobody listens any more."""
    lane, endpoint = await _lane(outcome.lane_id, unit)
    if outcome.gone and endpoint.open:
        # Standard Webhooks: 410 Gone asks to be left alone.
        endpoint.close("it answered 410 Gone")
        unit.save(endpoint)
    changed = lane.not_taken(outcome.delivery_id, outcome.problem, unit.now)
    _move(lane, changed, endpoint, unit)


@router.on(TryAgain)
async def try_again(deadline: TryAgain, unit: Unit) -> None:
    lane, endpoint = await _lane(deadline.lane_id, unit)
    _move(lane, lane.resume(deadline.delivery_id), endpoint, unit)


async def _lane(lane_id: str, unit: Unit) -> tuple[Lane, Endpoint]:
    lane = await unit.get(Lane, lane_id)
    return lane, await unit.get(Endpoint, lane.endpoint_id)


def _delivery(endpoint: Endpoint, contract: Contract, unit: Unit) -> Delivery:
    said = f"{endpoint.id}|{contract.id}|{contract.status_version}".encode()
    return Delivery(
        id=f"msg-{hashlib.sha256(said).hexdigest()[:24]}",
        endpoint_id=endpoint.id,
        contract_id=contract.id,
        buyer_id=contract.buyer_id,
        status_version=contract.status_version,
        body=status.of_contract(contract, contract.list_as_of).model_dump_json(),
        at=unit.now.isoformat(),
    )


def _move(lane: Lane, changed: list[Delivery], endpoint: Endpoint, unit: Unit) -> None:
    """Write down where the deliveries of a lane are now, and do what the current one needs."""
    if not changed:
        return
    if not endpoint.open:
        changed = [*changed, *lane.drop("the endpoint is closed", unit.now)]
    for delivery in changed:
        unit.put(delivery)
    unit.save(lane)
    current = lane.current
    retry = f"retry/{lane.id}"
    if current is None or current.next_try is None:
        unit.cancel(retry)
    else:
        # The pause follows the business clock, which is real time wherever it cannot be moved.
        again = TryAgain(delivery_id=current.id, lane_id=lane.id)
        unit.schedule(retry, current.next_try, again)
    if current is not None and current.state is State.TRYING and current in changed:
        unit.effect(
            f"webhook/{current.id}/{current.tries + 1}",
            SendWebhook(
                delivery_id=current.id,
                lane_id=lane.id,
                endpoint_id=endpoint.id,
                url=endpoint.url,
                generations=endpoint.generations,
                body=current.body,
            ),
        )


@router.does(SendWebhook)
async def send_webhook(effect: SendWebhook, webhooks: Webhooks) -> WebhookTaken | WebhookNotTaken:
    """One try."""
    return await webhooks.send(effect)
