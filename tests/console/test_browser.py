"""In a real browser: sign in, look at Today, decide a hit by keyboard, see that it counted."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import ConsoleMessage, Page, async_playwright

from shared.embedded.readiness import free_ports
from shared.events.notifications import NotificationAcknowledged, NotificationDelivered
from shared.events.screening import HitConfirmed
from shared.testing import World, until
from tests.console.cast import BUYER, ENTRY_B, B
from tests.console.desk import Console
from tests.console.facts import (
    HIT_B,
    REVIEW_B,
)
from tests.console.papers import DOC, READ, WAITING, page_picture
from tests.console.story import (
    BEGINNING,
    LISTED,
    told,
)

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

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no chromium in /usr/bin"),
]


@pytest.fixture
async def world() -> World:
    return await told(BEGINNING, LISTED)


@pytest.fixture
async def console(world: World, tmp_path: Path) -> Console:
    return Console(world, tmp_path)


@pytest.fixture
async def place(console: Console) -> AsyncIterator[str]:
    (port,) = free_ports(1)
    config = uvicorn.Config(console.app(), port=port, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())

    async def started() -> bool:
        return server.started

    await until(started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        context = await browser.new_context(locale="en-GB")
        page = await context.new_page()
        page.set_default_timeout(10_000)
        yield page
        await browser.close()


async def test_an_officer_works_through_a_hit_without_a_mouse(
    page: Page, place: str, console: Console, world: World
) -> None:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    verdict = HitConfirmed(
        hit_id=HIT_B,
        party_id=B.party_id,
        buyer_id=BUYER,
        entry=ENTRY_B,
        by="mette.lund",
        reason="Same name and year.",
        settles=(REVIEW_B.id,),
    )

    await page.goto(place)
    assert page.url == f"{place}/sign-in?next=%2F"
    await page.get_by_role("button", name="Mette Lund").press("Enter")
    await page.wait_for_url(f"{place}/")
    await page.goto(f"{place}/language/en")

    decisions = page.get_by_role("region", name="My decisions")
    await decisions.get_by_text("Ajgul Berdikenova").wait_for()
    assert await page.get_by_role("heading", level=1).inner_text() == "Today"
    await page.get_by_role("link", name="Open: Ajgul Berdikenova").press("Enter")

    await page.get_by_role("heading", name="Is Ajgul Berdikenova the listed one?").wait_for()
    await page.keyboard.press("c")
    reason = page.get_by_label("Reason")
    assert await reason.evaluate("it => it === document.activeElement")
    await reason.fill("Same name and year.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("c")
    await page.get_by_role("status").get_by_text("The hit is confirmed.").wait_for()
    ((path, body, _),) = console.services.sent
    assert path == f"/api/screening/hits/{HIT_B}/confirm"
    assert body["reason"] == "Same name and year."

    await world.tell(verdict)
    await page.goto(place)
    await decisions.wait_for()
    assert await decisions.get_by_text("Ajgul Berdikenova").count() == 0
    assert complaints == []


async def test_an_officer_reviews_a_document_by_clicking(
    page: Page, place: str, console: Console, world: World
) -> None:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await world.tell(*WAITING)
    console.services.says[f"/api/onboarding/documents/{DOC}/review"] = READ
    console.services.says[f"/api/onboarding/documents/{DOC}/pages/1"] = page_picture()

    await page.goto(f"{place}/sign-in")
    await page.get_by_role("button", name="Mette Lund").click()
    await page.wait_for_url(f"{place}/")
    await page.goto(f"{place}/language/en")
    await page.get_by_role("link", name="Look at a document").click()
    await page.wait_for_url(f"{place}/documents/{DOC}")

    picture = page.get_by_role("img", name="Page 1 of the document")
    assert await picture.evaluate("it => it.decode().then(() => it.naturalWidth)") == 909
    box, sheet = page.locator("#box-1"), await picture.bounding_box()
    where = await box.bounding_box()
    assert sheet is not None
    assert where is not None
    assert abs((where["x"] - sheet["x"]) / sheet["width"] - 0.197) < 0.01
    assert abs((where["y"] - sheet["y"]) / sheet["height"] - 0.297) < 0.01

    await box.click()
    field = page.get_by_label("Valid until").first
    assert await field.evaluate("it => it === document.activeElement")
    assert await box.evaluate("it => it.classList.contains('on')")
    await field.fill("2027-04-01")
    await page.get_by_text("Read with certainty (1)").click()
    await page.get_by_label("is right").last.check()
    await page.get_by_label("Reason").fill("The letter O is a zero.")
    await page.get_by_role("button", name="Save what I saw").click()
    await page.get_by_role("status").get_by_text("What you saw is saved.").wait_for()
    ((path, body, _),) = console.services.sent
    assert path == f"/api/onboarding/documents/{DOC}/corrections"
    assert body["fields"] == [
        {"number": 1, "value": "2027-04-01"},
        {"number": 0, "value": "QMS-2231"},
    ]

    await page.keyboard.press("u")
    assert await field.evaluate("it => it === document.activeElement")
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    reason = page.get_by_label("Reason")
    assert await reason.evaluate("it => it === document.activeElement")
    await reason.fill("A page is missing.")
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    await page.get_by_role("status").get_by_text("The document does not count.").wait_for()
    assert console.services.sent[1][0] == f"/api/onboarding/documents/{DOC}/reject"
    assert complaints == []


async def test_a_page_that_waits_goes_on_by_itself(
    page: Page, place: str, console: Console, world: World
) -> None:
    await page.goto(f"{place}/sign-in")
    await page.get_by_role("button", name="Mette Lund").click()
    await page.wait_for_url(f"{place}/")
    await page.goto(f"{place}/hits/{HIT_B}?waiting=told%2F500&said=hit.confirm")
    await page.get_by_role("status").wait_for()
    world._told = 499
    await world.tell(LISTED[0])
    await page.wait_for_url(f"{place}/hits/{HIT_B}")


async def test_what_comes_into_the_inbox_is_shown_at_once_and_reading_it_is_said(
    page: Page, place: str, console: Console, world: World
) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(place)
    await page.get_by_role("button", name="Mette Lund").click()
    await page.goto(f"{place}/language/en?next=/inbox")
    await page.get_by_text("Nothing waits for you.").wait_for()
    bell = page.locator("[data-bell] b")
    assert await bell.inner_text() == ""

    laid = NotificationDelivered(
        notification_id="inbox-b",
        recipient="mette.lund",
        channel="inbox",
        about=HIT_B,
        need_id=REVIEW_B.id,
    )
    await world.tell(laid)
    await page.get_by_role("link", name="Review a sanctions hit").wait_for()
    assert await bell.inner_text() == "1"

    seen = NotificationAcknowledged(notification_id="inbox-b", recipient="mette.lund", about=HIT_B)
    told: list[asyncio.Task[object]] = []
    console.services.on_command = lambda: told.append(asyncio.ensure_future(world.tell(seen)))
    await page.get_by_role("button", name="Seen", exact=True).press("Enter")
    await page.get_by_text("It is noted that you have seen it.").wait_for()
    (path, body, _) = console.services.sent[-1]
    assert path == "/api/notifications/inbox/acknowledge"
    assert body == {"entry_ids": ["inbox-b"]}
    assert await bell.inner_text() == ""
    assert complaints == []
