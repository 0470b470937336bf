"""Versions over time: compared with each other, taken back, and asked about as of a day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.screening.app import note_ages
from services.screening.domain import Watchlist
from services.screening.domain.timely import Timeliness, timely_id
from shared.domain import Caller
from shared.events.screening import CoverageStated, HitEnded, HitRaised, ListRefused, ListUpdated
from tests.screening.stage import ADMIN, Stage, eu_entry, eu_list, person, registered
from tests.screening.test_api import CMS, METTE, Screen, upload

ZHARKOVETSKIY = eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17")
BERDIKENOVA = eu_entry(2, "Aigul BERDIKENOVA", born="1974-09-02")
RENAMED = eu_entry(2, "Aigul BERDIKENOVA", "Ajgul BERDIKENOWA", born="1974-09-03")
OTHERS = [eu_entry(100 + i, f"Otherwise Unheardof{i:03}") for i in range(30)]
FIRST = eu_list(ZHARKOVETSKIY, BERDIKENOVA, *OTHERS, day="2026-11-19")
SECOND = eu_list(RENAMED, *OTHERS, eu_entry(3, "Olzhas NEWMAN"), day="2026-11-20")
VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17")


@pytest.fixture
def screen(tmp_path: Path) -> Screen:
    return Screen(Stage(), tmp_path / "key.json")


async def ask(screen: Screen, path: str, caller: Caller = METTE, **params: str) -> httpx.Response:
    async with screen.client(caller) as client:
        return await client.get(path, params=params)


async def say(
    screen: Screen, path: str, caller: Caller = ADMIN, body: dict[str, Any] | None = None
) -> httpx.Response:
    async with screen.client(caller) as client:
        return await client.post(path, json=body or {})


async def two_versions(screen: Screen) -> tuple[str, str]:
    """The first for a day, then the second; a clock that moves in between."""
    await upload(screen, FIRST)
    await screen.stage.tell(registered(VSEVOLOD))
    await screen.stage.advance(timedelta(days=1))
    await upload(screen, SECOND)
    await screen.stage.advance(timedelta(days=1))
    first, second = (event.version for event in screen.stage.said(ListUpdated))
    return first, second


async def test_two_versions_are_compared_entry_by_entry(screen: Screen) -> None:
    first, second = await two_versions(screen)
    answer = await ask(screen, "/lists/eu/diff", before=first, after=second[:8])
    found = answer.json()
    assert found["added"] == [{"entry_id": "3", "name": "Olzhas NEWMAN"}]
    assert found["removed"] == [{"entry_id": "1", "name": "Vsevolod ZHARKOVETSKIY"}]
    (change,) = found["changed"]
    assert change["entry_id"] == "2"
    assert change["before"]["births"] == ["1974-09-02"]
    assert change["after"] == {
        "names": [{"text": "Ajgul BERDIKENOWA", "strong": True}],
        "births": ["1974-09-03"],
    }


async def test_a_version_that_is_not_kept_cannot_be_compared(screen: Screen) -> None:
    first, _ = await two_versions(screen)
    assert (await ask(screen, "/lists/eu/diff", before=first, after="0000")).status_code == 404
    assert (await ask(screen, "/lists/xx/diff", before=first, after=first)).status_code == 404


async def test_an_earlier_version_comes_back_with_a_reason_and_is_swept(screen: Screen) -> None:
    first, second = await two_versions(screen)
    assert len(screen.stage.said(HitEnded)) == 1
    body = {"version": first[:6], "reason": "The publisher withdrew the second one."}
    answer = await say(screen, "/lists/eu/rollback", body=body)
    assert answer.status_code == 202
    await screen.stage.advance(timedelta(minutes=1))
    assert [event.version for event in screen.stage.said(ListUpdated)] == [first, second, first]
    assert len(screen.stage.said(HitRaised)) + len(screen.stage.said(HitEnded)) >= 2
    assert screen.stage.said(CoverageStated)[-1].version == first
    versions = (await ask(screen, "/lists/eu/versions")).json()
    held = {one["version"]: one for one in versions}
    assert held[first]["forced"] == "The publisher withdrew the second one."
    assert [spell["until"] is None for spell in held[first]["spells"]] == [False, True]
    assert [spell["until"] is None for spell in held[second]["spells"]] == [False]


async def test_only_an_administrator_takes_a_version_back_and_says_why(screen: Screen) -> None:
    first, _ = await two_versions(screen)
    body = {"version": first, "reason": "why not"}
    assert (await say(screen, "/lists/eu/rollback", CMS, body)).status_code == 403
    short = body | {"reason": ""}
    assert (await say(screen, "/lists/eu/rollback", ADMIN, short)).status_code == 422
    unknown = body | {"version": "00000000"}
    assert (await say(screen, "/lists/eu/rollback", ADMIN, unknown)).status_code == 404


async def test_a_screening_is_repeated_with_the_lists_of_a_day(screen: Screen) -> None:
    first, second = await two_versions(screen)
    start = screen.stage.now - timedelta(days=2)
    path = "/parties/person-a/screenings"
    then = (await ask(screen, path, as_of=(start + timedelta(hours=1)).isoformat())).json()
    assert [ref["version"] for ref in then["compared"]] == [first]
    (found,) = then["found"]
    assert found["entry"]["name"] == "Vsevolod ZHARKOVETSKIY"
    assert found["entry"]["version"] == first
    assert then["hits"] == []
    after = (await ask(screen, path, as_of=(start + timedelta(days=1, hours=1)).isoformat())).json()
    assert [ref["version"] for ref in after["compared"]] == [second]
    assert after["found"] == []
    before = (await ask(screen, path, as_of="2020-01-01")).json()
    assert (before["compared"], before["found"]) == ([], [])


@pytest.mark.parametrize("as_of", ["2199-01-01", "yesterday"])
async def test_a_day_that_has_not_come_is_refused(screen: Screen, as_of: str) -> None:
    await two_versions(screen)
    answer = await ask(screen, "/parties/person-a/screenings", as_of=as_of)
    assert answer.status_code == 422


async def test_a_refused_upload_is_a_fact_with_a_need_until_a_good_one_comes(
    screen: Screen,
) -> None:
    await upload(screen, FIRST)
    for _ in range(2):
        assert (await upload(screen, eu_list(*OTHERS[:3], day="2026-11-21"))).status_code == 409
    assert (await upload(screen, FIRST[:-40])).status_code == 422
    cut, damaged = screen.stage.said(ListRefused)
    assert "looks cut off" in cut.reason
    assert "breaks off or is damaged" in damaged.reason
    assert cut.kept_version == screen.stage.state(Watchlist, "list-eu").ref.version  # type: ignore[union-attr]
    shown = {one["source"]: one for one in (await ask(screen, "/lists")).json()}
    assert "breaks off" in shown["eu"]["refused"]
    await upload(screen, SECOND)
    assert screen.stage.said(ListUpdated)[-1].settles == (damaged.need.id,)


async def test_what_a_stranger_uploads_for_no_list_is_no_fact(screen: Screen) -> None:
    async with screen.client(CMS) as client:
        assert (await client.post("/lists/nope", content=b"x")).status_code == 404
    assert screen.stage.announced == []


async def test_the_age_of_a_list_is_shown_and_a_figure(screen: Screen) -> None:
    await upload(screen, FIRST)
    screen.stage.now += timedelta(hours=30)
    shown = {one["source"]: one for one in (await ask(screen, "/lists")).json()}
    assert shown["eu"]["age_hours"] == 30
    assert shown["un"]["age_hours"] is None
    assert shown["eu"]["poll"]["every_minutes"] == 120
    assert shown["own"]["poll"] is None
    await note_ages(screen.store, screen.metrics, screen.stage.now)
    figures = screen.metrics.text().decode()
    assert 'ansvar_list_age_seconds{service="screening",source="eu"} 108000.0' in figures


async def test_parties_not_compared_in_time_are_a_figure_until_they_are(screen: Screen) -> None:
    timely = Timeliness(id=timely_id("eu"), source="eu", since=screen.stage.now)
    told = {"since": screen.stage.now, "at": screen.stage.now, "due": screen.stage.now}
    timely.coverage("v1", 3, whole=True, **told)
    screen.store.documents[Timeliness, timely.id] = timely
    await note_ages(screen.store, screen.metrics, screen.stage.now)
    assert 'coverage_gaps{service="screening",source="eu"} 3.0' in screen.metrics.text().decode()
    timely.coverage("v1", 0, whole=True, **told)
    screen.store.documents[Timeliness, timely.id] = timely
    await note_ages(screen.store, screen.metrics, screen.stage.now)
    assert 'coverage_gaps{service="screening",source="eu"} 0.0' in screen.metrics.text().decode()


async def test_a_fetch_is_asked_for_over_http(screen: Screen) -> None:
    answer = await say(screen, "/lists/eu/fetch", CMS)
    assert answer.status_code == 202
    assert answer.json()["result"]["note"] == "it is being fetched"
    shown = {one["source"]: one for one in (await ask(screen, "/lists")).json()}
    assert shown["eu"]["poll"]["under_way"] is True
    assert (await say(screen, "/lists/own/fetch", CMS)).status_code == 409
    assert (await say(screen, "/lists/nope/fetch", CMS)).status_code == 404
    assert (await say(screen, "/lists/eu/fetch", METTE)).status_code == 403
