"""Endpoints: secrets that change without a gap, pings, replays, missing confirmations."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from services.contracts.commands import (
    Acknowledge,
    CloseEndpoint,
    OpenEndpoint,
    PingEndpoint,
    ReplayDelivery,
    ReplayEndpoint,
    RetireSecret,
    RotateSecret,
    SendPing,
)
from services.contracts.domain import Delivery, Endpoint, Lane, State
from services.contracts.handlers import endpoints
from shared.domain import Caller
from shared.events.base import Command
from shared.events.contracts import (
    StatusAcknowledged,
    StatusEndpointClosed,
    StatusEndpointOpened,
    StatusNotAcknowledged,
)
from shared.events.words import Status
from shared.testing import MACHINE, World
from shared.webhooks import Secrets
from tests.contracts.conftest import ROOT_SECRET, package, release
from tests.contracts.receiver import Receiver, receiving
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BUYER, found, over
from tests.contracts.test_webhooks import opened

STRANGER = Caller(subject="x", roles=("integration",), buyers=("dk-cvr-11111111",))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
async def world(world: World, receiver: Receiver) -> World:
    """A world with one contract, whose system listens."""
    await take_in(world, package(release(1)))
    receiver.secret = await opened(world, receiver.url)
    return world


def endpoint(world: World) -> Endpoint:
    [found] = [one for one in world.store.documents.values() if isinstance(one, Endpoint)]
    return found


async def done(world: World, command: Command) -> dict[str, object]:
    outcome = await world.tell(command, by=MACHINE)
    assert outcome.error is None, outcome.error
    return outcome.result or {}


async def refused(world: World, command: Command, by: Caller = MACHINE) -> str:
    outcome = await world.tell(command, by=by)
    assert outcome.error is not None
    return str(outcome.error["reason"])


# ------------------------------------------------------------ secrets


async def test_while_a_secret_is_changed_both_sign_and_then_only_the_new_one(
    world: World, receiver: Receiver
) -> None:
    id, old = endpoint(world).id, receiver.secret
    answer = await done(world, RotateSecret(endpoint_id=id))
    new = Secrets(ROOT_SECRET).of(id, int(str(answer["generation"])))
    await world.tell(found())
    await world.do_effects()
    headers, body = receiver.raw[-1]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    assert "sign already" in await refused(world, RotateSecret(endpoint_id=id))
    await world.advance(timedelta(days=7))
    receiver.secret = new
    await world.tell(found("exp-2", Status.CONDITIONAL))
    await world.do_effects()
    assert len(receiver.raw[-1][0]["webhook-signature"].split()) == 1
    assert receiver.got[-1]["status"] == "CONDITIONAL"


async def test_an_old_secret_can_be_retired_at_once(world: World, receiver: Receiver) -> None:
    id = endpoint(world).id
    await done(world, RotateSecret(endpoint_id=id))
    assert (await done(world, RetireSecret(endpoint_id=id)))["retired"] is True
    assert (await done(world, RetireSecret(endpoint_id=id)))["retired"] is False
    assert endpoint(world).generations == (2,)
    await done(world, RotateSecret(endpoint_id=id))
    await world.advance(timedelta(days=6))
    assert endpoint(world).generations == (2, 3)
    await world.advance(timedelta(days=1))
    assert endpoint(world).generations == (3,)


async def test_only_the_buyer_changes_what_is_its_own(world: World, receiver: Receiver) -> None:
    await world.tell(found())
    id, delivery = endpoint(world).id, next(iter(_deliveries(world))).id
    for command in (
        RotateSecret(endpoint_id=id),
        RetireSecret(endpoint_id=id),
        PingEndpoint(endpoint_id=id),
        ReplayEndpoint(endpoint_id=id),
        ReplayDelivery(delivery_id=delivery),
    ):
        assert "do not act" in await refused(world, command, STRANGER)


def _deliveries(world: World) -> list[Delivery]:
    return [one for one in world.store.documents.values() if isinstance(one, Delivery)]


# ------------------------------------------------------------ pings


async def test_a_ping_is_signed_tried_once_and_its_end_can_be_seen(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [204, 500]
    for state, problem in ((State.DELIVERED, ""), (State.GIVEN_UP, "answered 500")):
        answer = await done(world, PingEndpoint(endpoint_id=endpoint(world).id))
        await world.do_effects()
        delivery = world.state(Delivery, str(answer["delivery_id"]))
        assert (delivery.state, delivery.problem, delivery.tries) == (state, problem, 1)
    assert [said["type"] for said in receiver.got] == ["ansvar.ping"]
    await world.advance(timedelta(days=4))
    assert not [one for one in world.effects if isinstance(one, SendPing)]


async def test_a_closed_endpoint_is_neither_pinged_nor_told_again(world: World) -> None:
    id = endpoint(world).id
    await done(world, CloseEndpoint(endpoint_id=id, reason="a new system"))
    for command in (
        PingEndpoint(endpoint_id=id),
        ReplayEndpoint(endpoint_id=id),
        RotateSecret(endpoint_id=id),
    ):
        assert "is closed" in await refused(world, command)


# ------------------------------------------------------------ replay


async def test_a_replay_sends_the_present_status_of_what_changed_since_then(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "PIECE", 2)
    ids = [f"ocds-abc123-r{n}--k1" for n in range(2, 7)]
    for n in range(2, 7):
        await take_in(world, package(release(1, ocid=f"ocds-abc123-R{n}")))
    for id in ids:
        await world.advance(timedelta(minutes=1))
        await world.tell(found(f"exp-{id}", contract_id=id))
    await world.do_effects()
    receiver.got.clear()
    since = world.now - timedelta(minutes=3)
    await done(world, ReplayEndpoint(endpoint_id=endpoint(world).id, since=since))
    await world.advance(timedelta())
    await world.do_effects()
    assert [said["contract_ids"][0] for said in receiver.got] == ids[1:]
    assert len(set(receiver.ids)) == len(receiver.ids), "a replay is another message"
    receiver.got.clear()
    await done(world, ReplayEndpoint(endpoint_id=endpoint(world).id))
    await world.advance(timedelta())
    await world.do_effects()
    assert len(receiver.got) == 5, "a contract that was always clear is not told"


async def test_an_old_delivery_told_again_says_what_is_true_now(
    world: World, receiver: Receiver
) -> None:
    await world.tell(found())
    await world.do_effects()
    [first] = _deliveries(world)
    await world.tell(over())
    await world.do_effects()
    answer = await done(world, ReplayDelivery(delivery_id=first.id))
    assert answer["status_version"] == 2
    await world.do_effects()
    assert [said["status_version"] for said in receiver.got] == [1, 2, 2]
    assert "no delivery" in await refused(world, ReplayDelivery(delivery_id="nothing"))


async def test_an_endpoint_that_is_opened_again_is_told_what_it_missed(
    world: World, receiver: Receiver
) -> None:
    id = endpoint(world).id
    await world.tell(found())
    await world.do_effects()
    await done(world, CloseEndpoint(endpoint_id=id, reason="it moves"))
    await world.advance(timedelta(hours=1))
    await world.tell(over())
    await world.do_effects()
    receiver.secret = await opened(world, receiver.url)
    await world.advance(timedelta())
    await world.do_effects()
    assert [said["status"] for said in receiver.got] == ["REVIEW", "CLEAR"]
    assert world.told.count(StatusEndpointOpened) == 2


# ------------------------------------------------------------ confirmations


def missing(world: World) -> list[StatusNotAcknowledged]:
    return [one for one in world.announced if isinstance(one, StatusNotAcknowledged)]


async def acknowledged(world: World, version: int) -> None:
    await done(
        world,
        Acknowledge(contract_id=K1, status_version=version, endpoint_id=endpoint(world).id),
    )


async def test_a_status_that_nobody_confirms_asks_the_contract_manager_once(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [500] * 100
    await world.tell(found())
    for _ in range(40):
        await world.do_effects()
        await world.advance(timedelta(hours=1))
    [alarm] = missing(world)
    assert (alarm.status_version, alarm.told, alarm.problem) == (1, "resting", "answered 500")
    need = alarm.need
    assert need is not None
    assert (need.kind, need.role, need.about) == ("reach-contract-system", "contract_manager", K1)
    # Monday's status is to be confirmed by Tuesday's end, the need met by Wednesday's, in Denmark.
    assert need.due.isoformat() == "2026-11-25T22:59:59+00:00"
    await world.tell(over())
    await world.advance(timedelta(days=4))
    assert len(missing(world)) == 1
    await acknowledged(world, 1)
    assert world.told[-1] is StatusAcknowledged
    assert not world.announced[-1].settles, "an old status is no answer to the newest"
    await acknowledged(world, 2)
    assert world.announced[-1].settles == (need.id,)
    await world.tell(found())
    await world.advance(timedelta(days=4))
    assert len(missing(world)) == 2, "the next one that is missing rings anew"


async def test_what_is_confirmed_in_time_rings_nowhere(world: World, receiver: Receiver) -> None:
    await world.tell(found())
    await world.do_effects()
    await acknowledged(world, 1)
    await world.advance(timedelta(days=4))
    assert missing(world) == []


async def test_a_newer_status_gives_an_older_one_no_more_time(
    world: World, receiver: Receiver
) -> None:
    await world.tell(found())
    await world.advance(timedelta(hours=30))
    await world.tell(found("exp-2", Status.CONDITIONAL))
    await world.advance(timedelta(hours=12))
    [alarm] = missing(world)
    assert alarm.status_version == 2
    assert world.now - alarm.since > timedelta(hours=40)


async def test_confirming_the_older_one_leaves_the_newer_one_its_own_time(
    world: World, receiver: Receiver
) -> None:
    await world.tell(found())
    await world.advance(timedelta(hours=30))
    await world.tell(found("exp-2", Status.CONDITIONAL))
    await acknowledged(world, 1)
    await world.advance(timedelta(hours=12))
    assert missing(world) == []
    await world.advance(timedelta(hours=30))
    assert [one.status_version for one in missing(world)] == [2]


async def test_who_asked_to_be_left_alone_is_asked_about_and_nothing_more_is_awaited(
    world: World, receiver: Receiver
) -> None:
    await take_in(world, package(release(1, ocid="ocds-abc123-R2")))
    await world.tell(found())
    await world.advance(timedelta(days=3))
    receiver.answers = [410]
    await world.tell(found("exp-2", contract_id="ocds-abc123-r2--k1"))
    await world.do_effects()
    closed = next(one for one in world.announced if isinstance(one, StatusEndpointClosed))
    [alarm] = missing(world)
    assert alarm.need is not None
    assert closed.settles == (alarm.need.id,)
    assert closed.need is not None
    await world.advance(timedelta(days=5))
    assert len(missing(world)) == 1
    lanes = [one for one in world.store.documents.values() if isinstance(one, Lane)]
    assert all(not lane.owed for lane in lanes)
    await done(world, OpenEndpoint(buyer_id=BUYER, url=receiver.url))
    reopened = world.announced[-1]
    assert reopened.settles == (closed.need.id,)
