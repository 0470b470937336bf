"""How statuses go out to the endpoints of a buyer, one try after the other."""

import hashlib

from services.contracts import status
from services.contracts.commands import (
    AcknowledgementDue,
    SendWebhook,
    TryAgain,
    WebhookNotTaken,
    WebhookTaken,
)
from services.contracts.domain import Contract, Delivery, Endpoint, Lane, State
from services.contracts.handlers.door import router
from services.contracts.sending_terms import SendingTerms
from services.contracts.webhooks import Webhooks
from shared.unit import Unit


async def tell_endpoints(contract: Contract, unit: Unit, terms: SendingTerms) -> None:
    """Have the new status of a contract sent to every open endpoint of those who buy on it."""
    for buyer_id in contract.buyer_ids:
        for endpoint in await unit.find(Endpoint, buyer_id=buyer_id):
            if endpoint.open:
                await offer(contract, endpoint, unit, terms)


async def offer(
    contract: Contract, endpoint: Endpoint, unit: Unit, terms: SendingTerms, again: int = 0
) -> None:
    """Send how a contract stands now, and await that it is confirmed. `again`: which replay."""
    id = Lane.id_of(endpoint.id, contract.id)
    lane = await unit.load(Lane, id) or Lane(
        id=id, endpoint_id=endpoint.id, contract_id=contract.id
    )
    changed = lane.offer(_delivery(endpoint, contract, unit, again), unit.now)
    confirmed = {one.endpoint_id: one.status_version for one in contract.acknowledged}
    if confirmed.get(endpoint.id, 0) < contract.status_version:
        due = terms.acknowledge_by(unit.now, contract.country)
        late = lane.expect(contract.status_version, unit.now, due)
        if not lane.alarmed:
            unit.schedule(f"acknowledge/{lane.id}", late, AcknowledgementDue(lane_id=lane.id))
    move(lane, changed, endpoint, unit)


async def forgive(endpoint: Endpoint, unit: Unit) -> tuple[str, ...]:
    """Await nothing more of an endpoint that closes. Returns the needs that fall away."""
    settled = []
    for lane in await unit.find(Lane, endpoint_id=endpoint.id, alarmed=True):
        lane.forgive()
        unit.save(lane)
        settled.append(lane.need_id)
    return tuple(settled)


@router.on(WebhookTaken)
async def was_taken(outcome: WebhookTaken, unit: Unit) -> None:
    lane, endpoint = await _lane(outcome.lane_id, unit)
    move(lane, lane.taken(outcome.delivery_id, unit.now), endpoint, unit)


@router.on(WebhookNotTaken)
async def was_not_taken(outcome: WebhookNotTaken, unit: Unit, terms: SendingTerms) -> None:
    """It is tried again after a pause, unless a newer one waits or nobody listens any more."""
    lane, endpoint = await _lane(outcome.lane_id, unit)
    if outcome.gone and endpoint.open:
        # Standard Webhooks: 410 Gone asks to be left alone.
        contract = await unit.load(Contract, lane.contract_id)  # none, where it is of payments
        settled = await forgive(endpoint, unit)
        due = terms.act_by(unit.now, contract.country if contract else "")
        endpoint.hang_up("it answered 410 Gone", unit.now, due, settled)
        unit.save(endpoint)
    changed = lane.not_taken(outcome.delivery_id, outcome.problem, unit.now)
    move(lane, changed, endpoint, unit)


@router.on(TryAgain)
async def try_again(deadline: TryAgain, unit: Unit) -> None:
    lane, endpoint = await _lane(deadline.lane_id, unit)
    move(lane, lane.resume(deadline.delivery_id), endpoint, unit)


async def _lane(lane_id: str, unit: Unit) -> tuple[Lane, Endpoint]:
    lane = await unit.get(Lane, lane_id)
    return lane, await unit.get(Endpoint, lane.endpoint_id)


def _delivery(endpoint: Endpoint, contract: Contract, unit: Unit, again: int) -> Delivery:
    nth = f"|{again}" if again else ""
    said = f"{endpoint.id}|{contract.id}|{contract.status_version}{nth}".encode()
    return Delivery(
        id=f"msg-{hashlib.sha256(said).hexdigest()[:24]}",
        endpoint_id=endpoint.id,
        contract_id=contract.id,
        buyer_id=contract.buyer_id,
        status_version=contract.status_version,
        body=status.of_contract(contract, contract.list_as_of).model_dump_json(),
        at=unit.now.isoformat(),
    )


def move(lane: Lane, changed: list[Delivery], endpoint: Endpoint, unit: Unit) -> None:
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
