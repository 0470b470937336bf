"""A listener that begins while the broker is away."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from shared import listener
from shared.embedded.readiness import free_ports
from shared.embedded.stack import Stack
from shared.entrance import NotLetIn
from shared.envelope import Message, Outcome
from shared.listener import Listener, started


class Ears:
    service = "ears"
    halted: str | None = None

    async def handle(self, messages: Sequence[Message]) -> dict[str, Outcome]:
        return {}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(listener, "LONGEST_PAUSE", 0.05)


async def test_it_listens_as_soon_as_the_broker_is_there(stack: Stack) -> None:
    (nowhere,) = free_ports(1)
    urls = [f"127.0.0.1:{nowhere}"] * 3
    tries: list[str] = []

    def make() -> Listener:
        tries.append(urls.pop() if urls else stack.kafka_url)
        return Listener(Ears(), tries[-1], ("ears.v1",), "ears-1")

    one = await asyncio.wait_for(started(make), 60)
    assert len(tries) == 4
    await one.pause()
    await one.stop()


@pytest.mark.parametrize(
    "error", [NotLetIn("a wrong password"), TopicAuthorizationFailedError("payments.in.v1")]
)
async def test_it_does_not_ask_again_where_it_is_refused(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def refuse(self: Listener) -> None:
        raise error

    monkeypatch.setattr(Listener, "start", refuse)
    with pytest.raises(type(error)):
        await started(lambda: Listener(Ears(), "127.0.0.1:1", ("ears.v1",), "ears-1"))
