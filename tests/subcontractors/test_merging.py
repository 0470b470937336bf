"""Parties that turn out to be one, and those that do not after all: exposures survive both."""

from services.subcontractors.domain import Chain
from shared.events.onboarding import PartiesMerged, PartyAliased, PartySplit
from shared.events.subcontractors import (
    ChainViolationFound,
    ExposureEnded,
    ExposureFound,
    SubcontractorDeclared,
)
from shared.events.words import Identifier
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    NORDLYS,
    OTHER_REGION,
    Chains,
    case_dismissed,
    case_flagged,
    concluded,
    confirmed,
    named,
    owned,
    raised,
    signed,
)

LOOSE = "party-7f3c"


def merged(party_id: str, into: str) -> PartiesMerged:
    return PartiesMerged(party_id=into, merged_id=party_id, by="mette", reason="same number")


def split(party_id: str, of: str) -> PartySplit:
    return PartySplit(party_id=of, split_id=party_id, by="mette", reason="another company")


async def test_what_is_told_of_one_touches_the_contracts_of_the_other() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(LOOSE))
    assert world.open_exposures == set()
    await world.tell(merged(LOOSE, BALTIC))
    assert world.open_exposures == {(CONTRACT, BALTIC, "hit-1", "subcontractor", "REVIEW")}


async def test_an_exposure_keeps_its_id_and_is_not_announced_again() -> None:
    world = Chains()
    await world.tell(signed(), named((LOOSE, 25)), raised(LOOSE), merged(LOOSE, BALTIC))
    (found,) = world.of(ExposureFound)
    assert world.of(ExposureEnded) == []
    await world.tell(split(LOOSE, BALTIC))
    assert world.of(ExposureFound) == [found]
    assert world.of(ExposureEnded) == []


async def test_two_places_of_one_party_on_a_contract_are_touched_once() -> None:
    world = Chains()
    await world.tell(signed(), named((LOOSE, 25), (BALTIC, 5)), merged(LOOSE, BALTIC))
    await world.tell(raised(BALTIC))
    assert len(world.open_exposures) == 1


async def test_a_split_takes_back_what_the_merging_had_touched() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(LOOSE), merged(LOOSE, BALTIC))
    await world.tell(split(LOOSE, BALTIC))
    assert world.open_exposures == set()
    await world.tell(merged(LOOSE, BALTIC))
    assert len(world.open_exposures) == 1


async def test_owners_are_found_through_merged_companies_and_merged_owners() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(LOOSE, anna=60))
    await world.tell(raised("person-anna-2"), merged("person-anna-2", "person-anna"))
    assert world.open_exposures == set()
    await world.tell(merged(LOOSE, BALTIC))
    assert {e[1] for e in world.open_exposures} == {"person-anna"}


async def test_a_number_learnt_later_joins_what_was_told_under_it() -> None:
    world = Chains()
    number = Identifier(scheme="dk-cvr", value=BALTIC.removeprefix("dk-cvr-"))
    await world.tell(signed(), named((LOOSE, 25)), raised(BALTIC))
    await world.tell(PartyAliased(party_id=LOOSE, identifier=number))
    assert {e[1] for e in world.open_exposures} == {LOOSE}


async def test_who_is_in_the_chain_under_another_id_is_not_declared_twice() -> None:
    world = Chains()
    await world.tell(signed(), named((LOOSE, 25)), merged(LOOSE, BALTIC))
    await world.tell(named((BALTIC, 25), document="doc-2"))
    assert len(world.of(SubcontractorDeclared)) == 1
    assert world.state(Chain, CONTRACT).party_ids == (NORDLYS, LOOSE)


async def test_three_parties_merged_in_any_way_are_one() -> None:
    for order in ((LOOSE, BALTIC, HANSEN), (HANSEN, LOOSE, BALTIC)):
        world = Chains()
        first, second, third = order
        await world.tell(signed(), named((LOOSE, 25)), raised(HANSEN))
        await world.tell(merged(first, second), merged(second, third), merged(third, first))
        assert len(world.open_exposures) == 1


async def test_a_case_that_was_dismissed_stays_so_after_a_merging() -> None:
    world = Chains()
    await world.tell(signed(), named((LOOSE, 25)), concluded(LOOSE, "yes"))
    exposure = world.of(ExposureFound)[0].exposure_id
    await world.tell(case_flagged(LOOSE, exposure), case_dismissed(LOOSE), merged(LOOSE, BALTIC))
    assert world.open_exposures == set()


async def test_a_verdict_counts_for_the_party_under_each_of_its_ids() -> None:
    world = Chains()
    await world.tell(
        signed(), signed("other-k1", OTHER_REGION, BALTIC), named((LOOSE, 25)), raised(LOOSE)
    )
    await world.tell(merged(LOOSE, BALTIC), confirmed(LOOSE))
    assert {(e[0], e[2]) for e in world.open_exposures} == {
        (CONTRACT, "hit-1#confirmed"),
        ("other-k1", "hit-1"),
    }


async def test_what_art_5k_says_of_a_party_breaks_the_chain_of_its_twin() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), concluded(LOOSE, "yes"), merged(LOOSE, BALTIC))
    assert [e.rule for e in world.of(ChainViolationFound)] == ["SAN-5K"]


async def test_who_is_split_off_stands_alone_and_the_others_stay_together() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(LOOSE), raised(HANSEN, "hit-2"))
    await world.tell(merged(LOOSE, HANSEN), merged(HANSEN, BALTIC))
    assert {e[2] for e in world.open_exposures} == {"hit-1", "hit-2"}
    await world.tell(split(HANSEN, BALTIC))
    assert {e[2] for e in world.open_exposures} == {"hit-1"}
