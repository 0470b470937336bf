"""Nobody passes without a role, too much is not read, and cookies act only from our own pages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from shared.domain import Forbidden
from shared.guard import PUBLIC, LinkGates
from shared.http import Api
from shared.links import PREFIX, LinkBook
from shared.router import Router
from shared.testing import World
from tests.serving import Standing
from tests.shared.serving import OFFICER, Jars


@pytest.fixture
def jars(tmp_path: Path) -> Jars:
    return Jars(tmp_path / "key.json")


class Slowly:
    """A body of unannounced length that counts how much of it was taken."""

    def __init__(self, chunks: int) -> None:
        self.chunks, self.taken = chunks, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.chunks):
            self.taken += 1
            yield b" " * 100_000


async def test_an_announced_body_that_is_too_long_is_not_read(jars: Jars) -> None:
    async with jars.client() as client:
        answer = await client.post("/jars/j-1/fill", content=b" " * 1_000_001)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "the body is larger than the 1 MB that are accepted here"


async def test_a_stream_is_stopped_where_it_becomes_too_long(jars: Jars) -> None:
    body = Slowly(100)
    json = {"Content-Type": "application/json"}
    async with jars.client() as client:
        answer = await client.post("/jars/j-1/fill", content=body, headers=json)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.taken == 11
    assert jars.messages == []


async def test_a_body_that_just_fits_passes(jars: Jars) -> None:
    body = b'{"spoons": 1}'.ljust(1_000_000)
    json = {"Content-Type": "application/json"}
    async with jars.client() as client:
        assert (await client.post("/jars/j-1/fill", content=body, headers=json)).is_success


async def test_a_route_can_have_its_own_limit(jars: Jars) -> None:
    async with jars.client() as client:
        small = await client.post("/pictures", files={"file": b"x" * 2_000})
        large = await client.post("/pictures", files={"file": b"x" * 3_000})
        unannounced = client.build_request("POST", "/pictures", files={"file": b"x" * 3_000})
        del unannounced.headers["content-length"]
        streamed = await client.send(unannounced)
    assert small.json() == {"bytes": 2_000}
    assert large.status_code == streamed.status_code == 413
    assert "3000 bytes" in large.json()["detail"]


async def test_a_page_may_bring_its_token_in_a_cookie(jars: Jars) -> None:
    token = jars.client().headers["Authorization"].removeprefix("Bearer ")
    own, other = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}
    async with jars.client(None) as client:
        client.cookies.set("jar_token", token)
        assert (await client.get("/jars/j-1")).status_code == 200
        for headers, status in ((own, 200), (other, 401), ({}, 401)):
            answer = await client.post("/jars/j-1/fill", json={"spoons": 1}, headers=headers)
            assert answer.status_code == status
    assert len(jars.messages) == 1


async def test_two_tokens_at_once_are_refused(jars: Jars) -> None:
    header = jars.client().headers["Authorization"]
    async with jars.client(None) as client:
        twice = httpx.Headers([("Authorization", header), ("Authorization", header)])
        assert (await client.get("/jars/j-1", headers=twice)).status_code == 401


LINKS = LinkBook(bytes(32))


@pytest.fixture
def behind_links(tmp_path: Path) -> Standing:
    api = Api("probe")

    @api.get("/links/{token}", roles=PUBLIC)
    async def opened(token: str) -> str:
        if token.startswith("forged"):
            raise Forbidden("this link is not genuine")
        if token.startswith(PREFIX) and LINKS.open(token).scope == "used":
            raise Forbidden("this link opens nothing any more")
        return token

    return Standing(World(Router("probe")), api, tmp_path, adapters={"links": LINKS})


async def test_forged_links_are_soon_refused_whatever_they_are(behind_links: Standing) -> None:
    async with behind_links.client(None) as stranger:
        tries = [(await stranger.get(f"/links/forged-{n}")).status_code for n in range(40)]
        late = await stranger.get("/links/genuine")
    assert tries == [403] * LinkGates.FORGED + [429] * (40 - LinkGates.FORGED)
    assert late.status_code == 429, "else it would be seen which one is genuine"
    assert int(late.headers["retry-after"]) > 0


async def test_a_link_of_ours_that_opens_nothing_any_more_is_no_stranger(
    behind_links: Standing,
) -> None:
    """The console brings the links of all suppliers from one address."""
    until = datetime.now(UTC) + timedelta(days=1)
    used = [LINKS.token(f"link-{n}", "used", until) for n in range(LinkGates.FORGED + 5)]
    async with behind_links.client(None) as console:
        tries = [(await console.get(f"/links/{token}")).status_code for token in used]
        other = await console.get(f"/links/{LINKS.token('link-x', 'open', until)}")
    assert set(tries) == {403}
    assert other.status_code == 200


async def test_a_link_that_is_used_too_often_keeps_no_other_out(
    behind_links: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LinkGates, "TRIES", 5)
    monkeypatch.setattr(LinkGates, "SECONDS", 1e6)
    async with behind_links.client(None) as supplier:
        tries = [(await supplier.get("/links/a")).status_code for _ in range(LinkGates.TRIES + 1)]
        other = await supplier.get("/links/b")
    assert tries == [200] * LinkGates.TRIES + [429]
    assert other.status_code == 200


async def test_one_of_the_roles_is_enough(jars: Jars) -> None:
    both = OFFICER.model_copy(update={"roles": ("integration", "auditor")})
    async with jars.client(both) as client:
        assert (await client.get("/jars/j-1")).status_code == 200
