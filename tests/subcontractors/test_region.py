"""A whole region, made up from a seed: exposure of a list's change is complete and exact."""

import pytest

from bench.longway import Touched
from bench.region import BUYERS, SMALL, Region, made
from services.subcontractors.atlas import Atlas
from services.subcontractors.blast import blast_of, blast_of_entry, dependencies
from shared.events.subcontractors import ExposureEnded, ExposureFound
from tests.subcontractors.told import Chains


def everyone(buyer_id: str) -> bool:
    return True


async def loaded(seed: int) -> tuple[Chains, Region]:
    world, region = Chains(), made(seed, SMALL)
    await world.tell(*region.facts())
    return world, region


def open_now(world: Chains, region: Region) -> set[Touched]:
    seen: dict[str, Touched] = {}
    for event in world.announced:
        if isinstance(event, ExposureFound):
            assert event.exposure_id not in seen
            party_id = region.truth.now(event.party_id)
            seen[event.exposure_id] = (
                event.contract_id,
                party_id,
                event.cause.ref,
                event.role.value,
            )
        elif isinstance(event, ExposureEnded):
            del seen[event.exposure_id]
    assert len(set(seen.values())) == len(seen)
    return set(seen.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_change_of_a_list_touches_what_the_long_way_finds(seed: int) -> None:
    world, region = await loaded(seed)
    assert open_now(world, region) == set()
    await world.tell(*region.news())
    assert open_now(world, region) == region.truth.touched() != set()
    assert not world.rejected
    assert not world.parked


def test_the_same_seed_gives_the_same_region() -> None:
    assert made(5, SMALL).facts() == made(5, SMALL).facts()
    assert made(5, SMALL).facts() != made(6, SMALL).facts()


async def test_the_blast_of_every_party_is_what_the_long_way_finds() -> None:
    world, region = await loaded(4)
    await world.tell(*region.news())
    atlas = Atlas()
    await atlas.look(world.store)
    makers = {g.made_by for c in atlas.contracts.values() for g in c.goods}
    parties = {o for owners in region.truth.owners.values() for o in owners} - makers
    parties |= {m for members in region.truth.members.values() for m in members}
    touching = 0
    for party_id in sorted(parties - {None}):
        blast = blast_of(atlas, [party_id], everyone)
        as_maker = {c.contract_id for c in blast.contracts if c.role == "manufacturer"}
        found = {c.contract_id for c in blast.contracts} - as_maker
        assert found == region.truth.contracts_of(party_id)
        touching += bool(found)
    assert touching > 100


async def test_the_map_that_follows_is_the_map_that_is_drawn_anew() -> None:
    region = made(8, SMALL)
    world, followed = Chains(), Atlas()
    facts = [*region.facts(), *region.news()]
    for start in range(0, len(facts), 40):
        await world.tell(*facts[start : start + 40])
        await followed.look(world.store)
    anew = Atlas()
    await anew.look(world.store)
    for party_id in sorted({p for members in region.truth.members.values() for p in members}):
        both = [blast_of(atlas, [party_id], everyone) for atlas in (followed, anew)]
        assert both[0] == both[1]
    assert dependencies(followed, BUYERS[0], 5) == dependencies(anew, BUYERS[0], 5)


async def test_a_listed_entry_touches_what_its_parties_touch_but_not_who_was_cleared() -> None:
    world, region = await loaded(9)
    await world.tell(*region.news())
    atlas = Atlas()
    await atlas.look(world.store)
    for number, party_id in enumerate(region.listed):
        blast = blast_of_entry(atlas, f"eu/{number}", everyone)
        hits = region.truth.hits[party_id]
        wanted = region.truth.contracts_of(party_id) if f"hit-{number}" in hits else set()
        cleared = BUYERS[number % 3] if number % 3 == 2 else ""
        wanted = {c for c in wanted if region.truth.buyers[c] != cleared}
        made = {c.contract_id for c in blast.contracts if c.role == "manufacturer"}
        assert {c.contract_id for c in blast.contracts} - made == wanted - made
