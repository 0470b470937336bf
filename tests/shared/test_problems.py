"""Whatever goes wrong, the answer is a problem that a person can act on."""

from pathlib import Path
from typing import Any

import pytest

from shared.domain import Caller
from tests.shared.serving import AUDITOR, Jar, Jars


@pytest.fixture
def jars(tmp_path: Path) -> Jars:
    return Jars(tmp_path / "key.json")


async def asked(
    jars: Jars, method: str, path: str, *, status: int, caller: Any = ..., **more: Any
) -> dict[str, Any]:
    async with jars.client() if caller is ... else jars.client(caller) as client:
        answer = await client.request(method, path, **more)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:ansvar:problem:")
    assert problem["correlation"] == answer.headers["x-correlation-id"]
    assert problem["title"]
    return problem | {"headers": answer.headers}


async def test_each_wrong_field_is_named_with_what_would_be_right(jars: Jars) -> None:
    problem = await asked(
        jars,
        "POST",
        "/jars/j-1/fill",
        status=422,
        json={"spoons": "010190-1234", "note": "much too long"},
    )
    assert problem["errors"] == [
        {
            "field": "spoons",
            "within": "body",
            "reason": "input should be a valid integer, unable to parse string as an integer",
            "got": "text of 11 characters",
        },
        {
            "field": "note",
            "within": "body",
            "reason": "string should have at most 5 characters",
            "got": "text of 13 characters",
        },
    ]
    assert "010190" not in str(problem)


async def test_a_missing_field_and_a_missing_body(jars: Jars) -> None:
    problem = await asked(jars, "POST", "/jars/j-1/fill", status=422, json={})
    assert problem["errors"][0]["field"] == "spoons"
    assert problem["detail"] == "spoons: is missing and must be given"
    assert (await asked(jars, "POST", "/jars/j-1/fill", status=422))["detail"].startswith("body:")


async def test_a_wrong_query_is_named_as_such(jars: Jars) -> None:
    problem = await asked(jars, "GET", "/jars?limit=many", status=422)
    assert problem["errors"][0]["field"] == "limit"
    assert problem["errors"][0]["within"] == "query"
    problem = await asked(jars, "GET", "/jars?after=!!", status=422)
    assert problem["errors"][0]["field"] == "after"


@pytest.mark.parametrize("body", [b"{", b'{"spoons": 1', b"not json", b"[1,]", b'{"spoons": 1}}'])
async def test_malformed_json_says_where(jars: Jars, body: bytes) -> None:
    json = {"Content-Type": "application/json"}
    problem = await asked(jars, "POST", "/jars/j-1/fill", status=400, content=body, headers=json)
    assert "no JSON" in problem["detail"]
    assert "at character" in problem["detail"]


@pytest.mark.parametrize("body", [b'{"spoons": "\xff\xfe"}', b"[" * 100_000])
async def test_what_is_no_text_and_what_is_too_deep(jars: Jars, body: bytes) -> None:
    json = {"Content-Type": "application/json"}
    problem = await asked(jars, "POST", "/jars/j-1/fill", status=400, content=body, headers=json)
    assert "cannot be read" in problem["detail"] or "no JSON" in problem["detail"]


async def test_the_rules_say_no_about_a_field_and_about_the_whole(jars: Jars) -> None:
    problem = await asked(jars, "POST", "/jars/j-1/fill", status=422, json={"spoons": -1})
    assert problem["errors"] == [
        {"field": "spoons", "within": "body", "reason": "must be at least 0"}
    ]
    problem = await asked(jars, "POST", "/jars/j-1/fill", status=409, json={"spoons": 11})
    assert problem["detail"] == "the jar would overflow: 10 spoons are the most"
    assert "errors" not in problem


async def test_unknown_things_addresses_and_methods(jars: Jars) -> None:
    problem = await asked(jars, "GET", "/jars/j-9", status=404)
    assert problem["detail"] == "no jar with id j-9 is known here"
    await asked(jars, "POST", "/jars/j-9/fill", status=404, json={"spoons": 1})
    problem = await asked(jars, "GET", "/nowhere", status=404)
    assert problem["detail"] == "nothing is found under this address"
    await asked(jars, "GET", "/jars/", status=404)
    problem = await asked(jars, "PUT", "/jars/j-1", status=405)
    assert problem["headers"]["allow"] == "DELETE, GET"
    assert problem["detail"] == "this address takes DELETE, GET"


async def test_not_allowed(jars: Jars) -> None:
    problem = await asked(
        jars, "POST", "/jars/j-1/fill", status=403, caller=AUDITOR, json={"spoons": 1}
    )
    assert problem["detail"] == "this takes the role officer; you have auditor"
    jars.keep(Jar(id="theirs", shelf="region-b"))
    problem = await asked(jars, "GET", "/jars/theirs", status=403)
    assert problem["detail"] == "you do not act for buyer region-b"
    await asked(jars, "DELETE", "/jars/j-1", status=403)


async def test_not_signed_in(jars: Jars) -> None:
    problem = await asked(jars, "GET", "/jars/j-1", status=401, caller=None)
    assert problem["headers"]["www-authenticate"] == 'Bearer realm="ansvar"'
    assert "sign in first" in problem["detail"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Bearer abc", "the token is damaged"),
        ("Bearer ", "has the form"),
        ("Basic bWV0dGU6aGVq", "has the form"),
        ("Bearer eyJhbGciOiJub25lIn0.e30.", "'none', which is not accepted"),
    ],
)
async def test_a_bad_token_is_refused_with_its_reason(jars: Jars, header: str, reason: str) -> None:
    wrong = {"Authorization": header}
    problem = await asked(jars, "GET", "/jars/j-1", status=401, caller=None, headers=wrong)
    assert reason in problem["detail"]
    assert 'error="invalid_token"' in problem["headers"]["www-authenticate"]


async def test_who_asks_is_settled_before_what_is_asked(jars: Jars) -> None:
    """A stranger learns nothing about the shape of a body, and cannot make us read it."""
    broken = {"content": b"{" * 2_000_000, "headers": {"Content-Type": "application/json"}}
    await asked(jars, "POST", "/jars/j-1/fill", status=401, caller=None, **broken)
    await asked(jars, "POST", "/jars/j-1/fill", status=403, caller=AUDITOR, **broken)


async def test_an_outage_asks_to_come_back(jars: Jars) -> None:
    jars.away = True
    problem = await asked(jars, "POST", "/jars/j-1/fill", status=503, json={"spoons": 1})
    assert problem["headers"]["retry-after"] == "2"
    assert "db-7" not in str(problem)


@pytest.mark.parametrize("path", ["/broken", "/jars/cracked/fill"])
async def test_a_defect_shows_nothing_of_the_inside(
    jars: Jars, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    jars.keep(Jar(id="cracked", shelf="region-a"))
    method = "GET" if path == "/broken" else "POST"
    more = {} if path == "/broken" else {"json": {"spoons": 1}}
    problem = await asked(jars, method, path, status=500, **more)
    assert "secret" not in str(problem)
    assert "correlation id" in problem["detail"]
    assert "secret inside of the system" in caplog.text


async def test_a_caller_that_nobody_admitted(jars: Jars) -> None:
    await asked(jars, "GET", "/links/bad", status=401, caller=None)
    async with jars.client(None) as client:
        assert (await client.get("/links/good")).json() == {"caller": "link/l-1"}


async def test_a_token_without_roles_is_refused(jars: Jars) -> None:
    problem = await asked(jars, "GET", "/jars/j-1", status=401, caller=Caller(subject="x"))
    assert "none of the roles" in problem["detail"]
