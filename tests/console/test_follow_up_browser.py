"""In a real browser: a year with months off, and questions of every type through a link."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from shared.testing import T0, World
from tests.console.browser import NEEDS_CHROMIUM, signed_in
from tests.console.cast import BUYER, NORDLYS
from tests.console.desk import LINKS, Console
from tests.console.story import BEGINNING, LISTED, told

pytestmark = NEEDS_CHROMIUM
AT = "/api/audits"
ASKED: dict[str, Any] = {
    "contract_id": "", "obligation": "tax-conduct", "state": "open", "files": [],
    "due": "2026-12-07T22:59:59+00:00", "said_back": "", "answers": [], "hands_in": True,
    "may_pass_to": [NORDLYS.party_id], "questions": [
        {"id": kind, "text": f"A {kind}?", "type": kind, "required": True,
         "options": ["yes", "no"] if kind in ("choice", "choices") else [],
         "columns": ["site", "people"] if kind == "table" else []}
        for kind in ("text", "number", "date", "choice", "choices", "table")],
}  # fmt: skip


@pytest.fixture
async def world() -> World:
    return await told(BEGINNING, LISTED)


async def test_every_type_of_question_is_answered_by_link_and_a_refusal_loses_nothing(
    page: Page, place: str, console: Console
) -> None:
    token = LINKS.token("link-1", "evidence/evidence-1", T0 + timedelta(days=9))
    console.services.says[f"{AT}/links/{token}/questions"] = ASKED
    await page.goto(f"{place}/l/{token}")
    await page.get_by_label("A text?").fill("At length")
    await page.get_by_label("A number?").fill("many")
    await page.get_by_label("A date?").fill("2026-12-01")
    await page.get_by_label("A choice?").select_option("yes")
    await page.get_by_label("no", exact=True).check()
    await page.get_by_label("people, row 1").fill("12")
    wrong = {"field": "answers.number", "reason": "a number such as 37,5"}
    console.services.refusal = (422, {"detail": wrong["reason"], "errors": [wrong]})
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("alert").first.wait_for()
    _, body, _ = console.services.sent[-1]
    assert body["answers"] == [
        {"question_id": "text", "text": "At length"},
        {"question_id": "number", "text": "many"},
        {"question_id": "date", "text": "2026-12-01"},
        {"question_id": "choice", "text": "yes"},
        {"question_id": "choices", "choices": ["no"]},
        {"question_id": "table", "rows": [["", "12"]]},
    ]
    assert await page.get_by_label("A text?").input_value() == "At length"
    assert await page.get_by_label("people, row 1").input_value() == "12"
    console.services.refusal = None
    await page.get_by_text("Have a subcontractor answer too").first.click()
    await page.get_by_role("button", name="Have a subcontractor answer too").click()
    await page.get_by_role("status").wait_for()
    assert console.services.sent[-1][0].endswith("/delegate")


async def test_a_year_is_proposed_with_months_off(page: Page, place: str, console: Console) -> None:
    console.services.says[f"{AT}/year-plans"] = []
    page = await signed_in(page.context, place, "Signe")
    await page.goto(f"{place}/follow-up")
    await page.get_by_label("Buyer").select_option(BUYER)
    await page.get_by_label("Auditor 1").fill("signe.ravn")
    await page.get_by_label("Hours a month 1").fill("37,5")
    row = page.get_by_role("group", name="Months off 1")
    for month in ("Jul", "Dec"):
        await row.get_by_label(month).check()
    await page.get_by_role("button", name="Propose a year").click()
    await page.wait_for_url(f"{place}/follow-up/**")
    path, body, _ = console.services.sent[-1]
    assert path == f"{AT}/year-plans"
    one = {"subject": "signe.ravn", "hours": 37.5, "off": [7, 12], "not_for": []}
    assert body == {"buyer_id": BUYER, "year": T0.year + 1, "auditors": [one]}
