"""Webhooks over HTTP: secrets are shown once, and each command says what came of it."""

from pathlib import Path

import pytest

from services.contracts.api import api
from shared.domain import Caller
from shared.testing import World
from shared.webhooks import Secrets
from tests.contracts.conftest import PERSON_KEY, ROOT_SECRET, package, release
from tests.contracts.test_api import METTE, STRANGER, SYSTEM
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BUYER, found
from tests.serving import Standing

MANAGER = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, package(release(1)))
    adapters = {"person_key": PERSON_KEY, "secrets": Secrets(ROOT_SECRET)}
    return Standing(world, api, tmp_path, adapters=adapters)


async def test_a_new_secret_is_shown_once_and_asked_for_again_with_its_key(
    standing: Standing,
) -> None:
    async with standing.client(SYSTEM) as client:
        opened = (await client.post("/endpoints", json={"buyer_id": BUYER, "url": URL})).json()
        path = f"/endpoints/{opened['endpoint_id']}"
        key = {"Idempotency-Key": "rotate-1"}
        rotated = (await client.post(f"{path}/secrets", headers=key)).json()
        again = (await client.post(f"{path}/secrets", headers=key)).json()
        assert rotated == again, "a client that lost the answer gets it again"
        assert rotated["secret"] not in ("", opened["secret"])
        third = await client.post(f"{path}/secrets")
        assert third.status_code == 409
        [shown] = (await client.get("/endpoints")).json()
        assert shown["generations"] == [1, 2]
        assert shown["retires"] == rotated["old_one_retires"]
        assert (await client.post(f"{path}/secrets/retire")).json()["result"] == {"retired": True}
        [shown] = (await client.get("/endpoints")).json()
        assert (shown["generations"], shown["retires"]) == ([2], None)


async def test_pings_and_replays_are_commands_of_the_buyers_machines(
    standing: Standing, world: World
) -> None:
    async with standing.client(SYSTEM) as client:
        opened = (await client.post("/endpoints", json={"buyer_id": BUYER, "url": URL})).json()
        path = f"/endpoints/{opened['endpoint_id']}"
        pinged = (await client.post(f"{path}/ping")).json()["result"]["delivery_id"]
        await world.tell(found())
        asked = {"endpoint_id": opened["endpoint_id"]}
        listed = (await client.get("/deliveries", params=asked)).json()["items"]
        assert {(one["contract_id"], one["status_version"]) for one in listed} == {("", 0), (K1, 1)}
        assert pinged in [one["id"] for one in listed]
        [delivery] = [one["id"] for one in listed if one["contract_id"]]
        again = await client.post(f"/deliveries/{delivery}/replay")
        assert again.json()["result"] == {"contract_id": K1, "status_version": 1}
        for since, status in (
            ({}, 200),
            ({"since": "2026-11-23T07:00:00Z"}, 200),
            ({"since": "2026-11-23T07:00:00"}, 422),
            ({"since": "2031-01-01T00:00:00Z"}, 422),
        ):
            answer = await client.post(f"{path}/replay", json=since)
            assert answer.status_code == status, answer.text
        assert (await client.post(f"/deliveries/{pinged}/replay")).status_code == 422
    for caller in (METTE, STRANGER):
        async with standing.client(caller) as client:
            for route in (f"{path}/ping", f"{path}/secrets", f"/deliveries/{delivery}/replay"):
                assert (await client.post(route)).status_code == 403


async def test_a_contract_manager_can_confirm_what_was_put_in_by_hand(
    standing: Standing, world: World
) -> None:
    async with standing.client(SYSTEM) as client:
        opened = (await client.post("/endpoints", json={"buyer_id": BUYER, "url": URL})).json()
    await world.tell(found())
    said = {"status_version": 1, "endpoint_id": opened["endpoint_id"]}
    async with standing.client(MANAGER) as client:
        answer = await client.post(f"/contracts/{K1}/acknowledgements", json=said)
        assert answer.json()["result"] == {"acknowledged": 1, "current": 1}
        shown = (await client.get(f"/contracts/{K1}")).json()
    assert shown["acknowledged"][0]["by"] == "thomas"
