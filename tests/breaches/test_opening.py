"""Which facts open a case, on which track; and which join the one that is open."""

from datetime import timedelta

from services.breaches.commands import (
    DismissCase,
)
from services.breaches.domain import Stage
from shared.events.breaches import (
    BreachFlagged,
    CaseJoined,
    Track,
)
from shared.events.subcontractors import (
    ExposureEnded,
)
from shared.events.words import CauseKind, Role, Status
from tests.breaches.test_legal_block import FREEZE, flagged
from tests.breaches.told import (
    BALTIC,
    CONTRACT,
    HANSEN,
    REGION,
    REPLACEMENT,
    Cases,
    clauses,
    exposed,
    owned_by_listed,
    signed,
)


async def test_a_listed_owner_opens_a_case_that_asks_for_a_hold_within_24_hours() -> None:
    world = await flagged()
    (event,) = world.of(BreachFlagged)
    assert (event.track, event.status, event.mandatory) == (
        Track.LEGAL_BLOCK,
        Status.REVIEW,
        True,
    )
    assert event.need.id == f"hold/{event.case_id}"
    assert event.need.due == world.now + timedelta(hours=24)
    assert event.basis == (FREEZE, "clause replacement")
    assert event.rulebook_version == "2026-04"


async def test_an_unconfirmed_hit_and_a_substitute_open_no_case() -> None:
    world = Cases()
    await world.tell(
        signed(),
        exposed(BALTIC, CauseKind.HIT, "SAN-AF", ref="hit-1"),
        owned_by_listed(role=Role.SUBSTITUTE, status=Status.CLEAR),
    )
    assert world.announced == []


async def test_a_listed_owner_of_20_percent_blocks_nothing() -> None:
    """Screening found `not_owned`: the exposure ends with that reason, and no case ever opens."""
    world = Cases()
    hit = exposed("person-b", CauseKind.HIT, "SAN-AF", ref="hit-2")
    reason = "listed owners hold 20 %, less than 50 %, and no control is known: nothing is frozen"
    ended = ExposureEnded(
        exposure_id=hit.exposure_id,
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id="person-b",
        cause=hit.cause,
        reason=reason,
    )
    await world.tell(signed(), hit, ended)
    assert world.announced == []
    assert world.cases == []


async def test_duplicates_join_the_open_case() -> None:
    world = await flagged()
    await world.tell(owned_by_listed(), owned_by_listed(exposure="exp-2"))
    [flag], [joined] = world.of(BreachFlagged), world.of(CaseJoined)
    assert joined.case_id == flag.case_id
    assert (flag.exposure_ids, joined.exposure_ids) == (("exp-1",), ("exp-2",))
    assert joined.need is None
    await world.tell(owned_by_listed(HANSEN, exposure="exp-3"))
    assert len(world.cases) == 2


async def test_after_the_end_the_same_rule_opens_a_new_case() -> None:
    world = await flagged()
    first = world.case.id
    await world.done(DismissCase(case_id=first, reason="another person"))
    await world.tell(owned_by_listed(exposure="exp-9"))
    assert len({case.id for case in world.cases}) == 2


async def test_unknown_owners_are_a_question_until_they_are_known_to_be_listed() -> None:
    world = Cases()
    await world.tell(signed(), clauses(REPLACEMENT), owned_by_listed(status=Status.CONDITIONAL))
    assert (world.case.track, world.case.status) == (Track.ENQUIRY, Status.CONDITIONAL)
    await world.tell(owned_by_listed())
    assert (world.case.track, world.case.stage) == (Track.LEGAL_BLOCK, Stage.FLAGGED)
    assert world.announced[-1].need.id == f"hold/{world.case.id}"  # type: ignore[union-attr]


async def test_a_fact_that_comes_before_its_contract_waits_for_it() -> None:
    world = Cases()
    await world.tell(owned_by_listed())
    assert world.parked[0].missing == f"agreement/{CONTRACT}"


async def test_a_rule_that_no_rulebook_knows_is_set_aside_with_the_reason() -> None:
    world = Cases()
    await world.tell(signed(), exposed(BALTIC, CauseKind.DOCUMENT, "EX-ZZ"))
    assert world.rejected == ["rulebook 2026-04 has no rule EX-ZZ: it cannot be acted on"]
