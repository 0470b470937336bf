"""Endpoints: opened, closed, their secrets changed, tried out, and told again what they missed."""

import hashlib
from datetime import UTC, datetime

import orjson

from services.contracts.commands import (
    CloseEndpoint,
    OpenEndpoint,
    OverlapOver,
    PingEnded,
    PingEndpoint,
    ReplayDelivery,
    ReplayEndpoint,
    ReplayOn,
    RetireSecret,
    RotateSecret,
    SendPing,
    WebhookTaken,
)
from services.contracts.domain import Contract, Delivery, Endpoint, Lane, State
from services.contracts.domain.deliveries import PAYMENTS
from services.contracts.domain.history import moment
from services.contracts.handlers.door import router
from services.contracts.handlers.sending import forgive, move, offer
from services.contracts.sending_terms import SendingTerms
from services.contracts.webhooks import Webhooks
from shared.domain import Rejected, Unknown
from shared.unit import Unit
from shared.webhooks import Addresses

PIECE = 200
"""Contracts that one step of a replay sends; many enough to be quick, few enough for a commit."""

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@router.on(OpenEndpoint)
async def open_endpoint(
    command: OpenEndpoint, unit: Unit, addresses: Addresses
) -> dict[str, object]:
    """The same address of the same buyer is one endpoint. `opened`: it was not open before.

    One that is opened again is told what has changed since it was closed.
    """
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    addresses.check(command.url)
    said = f"{command.buyer_id}|{command.url}".encode()
    id = f"endpoint-{hashlib.sha256(said).hexdigest()[:16]}"
    endpoint = await unit.load(Endpoint, id)
    if endpoint is None:
        endpoint = Endpoint(id=id, buyer_id=command.buyer_id, url=command.url)
        endpoint.start(unit.now)
    elif endpoint.open:
        if command.payments not in (None, endpoint.payments):
            endpoint.payments = bool(command.payments)
            unit.save(endpoint)
        return {"endpoint_id": id, "opened": False}
    else:
        missed_since = endpoint.closed_at or EVER
        endpoint.reopen(unit.now)
        _replay_since(endpoint, missed_since, unit)
    if command.payments is not None:
        endpoint.payments = command.payments
    unit.save(endpoint)
    return {"endpoint_id": id, "opened": True, "generation": max(endpoint.generations)}


@router.on(CloseEndpoint)
async def close_endpoint(command: CloseEndpoint, unit: Unit) -> None:
    """What is on its way is dropped when its next turn comes; no confirmation is awaited."""
    assert unit.caller is not None
    endpoint = await _own(command.endpoint_id, unit)
    if len(command.reason.strip()) < 3:
        raise Rejected("say why, in at least three letters", field="reason")
    settled = await forgive(endpoint, unit)
    endpoint.close(command.reason.strip(), unit.now, unit.caller.subject, settled)
    unit.save(endpoint)


# ---------------------------------------------------------------- secrets


@router.on(RotateSecret)
async def rotate(command: RotateSecret, unit: Unit, terms: SendingTerms) -> dict[str, object]:
    endpoint = await _own(command.endpoint_id, unit)
    generation = endpoint.rotate(unit.now, terms.overlap(unit.now))
    unit.save(endpoint)
    assert endpoint.retires is not None
    over = OverlapOver(endpoint_id=endpoint.id, generation=generation)
    unit.schedule(f"overlap/{endpoint.id}", endpoint.retires, over)
    return {"generation": generation, "retires": endpoint.retires.isoformat()}


@router.on(RetireSecret)
async def retire(command: RetireSecret, unit: Unit) -> dict[str, object]:
    """Say that the old secret is out of use; `retired` is false where there was none."""
    endpoint = await _own(command.endpoint_id, unit)
    retired = endpoint.retire()
    if retired:
        unit.save(endpoint)
        unit.cancel(f"overlap/{endpoint.id}")
    return {"retired": retired}


@router.on(OverlapOver)
async def overlap_over(deadline: OverlapOver, unit: Unit) -> None:
    endpoint = await unit.get(Endpoint, deadline.endpoint_id)
    if max(endpoint.generations) == deadline.generation and endpoint.retire():
        unit.save(endpoint)


# ---------------------------------------------------------------- pings


@router.on(PingEndpoint)
async def ping(command: PingEndpoint, unit: Unit) -> dict[str, object]:
    """One try; what came of it stands among the deliveries, without a contract."""
    endpoint = await _own(command.endpoint_id, unit)
    number = endpoint.ping()
    said = {"type": "ansvar.ping", "endpoint_id": endpoint.id, "number": number}
    delivery = Delivery(
        id=f"ping-{endpoint.id}-{number}",
        endpoint_id=endpoint.id,
        contract_id="",
        buyer_id=endpoint.buyer_id,
        status_version=0,
        body=orjson.dumps(said).decode(),
        at=unit.now.isoformat(),
        state=State.TRYING,
    )
    unit.save(endpoint)
    unit.put(delivery)
    unit.effect(
        f"ping/{delivery.id}",
        SendPing(
            delivery_id=delivery.id,
            lane_id="",
            endpoint_id=endpoint.id,
            url=endpoint.url,
            generations=endpoint.generations,
            body=delivery.body,
        ),
    )
    return {"delivery_id": delivery.id}


@router.does(SendPing)
async def send_ping(effect: SendPing, webhooks: Webhooks) -> PingEnded:
    outcome = await webhooks.send(effect)
    problem = "" if isinstance(outcome, WebhookTaken) else outcome.problem
    return PingEnded(delivery_id=effect.delivery_id, problem=problem)


@router.on(PingEnded)
async def ping_ended(outcome: PingEnded, unit: Unit) -> None:
    delivery = await unit.record(Delivery, outcome.delivery_id)
    if delivery is not None:
        state = State.GIVEN_UP if outcome.problem else State.DELIVERED
        more = {"tries": 1, "problem": outcome.problem, "ended": unit.now}
        unit.put(delivery.now(state, **more))


# ---------------------------------------------------------------- replay


@router.on(ReplayDelivery)
async def replay_delivery(
    command: ReplayDelivery, unit: Unit, terms: SendingTerms
) -> dict[str, object]:
    """What the contract is now is sent: an old status would contradict what was told since."""
    delivery = await unit.record(Delivery, command.delivery_id)
    if delivery is None:
        raise Unknown("delivery", command.delivery_id)
    if not delivery.contract_id:
        raise Rejected("this was a ping: send another one", field="delivery_id")
    endpoint = await _own(delivery.endpoint_id, unit)
    if delivery.contract_id.startswith(PAYMENTS):
        endpoint.must_be_open()
        lane = await unit.get(Lane, Lane.id_of(endpoint.id, delivery.id))
        move(lane, lane.try_anew(delivery), endpoint, unit)
        return {"delivery_id": delivery.id}
    contract = await unit.get(Contract, delivery.contract_id)
    await offer(contract, endpoint, unit, terms, again=endpoint.replay())
    unit.save(endpoint)
    return {"contract_id": contract.id, "status_version": contract.status_version}


@router.on(ReplayEndpoint)
async def replay(command: ReplayEndpoint, unit: Unit) -> dict[str, object]:
    """The present status of each contract that changed since then, oldest change first."""
    endpoint = await _own(command.endpoint_id, unit)
    if command.since is not None and command.since > unit.now:
        raise Rejected("this moment has not come yet", field="since")
    number = _replay_since(endpoint, command.since or EVER, unit)
    unit.save(endpoint)
    return {"replay": number}


def _replay_since(endpoint: Endpoint, since: datetime, unit: Unit) -> int:
    number = endpoint.replay()
    step = ReplayOn(endpoint_id=endpoint.id, number=number, after=moment(since))
    _go_on(step, unit)
    return number


def _go_on(step: ReplayOn, unit: Unit) -> None:
    """Each step is a deadline of its own, as two can have the same moment."""
    unit.schedule(f"replay/{step.endpoint_id}/{step.number}/{step.after}", unit.now, step)


@router.on(ReplayOn)
async def replay_on(step: ReplayOn, unit: Unit, terms: SendingTerms) -> None:
    """One piece; the next one is scheduled with it, so that a kill loses none and doubles none."""
    endpoint = await unit.get(Endpoint, step.endpoint_id)
    if not endpoint.open:
        return
    lines = await unit.store.search(
        Contract,
        {"buyer_ids": endpoint.buyer_id},
        sort="changed",
        limit=PIECE,
        after=step.after,
    )
    await unit.prefetch(Contract, [line.id for line in lines], cached=False)
    for line in lines:
        contract = await unit.load(Contract, line.id)
        if contract is not None and contract.status_version:
            await offer(contract, endpoint, unit, terms, again=step.number)
    if len(lines) == PIECE:
        _go_on(step.model_copy(update={"after": lines[-1].changed}), unit)


async def _own(endpoint_id: str, unit: Unit) -> Endpoint:
    """The endpoint, for whoever acts for its buyer."""
    assert unit.caller is not None
    endpoint = await unit.get(Endpoint, endpoint_id)
    unit.caller.must_serve(endpoint.buyer_id)
    return endpoint
