"""Pages show what waits and what happened, and keep buyers apart."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.console.readmodels.todos import todo_id
from shared.events.onboarding import PartiesMerged, PartyRegistered, QualificationLost
from shared.events.screening import ListOverdue, ListRefused, ListRenewed
from shared.http import PUBLIC, routes_of
from shared.testing import T0, World
from tests.console.cast import (
    ANDERS,
    BUYER,
    CONTRACT,
    HANSEN,
    NORDLYS,
    OFFICER,
    STRANGER,
    A,
    company,
)
from tests.console.desk import Console
from tests.console.facts import (
    CASE,
    HIT_A,
    declared,
)
from tests.console.story import (
    told,
)

PAGES = (
    f"/hits/{HIT_A}",
    f"/cases/{CASE}",
    f"/suppliers/{NORDLYS.party_id}",
    f"/suppliers/{A.party_id}",
    f"/contracts/{CONTRACT}",
    "/documents/doc-1",
    "/audits/audit-1",
)
LISTS = ("/", "/hits", "/cases", "/suppliers", "/contracts?show=all", "/lists")


def test_every_page_declares_who_may_see_it(console: Console) -> None:
    public = {route.path for route in routes_of(console.app()) if route.roles == PUBLIC}
    assert public == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/sign-in",
        "/sign-in/start",
        "/sign-in/callback",
        "/language/{language}",
        "/l/{token}",
        "/l/{token}/visit.pdf",
        "/l/{token}/letters/{number}.pdf",
        "/tip/{buyer_id}",
        "/tips/{token}",
        "/static",
    }


# ---------------------------------------------------------------- today


async def test_today_shows_my_decisions_with_their_deadline_and_one_action(
    console: Console,
) -> None:
    text = await console.visitor(OFFICER).text("/")
    assert "3 decisions wait for you" in text
    assert "Decide on a precautionary hold Baltic Facility Group ApS" in text
    assert "Review a sanctions hit Ajgul Berdikenova" in text
    assert "Answer on a subcontractor Hansen &amp; Holm Service ApS" in text
    assert "Vsevolod Zharkovetskij is the listed" in text


async def test_today_says_when_nothing_waits(console: Console, tmp_path: Path) -> None:
    text = await console.visitor(ANDERS).text("/")
    assert "Nothing waits for you. Other roles have 3 things to decide." in text
    empty = Console(await told(), tmp_path)
    text = await empty.visitor(OFFICER).text("/")
    assert "Nothing with others either. All deadlines are met." in text
    assert "Nothing has changed since yesterday." in text


async def test_a_mail_leads_to_the_page_on_which_it_can_be_settled(console: Console) -> None:
    answer = await console.visitor(OFFICER).get(f"/needs/{todo_id(f'hold/{CASE}')}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{CASE}")
    answer = await console.visitor(STRANGER).get(f"/needs/{todo_id(f'hold/{CASE}')}")
    assert answer.status_code == 404


# ---------------------------------------------------------------- who may see what


@pytest.mark.parametrize("path", [*PAGES, *LISTS])
async def test_every_page_can_be_read_in_three_languages(console: Console, path: str) -> None:
    visitor = console.visitor(OFFICER)
    for language in ("da", "sv", "en"):
        visitor.http.cookies.set("ansvar_language", language)
        answer = await visitor.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_another_buyer_s_page_is_not_there(console: Console, path: str) -> None:
    answer = await console.visitor(STRANGER).get(path)
    assert answer.status_code == 404
    assert "it belongs to another buyer" in answer.text


@pytest.mark.parametrize("path", LISTS)
async def test_lists_hold_nothing_of_other_buyers(console: Console, path: str) -> None:
    text = await console.visitor(STRANGER).text(path)
    for name in ("Nordlys", "Baltic", "Zharkovetskij", "Hospitalsrengøring"):
        assert name not in text


async def test_a_list_that_grew_too_old_is_marked_until_it_is_renewed(
    console: Console, world: World
) -> None:
    page = console.visitor(OFFICER)
    assert "too old" not in await page.text("/lists")
    await world.tell(
        ListOverdue(source="eu", version="v1", current_at=T0, limit_hours=24),
        ListRefused(source="eu", reason="the file breaks off", kept_version="v1"),
    )
    marked = await page.text("/lists")
    assert "too old · last known current" in marked
    assert "was not taken in: the file breaks off" in marked
    await world.tell(ListRenewed(source="eu", version="v1", current_at=T0))
    assert "too old" not in await page.text("/lists")


async def test_a_timeline_shows_no_line_of_another_buyer(console: Console, world: World) -> None:
    foreign = QualificationLost(
        party_id=NORDLYS.party_id,
        buyer_id="dk-cvr-1",
        contract_id="c-9",
        role="supplier",
        reason="torn page",
    )
    await world.tell(foreign)
    visitor = console.visitor(OFFICER.model_copy(update={"buyers": (BUYER, "dk-cvr-1")}))
    path = f"/suppliers/{NORDLYS.party_id}"
    assert "torn page" in await visitor.text(path)
    assert "torn page" not in await console.visitor(OFFICER).text(path)


async def test_without_a_session_one_is_led_to_the_sign_in(console: Console) -> None:
    answer = await console.visitor(None).get(f"/hits/{HIT_A}?show=all")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next=%2Fhits%2F{HIT_A}%3Fshow%3Dall"


# ---------------------------------------------------------------- supplier


async def test_the_supplier_s_page_tells_everything_that_happened_around_it(
    console: Console,
) -> None:
    text = await console.visitor(OFFICER).text(f"/suppliers/{NORDLYS.party_id}")
    assert "Contract Hospitalsrengøring 2026-2030 was signed" in text
    assert "Mette Lund approved Baltic Facility Group ApS" in text
    assert "Vsevolod Zharkovetskij resembles the listed Vsevolod ZHARKOVETSKY" in text
    assert "Case opened: Asset freeze , Baltic Facility Group ApS" in text.replace(
        "freeze,", "freeze ,"
    )
    assert "and 5 of the same kind" in text
    assert "valid until 1 Apr 2027" in text


async def test_earlier_lines_come_when_they_are_asked_for(console: Console) -> None:
    before = (T0 - timedelta(hours=2)).isoformat(timespec="microseconds")
    path = f"/suppliers/{NORDLYS.party_id}/timeline"
    answer = await console.visitor(OFFICER).http.get(path, params={"before": before})
    assert "was signed" in answer.text
    assert "Case opened" not in answer.text


async def test_a_merged_party_is_shown_as_the_one_that_it_is(
    console: Console, world: World
) -> None:
    old = company("33333336", "Gamle Navn Facility ApS")
    await world.tell(
        PartyRegistered(party=old),
        declared(old, 5, "Facility"),
        PartiesMerged(
            party_id=HANSEN.party_id, merged_id=old.party_id, by="mette.lund", reason="CVR"
        ),
    )
    page = await console.visitor(OFFICER).get(f"/contracts/{CONTRACT}")
    stands, _, told_of = page.text.partition('id="when"')
    assert "Gamle Navn" not in stands
    assert f'href="/suppliers/{old.party_id}"' not in stands
    assert HANSEN.name.replace("&", "&amp;") in stands
    assert "Gamle Navn" in told_of, "what was said on the day is still told so"
