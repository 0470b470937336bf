"""Where webhooks may lead: to hosts that the operator named, and from patterns only outside."""

from collections.abc import Iterator

import pytest

from services.contracts.commands import SendWebhook, WebhookNotTaken, WebhookTaken
from services.contracts.webhooks import Webhooks
from shared.domain import Rejected
from shared.webhooks import Addresses, Secrets, is_public
from tests.contracts.conftest import ROOT_SECRET
from tests.contracts.receiver import Receiver, receiving

SECRETS = Secrets(ROOT_SECRET)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        running.secret = SECRETS.of("endpoint-1", 1)
        yield running


def message(url: str) -> SendWebhook:
    return SendWebhook(
        delivery_id="msg-1",
        lane_id="lane-1",
        endpoint_id="endpoint-1",
        url=url,
        generations=(1,),
        body="{}",
    )


def webhooks(*leads_to: str, allowed: str = "*.regions.example") -> Webhooks:
    async def resolve(host: str) -> list[str]:
        return list(leads_to)

    return Webhooks(Addresses([allowed]), SECRETS, resolve)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.7", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("::1", "fd00::1", "fe80::1%eth0", "fec0::1", "224.0.0.1", "ff02::1"),
        *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
async def test_a_name_below_a_pattern_that_leads_inside_is_not_called(
    receiver: Receiver, address: str
) -> None:
    url = receiver.url.replace("127.0.0.1", "hooks.regions.example")
    outcome = await webhooks(address).send(message(url))
    assert isinstance(outcome, WebhookNotTaken)
    assert "not public" in outcome.problem
    mixed = await webhooks("93.184.216.34", address).send(message(url))
    assert isinstance(mixed, WebhookNotTaken)
    assert receiver.raw == []


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "017700000001", "127.1", "[::ffff:7f00:1]", "127.0.0.1."]
)
def test_this_machine_by_another_spelling_is_not_among_the_hosts(host: str) -> None:
    with pytest.raises(Rejected, match="not among the hosts"):
        Addresses(["*.regions.example", "hooks.example"]).check(f"http://{host}/in")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(address)


async def test_a_name_that_leads_nowhere_is_a_try_that_failed() -> None:
    async def nowhere(host: str) -> list[str]:
        raise OSError("no such host")

    outcome = await Webhooks(Addresses(["*.regions.example"]), SECRETS, nowhere).send(
        message("https://hooks.regions.example/in")
    )
    assert isinstance(outcome, WebhookNotTaken)
    assert "no such host" in outcome.problem


async def test_a_host_that_the_operator_named_may_lie_inside(receiver: Receiver) -> None:
    outcome = await webhooks(allowed="127.0.0.1").send(message(receiver.url))
    assert isinstance(outcome, WebhookTaken)
    [(headers, _)] = receiver.raw
    assert headers["host"] == receiver.url.split("/")[2]


async def test_the_address_that_was_looked_at_is_the_one_that_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loopback stands for a public address here."""
    monkeypatch.setattr("shared.webhooks.is_public", lambda address: True)
    url = receiver.url.replace("127.0.0.1", "hooks.regions.example")
    outcome = await webhooks("127.0.0.1").send(message(url))
    assert isinstance(outcome, WebhookTaken)
    [(headers, _)] = receiver.raw
    assert headers["host"].startswith("hooks.regions.example:")
