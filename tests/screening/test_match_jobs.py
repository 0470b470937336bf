"""One party compared without a trace; many compared as a job, whatever happens meanwhile."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.screening.domain.job import JobState, MatchChunk, MatchJob
from services.screening.handlers import matching
from services.screening.messages import StartMatching
from shared.domain import Caller
from shared.sealing import names_in
from tests.screening.stage import Stage, eu_entry, eu_list
from tests.screening.test_api import CMS, OSKAR, Screen, screen

__all__ = ["screen"]

EU = eu_list(eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17", country="BY"))
OTHER = eu_list(eu_entry(2, "Aigul BERDIKENOVA"), day="2026-11-20")
CSV = (
    "id,schema,name,aliases,birth_date,country,gender,identifiers\n"
    "a,Person,Vsevolod Zharkovetskij,,1968-03-17,BY,,\n"
    'b,Person,Kirsten Aagaard,"Kirsten Å; K. Aagaard",,,,\n'
    "c,Person,???,,,,,\n"
)
DANISH = {"Accept-Language": "da"}


@pytest.fixture
async def cms(screen: Screen) -> AsyncIterator[httpx.AsyncClient]:
    await screen.stage.list_in_force("eu", EU)
    async with screen.client(CMS) as client:
        yield client


async def started(client: httpx.AsyncClient, body: str | bytes = CSV, **params: Any) -> str:
    answer = await client.post("/match-jobs", content=body, params=params)
    assert answer.status_code == 202, answer.text
    id: str = answer.json()["result"]["job_id"]
    assert answer.headers["location"] == f"match-jobs/{id}"
    return id


async def results(client: httpx.AsyncClient, id: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/match-jobs/{id}/results", headers=DANISH)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


# -------------------------------------------------------------------- one


async def test_one_party_is_compared_and_leaves_no_trace(
    screen: Screen, cms: httpx.AsyncClient
) -> None:
    before = (len(screen.stage.store.documents), len(screen.stage.store.journal))
    body = {"kind": "person", "name": "Vsevolod Zharkovetskij", "birth_date": "1968"}
    said = (await cms.post("/match", json=body, headers=DANISH)).json()
    assert [one["entry"]["entry_id"] for one in said["found"]] == ["1"]
    assert "født samme år (1968; listen: 1968-03-17)" in said["found"][0]["explanation"]
    assert said["found"][0]["likelihood"]["text"] == "næsten sikkert"
    assert [one["source"] for one in said["compared"]] == ["eu"]
    clean = await cms.post("/match", json=body | {"name": "Kirsten Aagaard"})
    assert clean.json()["found"] == []
    assert (len(screen.stage.store.documents), len(screen.stage.store.journal)) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "???"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a" * 10_000}, "name"),
        ({"birth_date": "17/03/1968"}, "birth_date"),
        ({"country": "Belarus"}, "country"),
    ],
)
async def test_one_party_that_cannot_be_compared_is_refused_with_the_field(
    cms: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    answer = await cms.post("/match", json={"name": "Vsevolod"} | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_without_a_list_in_force_there_is_no_answer_that_looks_clean(screen: Screen) -> None:
    async with screen.client(CMS) as client:
        assert (await client.post("/match", json={"name": "Vsevolod"})).status_code == 409
        assert (await client.post("/match-jobs", content=CSV)).status_code == 409


# -------------------------------------------------------------------- many


async def test_many_parties_are_compared_and_the_results_fetched(cms: httpx.AsyncClient) -> None:
    id = await started(cms)
    shown = (await cms.get(f"/match-jobs/{id}")).json()
    assert (shown["state"], shown["lines"], shown["done"]) == ("done", 3, 3)
    assert (shown["hits"], shown["problems"]) == (1, 1)
    assert [one["source"] for one in shown["compared"]] == ["eu"]
    found = await results(cms, id)
    assert [one["id"] for one in found] == ["a", "b", "c"]
    assert found[0]["hits"][0]["entry"]["name"] == "Vsevolod ZHARKOVETSKIY"
    assert "født samme dag (1968-03-17)" in found[0]["hits"][0]["explanation"]
    assert found[1] == {"id": "b", "hits": []}
    assert found[2] == {"id": "c", "hits": [], "problem": "no-name"}


async def test_json_lines_are_taken_too(cms: httpx.AsyncClient) -> None:
    lines = [
        {"id": 1, "name": "Somebody", "aliases": ["Vsevolod Zharkovetskij"], "schema": "Person"},
        {"id": "2", "name": "Kirsten\ud800", "gender": None, "more": {}},
    ]
    body = "\n".join(json.dumps(line) for line in lines) + "\n\n"
    found = await results(cms, await started(cms, body))
    assert [(one["id"], len(one["hits"])) for one in found] == [("1", 1), ("2", 0)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", "line 1"),
        ("id,name\n", "body"),
        ("id,schema\n1,Person\n", "line 1"),
        ("id,name\n,Ole\n", "line 2: id"),
        ("id,name\n1,Ole\n2," + "a" * 2_000 + "\n", "line 3: name"),
        ('{"id": 1, "name": "Ole"}\nnonsense\n', "line 2"),
        ('{"id": 1}\n[]\n', "line 2"),
        ('{"id":' + "[" * 100_000, "line 1"),
        (b"\xff\xfe", "body"),
        ("id,name\n" + "1,Ole\n" * 10_001, "body"),
    ],
)
async def test_lines_that_cannot_be_read_are_refused_with_their_number(
    cms: httpx.AsyncClient, body: str | bytes, field: str
) -> None:
    answer = await cms.post("/match-jobs", content=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


async def test_a_job_is_nobody_else_s_business(screen: Screen, cms: httpx.AsyncClient) -> None:
    id = await started(cms)
    async with screen.client(OSKAR) as other:
        for path in (f"/match-jobs/{id}", f"/match-jobs/{id}/results"):
            assert (await other.get(path)).status_code == 404
        assert (await other.delete(f"/match-jobs/{id}")).status_code == 404


async def test_a_job_is_deleted_when_asked_or_when_its_time_is_over(
    screen: Screen, cms: httpx.AsyncClient
) -> None:
    asked, waits = await started(cms), await started(cms)
    assert (await cms.delete(f"/match-jobs/{asked}")).json()["result"]["state"] == "forgotten"
    assert (await cms.get(f"/match-jobs/{asked}/results")).status_code == 409
    assert len(chunks(screen.stage)) == 1
    await screen.stage.advance(timedelta(days=6, hours=23))
    assert len(await results(cms, waits)) == 3
    await screen.stage.advance(timedelta(hours=1))
    assert chunks(screen.stage) == []
    shown = (await cms.get(f"/match-jobs/{waits}")).json()
    assert (shown["state"], shown["lines"]) == ("forgotten", 3)


def chunks(stage: Stage) -> list[MatchChunk]:
    return [one for one in stage.store.documents.values() if isinstance(one, MatchChunk)]


# -------------------------------------------------------------------- whatever happens


def lines(count: int) -> tuple[str, ...]:
    line = {"schema": "Person", "name": "Vsevolod Zharkovetskij"}
    return tuple(json.dumps(line | {"id": str(i)}) for i in range(count))


async def job_of(stage: Stage, count: int, by: Caller = CMS) -> MatchJob:
    outcome = await stage.tell(StartMatching(lines=lines(count)), by=by)
    assert outcome.error is None, outcome.error
    assert outcome.result is not None
    return stage.state(MatchJob, outcome.result["job_id"])


async def test_a_job_goes_on_after_a_kill_and_a_part_that_comes_twice_is_done_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "LINES_AT_ONCE", 2)
    stage = Stage()
    await stage.list_in_force("eu", EU)
    job = await job_of(stage, 5)
    part = stage.next_part()
    await stage.bus.handle([part])
    await stage.bus.handle([part])  # once more, after a crash
    half = stage.state(MatchJob, job.id)
    assert (half.done, half.state) == (2, JobState.RUNNING)
    stage.watchlists._indexes.clear()  # a new process
    await stage.settle()
    done = stage.state(MatchJob, job.id)
    assert (done.done, done.hits, done.state) == (5, 5, JobState.DONE)
    told = [json.loads(line)["id"] for one in chunks(stage) for line in one.results]
    assert told == ["0", "1", "2", "3", "4"]


async def test_results_are_not_to_be_had_before_the_last_line(
    screen: Screen, cms: httpx.AsyncClient
) -> None:
    job = await job_of(screen.stage, 1)
    answer = await cms.get(f"/match-jobs/{job.id}/results")
    assert answer.status_code == 409
    assert "0 of 1 lines" in answer.json()["detail"]


async def test_a_job_is_compared_with_the_lists_of_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "LINES_AT_ONCE", 2)
    stage = Stage()
    await stage.list_in_force("eu", EU)
    job = await job_of(stage, 4)
    await stage.do_next_part()
    await stage.list_in_force("eu", OTHER)
    assert stage.state(MatchJob, job.id).hits == 4


async def test_who_is_asked_about_and_what_is_found_is_sealed_with_a_key_of_the_job() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    job = await job_of(stage, 1)
    await stage.settle()
    (chunk,) = chunks(stage)
    assert names_in(chunk) == {("personal", f"person-{job.id}")}


async def test_the_key_of_a_job_is_destroyed_with_it() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    job = await job_of(stage, 1)
    name = ("personal", f"person-{job.id}")
    assert (await stage.keyring.keys([name], create=True))[name] is not None
    await stage.advance(timedelta(days=7))
    assert chunks(stage) == []
    await stage.do_effects()
    assert (await stage.keyring.keys([name], create=True))[name] is None
    assert stage.effects == []


async def test_one_client_has_only_so_many_jobs_at_a_time() -> None:
    stage = Stage()
    await stage.list_in_force("eu", EU)
    for _ in range(matching.MOST_RUNNING):
        await job_of(stage, 1)
    outcome = await stage.tell(StartMatching(lines=lines(1)), by=CMS)
    assert outcome.error is not None
    assert "still running" in outcome.error["reason"]
    await stage.settle()
    await job_of(stage, 1)
