"""People with a browser in front of a running system: they read, click, and wait as people do."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from shared.story.mails import Mail
from shared.story.player import Player

expect.set_options(timeout=60_000)

PHONE = ViewportSize(width=390, height=844)
LIMIT = 60.0
"""Seconds for which somebody looks again and again at a page that is to show something."""


class Clicker:
    """Somebody who has signed in by a click on their name, and their page."""

    def __init__(self, page: Page, place: str) -> None:
        self.page = page
        self.place = place

    async def today(self) -> None:
        await self.page.get_by_role("navigation").get_by_role("link", name="Today").click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text("Today")

    def decision(self, what: str, about: str = "") -> Locator:
        """One line of My decisions: what is to be decided, and about whom."""
        mine = self.page.get_by_role("region", name="My decisions").get_by_role("listitem")
        return mine.filter(has=self.page.get_by_role("link", name=what, exact=True)).filter(
            has_text=about
        )

    async def opens(self, what: str, about: str = "") -> None:
        """Wait on Today, without touching anything, until it is there; then open it."""
        await self.today()
        line = self.decision(what, about).first
        await expect(line).to_be_visible()
        await line.get_by_role("link", name=what, exact=True).click()

    async def has_nothing(self, what: str, about: str = "") -> None:
        await self.today()
        await expect(self.decision(what, about)).to_have_count(0)

    def step(self, name: str) -> Locator:
        """The form of a step of a case, which stands under its name."""
        return self.page.locator(".step").filter(
            has=self.page.get_by_role("button", name=name, exact=True, include_hidden=True)
        )

    async def chooses(self, step: str, label: str, words: str) -> None:
        """Choose the first option with these words in the form of a step."""
        form = await self.unfolded(step)
        options = form.get_by_label(label).locator("option").filter(has_text=words)
        value = await options.first.get_attribute("value")
        await form.get_by_label(label).select_option(value)

    async def unfolded(self, step: str) -> Locator:
        form = self.step(step)
        if await form.evaluate("it => it.tagName === 'DETAILS' && !it.open"):
            await form.locator("summary").click()
        return form

    async def takes(self, step: str, said: str, **fields: str) -> None:
        """Fill in the fields by their labels, send the form, and read what the page says."""
        form = await self.unfolded(step)
        for label, text in fields.items():
            await form.get_by_label(label.replace("_", " "), exact=True).fill(text)
        await form.get_by_role("button", name=step, exact=True).click()
        await self.is_told(said)

    async def is_told(self, words: str) -> None:
        """The page says so, at the latest when it has updated itself."""
        await expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()


@asynccontextmanager
async def signed_in(browser: Browser, place: str, name: str) -> AsyncIterator[Clicker]:
    """Somebody of the directory, who reads English."""
    context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(30_000)
    await page.goto(place)
    await page.get_by_role("button", name=name).click()
    await page.get_by_role("link", name="EN", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    try:
        yield Clicker(page, place)
    finally:
        await context.close()


@asynccontextmanager
async def on_the_phone(browser: Browser, mail: Mail) -> AsyncIterator[Page]:
    """A supplier who opens the one link of a mail on a Danish telephone."""
    context = await browser.new_context(
        locale="da-DK", viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    page = await context.new_page()
    page.set_default_timeout(30_000)
    await page.goto(mail.link)
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    assert not wide, f"{mail.subject}: the page is wider than the telephone"

    assert not await page.get_by_text("kan ikke vises lige nu").count(), mail.subject
    try:
        yield page
    finally:
        await context.close()


def files(p: Player, *names: str) -> list[FilePayload]:
    """Files of the samples, as they are chosen on a telephone."""
    kind = "application/octet-stream"
    return [
        FilePayload(name=name.rpartition("/")[2], mimeType=kind, buffer=p.samples.bytes_of(name))
        for name in names
    ]


async def letter(p: Player, to: str, about: str) -> Mail:
    """The mail whose link is for this, such as `hearing/`."""
    return await p.mail(to, f"about {about}", lambda mail: mail.opens.startswith(about))


def has_id(page: Page) -> str:
    """The id at the end of a page's address."""
    found = re.search(r"/([^/?#]+)(?:[?#].*)?$", page.url)
    assert found, page.url
    return found[1]


async def until_shown(
    page: Page, look: Callable[[], Awaitable[bool]], what: str, limit: float = LIMIT
) -> None:
    """Load a page again until it shows something: where it says that one is to look again."""
    end = time.monotonic() + limit
    while not await look():
        assert time.monotonic() < end, f"{what} was not shown at {page.url}"
        await page.reload()
