"""From a defect to its replay or dismissal, with a real service that answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from shared.administration.topics import apply
from shared.embedded.stack import Stack
from shared.mongo import connect
from shared.runtime import Service
from shared.testing import until
from tests.command.conftest import Installation
from tests.shared.probe import (
    Mended,
    Register,
    ask,
    onboarding,
    party,
    running,
    screening,
    settings_for,
)


@pytest.fixture
async def services(stack: Stack, tmp_path: Path) -> AsyncIterator[tuple[Service, Service]]:
    """Two running services; screening has a defect that shows at the name `broken`."""
    await asyncio.to_thread(apply, stack.kafka_url, ["onboarding", "screening"])
    client = connect(stack.mongo_url)
    for name in ("ansvar_onboarding", "ansvar_screening"):
        await client.drop_database(name)
    client.close()
    Mended.by_now = False
    settings = settings_for(stack.kafka_url, stack.mongo_url, tmp_path)
    one, two = onboarding(settings), screening(settings)
    async with running(one, two):
        yield one, two
    Mended.by_now = False


def say(stack: Stack, installation: Installation, *words: str) -> str:
    return installation.ansvar("dead", *words, ANSVAR_KAFKA_URL=stack.kafka_url)


def listed(
    stack: Stack, installation: Installation, id: str
) -> Callable[[], "asyncio.Future[bool]"]:
    def look() -> bool:
        return id in say(stack, installation, "list", "--service", "screening")

    return lambda: asyncio.ensure_future(asyncio.to_thread(look))


async def test_a_defect_is_shown_and_handled_again_once_it_is_mended(
    stack: Stack, installation: Installation, services: tuple[Service, Service]
) -> None:
    one, _ = services
    await ask(one, Register(party_id="dk-cvr-d1", name="broken"), "dead/1")
    await ask(one, Register(party_id="dk-cvr-d1", name="later"), "dead/2")
    id = "onboarding/Party/dk-cvr-d1/1"
    await until(listed(stack, installation, id), seconds=30)
    shown = await asyncio.to_thread(say, stack, installation, "show", id)
    assert f"{id} could not be handled by screening (defect)" in shown
    assert "a defect planted by the test" in shown
    assert "ce_type: ansvar.onboarding.PartyRegistered.v1" in shown

    Mended.by_now = True
    said = await asyncio.to_thread(say, stack, installation, "replay", id)
    assert said.startswith(f"screening is asked to handle {id} again")
    await until(party(one, "dk-cvr-d1", lambda found: found.screened == 2))

    async def gone() -> bool:
        return not await listed(stack, installation, id)()

    await until(gone)


async def test_a_dismissed_defect_lets_the_later_facts_pass(
    stack: Stack, installation: Installation, services: tuple[Service, Service]
) -> None:
    one, _ = services
    await ask(one, Register(party_id="dk-cvr-d2", name="broken"), "dead/3")
    await ask(one, Register(party_id="dk-cvr-d2", name="later"), "dead/4")
    id = "onboarding/Party/dk-cvr-d2/1"
    await until(listed(stack, installation, id), seconds=30)
    words = ("dismiss", id, "--reason", "registered by mistake", "--by", "mette")
    said = await asyncio.to_thread(say, stack, installation, *words)
    assert said == f"screening is told that {id} is dismissed\n"
    await until(party(one, "dk-cvr-d2", lambda found: found.screened == 1))

    async def gone() -> bool:
        return not await listed(stack, installation, id)()

    await until(gone)
