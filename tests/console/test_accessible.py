"""Every main page by the rules of WCAG 2.2 AA, as axe-core tests them, in light and in dark."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from shared.testing import World
from tests.console.browser import NEEDS_CHROMIUM, chromium, complaints_of, served, signed_in
from tests.console.cast import BALTIC, CONTRACT, NORDLYS
from tests.console.desk import Console
from tests.console.facts import CASE, HIT_A, HIT_B
from tests.console.papers import DOC, READ, WAITING, page_picture

pytestmark = NEEDS_CHROMIUM

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PAGES = (
    "/",
    "/hits",
    "/hits?show=all",
    f"/hits/{HIT_A}",
    f"/hits/{HIT_B}",
    "/cases",
    f"/cases/{CASE}",
    "/documents",
    f"/documents/{DOC}",
    "/arrivals",
    "/suppliers",
    f"/suppliers/{NORDLYS.party_id}",
    f"/suppliers/{BALTIC.party_id}",
    f"/suppliers/{NORDLYS.party_id}?as_of=2026-11-22",
    f"/suppliers/{NORDLYS.party_id}?as_of=nonsense",
    "/contracts?show=all",
    f"/contracts/{CONTRACT}",
    f"/contracts/{CONTRACT}/chain",
    "/follow-up",
    "/follow-up/reports",
    "/audits/audit-1",
    "/lists",
    "/likenesses",
    "/search",
    "/search?q=nordlys",
    "/preferences",
    "/no-such-page",
)


async def test_no_page_breaks_a_rule_of_accessibility(console: Console, world: World) -> None:
    """In light and in dark, and none is wider than the screen of a phone."""
    await world.tell(*WAITING)
    console.services.says[f"/api/onboarding/documents/{DOC}/review"] = READ
    console.services.says[f"/api/onboarding/documents/{DOC}/pages/1"] = page_picture()
    wrong: list[str] = []
    async with served(console) as place, chromium() as browser:
        context = await browser.new_context(color_scheme="light", reduced_motion="reduce")
        page = await context.new_page()
        await page.goto(f"{place}/sign-in")
        wrong += await broken(page, "/sign-in")
        page = await signed_in(context, place, "Mette Lund")
        complaints = complaints_of(page)
        for path in PAGES:
            await page.set_viewport_size({"width": 1280, "height": 800})
            await page.goto(f"{place}{path}")
            wrong += await broken(page, path)
            wrong += [f"{path}: something moves"] if await page.evaluate(MOVING) else []
            await page.set_viewport_size({"width": 360, "height": 740})
            wrong += [f"{path}: too wide"] if await page.evaluate(WIDER) else []
        assert [c for c in complaints if "404" not in c and "422" not in c] == []
    assert not wrong, "\n".join(wrong)


WIDER = "document.documentElement.scrollWidth > innerWidth + 1"
MOVING = """[...document.querySelectorAll('*')].some(it => {
    const style = getComputedStyle(it);
    return parseFloat(style.transitionDuration) || parseFloat(style.animationDuration);
})"""


async def broken(page: Page, path: str) -> list[str]:
    """What axe finds on a page as it is, and of its colours in the dark."""
    axe = Axe()
    found = (await axe.run(page, options=RULES)).response["violations"]
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += await page.evaluate(
        "axe.run({runOnly: ['color-contrast']}).then(found => found.violations)"
    )
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return [
        f"{path}: {one['id']}: {node['html'][:160]} {node['failureSummary'][:240]}"
        for one in found
        for node in one["nodes"][:3]
    ]


async def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(console: Console) -> None:
    async with served(console) as place, chromium() as browser:
        page = await signed_in(await browser.new_context(), place, "Mette Lund")
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to content")
        assert await skip.evaluate("it => it === document.activeElement")
        assert await skip.evaluate("it => it.getBoundingClientRect().left >= 0")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.querySelector('main').contains(document.activeElement)"
        )
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        await page.keyboard.press("/")
        await page.keyboard.type("norlys")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Nordlys Rengøring A/S").first.wait_for()
