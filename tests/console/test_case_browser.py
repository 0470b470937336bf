"""A case in a real browser: one step stands open, what others do is waited for by name."""

from pathlib import Path

from playwright.async_api import expect

from shared.events.subcontractors import ReplacementDemanded, SubstituteChecked, SubstituteProposed
from shared.events.words import Check
from shared.testing import T0
from tests.console.browser import NEEDS_CHROMIUM, chromium, served
from tests.console.cast import BALTIC, BUYER, CONTRACT, NORDLYS, company
from tests.console.desk import Console
from tests.console.facts import CASE
from tests.console.story import BEGINNING, CONFIRMED, HELD, LISTED, told
from tests.e2e.clicking import Clicker, signed_in

pytestmark = NEEDS_CHROMIUM

FYNS = company("96832516", "Fyns Hygiejne A/S")


async def at_the_case(person: Clicker) -> None:
    await person.page.goto(f"{person.place}/cases/{CASE}")


async def test_the_next_step_is_open_and_closing_a_case_is_not_the_first_button(
    tmp_path: Path,
) -> None:
    console = Console(await told(BEGINNING, LISTED, CONFIRMED, (HELD,)), tmp_path)
    async with served(console) as place, chromium() as browser:
        async with signed_in(browser, place, "Mette Lund") as mette:
            await at_the_case(mette)
            open_now = mette.page.locator("div.step")
            await expect(open_now).to_have_count(1)
            await expect(open_now).to_contain_text("Confirm the block")
            await expect(mette.page.locator("button.primary:visible")).to_have_count(1)
            await mette.takes("Dismiss the case", "The case is closed.", Reason="A false match.")
        ((path, body, _),) = console.services.sent
        assert path == f"/api/breaches/cases/{CASE}/dismiss"
        assert body["reason"] == "A false match."
        async with signed_in(browser, place, "Anders Kjær") as anders:
            await at_the_case(anders)
            await expect(anders.page.get_by_text("The case waits for an officer.")).to_be_visible()
            await expect(anders.page.locator("div.step")).to_have_count(0)


async def test_a_checked_substitute_is_what_the_case_leads_to(tmp_path: Path) -> None:
    step = {
        "replacement_id": "replacement-1",
        "case_id": CASE,
        "contract_id": CONTRACT,
        "buyer_id": BUYER,
        "supplier_id": NORDLYS.party_id,
        "outgoing_id": BALTIC.party_id,
    }
    checks = (Check(name="screening", passed=True), Check(name="documents", passed=True))
    demanded = (
        ReplacementDemanded(**step, deadline=T0, basis="clause x", reason="60 %", link_id="l-2"),
        SubstituteProposed(**step, party=FYNS),
        SubstituteChecked(**step, substitute_id=FYNS.party_id, checks=checks),
    )
    console = Console(await told(BEGINNING, LISTED, CONFIRMED, (HELD,), demanded), tmp_path)
    async with (
        served(console) as place,
        chromium() as browser,
        signed_in(browser, place, "Mette Lund") as mette,
    ):
        await at_the_case(mette)
        await mette.page.get_by_role("link", name="Decide on a substitute").click()
        substitute = mette.page.locator(".substitute").filter(has_text=FYNS.name)
        await expect(substitute.get_by_text("Passed:")).to_have_count(2)
        await substitute.get_by_label("Reason").fill("Every check has passed.")
        await substitute.get_by_role("button", name="Clear the substitute").click()
        await mette.is_told("The substitute is cleared.")
    ((path, body, _),) = console.services.sent
    assert (
        path == f"/api/subcontractors/replacements/replacement-1/substitutes/{FYNS.party_id}/clear"
    )
    assert body["reason"] == "Every check has passed."
