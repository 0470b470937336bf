"""What can be read and asked over HTTP, by whom."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.subcontractors.api import api
from services.subcontractors.terms import Terms
from shared.domain import Caller
from shared.events.words import Right
from shared.http import PUBLIC, build_http, routes_of
from shared.links import LinkBook
from shared.persons import PersonKey
from shared.testing import AUDITOR, MACHINE, T0
from tests.serving import Standing
from tests.subcontractors.test_replacement import CLEAN, REPLACEMENT, demanded
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    FYNS,
    HANSEN,
    NORDLYS,
    ORESUND,
    REGION,
    Chains,
    clauses,
)

STRANGER = Caller(subject="x", roles=("officer",), buyers=("dk-cvr-1",))
LINKS = LinkBook(b"k" * 32, now=lambda: T0)
PERSONS = PersonKey(b"p" * 32)
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def served(world: Chains, folder: Path) -> Standing:
    return Standing(
        world, api, folder, adapters={"terms": Terms(), "links": LINKS, "persons": PERSONS}
    )


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
    assert {p for p in public if not p.startswith("/links/{token}")} == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
    }


async def test_a_supplier_names_changes_and_withdraws_through_its_link(folder: Path) -> None:
    world = await demanded()
    service = served(world, folder)
    asking = {"supplier_id": NORDLYS, "reason": "the yearly round"}
    async with service.client() as officer, service.client(None) as supplier:
        asked = (await officer.post(f"/contracts/{CONTRACT}/chain/links", json=asking)).json()
        own = (await supplier.get(asked["path"])).json()
        assert [m["party_id"] for m in own["members"]] == [BALTIC, HANSEN]
        body = {
            "party": {"name": "Øresund Service", "scheme": "dk-cvr", "number": "95718426"},
            "parent_id": HANSEN,
            "share": {"minimum": 2, "maximum": 4},
            "role": "sub_supplier",
            "place": "Køge",
            "place_country": "DK",
            "representatives": [{"name": "Ida Holm", "contact": "ida@oresund.test"}],
        }
        assert (await supplier.post(asked["path"], json=body)).status_code == 200
        change = {"service": "windows", "reason": "moved", "share": {"minimum": 3, "maximum": 3}}
        path = f"{asked['path']}/{ORESUND}"
        assert (await supplier.post(f"{path}/changes", json=change)).status_code == 200
        shown = (await officer.get(f"/contracts/{CONTRACT}/chain")).json()
        member = next(m for m in shown["members"] if m["party"]["party_id"] == ORESUND)
        assert (member["tier"], member["parent_id"], member["channel"]) == (2, HANSEN, "link")
        assert (member["service"], member["share"]["minimum"]) == ("windows", 3)
        assert member["representatives"][0]["party_id"].startswith("person-")
        gone = {"ends": "2026-12-01", "reason": "no more windows"}
        assert (await supplier.post(f"{path}/withdraw", json=gone)).status_code == 200
        again = (await officer.post(f"/contracts/{CONTRACT}/chain/links", json=asking)).json()
        assert (await supplier.get(asked["path"])).status_code == 403
        assert (await supplier.get(again["path"])).status_code == 200
        listed = (await officer.get(f"/contracts/{CONTRACT}/chain")).json()["revisions"]
        assert [r["what"] for r in listed][-3:] == [
            "declared",
            "changed: share, service",
            "withdrawn",
        ]


async def test_a_wrong_naming_says_which_field_and_what_would_be_right(folder: Path) -> None:
    service = served(await demanded(), folder)
    party = {"name": "X", "scheme": "dk-cvr", "number": "95718426"}
    wrong = {
        "parent_id": {"supplier_id": NORDLYS, "party": party, "parent_id": FYNS},
        "supplier_id": {"party": party},
        "ends": {
            "supplier_id": NORDLYS,
            "party": party,
            "starts": "2027-01-01",
            "ends": "2026-12-01",
        },
    }
    async with service.client() as officer:
        for field, body in wrong.items():
            refused = await officer.post(f"/contracts/{CONTRACT}/chain", json=body)
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["field"] == field


async def test_the_rules_can_be_asked_and_a_sighting_dismissed(folder: Path) -> None:
    world = await demanded()
    await world.tell(clauses(Right.APPROVE_SUBCONTRACTOR))
    service = served(world, folder)
    seen = {"company": "Ghost ApS", "source": "site_list", "seen_on": "2026-11-20"}
    async with service.client(MACHINE) as machine, service.client() as officer:
        path = f"/contracts/{CONTRACT}"
        noted = await machine.post(f"{path}/sightings", json={"seen": [seen]})
        (found,) = noted.json()["result"]["violations"]
        rules = {(a["rule"], a["verdict"]) for a in (await officer.get(f"{path}/rules")).json()}
        assert ("CH-UNDECLARED", "broken") in rules
        why = {"reason": "a visitor, not a worker"}
        assert (
            await machine.post(f"{path}/violations/{found}/dismiss", json=why)
        ).status_code == 403
        assert (
            await officer.post(f"{path}/violations/{found}/dismiss", json=why)
        ).status_code == 200
        assert (await officer.get(f"{path}/violations")).json() == []
        assert len((await officer.get(f"{path}/violations?all=true")).json()) == 1
        assert (await officer.get(f"{path}/violations?as_of=2026-11-22")).json() == []


async def test_a_sighting_with_an_empty_number_says_which_field(folder: Path) -> None:
    service = served(await demanded(), folder)
    seen = {"company": "Ghost ApS", "scheme": "dk-cvr", "number": "", "source": "site_list"}
    async with service.client(MACHINE) as machine:
        refused = await machine.post(
            f"/contracts/{CONTRACT}/sightings", json={"seen": [{**seen, "seen_on": "2026-11-20"}]}
        )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "seen.0.number"


async def test_exposures_can_be_asked_as_of_any_day(folder: Path) -> None:
    world = await demanded()
    day = world.now.date().isoformat()
    service = served(world, folder)
    async with service.client() as officer:
        path = f"/contracts/{CONTRACT}/exposures?as_of="
        assert (await officer.get(f"{path}2026-11-01")).json() == []
        assert len((await officer.get(f"{path}{day}")).json()) == 1
