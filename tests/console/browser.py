"""A real Chromium, and a console that it can reach: shared by the tests of a file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from shared.embedded.readiness import free_ports
from shared.testing import until
from tests.console.desk import Console

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox",  # the tests may run as root, which chromium refuses with its sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no chromium in /usr/bin"),
]


@asynccontextmanager
async def served(console: Console, port: int = 0) -> AsyncIterator[str]:
    """The console under an address of its own."""
    port = port or free_ports(1)[0]
    config = uvicorn.Config(console.app(), port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())

    async def started() -> bool:
        return server.started

    await until(started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


def complaints_of(page: Page) -> list[str]:
    """What the browser has to complain about from now on: scripts, policies, missing files."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


async def signed_in(context: BrowserContext, place: str, name: str, language: str = "en") -> Page:
    """A page of somebody who has clicked on their name."""
    page = await context.new_page()
    page.set_default_timeout(30_000)
    await page.goto(f"{place}/sign-in")
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url(f"{place}/")
    await page.goto(f"{place}/language/{language}")
    return page
