"""Everybody chooses how they are told, on a page in their language."""

from pathlib import Path

import pytest

from services.console.handlers import router
from shared.testing import World
from tests.console.cast import OFFICER
from tests.console.desk import HEARS, Console

KEPT = {
    "language": None,
    "mail": "digest",
    "quiet_from": "18:00",
    "quiet_to": "07:00",
    "quiet_on_days_off": True,
    "away_from": None,
    "away_to": None,
}
PATH = "/api/notifications/preferences"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(World(router, adapters=HEARS), tmp_path)
    console.services.says[PATH] = KEPT
    return console


async def test_the_page_shows_what_was_chosen(console: Console) -> None:
    answer = await console.visitor(OFFICER).get("/preferences")
    assert answer.status_code == 200
    assert 'value="18:00"' in answer.text
    assert '<option value="digest" selected>' in answer.text


async def test_what_is_chosen_is_sent_and_an_empty_field_is_no_choice(console: Console) -> None:
    form = {"mail": "at-once", "quiet_from": "", "away_from": "2026-12-01", "away_to": "2026-12-04"}
    answer = await console.visitor(OFFICER).post("/preferences", **form)
    assert answer.status_code == 303
    (path, body, _) = console.services.sent[-1]
    assert path == PATH
    assert body == {
        "mail": "at-once",
        "away_from": "2026-12-01",
        "away_to": "2026-12-04",
        "quiet_on_days_off": False,
    }


async def test_a_refusal_stands_at_its_field_with_what_was_filled_in(console: Console) -> None:
    errors = [{"field": "away_to", "reason": "the last day of an absence is before its first"}]
    console.services.refusal = (422, {"detail": "it cannot be kept", "errors": errors})
    form = {"mail": "digest", "away_from": "2026-12-04", "away_to": "2026-12-01"}
    answer = await console.visitor(OFFICER).post("/preferences", **form)
    assert answer.status_code == 422
    assert "the last day of an absence is before its first" in answer.text
    assert 'value="2026-12-04"' in answer.text


async def test_where_the_settings_cannot_be_asked_the_page_says_so(tmp_path: Path) -> None:
    text = (
        await Console(World(router, adapters=HEARS), tmp_path).visitor(OFFICER).text("/preferences")
    )
    assert "cannot be asked for right now" in text
