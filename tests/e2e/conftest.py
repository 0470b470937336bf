"""A system in which the story was played, for the tests of a file that change no more of it.

A test that kills things starts a system of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.story.chapters.beginning import the_contract_arrives, the_desk_is_ready
from shared.story.player import Player
from shared.story.playing import tell
from tests.e2e.outcome import outcome
from tests.e2e.system import System


@dataclass
class Told:
    """A running system after the story, and how things stood when it had been told."""

    system: System
    outcome: dict[str, Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The story, told once from the beginning to the end."""
    system = System(tmp_path_factory.mktemp("story"))
    system.start()

    async def play() -> dict[str, Any]:
        async with system.player() as player:
            assert await tell(player), "a new system knows nothing of the story yet"
            return await outcome(player)

    try:
        yield Told(system, asyncio.run(play()))
    finally:
        system.stop()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that knows lists, people and two contracts, for all kinds of bad input."""
    system = System(tmp_path_factory.mktemp("begun"))

    async def begin() -> None:
        async with system.player() as player:
            await tell(player, (the_desk_is_ready, the_contract_arrives))

    system.start()
    try:
        asyncio.run(begin())
        yield system
    finally:
        system.stop()


@pytest.fixture
async def p(begun: System) -> AsyncIterator[Player]:
    """The people of the story, on the system that has just begun."""
    async with begun.player() as player:
        yield player


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """A system of one's own, not started yet."""
    own = System(tmp_path)
    yield own
    own.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("e2e")
