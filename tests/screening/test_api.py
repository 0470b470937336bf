"""Over HTTP: who may do what, and what is shown to whom."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.screening.api import api
from shared.desk import Check
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.events.screening import HitRaised
from shared.figures import Metrics
from shared.http import build_http, routes_of
from shared.identity import Verifier
from shared.issuer import Issuer
from tests.screening.stage import (
    ADMIN,
    CITY,
    REGION,
    SAMPLES,
    Stage,
    company,
    eu_entry,
    eu_list,
    owned,
    person,
    registered,
)
from tests.serving import TimeOf

VSEVOLOD = person("a", "Vsevolod Zharkovetskij", "1968-03-17")
BALTIC = company("93587278", "Baltic Facility Group ApS")
METTE = Caller(subject="mette", name="Mette", roles=("officer",), buyers=(REGION,))
OSKAR = Caller(subject="oskar", name="Oskar", roles=("officer",), buyers=(CITY,))
CMS = Caller(subject="cms", name="Machine", roles=("integration",), buyers=("*",))
LIST = eu_list(eu_entry(1, "Vsevolod ZHARKOVETSKIY", born="1968-03-17"))


class Screen:
    """The service as its HTTP side sees it, over the stage."""

    def __init__(self, stage: Stage, key_file: Path) -> None:
        self.name = "screening"
        self.api = api
        self.stage = stage
        self.store = stage.store
        self.clock = TimeOf(stage)
        self.metrics = Metrics("screening")
        self.issuer = Issuer(key_file)
        self.verifier: Verifier = self.issuer.verifier()
        self.adapters: Mapping[str, Any] = {
            "watchlists": stage.watchlists,
            "portfolio": stage.portfolio,
        }
        self.settings = object()
        self.works = False
        """Whether effects are done at once."""

    @property
    def commands(self) -> "Screen":
        return self

    async def handle(self, message: Message) -> Outcome:
        outcome = (await self.stage.bus.handle([message]))[message.id]
        await self.stage.settle()
        if self.works:
            await self.stage.do_effects()
            await self.stage.settle()
        return outcome

    async def ready(self) -> list[Check]:
        return []

    def client(self, caller: Caller | None) -> httpx.AsyncClient:
        headers = {}
        if caller is not None:
            token = self.issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers)
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=build_http(self))
        return httpx.AsyncClient(transport=transport, base_url="http://s.test", headers=headers)


@pytest.fixture
def screen(tmp_path: Path) -> Screen:
    return Screen(Stage(), tmp_path / "key.json")


@pytest.fixture
async def mette(screen: Screen) -> AsyncIterator[httpx.AsyncClient]:
    async with screen.client(METTE) as client:
        yield client


async def upload(
    screen: Screen, data: bytes, caller: Caller = ADMIN, **more: Any
) -> httpx.Response:
    async with screen.client(caller) as client:
        return await client.post("/lists/eu", content=data, params=more)


async def the_hit(screen: Screen) -> str:
    """The list is in force, and one owner is on it."""
    await upload(screen, LIST)
    await screen.stage.tell(
        registered(BALTIC), registered(VSEVOLOD), owned(BALTIC.party_id, (VSEVOLOD, 100))
    )
    hit_id: str = screen.stage.said(HitRaised)[0].hit_id
    return hit_id


async def test_a_list_is_uploaded_and_shown_with_its_version(screen: Screen) -> None:
    answer = await upload(screen, (SAMPLES / "lists/eu-v1.xml").read_bytes(), CMS)
    assert answer.status_code == 202
    assert answer.json()["result"]["entries"] == 34
    async with screen.client(CMS) as client:
        shown = {one["source"]: one for one in (await client.get("/lists")).json()}
        versions = (await client.get("/lists/eu/versions")).json()
    assert shown["eu"]["in_force"]["entries"] == 34
    assert shown["eu"]["in_force"]["list_date"] == "2026-11-19"
    assert shown["eu"]["binding"] is True
    assert shown["eu"]["coverage"]["whole"] is False
    assert shown["un"]["in_force"] is None
    assert [(v["state"], v["added"], v["loaded_by"]) for v in versions] == [("in_force", 34, "cms")]


async def test_coverage_is_whole_after_the_second_walk(screen: Screen) -> None:
    await upload(screen, LIST)
    await screen.stage.advance(timedelta(seconds=5))
    async with screen.client(METTE) as client:
        shown = {one["source"]: one for one in (await client.get("/lists")).json()}
    assert shown["eu"]["coverage"] == {"parties": 0, "gaps": 0, "walk": 2, "whole": True}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 422, "the file is empty"),
        (LIST[:-40], 422, "breaks off or is damaged"),
        (b"<html/>", 422, "the root element is 'html'"),
        (b"\xff\xfe\x00", 422, "not XML"),
    ],
)
async def test_a_bad_file_is_refused_and_says_why(
    screen: Screen, body: bytes, status: int, words: str
) -> None:
    answer = await upload(screen, body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


async def test_a_file_that_looks_cut_off_is_a_conflict_that_an_administrator_may_force(
    screen: Screen,
) -> None:
    entries = [eu_entry(i, f"Otherwise Unheardof{i:03}") for i in range(30)]
    await upload(screen, eu_list(*entries))
    short = eu_list(*entries[:9], day="2026-11-20")
    answer = await upload(screen, short)
    assert answer.status_code == 409
    assert "looks cut off" in answer.json()["detail"]
    assert (await upload(screen, short, CMS, force="true", reason="why")).status_code == 403
    answer = await upload(screen, short, ADMIN, force="true", reason="Repealed.")
    assert answer.status_code == 202


async def test_a_list_that_is_not_kept_here_is_unknown(screen: Screen) -> None:
    async with screen.client(ADMIN) as client:
        assert (await client.post("/lists/nope", content=LIST)).status_code == 404
        assert (await client.get("/lists/nope/versions")).status_code == 404


async def test_a_hit_is_shown_with_its_reasons(screen: Screen, mette: httpx.AsyncClient) -> None:
    hit_id = await the_hit(screen)
    answer = await mette.get(f"/hits/{hit_id}")
    shown = answer.json()
    assert shown["party_name"] == "Vsevolod Zharkovetskij"
    assert shown["entry"]["name"] == "Vsevolod ZHARKOVETSKIY"
    assert "born on the same day (1968-03-17)" in shown["explanation"]
    assert shown["verdicts"] == []
    assert answer.headers["etag"] == f'"{shown["version"]}"'
    page = (await mette.get("/hits", params={"state": "open", "party_id": "person-a"})).json()
    assert [hit["id"] for hit in page["items"]] == [hit_id]
    assert (await mette.get("/hits", params={"state": "ended"})).json()["items"] == []
    assert (await mette.get("/hits/hit-none")).status_code == 404


async def test_an_officer_confirms_and_sees_what_follows_for_the_company(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    hit_id = await the_hit(screen)
    body = {"buyer_id": REGION, "reason": "Same date of birth."}
    answer = await mette.post(f"/hits/{hit_id}/confirm", json=body)
    assert answer.status_code == 200
    assert len(answer.json()["events"]) == 2
    owners = (await mette.get(f"/parties/{BALTIC.party_id}/ownership")).json()
    assert [flag["verdict"] for flag in owners["flags"]] == ["owned"]
    assert owners["owners"][0]["name"] == "Vsevolod Zharkovetskij"
    assert owners["owners"][0]["direct"] == {"minimum": 100, "maximum": 100}
    owner = (await mette.get("/parties/person-a/ownership")).json()
    assert (owner["declared"], owner["owns"]) == (False, [BALTIC.party_id])


async def test_another_buyers_verdict_is_information_without_its_reasons(screen: Screen) -> None:
    hit_id = await the_hit(screen)
    body = {"buyer_id": REGION, "reason": "Secret grounds."}
    async with screen.client(METTE) as client:
        await client.post(f"/hits/{hit_id}/confirm", json=body)
        own = (await client.get(f"/hits/{hit_id}")).json()["verdicts"][0]
    async with screen.client(OSKAR) as client:
        shown = (await client.get(f"/hits/{hit_id}")).json()["verdicts"][0]
        flags = (await client.get(f"/parties/{BALTIC.party_id}/ownership")).json()["flags"]
        refused = await client.post(f"/hits/{hit_id}/dismiss", json=body)
    assert (own["by"], own["reason"]) == ("mette", "Secret grounds.")
    assert shown["verdict"] == "confirmed"
    assert (shown["by"], shown["reason"]) == (None, None)
    assert flags == []
    assert refused.status_code == 403


async def test_a_verdict_on_an_old_version_is_refused(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    hit_id = await the_hit(screen)
    seen = (await mette.get(f"/hits/{hit_id}")).headers["etag"]
    body = {"buyer_id": REGION, "reason": "Same date of birth."}
    await mette.post(f"/hits/{hit_id}/confirm", json=body)
    late = await mette.post(f"/hits/{hit_id}/dismiss", json=body, headers={"If-Match": seen})
    assert late.status_code == 412


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"buyer_id": REGION}, "reason"),
        ({"buyer_id": REGION, "reason": "x"}, "reason"),
        ({"reason": "Same date of birth."}, "buyer_id"),
    ],
)
async def test_a_verdict_says_which_field_is_wrong(
    screen: Screen, mette: httpx.AsyncClient, body: dict[str, str], field: str
) -> None:
    hit_id = await the_hit(screen)
    answer = await mette.post(f"/hits/{hit_id}/confirm", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_the_proof_of_no_hit_names_the_list_versions(
    screen: Screen, mette: httpx.AsyncClient
) -> None:
    await upload(screen, LIST)
    await screen.stage.tell(registered(company("1", "Nordlys Rengøring A/S")))
    proof = (await mette.get("/parties/dk-cvr-1/screenings")).json()
    assert proof["hits"] == []
    assert [ref["source"] for ref in proof["compared"]] == ["eu"]
    assert proof["engine"]
    assert (await mette.get("/parties/dk-cvr-2/screenings")).status_code == 404


async def test_every_route_takes_a_token_and_its_role(screen: Screen) -> None:
    nobody_may = Caller(subject="x", roles=("integration",), buyers=("*",))
    async with screen.client(None) as nobody, screen.client(nobody_may) as machine:
        for method, path, roles in routes_of(build_http(screen)):
            if roles == ("public",):
                continue
            assert (await nobody.request(method, path)).status_code == 401, path
            if "integration" not in roles:
                assert (await machine.request(method, path)).status_code == 403, path
