"""What can be read and asked over HTTP, by whom."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.subcontractors.api import api
from services.subcontractors.terms import Terms
from shared.domain import Caller
from shared.http import PUBLIC, build_http, routes_of
from shared.links import LinkBook
from shared.testing import AUDITOR, MACHINE
from tests.serving import Standing
from tests.subcontractors.test_replacement import CLEAN, REPLACEMENT, demanded
from tests.subcontractors.told import BALTIC, CONTRACT, FYNS, HANSEN, NORDLYS, REGION, Chains

STRANGER = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-1",))
LINKS = LinkBook(b"k" * 32)
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def served(world: Chains, folder: Path) -> Standing:
    return Standing(world, api, folder, adapters={"terms": Terms(), "links": LINKS})


async def test_the_chain_is_shown_to_its_buyer_alone(folder: Path) -> None:
    service = served(await demanded(), folder)
    async with service.client(AUDITOR) as auditor, service.client(STRANGER) as stranger:
        shown = (await auditor.get(f"/contracts/{CONTRACT}/chain")).json()
        assert [m["party"]["party_id"] for m in shown["members"]] == [BALTIC, HANSEN]
        empty = await auditor.get(f"/contracts/{CONTRACT}/chain?as_of=2026-10-01")
        assert empty.json()["members"] == []
        assert (await stranger.get(f"/contracts/{CONTRACT}/chain")).status_code == 403
        assert (await auditor.get("/contracts/none/chain")).status_code == 404


async def test_exposures_are_shown_per_party_and_contract(folder: Path) -> None:
    service = served(await demanded(), folder)
    async with service.client() as officer, service.client(STRANGER) as stranger:
        (one,) = (await officer.get(f"/parties/{BALTIC}/exposures")).json()
        assert one["path"] == [NORDLYS, BALTIC]
        assert (await officer.get(f"/exposures/{one['id']}")).json() == one
        assert (await officer.get(f"/contracts/{CONTRACT}/exposures")).json() == [one]
        assert len((await officer.get(f"/contracts/{CONTRACT}/exposures?all=true")).json()) == 2
        assert (await stranger.get(f"/parties/{BALTIC}/exposures")).json() == []


async def test_a_substitute_is_proposed_through_the_link_of_the_demand(folder: Path) -> None:
    world = await demanded()
    service = served(world, folder)
    scope = f"replacement/{REPLACEMENT}"
    token = LINKS.token(f"link-{REPLACEMENT}", scope, FOREVER)
    body = {"party": {"name": "Fyns Hygiejne A/S", "scheme": "dk-cvr", "number": "96 83 25 16"}}
    async with service.client(None) as supplier:
        demand = (await supplier.get(f"/links/{token}")).json()
        assert demand["outgoing_id"] == BALTIC
        answer = await supplier.post(f"/links/{token}/substitutes", json=body)
        assert answer.json()["result"]["party_id"] == FYNS
        wrong = {"party": {"name": "X", "scheme": "dk-cvr", "number": "12345678"}}
        refused = await supplier.post(f"/links/{token}/substitutes", json=wrong)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "party.number"
        for bad in (
            LINKS.token("link-old", scope, FOREVER),
            LINKS.token("link-x", "hearing/case-1", FOREVER),
            token[:-1] + ("A" if token[-1] != "A" else "B"),
        ):
            assert (await supplier.post(f"/links/{bad}/substitutes", json=body)).status_code == 403


async def test_an_officer_clears_over_http_and_a_machine_may_not(folder: Path) -> None:
    world = await demanded()
    await world.tell(*CLEAN)
    service = served(world, folder)
    path = f"/replacements/{REPLACEMENT}/substitutes/{FYNS}/clear"
    async with service.client() as officer, service.client(MACHINE) as machine:
        assert (await machine.post(path, json={"reason": "fine"})).status_code == 403
        assert (await officer.post(path, json={"reason": ""})).status_code == 422
        headers = {"Idempotency-Key": "clear-1"}
        first = await officer.post(path, json={"reason": "clean"}, headers=headers)
        again = await officer.post(path, json={"reason": "clean"}, headers=headers)
        assert first.status_code == 200
        assert first.json()["events"] == again.json()["events"]
        shown = (await officer.get(f"/replacements/{REPLACEMENT}")).json()
        assert (shown["stage"], shown["candidates"][0]["answer"]) == ("replaced", "cleared")
        listed = (await machine.get(f"/replacements?buyer_id={REGION}&stage=replaced")).json()
        assert [r["id"] for r in listed["items"]] == [REPLACEMENT]


async def test_only_links_and_health_are_public(folder: Path) -> None:
    service = served(Chains(), folder)
    public = {r.path for r in routes_of(build_http(service)) if r.roles == PUBLIC}
    assert {p for p in public if p.startswith("/links")} == {
        "/links/{token}",
        "/links/{token}/substitutes",
    }
    assert public - {"/links/{token}", "/links/{token}/substitutes"} == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
    }
