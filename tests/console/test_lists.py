"""Lists: a page of a hundred rows, the filters in the address, and the same rows as a sheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.pages.sheets import FORMULA, ROWS, cell
from shared.events.onboarding import PartyRegistered
from shared.events.screening import PartyScreened
from shared.testing import World
from tests.console.cast import BUYER, CONTRACT, LISTS, NORDLYS, OFFICER, STRANGER, company
from tests.console.desk import Console
from tests.console.facts import contract

LISTED = ("/hits", "/cases", "/contracts", "/suppliers", "/documents", "/arrivals", "/lists")


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


async def test_a_long_list_is_shown_a_hundred_rows_at_a_time(
    console: Console, world: World
) -> None:
    parties = [company(f"{40_000_000 + n}", f"Firma {n:03d} ApS") for n in range(ROWS + 30)]
    for n, party in enumerate(parties):
        signed = contract(f"c-{n}", BUYER, f"Kontrakt {n:03d}")
        await world.tell(signed.model_copy(update={"suppliers": (party,)}))
    visitor = console.visitor(OFFICER)
    first, second = (
        await visitor.text("/contracts?show=all"),
        await visitor.text("/contracts?show=all&page=2"),
    )
    assert "1\N{EN DASH}100 of 131" in first
    assert "101\N{EN DASH}131 of 131" in second
    assert 'href="?show=all&amp;page=2"' in (await visitor.get("/contracts?show=all")).text
    assert "Kontrakt 129" not in first
    assert "Kontrakt 129" in second
    assert len(await rows_of(console, "/contracts?show=all&as=csv")) == ROWS + 31
    assert "1\N{EN DASH}100 of 131" in await visitor.text("/contracts?show=all&page=99")
    for party in parties[:2]:
        await world.tell(
            PartyScreened(
                party_id=party.party_id, lists=LISTS, hits=(), engine="1", policy="2026-11"
            )
        )
    assert "1\N{EN DASH}100 of 131" in await visitor.text("/suppliers")
