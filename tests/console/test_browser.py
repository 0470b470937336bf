"""In a real browser: sign in, look at Today, decide a hit by keyboard, see that it counted."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route

from shared.envelope import Outcome
from shared.events.notifications import NotificationAcknowledged, NotificationDelivered
from shared.events.screening import HitConfirmed, HitDismissed
from shared.testing import World
from tests.console.browser import NEEDS_CHROMIUM, complaints_of
from tests.console.cast import BUYER, ENTRY_B, HANSEN, B, company
from tests.console.desk import Console
from tests.console.facts import (
    HIT_B,
    REVIEW_B,
    exposure,
    hit,
)
from tests.console.papers import DOC, READ, WAITING, page_picture
from tests.console.story import (
    BEGINNING,
    LISTED,
    told,
)

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
async def world() -> World:
    return await told(BEGINNING, LISTED)


async def test_an_officer_works_through_a_hit_without_a_mouse(
    page: Page, place: str, console: Console, world: World
) -> None:
    complaints = complaints_of(page)
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
    complaints = complaints_of(page)
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
    await page.locator(".notice[role=status]").wait_for()
    world._told = 499
    await world.tell(LISTED[0])
    await page.wait_for_url(f"{place}/hits/{HIT_B}?said=hit.confirm")
    await page.locator(".notice.good", has_text="bekræftet").wait_for()


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


async def test_what_came_while_the_page_was_on_its_way_is_shown_too(
    page: Page, place: str, world: World
) -> None:
    await page.goto(place)
    await page.get_by_role("button", name="Mette Lund").click()
    await page.get_by_role("heading", level=1).wait_for()
    laid = NotificationDelivered(
        notification_id="inbox-b",
        recipient="mette.lund",
        channel="inbox",
        about=HIT_B,
        need_id=REVIEW_B.id,
    )

    async def after_the_page(route: Route) -> None:
        await world.tell(laid)
        await route.continue_()

    await page.route("**/inbox/stream", after_the_page, times=1)
    await page.goto(f"{place}/language/en?next=/inbox")
    await page.get_by_role("link", name="Review a sanctions hit").wait_for()


MANY = 12
SECONDS_EACH = 6.0
"""A hundred hits in ten minutes (issue 8)."""


async def test_many_hits_are_worked_through_by_keyboard_at_the_pace_of_a_hundred_in_ten_minutes(
    page: Page, place: str, console: Console, world: World
) -> None:
    parties = [company(f"{50_000_000 + n}", f"Firma {n:02d} ApS") for n in range(MANY)]
    for n, party in enumerate(parties):
        await world.tell(hit(f"hit-many-{n}", party, ENTRY_B, 0.99 - n / 1000))
        await world.tell(exposure(f"hit-many-{n}", party, HANSEN, None))

    def verdict_came() -> None:
        path, body, _ = console.services.sent[-1]
        hit_id = path.split("/")[-2]
        fact = HitDismissed(
            hit_id=hit_id,
            party_id=parties[int(hit_id.rpartition("-")[2])].party_id,
            buyer_id=BUYER,
            entry=ENTRY_B,
            by="mette.lund",
            reason=body["reason"],
        )
        telling.append(asyncio.ensure_future(world.tell(fact)))

    telling: list[asyncio.Future[Outcome]] = []
    console.services.on_command = verdict_came
    await page.goto(f"{place}/sign-in")
    await page.get_by_role("button", name="Mette Lund").click()
    await page.wait_for_url(f"{place}/")
    await page.goto(f"{place}/hits/hit-many-0")
    began = asyncio.get_running_loop().time()
    for n in range(MANY):
        await page.wait_for_url(f"**/hits/hit-many-{n}*")
        console.services.events = [f"told/{world._told + 1}"]
        await page.keyboard.press("d")
        await page.keyboard.type("Another year of birth")
        await page.keyboard.press("Escape")
        await page.keyboard.press("d")
    await page.wait_for_url(re.compile(r"/hits/hit-(?!many)"))  # one that still waits
    each = (asyncio.get_running_loop().time() - began) / MANY
    assert each < SECONDS_EACH, f"{each:.1f} s for a hit"
    assert len(console.services.sent) == len(telling) == MANY
    assert {body["reason"] for _, body, _ in console.services.sent} == {"Another year of birth"}
