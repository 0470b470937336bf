"""A contract passes to another buyer: who may act changes, what was found does not."""

from datetime import date

from services.subcontractors.commands import ApproveSubcontractor
from services.subcontractors.domain import Chain, Exposure
from shared.domain import Caller
from shared.events.contracts import ContractPassedOn
from shared.events.subcontractors import ExposureEnded, ExposureFound, SubcontractorApproved
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    OTHER_REGION,
    REGION,
    Chains,
    confirmed,
    dismissed,
    flagged,
    named,
    owned,
    raised,
    signed,
)

SUCCESSOR = "dk-cvr-10103940"
PASSED = ContractPassedOn(
    contract_id=CONTRACT,
    buyer_id=SUCCESSOR,
    predecessor_id=REGION,
    effective=date(2027, 1, 1),
    reason="the regions merge by law",
)
NEW_OFFICER = Caller(subject="ida", roles=("officer",), buyers=(SUCCESSOR,))
APPROVE = ApproveSubcontractor(contract_id=CONTRACT, party_id=BALTIC, reason="as agreed before")


async def test_from_its_day_the_successor_alone_approves() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), PASSED)
    assert world.state(Chain, CONTRACT).buyers == (SUCCESSOR, REGION)
    old_officer = Caller(subject="mette", roles=("officer",), buyers=(REGION,))
    await world.refused(APPROVE, by=old_officer)
    await world.tell(APPROVE, by=NEW_OFFICER)
    (said,) = world.of(SubcontractorApproved)
    assert said.buyer_id == SUCCESSOR


async def test_a_dismissed_hit_does_not_ring_again_for_the_successor() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC), dismissed(BALTIC))
    before = len(world.of(ExposureFound))
    await world.tell(PASSED)
    assert len(world.of(ExposureFound)) == before
    assert world.open_exposures == set()


async def test_a_verdict_on_owners_goes_on_to_count() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), owned(BALTIC, anna=60))
    await world.tell(
        raised("person-anna"), confirmed("person-anna"), flagged(BALTIC, "owned", "person-anna")
    )
    before, found = world.open_exposures, len(world.of(ExposureFound))
    ended = len(world.of(ExposureEnded))
    assert before
    await world.tell(PASSED)
    assert world.open_exposures == before
    assert (len(world.of(ExposureFound)), len(world.of(ExposureEnded))) == (found, ended)
    exposures = [d for d in world.store.documents.values() if isinstance(d, Exposure) and d.open]
    assert {one.buyer_id for one in exposures} == {SUCCESSOR}


async def test_what_the_successor_finds_itself_counts_before_all_others() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC), dismissed(BALTIC), PASSED)
    await world.tell(confirmed(BALTIC, buyer=SUCCESSOR))
    ((contract_id, party_id, ref, *_),) = world.open_exposures
    assert (contract_id, party_id, ref) == (CONTRACT, BALTIC, "hit-1#confirmed")


async def test_another_buyers_verdict_is_still_not_taken_over() -> None:
    world = Chains()
    await world.tell(signed(), named((BALTIC, 25)), raised(BALTIC), PASSED)
    await world.tell(dismissed(BALTIC, buyer=OTHER_REGION))
    assert world.open_exposures
