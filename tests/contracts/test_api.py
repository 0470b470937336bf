"""Over HTTP: releases come in, statuses go out, and nobody sees another buyer's."""

import json
from pathlib import Path

import pytest

from services.contracts.api import api
from shared.domain import Caller
from shared.events.screening import ListUpdated
from shared.events.words import Status
from shared.testing import World
from shared.webhooks import Secrets
from tests.contracts.conftest import PERSON_KEY, ROOT_SECRET, package, release, sample
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BALTIC, BUYER, SUPPLIER, found
from tests.serving import Standing

SYSTEM = Caller(subject="cms", roles=("integration",), buyers=(BUYER,))
EVERYBODYS = Caller(subject="erp", roles=("integration",), buyers=("*",))
STRANGER = Caller(subject="other", roles=("integration",), buyers=("dk-cvr-11111111",))
METTE = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, package(release(1)))
    await world.tell(found())
    adapters = {"person_key": PERSON_KEY, "secrets": Secrets(ROOT_SECRET)}
    return Standing(world, api, tmp_path, adapters=adapters)


async def test_a_package_is_answered_release_by_release(standing: Standing) -> None:
    body = package(sample("nordlys-contract.json")["releases"][0], release(2, ocid="x"))
    async with standing.client(SYSTEM) as client:
        answer = await client.post("/releases", json=body)
        assert answer.status_code == 200
        result = answer.json()["result"]
        assert (result["taken"], result["refused"]) == (1, 1)
        assert result["releases"][1]["field"] == "releases.1.ocid"
        listed = (await client.get("/contracts")).json()["items"]
    assert [one["title"] for one in listed] == [
        "Cleaning",
        "Rengøring af Sygehus Nord og Sygehus Vest",
    ]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b'{"version": "1.0", "releases": [{}]}', 422),
        (b'{"releases": []}', 422),
        (json.dumps({"x": "y" * 5_000_001}).encode(), 413),
    ],
)
async def test_what_is_no_package_gets_a_clear_answer(
    standing: Standing, content: bytes, status: int
) -> None:
    async with standing.client(SYSTEM) as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/releases", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_contract_is_shown_to_its_buyer_only(standing: Standing) -> None:
    async with standing.client(METTE) as client:
        answer = await client.get(f"/contracts/{K1}")
        assert answer.headers["etag"]
        shown = answer.json()
        assert shown["status"] == "REVIEW"
        assert shown["concerns"][0]["party_id"] == BALTIC
        assert (await client.get("/contracts/nothing")).status_code == 404
    async with standing.client(STRANGER) as client:
        assert (await client.get(f"/contracts/{K1}")).status_code == 403
        assert (await client.get("/contracts")).json()["items"] == []
        assert (await client.get("/contracts", params={"buyer_id": BUYER})).status_code == 403


async def test_machines_are_told_the_status_and_not_what_people_know(
    standing: Standing,
) -> None:
    async with standing.client(SYSTEM) as client:
        shown = (await client.get(f"/contracts/{K1}")).json()
    assert (shown["status"], shown["concerns"]) == ("REVIEW", [])


async def test_a_clear_contract_is_clear_as_of_the_lists_in_force(
    standing: Standing, world: World
) -> None:
    await take_in(world, package(release(1, ocid="ocds-abc123-R2")))
    updated = ListUpdated(
        source="eu", version="a1", entries=9, added=9, changed=0, removed=0, binding=True
    )
    await world.tell(updated)
    async with standing.client(SYSTEM) as client:
        asked = {"contract_id": "ocds-abc123-r2--k1"}
        clear = (await client.get("/status", params=asked)).json()
    assert (clear["status"], clear["status_version"]) == ("CLEAR", 0)
    assert clear["list_as_of"][0]["version"] == "a1"
    assert clear["valid_from"].startswith("2026-11-01")


async def test_a_status_is_sent_again_only_where_it_has_changed(
    standing: Standing, world: World
) -> None:
    async with standing.client(SYSTEM) as client:
        first = await client.get("/status", params={"contract_id": K1})
        assert first.json()["status"] == "REVIEW"
        known = {"If-None-Match": first.headers["etag"]}
        same = await client.get("/status", params={"contract_id": K1}, headers=known)
        assert (same.status_code, same.content) == (304, b"")
        await world.tell(found("exp-2", Status.CONDITIONAL))
        changed = await client.get("/status", params={"contract_id": K1}, headers=known)
        assert changed.json()["status"] == "CONDITIONAL"


async def test_a_supplier_stands_as_its_contracts_and_a_subcontractor_as_itself(
    standing: Standing,
) -> None:
    async with standing.client(SYSTEM) as client:
        supplier = (await client.get("/status", params={"party_id": SUPPLIER})).json()
        assert supplier["supplier_ids"] == [SUPPLIER]
        assert (supplier["contract_ids"], supplier["status"]) == ([K1], "REVIEW")
        baltic = (await client.get("/status", params={"party_id": BALTIC})).json()
        assert (baltic["supplier_ids"], baltic["status"]) == ([], "REVIEW")
        unknown = await client.get("/status", params={"party_id": "dk-cvr-00000000"})
        assert unknown.status_code == 404


async def test_a_status_question_names_one_thing_and_one_buyer(standing: Standing) -> None:
    async with standing.client(SYSTEM) as client:
        for wrong in ({}, {"party_id": SUPPLIER, "contract_id": K1}):
            assert (await client.get("/status", params=wrong)).status_code == 422
    async with standing.client(EVERYBODYS) as client:
        asked = {"party_id": SUPPLIER}
        assert (await client.get("/status", params=asked)).status_code == 422
        named = await client.get("/status", params=asked | {"buyer_id": BUYER})
        assert named.json()["status"] == "REVIEW"
    async with standing.client(STRANGER) as client:
        assert (await client.get("/status", params={"contract_id": K1})).status_code == 403


async def test_the_secret_of_an_endpoint_is_shown_once(standing: Standing) -> None:
    body = {"buyer_id": BUYER, "url": "http://127.0.0.1:9/hook"}
    async with standing.client(SYSTEM) as client:
        first = (await client.post("/endpoints", json=body)).json()
        assert first["opened"]
        assert first["secret"].startswith("whsec_")
        again = (await client.post("/endpoints", json=body)).json()
        assert again == {"endpoint_id": first["endpoint_id"], "opened": False, "secret": None}
        assert "secret" not in (await client.get("/endpoints")).text
        wrong = await client.post("/endpoints", json=body | {"url": "http://10.0.0.1/"})
        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["field"] == "url"


async def test_a_delivery_and_its_acknowledgement_can_be_seen(
    standing: Standing, world: World
) -> None:
    async with standing.client(SYSTEM) as client:
        body = {"buyer_id": BUYER, "url": "http://127.0.0.1:9/hook"}
        endpoint = (await client.post("/endpoints", json=body)).json()["endpoint_id"]
        await world.tell(found("exp-2", Status.CONDITIONAL))
        [delivery] = (await client.get("/deliveries", params={"contract_id": K1})).json()["items"]
        assert (delivery["state"], delivery["status_version"]) == ("trying", 2)
        said = {"status_version": 2, "endpoint_id": endpoint}
        answer = await client.post(f"/contracts/{K1}/acknowledgements", json=said)
        assert answer.json()["result"] == {"acknowledged": 2, "current": 2}
        shown = (await client.get(f"/contracts/{K1}")).json()
        assert shown["acknowledged"][0]["status_version"] == 2


async def test_officers_do_not_speak_for_the_contract_system(standing: Standing) -> None:
    async with standing.client(METTE) as client:
        assert (await client.post("/releases", json=package(release(5)))).status_code == 403
        assert (await client.get("/deliveries")).status_code == 403
