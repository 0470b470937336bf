"""Whoever is shown a person's data is written down, before it is shown."""

from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from shared.access import AccessEntry
from shared.domain import Caller, Record
from shared.events.base import Personal
from shared.http import PUBLIC, Api, Desk
from shared.router import Router
from shared.store import Outage
from shared.testing import OFFICER, World
from tests.serving import Standing

BUYER = "dk-cvr-91204711"
PERSON = "person-1f3c0a"
PROTECTOR = Caller(subject="dorte", roles=("data_protection",), buyers=(BUYER,))


class Known(Record):
    subject_field: ClassVar[str] = "id"
    indexes: ClassVar[tuple[str, ...]] = ("town",)
    name: Personal[str]
    town: str = "Aarhus"


api = Api("probe")


@api.get("/known/{id}", roles=("officer",))
async def known(id: str, desk: Desk) -> Known:
    """Show somebody."""
    return await desk.get(Known, id)


@api.get("/known", roles=("officer",))
async def all_known(desk: Desk) -> list[Known]:
    """Show everybody."""
    return await desk.find(Known, {"town": "Aarhus"})


@api.get("/undescribed/{id}", roles=("officer",))
async def undescribed(id: str, desk: Desk) -> Known:
    return await desk.get(Known, id)


@api.get("/nobody", roles=("officer",))
async def nobody(desk: Desk) -> str:
    """Show nothing."""
    return "nothing"


@api.get("/links/{token}", roles=PUBLIC)
async def through_a_link(token: str, desk: Desk) -> Known:
    """What a person itself is shown through its link."""
    return await desk.get(Known, PERSON)


@pytest.fixture
def standing(tmp_path: Path) -> Standing:
    world = World(Router("probe"))
    for id in (PERSON, "person-2", "dk-cvr-61056416"):
        world.store.documents[Known, id] = Known(id=id, name="Lykke Kvist")
    return Standing(world, api, tmp_path)


def entries(standing: Standing) -> list[AccessEntry]:
    return [one for one in standing.store.documents.values() if isinstance(one, AccessEntry)]


async def test_who_saw_which_person_and_why(standing: Standing) -> None:
    async with standing.client(OFFICER) as client:
        answer = await client.get(
            f"/known/{PERSON}", headers={"Ansvar-Purpose": "case c-7, 010180-1234"}
        )
    assert answer.status_code == 200
    (entry,) = entries(standing)
    assert (entry.subject, entry.key_classes) == (PERSON, ("personal",))
    assert (entry.caller, entry.roles, entry.route) == ("mette", ("officer",), "GET /known/{id}")
    assert entry.purpose == "case c-7, [person number removed]"
    assert "Lykke" not in entry.model_dump_json()


async def test_without_a_reason_it_is_what_the_route_is_for(standing: Standing) -> None:
    async with standing.client(OFFICER) as client:
        await client.get(f"/known/{PERSON}")
    assert [one.purpose for one in entries(standing)] == ["Show somebody."]


async def test_a_route_that_says_nothing_of_itself_is_recorded_by_its_name(
    standing: Standing,
) -> None:
    async with standing.client(OFFICER) as client:
        await client.get(f"/undescribed/{PERSON}")
    assert [one.purpose for one in entries(standing)] == ["Undescribed"]


async def test_each_person_on_a_list_is_one_entry_and_companies_are_none(
    standing: Standing,
) -> None:
    async with standing.client(OFFICER) as client:
        await client.get("/known")
        await client.get("/nobody")
        await client.get("/known/dk-cvr-61056416")
    assert sorted(one.subject for one in entries(standing)) == [PERSON, "person-2"]


async def test_what_cannot_be_recorded_is_not_shown(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(entries: list[AccessEntry]) -> None:
        raise Outage("the database is away")

    monkeypatch.setattr(standing.store, "note_access", away)
    async with standing.client(OFFICER) as client:
        answer = await client.get(f"/known/{PERSON}")
    assert answer.status_code == 503
    assert "Lykke" not in answer.text


async def test_who_protects_data_reads_the_record_of_its_buyer_and_no_data(
    standing: Standing,
) -> None:
    ours = OFFICER.model_copy(update={"buyers": (BUYER,)})
    other = OFFICER.model_copy(update={"subject": "strange", "buyers": ("dk-cvr-1",)})
    for reader in (ours, other):
        async with standing.client(reader) as client:
            await client.get(f"/known/{PERSON}")
    async with standing.client(PROTECTOR) as client:
        shown = (await client.get("/access-record", params={"subject": PERSON})).json()["items"]
        refused: httpx.Response = await client.get(f"/known/{PERSON}")
    assert [one["caller"] for one in shown] == ["mette"]
    assert refused.status_code == 403
    async with standing.client(OFFICER) as client:
        assert (await client.get("/access-record")).status_code == 403
