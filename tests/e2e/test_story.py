"""The main story, from end to end on a real system, once, again, and through kills."""

import asyncio

import pytest

from shared.events.base import Event
from shared.events.breaches import InterimMeasureOrdered
from shared.events.onboarding import OwnershipDeclared
from shared.story.player import Player
from shared.story.playing import tell
from shared.testing import until
from tests.e2e.conftest import Told
from tests.e2e.outcome import outcome
from tests.e2e.system import System

LONGEST = 180.0
"""Seconds for a few chapters and a start of the system between them, on a busy machine."""

KILLED_AFTER: tuple[type[Event], ...] = (OwnershipDeclared, InterimMeasureOrdered)
"""Facts after which all services are killed at once: while papers are read, while a case runs."""


def test_the_story_is_true_to_its_end(told: Told) -> None:
    """Every claim of every chapter was tested while it was told; this is how things stand."""
    stands = {status for _, _, status in told.outcome["contracts"]}
    assert stands == {"CLEAR", "CONDITIONAL"}
    assert [stage for stage, _ in told.outcome["replacements"]] == ["replaced"]


async def test_the_same_files_and_requests_a_second_time_change_nothing(told: Told) -> None:
    before = await asyncio.to_thread(told.system.ansvar, "journal", "verify")
    said = await asyncio.to_thread(told.system.ansvar, "demo")
    assert "All of this had happened before" in said
    assert before.strip() in said, "every journal holds as many facts as before"
    async with told.system.player() as player:
        assert await outcome(player) == told.outcome


@pytest.mark.long
async def test_kills_in_the_middle_end_in_the_same_final_state(told: Told, system: System) -> None:
    """The people go on as if nothing had happened: they send again what was not answered."""
    await asyncio.to_thread(system.start)
    async with system.player(patience=LONGEST) as player:
        telling = asyncio.create_task(tell(player))
        for kind in KILLED_AFTER:
            await _after(kind, player, telling)
            await asyncio.to_thread(system.kill)
            await asyncio.to_thread(system.start)
        await telling
        assert await outcome(player) == told.outcome
        assert "broken" not in await asyncio.to_thread(system.ansvar, "journal", "verify")


async def _after(kind: type[Event], player: Player, telling: "asyncio.Task[bool]") -> None:
    """Until a fact is heard. A story that breaks off before says at once why."""

    async def heard_or_broken_off() -> bool:
        return bool(player.facts.all(kind)) or telling.done()

    await until(heard_or_broken_off, seconds=LONGEST)
    if telling.done():
        await telling
        raise AssertionError(f"the story was over before {kind.__name__}")
