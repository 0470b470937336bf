"""Over HTTP everyone sees their own inbox, and the people and mails of their own buyers."""

from pathlib import Path

import pytest

from services.notifications.api import api
from services.notifications.handlers import router
from services.notifications.rules import read_rules
from shared.domain import Caller
from shared.testing import World, play
from tests.notifications.people import BUYER, OTHER_BUYER, TAKEN, need
from tests.notifications.test_handlers import Postbox, gathered, waiting
from tests.serving import Standing

METTE = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
ULLA = Caller(subject="ulla", roles=("admin",), buyers=(BUYER,))
STRANGER = Caller(subject="stranger", roles=("officer",), buyers=(OTHER_BUYER,))
MACHINE = Caller(subject="cms", roles=("integration",), buyers=("*",))


@pytest.fixture
async def world() -> World:
    adapters = {"rules": read_rules(), "mailer": Postbox()}
    world = await play(router, TAKEN, waiting(need()), adapters=adapters)
    await gathered(world)
    return world


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters={"rules": read_rules(), "mailer": Postbox()})


async def test_an_inbox_holds_what_waits_for_the_caller(standing: Standing) -> None:
    async with standing.client(METTE) as client:
        (entry,) = (await client.get("/inbox")).json()
        assert (entry["kind"], entry["about"], entry["state"]) == (
            "weigh-evidence",
            "hit-1",
            "unread",
        )
        answer = await client.post(f"/inbox/{entry['id']}/acknowledge")
        assert answer.json()["result"]["state"] == "read"
        assert (await client.get("/inbox")).json()[0]["state"] == "read"
    async with standing.client(STRANGER) as client:
        assert (await client.get("/inbox")).json() == []
        answer = await client.post(f"/inbox/{entry['id']}/acknowledge")
        assert answer.status_code == 404


async def test_deliveries_are_shown_to_those_who_act_for_the_buyer(standing: Standing) -> None:
    async with standing.client(METTE) as client:
        page = (await client.get("/deliveries", params={"buyer": BUYER})).json()
        assert {item["recipient"] for item in page["items"]} == {"mette", "jonas"}
        assert "@" not in str(page)
    async with standing.client(STRANGER) as client:
        assert (await client.get("/deliveries", params={"buyer": BUYER})).status_code == 403


async def test_the_directory_is_replaced_by_who_has_seen_its_newest_version(
    standing: Standing,
) -> None:
    async with standing.client(ULLA) as client:
        seen = await client.get("/directory")
        people = [p for p in seen.json()["people"] if p["subject"] != "anders"]
        assert "stranger" not in {p["subject"] for p in people}
        match = {"If-Match": seen.headers["ETag"]}
        body = {"people": people}
        assert (await client.put("/directory", json=body, headers=match)).status_code == 200
        assert (await client.put("/directory", json=body, headers=match)).status_code == 412
        left = (await client.get("/directory")).json()["people"]
        assert {p["subject"] for p in left} == {"mette", "jonas", "ulla"}


async def test_machines_and_officers_do_not_change_the_directory(standing: Standing) -> None:
    for caller in (MACHINE, METTE):
        async with standing.client(caller) as client:
            assert (await client.put("/directory", json={"people": []})).status_code == 403
