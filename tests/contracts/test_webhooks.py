"""Statuses on their way to a contract system: signed, one at a time, the newest wins."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.contracts.commands import CloseEndpoint, OpenEndpoint, SendWebhook
from services.contracts.domain import Delivery, Endpoint, Lane, State
from services.contracts.domain.deliveries import PAUSES
from shared.domain import Caller, Rejected
from shared.events.words import Status
from shared.testing import MACHINE, World
from shared.webhooks import Addresses, Secrets
from tests.contracts.conftest import ROOT_SECRET, package, release
from tests.contracts.receiver import Receiver, receiving
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BUYER, HELD, found, over


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


async def opened(world: World, url: str) -> str:
    outcome = await world.tell(OpenEndpoint(buyer_id=BUYER, url=url), by=MACHINE)
    assert outcome.result is not None
    generation = outcome.result["generation"]
    return Secrets(ROOT_SECRET).of(outcome.result["endpoint_id"], generation)


def deliveries(world: World) -> list[Delivery]:
    found = [one for one in world.store.documents.values() if isinstance(one, Delivery)]
    return sorted(found, key=lambda one: one.status_version)


def states(world: World) -> list[State]:
    return [one.state for one in deliveries(world)]


async def test_a_status_arrives_signed_and_says_what_the_contract_system_needs(
    world: World, receiver: Receiver
) -> None:
    await world.tell(found())
    await world.do_effects()
    [said] = receiver.got
    assert said["contract_ids"] == [K1]
    assert said["supplier_ids"] == ["dk-cvr-92431185"]
    assert (said["status"], said["status_version"]) == ("REVIEW", 1)
    assert said["reason_codes"] == ["SAN-AF"]
    assert set(said) == {
        "type",
        "buyer_id",
        "party_id",
        "basis",
        "payment_holds",
        "procedure_id",
        "as_of",
        "supplier_ids",
        "contract_ids",
        "status",
        "status_version",
        "reason_codes",
        "valid_from",
        "excluded_until",
        "decision_id",
        "decision_ids",
        "list_as_of",
        "rulebook_version",
    }
    assert states(world) == [State.DELIVERED]
    assert world.effects == []


async def test_while_one_is_on_its_way_only_the_newest_waits_behind_it(
    world: World, receiver: Receiver
) -> None:
    await world.tell(found(), HELD, over())
    await world.tell(HELD.model_copy(update={"status": Status.REPLACE_REQUIRED}))
    assert len(world.effects) == 1
    assert states(world) == [State.TRYING, State.SUPERSEDED, State.WAITING]
    await world.do_effects()
    await world.do_effects()
    assert [said["status_version"] for said in receiver.got] == [1, 3]
    assert states(world) == [State.DELIVERED, State.SUPERSEDED, State.DELIVERED]


async def test_what_is_not_taken_is_tried_again_with_the_same_id_after_growing_pauses(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [500, 503]
    await world.tell(found())
    for pause in PAUSES[:2]:
        await world.do_effects()
        [resting] = deliveries(world)
        assert resting.state is State.RESTING
        assert resting.next_try == world.now + pause
        await world.advance(pause - timedelta(seconds=1))
        assert world.effects == []
        await world.advance(timedelta(seconds=1))
    await world.do_effects()
    [delivered] = deliveries(world)
    assert (delivered.state, delivered.tries) == (State.DELIVERED, 3)
    assert len(set(receiver.ids)) == 1
    assert list(PAUSES) == sorted(PAUSES)
    assert timedelta(days=3) <= sum(PAUSES, timedelta()) < timedelta(days=4)


async def test_a_newer_status_takes_the_place_of_one_that_rests(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [500]
    await world.tell(found())
    await world.do_effects()
    await world.tell(HELD)
    assert states(world) == [State.SUPERSEDED, State.TRYING]
    await world.do_effects()
    await world.advance(timedelta(days=4))
    assert [said["status_version"] for said in receiver.got] == [2]
    assert world.effects == []


async def test_a_newer_status_follows_at_once_where_the_one_before_it_failed(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [500]
    await world.tell(found(), HELD)
    await world.do_effects()
    assert states(world) == [State.SUPERSEDED, State.TRYING]
    assert deliveries(world)[0].problem == "answered 500"
    await world.do_effects()
    assert states(world) == [State.SUPERSEDED, State.DELIVERED]


async def test_after_three_days_without_an_answer_it_is_given_up_and_the_next_one_starts_anew(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [500] * (len(PAUSES) + 1)
    await world.tell(found())
    for pause in (*PAUSES, timedelta()):
        await world.do_effects()
        await world.advance(pause)
    assert states(world) == [State.GIVEN_UP]
    await world.tell(HELD)
    await world.do_effects()
    assert states(world) == [State.GIVEN_UP, State.DELIVERED]


async def test_nobody_at_the_address_is_a_try_that_failed(world: World) -> None:
    await opened(world, "http://127.0.0.1:9/nobody")
    await world.tell(found())
    await world.do_effects()
    problems = {one.problem.split(":")[0] for one in deliveries(world)}
    assert "ConnectError" in problems


async def test_redirects_are_not_followed(world: World, receiver: Receiver) -> None:
    receiver.answers = [307]
    await world.tell(found())
    await world.do_effects()
    assert deliveries(world)[0].problem == "answered 307"
    assert len(receiver.ids) == 1


async def test_an_endpoint_that_is_gone_is_closed_and_told_nothing_more(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [410]
    await world.tell(found())
    await world.do_effects()
    [endpoint] = [one for one in world.store.documents.values() if isinstance(one, Endpoint)]
    assert not endpoint.open
    assert states(world) == [State.GIVEN_UP]
    await world.tell(HELD)
    assert world.effects == []


async def test_a_closed_endpoint_gets_what_is_on_its_way_no_more(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [500]
    await world.tell(found())
    await world.do_effects()
    [endpoint] = [one for one in world.store.documents.values() if isinstance(one, Endpoint)]
    closing = CloseEndpoint(endpoint_id=endpoint.id, reason="a new system")
    await world.tell(closing, by=MACHINE)
    await world.advance(timedelta(days=1))
    assert states(world) == [State.GIVEN_UP]
    assert world.effects == []
    again = await world.tell(closing, by=MACHINE)
    assert again.error is not None
    assert "closed already" in again.error["reason"]


async def test_the_same_address_is_one_endpoint_and_a_reopened_one_has_a_new_secret(
    world: World, receiver: Receiver
) -> None:
    opening = OpenEndpoint(buyer_id=BUYER, url=receiver.url)
    again = await world.tell(opening, by=MACHINE)
    assert again.result is not None
    assert again.result["opened"] is False
    endpoint_id = again.result["endpoint_id"]
    await world.tell(CloseEndpoint(endpoint_id=endpoint_id, reason="leaked"), by=MACHINE)
    assert await opened(world, receiver.url) != receiver.secret


async def test_an_endpoint_is_opened_only_by_its_buyer(world: World, receiver: Receiver) -> None:
    other = Caller(subject="x", roles=("integration",), buyers=("dk-cvr-11111111",))
    refused = await world.tell(OpenEndpoint(buyer_id=BUYER, url=receiver.url), by=other)
    assert refused.error is not None
    assert refused.error["kind"] == "forbidden"


async def test_no_secret_is_written_anywhere(world: World, receiver: Receiver) -> None:
    await world.tell(found())
    kept = [one.model_dump_json() for one in world.store.documents.values()]
    sent = [effect.model_dump_json() for effect in world.effects]
    assert sent
    assert all(receiver.secret.removeprefix("whsec_") not in text for text in (*kept, *sent))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example.org/x",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/x",
        "http://[::1]/x",
        "http://2130706433/x",
        "http://hooks.example.org.evil.example/x",
        "http://evilhooks.example.org/x",
        "http://user:word@hooks.example.org/x",
        "http://hooks.example.org@evil.example/x",
        "http://evil.example\\@hooks.example.org/x",
        "http://hooks.example.org:99999/x",
        "http://hooks.example.org/x#y",
        "http://hooks.example.org/a b",
        "http://[::1/x",
        "//hooks.example.org/x",
        "http:///x",
        "nonsense",
        "",
    ],
)
def test_only_hosts_that_the_operator_named_may_be_called(url: str) -> None:
    with pytest.raises(Rejected) as refused:
        Addresses(["hooks.example.org", "*.regions.example"]).check(url)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/x?y=1",
        "http://HOOKS.example.org:8080/",
        "https://a.b.regions.example/in",
    ],
)
def test_hosts_that_the_operator_named_may_be_called(url: str) -> None:
    Addresses(["hooks.example.org", "*.regions.example"]).check(url)


async def test_a_host_that_is_named_no_longer_is_not_called_any_more(
    world: World, receiver: Receiver
) -> None:
    await world.tell(found())
    [effect] = world.effects
    assert isinstance(effect, SendWebhook)
    webhooks = world.router.effects["SendWebhook"].handler
    outcome = await webhooks(effect.model_copy(update={"url": "http://10.0.0.1/hook"}))
    assert "not among the hosts" in outcome.problem
    assert receiver.ids == []


async def test_a_late_answer_about_another_delivery_changes_nothing(world: World) -> None:
    await world.tell(found())
    [lane] = [one for one in world.store.documents.values() if isinstance(one, Lane)]
    copy = lane.copy_to_change()
    assert copy.taken("msg-other", world.now) == []
    assert copy.not_taken("msg-other", "late", world.now) == []
    assert copy.resume("msg-other") == []
    assert copy.current == lane.current
