"""Clients of yente ask here as they ask there: the same fields in, the same fields out."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.screening.stage import eu_entry, eu_list
from tests.screening.test_api import CMS, Screen, screen

__all__ = ["screen"]

JSON = {"Content-Type": "application/json"}
RECORDED = Path(__file__).parent / "yente"
NUMBER = (
    '<identification identificationTypeCode="regnumber" number="1027700132195"/></sanctionEntity>'
)
EU = eu_list(
    eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17", country="BY", weak=["The Ox"]),
    eu_entry(2, "Polar House", kind="enterprise").replace("</sanctionEntity>", NUMBER),
)
OWN = b"id,schema,name,birth_date\nx1,Person,Vsevolod ZHARKOVETSKIY,1968\n"


@pytest.fixture
async def cms(screen: Screen) -> AsyncIterator[httpx.AsyncClient]:
    await screen.stage.list_in_force("eu", EU)
    await screen.stage.list_in_force("own", OWN)
    async with screen.client(CMS) as client:
        yield client


def asked(**properties: Any) -> dict[str, Any]:
    return {"queries": {"q": {"schema": "Person", "properties": properties}}}


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text())


def shape(value: Any) -> Any:
    """The names of all fields, and the kinds of what they hold."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


async def test_a_recorded_request_gets_the_recorded_answer(cms: httpx.AsyncClient) -> None:
    answer = await cms.post("/match/eu", json=recorded("request.json"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-batch-size"] == "3"
    assert answer.headers["x-lists"].startswith("eu=")
    said = answer.json()
    assert said.pop("matcher").keys() >= {"name-like", "birth-day"}
    wanted = recorded("response.json")
    for told in (said, wanted):
        for response in told["responses"].values():
            for result in response["results"]:
                result["score"] = round(result["score"], 1)  # another engine may say a bit more
    assert said == wanted


async def test_an_answer_has_every_field_that_yente_s_has(cms: httpx.AsyncClient) -> None:
    """Field names of yente 5.3 (`yente/data/common.py`); `features` and `matcher` of yente 4."""
    said = (await cms.post("/match/default", json=recorded("request.json"))).json()
    assert said.keys() == {"responses", "matcher", "limit"}
    response = said["responses"]["entity1"]
    assert response.keys() == {"status", "results", "total", "query"}
    assert response["total"].keys() == {"value", "relation"}
    assert response["results"][0].keys() == {
        *("id", "caption", "schema", "properties", "datasets", "referents", "target"),
        *("first_seen", "last_seen", "last_change", "score", "match", "features", "explanations"),
    }
    assert response["results"][0]["explanations"]["birth-day"].keys() == {
        *("score", "detail", "query", "candidate"),
    }
    assert shape(said["matcher"]["name-like"]) == {
        "description": "str",
        "coefficient": "float",
        "url": "NoneType",
    }


async def test_all_lists_are_asked_by_default_and_single_ones_by_name(
    cms: httpx.AsyncClient,
) -> None:
    async def datasets(path: str, **params: Any) -> list[str]:
        body = asked(name=["Vsevolod Zharkovetskij"], birthDate=["1968"])
        said = (await cms.post(path, json=body, params=params)).json()
        return sorted(r["datasets"][0] for r in said["responses"]["q"]["results"])

    assert await datasets("/match/default") == ["eu", "own"]
    assert await datasets("/match/own") == ["own"]
    assert await datasets("/match/all", exclude_dataset="own") == ["eu"]
    assert await datasets("/match/all", include_dataset=["eu", "un"]) == ["eu"]
    assert await datasets("/match/all", exclude_schema="Person") == []
    assert await datasets("/match/all", exclude_entity_ids="eu-1") == ["own"]
    assert await datasets("/match/all", algorithm="logic-v2", fuzzy="false", topics="x") == [
        "eu",
        "own",
    ]
    assert (await cms.post("/match/nope", json=asked(name=["X Y"]))).status_code == 404


async def test_threshold_says_what_matches_and_cutoff_what_is_shown(
    cms: httpx.AsyncClient,
) -> None:
    body = asked(name=["Vsevolod Zharkovetskij"])

    async def found(**params: Any) -> list[bool]:
        said = (await cms.post("/match/eu", json=body, params=params)).json()
        return [one["match"] for one in said["responses"]["q"]["results"]]

    assert await found() == [True]
    assert await found(threshold=0.9999) == [False]
    assert await found(threshold=0.9999, cutoff=0.9999) == []
    assert (await cms.post("/match/eu", json=body, params={"threshold": 7})).status_code == 422


async def test_a_list_that_is_not_in_force_gives_no_clean_answer(cms: httpx.AsyncClient) -> None:
    answer = await cms.post("/match/un", json=asked(name=["Kirsten Aagaard"]))
    assert answer.status_code == 409
    assert "nothing can be compared" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "queries"),
        ({"queries": {}}, "queries"),
        ({"queries": {str(i): asked(name="X")["queries"]["q"] for i in range(101)}}, "queries"),
        (asked(), "queries.q.properties.name"),
        (asked(name=[]), "queries.q.properties.name"),
        (asked(name=["???"]), "queries.q.properties.name"),
        (asked(name=["\x00\x07"]), "queries.q.properties.name"),
        (asked(birthDate=["1968"]), "queries.q.properties.name"),
        (asked(name=["a" * 10_000]), "queries.q.properties.name"),
        (asked(alias=["ab " * 3_000]), "queries.q.properties.alias"),
        (asked(name=["Ole Hansen"] * 51), "queries.q.properties"),
        ({"queries": {"q": {"schema": "Address", "properties": {}}}}, "queries.q.schema"),
        ({"queries": {"q": {"properties": {"name": ["X"]}}}}, "queries.q.schema"),
    ],
)
async def test_what_cannot_be_compared_is_refused_with_the_field(
    cms: httpx.AsyncClient, body: Any, field: str
) -> None:
    answer = await cms.post("/match/default", json=body)
    assert answer.status_code == 422, answer.text
    assert field in [one["field"] for one in answer.json()["errors"]]


@pytest.mark.parametrize(
    "properties",
    [
        {"name": ["Vsevolod\u200bZharkovetskij \u202e \x00"]},
        {"name": ["Всеволод Zharkovetskij المجيد 金正恩"]},
        {"name": ["\ud800Vsevolod"], "birthDate": ["\ud800"]},
        {"name": ["'; DROP TABLE hits; --", "{theirs}", "%s"]},
        {"name": ["Vsevolod", 7, None, {"a": []}, float(1)], "birthDate": [19680317, "tomorrow"]},
        {"name": ["Vsevolod Zharkovetskij"], "birthDate": ["0000", "9999-99-99", "²"] * 50},
        {"name": ["moha" + c + "med " + "ab " * 300 for c in "abcdefghijklmnop"]},
        {
            "name": ["Polar House"],
            "registrationNumber": ["--", "1" * 5_000],
            "country": ["xx", "€"],
        },
    ],
)
async def test_odd_questions_get_an_answer_in_bounded_time(
    cms: httpx.AsyncClient, properties: dict[str, Any]
) -> None:
    for schema in ("Person", "LegalEntity", "Vessel"):
        body = {"queries": {"q": {"schema": schema, "properties": properties}}}
        began = time.process_time()
        answer = await cms.post("/match/default", content=json.dumps(body), headers=JSON)
        assert answer.status_code == 200, answer.text
        assert time.process_time() - began < 2


async def test_all_names_of_a_request_together_have_a_limit(cms: httpx.AsyncClient) -> None:
    one = {"schema": "Person", "properties": {"name": ["Ab " * 300] * 12}}
    body = {"queries": {str(i): one for i in range(10)}}
    answer = await cms.post("/match/default", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "queries"


async def test_a_text_is_searched_for(cms: httpx.AsyncClient) -> None:
    answer = await cms.get("/search/default", params={"q": "Vsevolod Zharkovetskij", "limit": 1})
    said = answer.json()
    assert said.keys() == {"results", "facets", "limit", "offset", "total"}
    assert said["total"] == {"value": 2, "relation": "eq"}
    assert len(said["results"]) == 1
    assert said["results"][0]["schema"] == "Person"
    assert "score" not in said["results"][0]
    for params, field in (({"q": "??"}, "q"), ({"q": "Ole", "schema": "Address"}, "schema")):
        answer = await cms.get("/search/default", params=params)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field
