"""Goods: what they are, how long the attested stock lasts, and who is told that it does not."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.api import api
from services.contracts.domain.goods import CHARACTERS, check_pair
from shared.domain import Caller
from shared.events.contracts import GoodsListed, StockAttested, StockFellShort, StockRestored
from shared.testing import World
from tests.contracts.conftest import PERSON_KEY, release
from tests.contracts.test_releases import K1, take_in
from tests.serving import Standing

BUYER = "dk-cvr-91204711"
MANAGER = Caller(subject="karin", roles=("contract_manager",), buyers=(BUYER,))
STRANGER = Caller(subject="ole", roles=("contract_manager",), buyers=("dk-cvr-11111111",))

GLOVES = {
    "item": "H-1",
    "title": "Undersøgelseshandske",
    "basic_udi_di": "1987654Ad4X4bL5ttr2310c2K",
    "manufacturer": "Ansell",
    "origin": "MY",
    "share": {"minimum": 60, "maximum": 60},
    "certificates": [{"scheme": "mdr", "number": "MDR-1", "body": "0543"}],
    "critical": True,
    "consumption_per_day": 1000,
    "guarantees": [{"quantity": 500000, "starts": "2026-01-01", "ends": "2028-12-31"}],
    "environment": {"co2_kg": 0.03, "single_use": True, "label": "none"},
}
SWABS = {"item": "P-1", "title": "Podepind", "alternatives": ["P-2"]}


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, release())
    return Standing(world, api, tmp_path, adapters={"person_key": PERSON_KEY})


async def put(standing: Standing, *goods: dict[str, Any], by: Caller = MANAGER) -> Any:
    async with standing.client(by) as client:
        return await client.put(f"/contracts/{K1}/goods", json={"goods": goods})


async def attest(standing: Standing, quantity: float, day: date, item: str = "H-1") -> Any:
    async with standing.client(MANAGER) as client:
        body = {"quantity": quantity, "as_of": day.isoformat()}
        return await client.post(f"/contracts/{K1}/goods/{item}/stock", json=body)


def announced(world: World, kind: type) -> list[Any]:
    return [event for event in world.announced if isinstance(event, kind)]


async def test_critical_goods_without_attested_stock_ask_for_it(standing: Standing) -> None:
    assert (await put(standing, GLOVES, SWABS)).status_code == 200
    [listed] = announced(standing.world, GoodsListed)
    gloves, swabs = listed.goods
    assert (gloves.critical, gloves.sole_source, gloves.origin) == (True, True, "MY")
    assert (gloves.days_of_stock, swabs.sole_source) == (None, False)
    [short] = announced(standing.world, StockFellShort)
    assert (short.item, short.days_of_stock, short.required_days) == ("H-1", None, 182)
    assert short.need.kind == "restock"


async def test_enough_stock_settles_the_need_and_its_days_are_told(standing: Standing) -> None:
    await put(standing, GLOVES)
    await attest(standing, 200_000, standing.world.now.date())
    [said] = announced(standing.world, StockAttested)
    assert (said.quantity, said.by) == (200_000, "karin")
    assert announced(standing.world, GoodsListed)[-1].goods[0].days_of_stock == 200
    [restored] = announced(standing.world, StockRestored)
    assert restored.settles == (announced(standing.world, StockFellShort)[0].need.id,)


async def test_an_attestation_that_grows_old_counts_no_longer(standing: Standing) -> None:
    await put(standing, GLOVES)
    await attest(standing, 200_000, standing.world.now.date())
    await standing.world.advance(timedelta(days=99))
    assert len(announced(standing.world, StockFellShort)) == 1
    await standing.world.advance(timedelta(days=3))
    assert len(announced(standing.world, StockFellShort)) == 2
    needs = [event.need.id for event in announced(standing.world, StockFellShort)]
    assert len(set(needs)) == 2


async def test_a_contract_can_require_another_number_of_days(standing: Standing) -> None:
    await put(standing, GLOVES | {"required_days": 30})
    await attest(standing, 29_000, standing.world.now.date())
    assert announced(standing.world, StockRestored) == []
    await attest(standing, 30_000, standing.world.now.date())
    assert len(announced(standing.world, StockRestored)) == 1


async def test_the_same_list_again_says_nothing(standing: Standing) -> None:
    await put(standing, GLOVES)
    told = len(standing.world.told)
    await put(standing, GLOVES)
    assert len(standing.world.told) == told


async def test_stock_is_shown_as_it_was_attested_by_a_day(standing: Standing) -> None:
    today = standing.world.now.date()
    await put(standing, GLOVES)
    await attest(standing, 100_000, today - timedelta(days=10))
    await attest(standing, 60_000, today)
    async with standing.client(MANAGER) as client:
        now = (await client.get(f"/contracts/{K1}/goods")).json()
        then = (await client.get(f"/contracts/{K1}/goods?as_of={today - timedelta(days=1)}")).json()
    assert (now["goods"][0]["days_of_stock"], then["goods"][0]["days_of_stock"]) == (60, 100)
    assert now["goods"][0]["environment"]["co2_kg"] == 0.03


@pytest.mark.parametrize(
    ("goods", "field"),
    [
        ([GLOVES, GLOVES], "goods.1.item"),
        ([GLOVES | {"basic_udi_di": "1987654Ad4X4bL5ttr2310c22"}], "goods.0.basic_udi_di"),
        ([GLOVES | {"consumption_per_day": 0}], "goods.0.consumption_per_day"),
        ([GLOVES | {"origin": "Malaysia"}], "goods.0.origin"),
    ],
)
async def test_a_wrong_field_of_an_item_is_named(
    standing: Standing, goods: list[dict[str, Any]], field: str
) -> None:
    answer = await put(standing, *goods)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)
    assert announced(standing.world, GoodsListed) == []


async def test_stock_of_the_future_or_of_an_unknown_item_is_refused(standing: Standing) -> None:
    await put(standing, GLOVES)
    today = standing.world.now.date()
    assert (await attest(standing, 1, today + timedelta(days=1))).status_code == 422
    assert (await attest(standing, 1, today, item="X")).status_code == 422


async def test_goods_of_another_buyers_contract_are_out_of_reach(standing: Standing) -> None:
    assert (await put(standing, GLOVES, by=STRANGER)).status_code == 403


def test_the_check_characters_are_those_of_the_gs1_specification() -> None:
    """The example of the GS1 General Specifications, section on the Global Model Number."""
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"


@given(st.text(CHARACTERS, min_size=6, max_size=23), st.data())
def test_any_changed_character_of_a_model_number_shows(model: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(model) - 1))
    other = data.draw(st.sampled_from(CHARACTERS).filter(lambda sign: sign != model[place]))
    assert check_pair(model[:place] + other + model[place + 1 :]) != check_pair(model)
