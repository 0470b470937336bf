"""Where webhooks may lead: to hosts that the operator named, and from patterns only outside."""

from collections.abc import Iterator

import pytest

from services.contracts.commands import SendWebhook, WebhookNotTaken, WebhookTaken
from services.contracts.webhooks import Webhooks
from shared.webhooks import Addresses, Secrets
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
    ["127.0.0.1", "10.1.2.3", "192.168.0.7", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"],
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
    """The loopback stands for a public address here: only what `is_global` says is replaced."""

    class Public:
        is_global = True

    monkeypatch.setattr("shared.webhooks.ip_address", lambda _: Public())
    url = receiver.url.replace("127.0.0.1", "hooks.regions.example")
    outcome = await webhooks("127.0.0.1").send(message(url))
    assert isinstance(outcome, WebhookTaken)
    [(headers, _)] = receiver.raw
    assert headers["host"].startswith("hooks.regions.example:")
