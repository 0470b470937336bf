"""A console that has heard the story up to the confirmed hit."""

from pathlib import Path

import pytest

from shared.testing import World
from tests.console.desk import Console
from tests.console.story import (
    BEGINNING,
    CONFIRMED,
    LISTED,
    told,
)


@pytest.fixture
async def world() -> World:
    return await told(BEGINNING, LISTED, CONFIRMED)


@pytest.fixture
def console(world: World, tmp_path: Path) -> Console:
    return Console(world, tmp_path)
