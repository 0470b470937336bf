"""Source and words of a complaint are erased by themselves when their time is over."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.audits.api import api
from services.audits.domain import Complaint
from services.audits.handlers import router
from shared.domain import Caller
from shared.events.audits import ComplaintErased, ComplaintErasureAnnounced, ComplaintErasureWaits
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, DOCUMENTS, LABOUR, clauses, signed
from tests.audits.test_talks import AFAR, INGER, THOMAS, TIP, of
from tests.serving import Standing

SWEDISH = "se-orgnr-2321000016"
ASTRID = Caller(subject="astrid", roles=("tip_receiver",), buyers=(SWEDISH,))


class Keys:
    ring: Any = None

    async def destroy(self, subject: str) -> None:
        await self.ring.destroy(subject)


@pytest.fixture
async def world() -> World:
    keys = Keys()
    world = World(router, adapters={**ADAPTERS, "persons": keys})
    keys.ring = world.store.keyring
    await world.tell(signed(), clauses(LABOUR, DOCUMENTS))
    return world


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


async def assessed(standing: Standing, receiver: Caller = INGER, **more: Any) -> str:
    """A tip that somebody has assessed: its time runs from now on."""
    async with standing.client(None) as anybody, standing.client(receiver) as inger:
        told = (await anybody.post("/tips", json=TIP | more)).json()
        said = {"outcome": "unfounded", "told": "Nothing was found at the places named."}
        at = f"/complaints/{told['complaint_id']}"
        assert (await inger.post(f"{at}/assess", json=said)).status_code == 200
    return str(told["complaint_id"])


async def pass_time(world: World, days: float) -> None:
    await world.advance(timedelta(days=days))
    await world.do_effects()


async def known(world: World, id: str) -> bool:
    name = ("personal", f"person-{id}")
    keys: Any = await world.store.keyring.keys([name], create=False)
    return keys.get(name) is not None


async def test_it_is_erased_two_years_after_it_was_assessed(
    standing: Standing, world: World
) -> None:
    id = await assessed(standing)
    await pass_time(world, 2 * 365 - 2)
    assert await known(world, id)
    await pass_time(world, 4)
    assert not await known(world, id)
    (fact,) = of(world, ComplaintErased)
    assert (fact.complaint_id, fact.rule) == (id, "DK-TIP")


async def test_its_receivers_are_told_once_before_that(standing: Standing, world: World) -> None:
    id = await assessed(standing)
    await pass_time(world, 2 * 365 - 40)
    assert of(world, ComplaintErasureAnnounced) == []
    await pass_time(world, 42)
    (fact,) = of(world, ComplaintErasureAnnounced)
    assert fact.need is not None
    assert (fact.need.kind, fact.need.role) == ("review-keeping", "tip_receiver")
    (gone,) = of(world, ComplaintErased)
    assert fact.need.id in gone.settles
    assert fact.complaint_id == id


async def test_what_nobody_assessed_is_kept(standing: Standing, world: World) -> None:
    async with standing.client(None) as anybody:
        id = (await anybody.post("/tips", json=TIP)).json()["complaint_id"]
    await pass_time(world, 4 * 365)
    assert await known(world, id)


async def test_its_receivers_alone_hold_it_back_and_let_it_go(
    standing: Standing, world: World
) -> None:
    id = await assessed(standing)
    at, why = f"/complaints/{id}", {"reason": "the police have asked for it"}
    async with standing.client(THOMAS) as thomas, standing.client(AFAR) as afar:
        assert (await thomas.post(f"{at}/hold", json=why)).status_code == 403
        assert (await afar.post(f"{at}/hold", json=why)).status_code == 403
    async with standing.client(INGER) as inger:
        assert (await inger.post(f"{at}/hold", json=why)).status_code == 200
        assert (await inger.get(at)).json()["kept"]["held"] == why["reason"]
        await pass_time(world, 3 * 365)
        assert await known(world, id)
        assert [one.why for one in of(world, ComplaintErasureWaits)] == ["held"]
        assert (await inger.post(f"{at}/release", json=why)).status_code == 200
    await world.do_effects()
    assert not await known(world, id)


async def test_a_swedish_buyer_s_tip_goes_by_its_own_law(standing: Standing, world: World) -> None:
    id = await assessed(standing, ASTRID, buyer_id=SWEDISH, contract_id="")
    kept = world.state(Complaint, id).kept
    assert kept is not None
    assert kept.rule == "SE-TIP"
    assert BUYER != SWEDISH
