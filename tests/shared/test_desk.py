"""A command is done once for each key, an edit only on what was seen, and pages lose nothing."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from shared.desk import ServiceDesk
from shared.domain import Caller, Forbidden, Rejected
from tests.shared.serving import OFFICER, Jar, Jars

OTHER = Caller(subject="karin", roles=("officer",), buyers=("region-a",))


@pytest.fixture
def jars(tmp_path: Path) -> Jars:
    return Jars(tmp_path / "key.json")


def spoons(jars: Jars, id: str = "j-1") -> int:
    jar: Any = jars.store.documents[Jar, id]
    return int(jar.spoons)


async def fill(jars: Jars, amount: int = 1, caller: Caller = OFFICER, **headers: str) -> Any:
    async with jars.client(caller) as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.post("/jars/j-1/fill", json={"spoons": amount}, headers=named)


async def test_a_command_says_what_came_of_it(jars: Jars) -> None:
    answer = await fill(jars, 2, X_Correlation_Id="story-7")
    assert answer.json() == {"result": {"spoons": 2}, "events": [], "correlation": "story-7"}
    (message,) = jars.messages
    assert message.caller == OFFICER
    assert message.origin == "command"
    assert message.type == "Fill"
    assert message.body == b""


async def test_the_same_key_is_done_once_and_answered_alike(jars: Jars) -> None:
    first, second = [await fill(jars, 2, Idempotency_Key='"k-1"') for _ in range(2)]
    third = await fill(jars, 2, Idempotency_Key="k-1")
    assert first.json()["result"] == second.json()["result"] == third.json()["result"]
    assert spoons(jars) == 2


async def test_a_refusal_is_answered_alike_too(jars: Jars) -> None:
    first, second = [await fill(jars, 11, Idempotency_Key="k-1") for _ in range(2)]
    assert first.status_code == second.status_code == 409


async def test_the_same_key_with_another_payload_is_refused(jars: Jars) -> None:
    await fill(jars, 2, Idempotency_Key="k-1")
    answer = await fill(jars, 3, Idempotency_Key="k-1")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert answer.json()["errors"][0]["within"] == "header"
    assert spoons(jars) == 2


async def test_a_key_is_the_client_s_own_and_the_route_s_own(jars: Jars) -> None:
    jars.keep(Jar(id="j-2", shelf="region-a"))
    await fill(jars, 1, Idempotency_Key="k-1")
    await fill(jars, 2, OTHER, Idempotency_Key="k-1")
    async with jars.client() as client:
        key = {"Idempotency-Key": "k-1"}
        await client.post("/jars/j-2/fill", json={"spoons": 4}, headers=key)
    assert (spoons(jars), spoons(jars, "j-2")) == (3, 4)


async def test_a_key_cannot_pretend_to_be_another_route_or_client(jars: Jars) -> None:
    sly = Caller(subject="mette/POST", roles=("officer",), buyers=("region-a",))
    await fill(jars, 1, sly, Idempotency_Key="a/b c")
    route = hashlib.sha256(b"POST /jars/j-1/fill").hexdigest()[:24]
    assert jars.messages[0].id == f"http/mette%2FPOST/{route}/a%2Fb%20c"


async def test_without_a_key_every_request_is_done(jars: Jars) -> None:
    for _ in range(2):
        await fill(jars, 1)
    assert spoons(jars) == 2


async def test_two_commands_of_one_request_are_both_done_once(jars: Jars) -> None:
    async with jars.client() as client:
        for _ in range(2):
            key = {"Idempotency-Key": "k-1"}
            await client.post("/jars/j-1/fill-twice", json={"spoons": 1}, headers=key)
    assert spoons(jars) == 2


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "x" + '"' * 255, "a\tb"])
async def test_a_key_that_is_none_is_refused(jars: Jars, key: str) -> None:
    answer = await fill(jars, 1, Idempotency_Key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


async def test_a_key_in_quotes_is_the_same_key_and_one_with_more_quotes_is_another(
    jars: Jars,
) -> None:
    for key in ("k-1", '"k-1"', 'k-1"', '"k-1""'):
        await fill(jars, 1, Idempotency_Key=key)
    assert spoons(jars) == 2


async def test_an_edit_on_what_was_seen(jars: Jars) -> None:
    async with jars.client() as client:
        tag = (await client.get("/jars/j-1")).headers["etag"]
    assert tag == '"3"'
    assert (await fill(jars, 1, If_Match=tag)).status_code == 200
    stale = await fill(jars, 1, If_Match=tag)
    assert stale.status_code == 412
    assert "has changed" in stale.json()["detail"]
    assert (await fill(jars, 1, If_Match="*")).status_code == 200
    assert spoons(jars) == 2


@pytest.mark.parametrize(
    ("tag", "status"), [('W/"3"', 412), ('"abc"', 412), ("3", 400), ('"', 400), ('"3", "4"', 412)]
)
async def test_other_tags_never_match(jars: Jars, tag: str, status: int) -> None:
    assert (await fill(jars, 1, If_Match=tag)).status_code == status
    assert spoons(jars) == 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(labels=st.lists(st.sampled_from("aabcdåß"), max_size=25), limit=st.integers(1, 5))
async def test_walking_the_pages_sees_everything_once(
    jars: Jars, labels: list[str], limit: int
) -> None:
    jars.store.documents.clear()
    jars.keep(*(Jar(id=f"{n}", shelf="region-a", label=text) for n, text in enumerate(labels)))
    seen: list[str] = []
    after: dict[str, str] = {}
    async with jars.client() as client:
        for _ in range(len(labels) + 1):
            page = (await client.get("/jars", params={"limit": str(limit), **after})).json()
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
    assert sorted(seen, key=int) == [str(n) for n in range(len(labels))]


def desk_of(*buyers: str) -> ServiceDesk:
    caller = Caller(subject="mette", roles=("officer",), buyers=buyers)
    app = SimpleNamespace(state=SimpleNamespace(service=None))
    return ServiceDesk(
        Request({"type": "http", "app": app, "state": {"caller": caller}}), Response()
    )


def test_lists_are_of_the_buyer_that_is_named_or_the_only_one() -> None:
    assert desk_of("region-a").of_buyer(None) == {"buyer_id": "region-a"}
    assert desk_of("region-a", "region-b").of_buyer("region-b") == {"buyer_id": "region-b"}
    assert desk_of("*").of_buyer(None) == {}
    assert desk_of("*").of_buyer("region-b") == {"buyer_id": "region-b"}


def test_buyers_are_never_mixed_and_never_another_s() -> None:
    with pytest.raises(Rejected, match="name one"):
        desk_of("region-a", "region-b").of_buyer(None)
    with pytest.raises(Rejected, match="name one"):
        desk_of().of_buyer(None)
    with pytest.raises(Forbidden):
        desk_of("region-a").of_buyer("region-b")


@pytest.mark.parametrize("amount", [2**63, -(2**63), 10**40])
async def test_a_number_that_no_database_holds_is_refused_by_its_field(
    jars: Jars, amount: int
) -> None:
    answer = await fill(jars, amount)
    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == "spoons"
    assert "from -9223372036854775807 to 9223372036854775807" in wrong["reason"]
    assert jars.messages == []
