"""Lists: a page of a hundred rows, the filters in the address, and the same rows as a sheet."""

import csv
import io
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.pages.sheets import FORMULA, ROWS, cell
from shared.events.onboarding import PartyRegistered
from shared.testing import World
from tests.console.cast import (
    BUYER,
    CONTRACT,
    ENTRY_B,
    HANSEN,
    NORDLYS,
    OFFICER,
    STRANGER,
    company,
)
from tests.console.desk import Console, words_of
from tests.console.facts import contract, exposure, hit

LISTED = ("/hits", "/cases", "/contracts", "/suppliers", "/documents", "/arrivals", "/lists")


async def test_another_language_shows_the_same_rows(console: Console) -> None:
    visitor = console.visitor(OFFICER)
    page = (await visitor.get("/hits?show=all&sort=due")).text
    assert "/language/da?next=%2Fhits%3Fshow%3Dall%26sort%3Ddue" in page
    there = await visitor.get("/language/da?next=%2Fhits%3Fshow%3Dall%26sort%3Ddue")
    assert there.headers["location"] == "/hits?show=all&sort=due"


async def rows_of(console: Console, path: str, language: str = "en") -> list[dict[str, str]]:
    visitor = console.visitor(OFFICER)
    visitor.http.headers["Accept-Language"] = language
    answer = await visitor.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    delimiter = "," if language == "en" else ";"
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.mark.parametrize("path", LISTED)
async def test_every_list_comes_as_a_sheet_too(console: Console, path: str) -> None:
    page = await console.visitor(OFFICER).get(path)
    if "data-print" in page.text:
        assert "as=csv" in page.text
    await rows_of(console, f"{path}?as=csv")


async def test_a_sheet_has_the_rows_that_the_filters_show(console: Console) -> None:
    (row,) = await rows_of(console, "/contracts?show=all&as=csv")
    assert row["Id"] == CONTRACT
    assert (row["Value"], row["Currency"], row["Ends"]) == ("48000000.0", "DKK", "2030-11-30")
    assert await rows_of(console, "/suppliers?q=no-such-name&as=csv") == []
    (dansk,) = await rows_of(console, "/suppliers?as=csv", "da")
    assert NORDLYS.name in dansk.values()


async def test_another_buyer_gets_a_sheet_without_our_rows(console: Console) -> None:
    for path in ("/contracts?show=all", "/suppliers?show=all", "/hits?show=all", "/cases?show=all"):
        answer = await console.visitor(STRANGER).get(f"{path}&as=csv")
        assert answer.content.decode("utf-8-sig").strip().count("\n") == 0


async def test_a_name_that_is_a_formula_stays_text_in_a_spreadsheet(
    console: Console, world: World
) -> None:
    sly = NORDLYS.model_copy(update={"name": '=HYPERLINK("https://evil.example";"A")'})
    await world.tell(PartyRegistered(party=sly))
    (row,) = await rows_of(console, "/suppliers?as=csv")
    assert row["Party"].startswith("'=HYPERLINK")


@given(st.text(max_size=40))
def test_no_text_can_begin_a_formula(text: str) -> None:
    assert not cell(text).startswith(FORMULA)
    assert cell(text).endswith(text)


def test_numbers_stay_numbers_also_below_nothing() -> None:
    assert cell(-5) == "-5"
    assert cell("-5") == "'-5"
    assert cell(None) == ""


async def test_a_long_list_is_shown_fifty_rows_at_a_time(console: Console, world: World) -> None:
    parties = [company(f"{40_000_000 + n}", f"Firma {n:03d} ApS") for n in range(ROWS + 30)]
    for n, party in enumerate(parties):
        signed = contract(f"c-{n}", BUYER, f"Kontrakt {n:03d}")
        await world.tell(signed.model_copy(update={"suppliers": (party,)}))
    visitor = console.visitor(OFFICER)
    page = await visitor.get("/contracts?show=all")
    (onward,) = re.findall(r'href="([^"]*)" rel="next"', page.text)
    first, second = words_of(page.text), await visitor.text(f"/contracts{unescape(onward)}")
    assert "Kontrakt 048" in first
    assert "Kontrakt 079" not in first
    assert "Kontrakt 079" in second
    assert "Kontrakt 048" not in second
    assert 'rel="next"' not in (await visitor.get(f"/contracts{unescape(onward)}")).text
    ids = [row["Id"] for row in await rows_of(console, "/contracts?show=all&as=csv")]
    assert len(ids) == len(set(ids)) == ROWS + 31
    assert 'rel="next"' in (await visitor.get("/suppliers")).text
    assert len(await rows_of(console, "/suppliers?as=csv")) == ROWS + 31
    assert "Firma 007 ApS" in await visitor.text("/suppliers?q=firma 007")
    for number in range(ROWS + 30):
        await world.tell(hit(f"hit-{number}", parties[number], ENTRY_B, 0.9))
        await world.tell(exposure(f"hit-{number}", parties[number], HANSEN, None))
    shown = []
    place = "/hits?show=all"
    while place:
        text = (await visitor.get(place)).text
        shown += re.findall(r'<a href="/hits/([^"?]+)"', text)
        places = re.findall(r'href="([^"]*)" rel="next"', text)
        place = f"/hits{unescape(places[0])}" if places else ""
    assert len(set(shown)) == ROWS + 32
    assert len(await rows_of(console, "/hits?show=all&as=csv")) == ROWS + 32
