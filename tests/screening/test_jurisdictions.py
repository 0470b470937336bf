"""Countries on lists: dated, with their source, and what they mean is a rule and not a guess."""

from datetime import date
from pathlib import Path

import pytest

from services.screening.jurisdictions import lists_on, standing_of
from tests.screening.stage import Stage
from tests.screening.test_api import METTE, Screen

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("country", "names", "excludes"),
    [
        ("RU", ["EU Annex I"], "yes"),
        ("VN", ["EU Annex I", "FATF grey"], "review"),
        ("gl", ["EU Annex II"], "no"),
        ("BG", ["FATF grey"], "no"),
        ("IR", ["FATF black"], "no"),
        ("DK", [], "no"),
    ],
)
def test_a_country_stands_on_dated_lists(country: str, names: list[str], excludes: str) -> None:
    standing = standing_of(country, TODAY)
    assert [one.name for one in standing.lists] == names
    assert standing.excludes == excludes


def test_before_a_list_was_in_force_it_says_nothing() -> None:
    assert lists_on(date(2026, 2, 16)) == ()
    assert standing_of("RU", date(2026, 2, 16)).excludes == "no"


def test_what_waits_for_a_lawyer_says_what_is_to_be_looked_at() -> None:
    agreement = standing_of("PA", TODAY).agreement
    assert agreement is not None
    assert agreement.opens == "review"
    assert "Central America" in agreement.why


async def test_a_country_is_asked_about_over_http(tmp_path: Path) -> None:
    screen = Screen(Stage(), tmp_path / "key.json")
    async with screen.client(METTE) as client:
        shown = (await client.get("/jurisdictions/vn", params={"on": "2026-11-22"})).json()
        wrong = await client.get("/jurisdictions/vnm")
    assert shown["excludes"] == "review"
    assert [one["name"] for one in shown["lists"]] == ["EU Annex I", "FATF grey"]
    assert wrong.status_code == 422
