"""How far a fall reaches: contracts, goods and stock, who could step in, on whom all depends."""

from pathlib import Path
from typing import Any

from services.subcontractors.api import api
from services.subcontractors.atlas import OVERLAP, Atlas
from services.subcontractors.blast import Blast, blast_of, blast_of_entry, dependencies
from services.subcontractors.domain.cards import ChainCard
from shared.domain import Caller
from shared.events.contracts import ContractEnded, GoodsListed
from shared.events.onboarding import PartiesMerged, PartyQualified, SubcontractorsNamed
from shared.events.words import Good, Lot, NamedSubcontractor, Share
from tests.serving import Standing
from tests.subcontractors.told import (
    BALTIC,
    FYNS,
    HANSEN,
    NORDLYS,
    ORESUND,
    OTHER_REGION,
    REGION,
    Chains,
    dismissed,
    owned,
    party,
    raised,
    signed,
)

ANNA = "person-anna"


def everyone(buyer_id: str) -> bool:
    return True


def contract(id: str, supplier: str = NORDLYS, buyer: str = REGION, **more: Any) -> Any:
    values = {"category": "90910000", "units": (f"unit-{id}",), "lots": (Lot(lot_id=f"{id}/1"),)}
    return signed(id, buyer, supplier).model_copy(update=values | more)


def working(
    contract: str, *who: str, does: str = "cleaning", supplier: str = NORDLYS, buyer: str = REGION
) -> SubcontractorsNamed:
    return SubcontractorsNamed(
        contract_id=contract,
        buyer_id=buyer,
        supplier_id=supplier,
        document_id=f"doc-{contract}-{'-'.join(who)}",
        named=tuple(
            NamedSubcontractor(party=party(one), service=does, share=Share.exactly(5))
            for one in who
        ),
    )


def shown(contract: str, party_id: str, buyer: str = REGION) -> PartyQualified:
    return PartyQualified(
        party_id=party_id, buyer_id=buyer, contract_id=contract, role="subcontractor"
    )


def goods(contract: str, *listed: Good) -> GoodsListed:
    return GoodsListed(contract_id=contract, buyer_id=REGION, goods=listed)


async def drawn(*said: Any) -> tuple[Chains, Atlas]:
    world, atlas = Chains(), Atlas()
    await world.tell(*said)
    await atlas.look(world.store)
    return world, atlas


def of(atlas: Atlas, *party_ids: str) -> Blast:
    return blast_of(atlas, party_ids, everyone)


async def test_an_owner_takes_along_every_contract_of_its_companies() -> None:
    _, atlas = await drawn(
        contract("k1"), contract("k2", BALTIC), working("k1", BALTIC), owned(BALTIC, anna=60)
    )
    blast = of(atlas, ANNA)
    assert [(c.contract_id, c.role, c.path) for c in blast.contracts] == [
        ("k1", "subcontractor", (NORDLYS, BALTIC, ANNA)),
        ("k2", "supplier", (BALTIC, ANNA)),
    ]
    assert (blast.units, blast.lots) == (("unit-k1", "unit-k2"), 2)
    assert blast.contracts[0].least == 5


async def test_critical_goods_come_with_the_shortest_stock_and_an_unknown_one_first() -> None:
    _, atlas = await drawn(
        contract("k1"),
        goods(
            "k1",
            Good(item="gloves", critical=True, days_of_stock=60),
            Good(item="masks", critical=True, days_of_stock=3),
            Good(item="swabs", critical=True),
            Good(item="pens", days_of_stock=1),
        ),
    )
    blast = of(atlas, NORDLYS)
    assert [g.item for g in blast.critical_goods] == ["swabs", "masks", "gloves"]
    assert (blast.least_days_of_stock, blast.stock_unknown) == (3, 1)


async def test_a_manufacturer_touches_the_contracts_that_deliver_its_goods() -> None:
    _, atlas = await drawn(
        contract("k1"), goods("k1", Good(item="pump", made_by=ORESUND, critical=True))
    )
    (touched,) = of(atlas, ORESUND).contracts
    assert (touched.contract_id, touched.role) == ("k1", "manufacturer")


async def test_a_substitute_is_qualified_does_the_same_and_falls_not_itself() -> None:
    _, atlas = await drawn(
        contract("k1"),
        contract("k2", FYNS),
        contract("k3", FYNS, category="33140000"),
        working("k1", BALTIC),
        working("k2", HANSEN, ORESUND, supplier=FYNS),
        working("k2", "dk-cvr-1", does="windows", supplier=FYNS),
        working("k3", "dk-cvr-2", supplier=FYNS),
        *(shown("k2", p) for p in (HANSEN, "dk-cvr-1")),
        shown("k3", "dk-cvr-2"),
    )
    blast = of(atlas, BALTIC)
    (substitute,) = blast.substitutes
    assert (substitute.party_id, substitute.does) == (HANSEN, "cleaning")
    assert substitute.instead_of == ("k1",)
    assert blast.without_substitute == ()
    assert of(atlas, BALTIC, HANSEN).substitutes == ()
    assert of(atlas, BALTIC, HANSEN).without_substitute == ("k1", "k2")


async def test_a_company_of_the_same_owner_is_no_substitute() -> None:
    _, atlas = await drawn(
        contract("k1"),
        contract("k2", FYNS),
        working("k1", BALTIC),
        working("k2", HANSEN, supplier=FYNS),
        shown("k2", HANSEN),
        owned(BALTIC, anna=60),
        owned(HANSEN, anna=60),
    )
    assert of(atlas, ANNA).substitutes == ()
    assert of(atlas, ANNA).without_substitute == ("k1", "k2")


async def test_merged_parties_fall_together() -> None:
    merged = PartiesMerged(party_id=HANSEN, merged_id=BALTIC, by="mette", reason="same")
    _, atlas = await drawn(
        contract("k1"), contract("k2"), working("k1", BALTIC), working("k2", HANSEN), merged
    )
    assert of(atlas, BALTIC) == of(atlas, HANSEN)
    assert [c.contract_id for c in of(atlas, BALTIC).contracts] == ["k1", "k2"]


async def test_a_contract_that_is_over_is_touched_by_nobody() -> None:
    world, atlas = await drawn(contract("k1"), working("k1", BALTIC))
    await world.tell(ContractEnded(contract_id="k1", buyer_id=REGION, reason="expired"))
    assert len(of(atlas, BALTIC).contracts) == 1
    await atlas.look(world.store)
    assert of(atlas, BALTIC).contracts == ()


async def test_a_listed_entry_does_not_touch_the_buyer_that_found_somebody_else() -> None:
    _, atlas = await drawn(
        contract("k1"),
        contract("k2", BALTIC, OTHER_REGION),
        working("k1", BALTIC),
        raised(BALTIC),
        dismissed(BALTIC),
    )
    (touched,) = blast_of_entry(atlas, "eu/90301", everyone).contracts
    assert touched.contract_id == "k2"


async def test_a_card_that_was_stamped_before_a_later_one_was_read_is_taken_in_all_the_same() -> (
    None
):
    world, atlas = await drawn(contract("k1"))
    late = world.state(ChainCard, "k1").model_copy(update={"id": "k0", "title": "late"})
    late.stamp = f"{int(late.stamp.split()[0]) - 1:020d} k0"
    world.store.documents[ChainCard, "k0"] = late
    await atlas.look(world.store)
    assert "k0" not in atlas.contracts
    await atlas.look(world.store, back=OVERLAP)
    assert atlas.contracts["k0"].title == "late"


async def test_the_points_on_which_a_category_depends() -> None:
    _, atlas = await drawn(
        contract("k1"),
        contract("k2", FYNS),
        contract("k3", FYNS, category="33140000"),
        working("k1", BALTIC),
        working("k2", HANSEN, supplier=FYNS),
        *(
            working(k, ORESUND, does="waste", supplier=s)
            for k, s in (("k1", NORDLYS), ("k2", FYNS))
        ),
        owned(BALTIC, anna=60),
        owned(FYNS, anna=60),
        goods("k3", Good(item="pump", critical=True, sole_source=True)),
    )
    reports = {r.category: r for r in dependencies(atlas, REGION, 5)}
    points = {p.party_id: p for p in reports["90910"].points}
    assert set(points) == {ANNA, ORESUND}
    assert points[ANNA].every_contract
    assert points[ORESUND].alone_in == {"waste": 2}
    (single,) = reports["33140"].points
    assert (single.party_id, single.sole_source) == (FYNS, ("pump",))
    assert dependencies(atlas, OTHER_REGION, 5) == []


async def test_only_contracts_of_the_callers_buyers_are_shown(tmp_path: Path) -> None:
    world, _ = await drawn(
        contract("k1"), contract("k2", BALTIC, OTHER_REGION), working("k1", BALTIC), raised(BALTIC)
    )
    service = Standing(world, api, tmp_path, adapters={"atlas": Atlas()})
    mine = Caller(subject="x", roles=("officer",), buyers=(OTHER_REGION,))
    async with service.client() as all_buyers, service.client(mine) as one:
        path = f"/parties/{BALTIC}/blast"
        assert len((await all_buyers.get(path)).json()["contracts"]) == 2
        assert [c["contract_id"] for c in (await one.get(path)).json()["contracts"]] == ["k2"]
        entry = (await one.get("/entries/eu/90301/blast")).json()
        assert [c["contract_id"] for c in entry["contracts"]] == ["k2"]
        assert (await one.get("/parties/nobody/blast")).json()["contracts"] == []
        assert (await one.get(f"/dependencies?buyer_id={REGION}")).status_code == 403
        assert (await one.get(f"/dependencies?buyer_id={OTHER_REGION}")).status_code == 200
