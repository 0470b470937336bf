"""Over HTTP everyone sees their own inbox, and the people and mails of their own buyers."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.notifications.api import api
from services.notifications.handlers import router
from services.notifications.messages import Row
from shared.domain import Caller
from shared.testing import T0, World, play
from tests.notifications.people import BUYER, OTHER_BUYER, TAKEN, need
from tests.notifications.test_handlers import adapters, gathered, mailed, waiting
from tests.notifications.test_mail import LINKS, WRITER, need_mail
from tests.serving import Standing

METTE = Caller(subject="mette", roles=("officer",), buyers=(BUYER,))
ULLA = Caller(subject="ulla", roles=("admin",), buyers=(BUYER,))
STRANGER = Caller(subject="stranger", roles=("officer",), buyers=(OTHER_BUYER,))
MACHINE = Caller(subject="cms", roles=("integration",), buyers=("*",))


@pytest.fixture
async def world() -> World:
    world = await play(router, TAKEN, waiting(need()), adapters=adapters())
    await gathered(world)
    return world


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=adapters())


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


async def test_everybody_sets_how_they_are_told_and_an_administrator_who_is_on_duty(
    standing: Standing,
) -> None:
    quiet = {"mail": "digest", "quiet_from": "18:00", "quiet_to": "07:00"}
    async with standing.client(METTE) as client:
        assert (await client.get("/preferences")).json()["mail"] == "at-once"
        assert (await client.post("/preferences", json=quiet)).status_code == 200
        kept = (await client.get("/preferences")).json()
        assert {name: kept[name] for name in quiet} == quiet
        wrong = await client.post("/preferences", json=quiet | {"quiet_to": "25:00"})
        assert wrong.status_code == 422
        assert "quiet_to" in wrong.text
    night = {
        "subject": "anders",
        "starts": "2026-11-23T16:00:00+01:00",
        "ends": "2026-11-24T08:00:00+01:00",
    }
    params, body = {"buyer": BUYER}, {"duties": [night]}
    async with standing.client(METTE) as client:
        assert (await client.put("/rota", params=params, json=body)).status_code == 403
    async with standing.client(ULLA) as client:
        assert (await client.put("/rota", params=params, json=body)).status_code == 200
        nowhere = body | {"duties": [night | {"starts": "2026-11-23T16:00:00"}]}
        assert (await client.put("/rota", params=params, json=nowhere)).status_code == 422
    async with standing.client(METTE) as client:
        (duty,) = (await client.get("/rota", params=params)).json()["duties"]
        assert duty["subject"] == "anders"
    async with standing.client(STRANGER) as client:
        assert (await client.get("/rota", params=params)).status_code == 403


async def test_one_click_in_a_mail_program_stops_what_can_wait(
    standing: Standing, world: World
) -> None:
    rows = (Row(kind="review-hit", due=T0, path="/needs/n"),) * 2
    several = need_mail(subject="mette", words="several", rows=rows, facts=(("count", "2"),))
    message = WRITER.write(several, "a@b.example")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("https://ansvar.region.example/api/notifications")
    standing.adapters = adapters(links=LINKS)
    async with standing.client(None) as client:
        body = {"List-Unsubscribe": "One-Click"}
        assert (await client.post(path, data=body)).status_code == 200
        hearing = LINKS.token("mette", "hearing/case-1", T0 + timedelta(days=999))
        assert (await client.post(f"/unsubscribe/{hearing}")).status_code == 403
        assert (await client.post("/unsubscribe/link.forged")).status_code == 403
    before = len(mailed(world))
    await world.tell(waiting(need("n-2", owner="mette")))
    await gathered(world)
    assert len(mailed(world)) == before
    await world.tell(waiting(need("n-3", owner="mette", kind="review-hit")))
    await gathered(world)
    assert len(mailed(world)) == before + 1


def test_a_mail_about_one_thing_cannot_be_unsubscribed() -> None:
    assert "List-Unsubscribe" not in WRITER.write(need_mail(subject="mette"), "a@b.example")
