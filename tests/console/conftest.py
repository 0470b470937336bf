"""A console that has heard the story up to the confirmed hit."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from shared.testing import World
from tests.console.browser import chromium, served
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


@pytest.fixture
async def place(console: Console) -> AsyncIterator[str]:
    """Where a browser finds this console."""
    async with served(console) as place:
        yield place


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with chromium() as browser:
        context = await browser.new_context(locale="en-GB")
        page = await context.new_page()
        page.set_default_timeout(30_000)
        yield page
