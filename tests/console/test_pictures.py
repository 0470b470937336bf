"""The pictures of chains and owners in a real Chromium: large ones too, by mouse and by keys."""

import os
import time
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page

from shared.events.onboarding import PartyRegistered
from shared.events.subcontractors import SubcontractorDeclared
from shared.events.words import Share, Stake
from shared.testing import World, until
from tests.console.browser import NEEDS_CHROMIUM, chromium, complaints_of, served, signed_in
from tests.console.cast import BALTIC, BUYER, CONTRACT, ENTRY_A, NORDLYS, A, company
from tests.console.desk import Console
from tests.console.facts import exposure, hit
from tests.console.test_accessible import WIDER, broken
from tests.console.test_past import interests

pytestmark = NEEDS_CHROMIUM

MEMBERS = 300
SHOTS = os.environ.get("ANSVAR_SHOTS", "")
"""Where somebody who wants to look at them has pictures put."""

SIZE = "document.querySelector('#{} svg').getBoundingClientRect().width"


async def _large_chain(world: World) -> None:
    """Ten that the supplier hires, each of which hires others, three tiers deep."""
    members = [company(f"{60_000_000 + n}", f"Firma {n:03d} ApS") for n in range(MEMBERS)]
    for n, party in enumerate(members):
        above = NORDLYS if n < 10 else members[(n - 10) // 5]
        tier = 1 if n < 10 else 2 if n < 60 else 3
        await world.tell(
            SubcontractorDeclared(
                contract_id=CONTRACT,
                buyer_id=BUYER,
                party=party,
                parent_id=above.party_id,
                tier=tier,
                share=Share(minimum=1, maximum=3),
                service="Drift",
                chain_version=n + 3,
            )
        )
    await world.tell(
        hit("hit-far", members[222], ENTRY_A, 0.9),
        exposure("hit-far", A, members[222], None),
    )


async def test_a_chain_of_300_is_there_at_once_and_can_be_seen_whole(
    console: Console, world: World
) -> None:
    await _large_chain(world)
    async with served(console) as place, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await signed_in(context, place, "Mette Lund")
        complaints = complaints_of(page)
        began = time.perf_counter()
        await page.goto(f"{place}/contracts/{CONTRACT}")
        await page.locator("#chain-picture a").nth(MEMBERS - 1).wait_for()
        boxes = await page.locator("#chain-picture a").count()
        took = time.perf_counter() - began
        assert boxes >= MEMBERS
        assert took < 20  # seconds on a machine that has much else to do; a second alone
        drawn = await page.evaluate(SIZE.format("chain-picture"))
        await page.locator("#chain-picture").focus()
        await page.keyboard.press("1")
        whole = await page.evaluate(SIZE.format("chain-picture"))
        assert whole < drawn
        await _shot(page, "chain-whole")
        await page.keyboard.press("0")
        assert abs(await page.evaluate(SIZE.format("chain-picture")) - drawn) < 1
        await page.keyboard.press("+")
        assert await page.evaluate(SIZE.format("chain-picture")) > drawn
        await page.get_by_role("button", name="As drawn").click()
        before = await page.evaluate("document.querySelector('#chain-picture').scrollTop")
        await page.locator("#chain-picture").focus()
        await page.keyboard.press("PageDown")

        async def moved() -> bool:
            # Not `wait_for_function`: it asks again by `eval`, which our pages forbid.
            now = await page.evaluate("document.querySelector('#chain-picture').scrollTop")
            return bool(now > before)

        await until(moved)
        await _shot(page, "chain-300")
        touched = page.locator("#chain-picture a.g-REVIEW", has_text="Firma 222")
        assert await touched.count() == 1
        assert await broken(page, "a chain of 300") == []
        await page.get_by_role("link", name="The same as a table").click()
        assert await page.locator("tbody tr").count() == 50
        assert complaints == []
        print(f"chain of {MEMBERS}: {took:.2f} s from asking to all boxes")  # noqa: T201


async def test_owners_are_a_picture_and_a_table_also_of_a_day_that_has_passed(
    console: Console, world: World
) -> None:
    await world.tell(
        PartyRegistered(party=NORDLYS),
        interests(
            NORDLYS.party_id,
            Stake(owner=BALTIC, share=Share(minimum=60, maximum=80)),
            Stake(share=Share(minimum=0, maximum=25), reason_unknown="bearer shares"),
        ),
    )
    day = world.now.date()
    world.now += timedelta(days=3)
    async with served(console) as place, chromium() as browser:
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await signed_in(context, place, "Mette Lund")
        complaints = complaints_of(page)
        await page.goto(f"{place}/suppliers/{NORDLYS.party_id}")
        await _shot(page, "supplier", whole=True)
        await page.get_by_label("As known on").fill(day.isoformat())
        await page.get_by_role("button", name="Show that day").click()
        await page.wait_for_url(f"**as_of={day}")
        assert await page.locator("#owners-picture a, #owners-picture g").count() >= 4
        assert await page.get_by_text("bearer shares").count()
        await _shot(page, "supplier-as-of", whole=True)
        assert await broken(page, "a supplier as of a day") == []
        await page.set_viewport_size({"width": 360, "height": 740})
        assert not await page.evaluate(WIDER)
        assert complaints == []


async def _shot(page: Page, name: str, *, whole: bool = False) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=whole)
