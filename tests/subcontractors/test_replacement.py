"""Replacing a subcontractor: demanded, proposed, checked, cleared by a person, replaced."""

from datetime import date, timedelta

import pytest

from services.subcontractors.commands import (
    ApproveSubcontractor,
    ClearSubstitute,
    ExtendReplacement,
    ProposeSubstitute,
    RefuseSubstitute,
    WithdrawReplacement,
    WithdrawSubcontractor,
)
from services.subcontractors.domain import Chain, Replacement, Stage
from services.subcontractors.domain.ids import id_of
from shared.events.base import Said
from shared.events.subcontractors import (
    ExposureFound,
    ReplacementDemanded,
    ReplacementExtended,
    ReplacementOverdue,
    ReplacementWithdrawn,
    SubcontractorReplaced,
    SubstituteChecked,
    SubstituteCleared,
    SubstituteProposed,
    SubstituteRefused,
)
from shared.events.words import Right, Role, Status
from tests.subcontractors.told import (
    BALTIC,
    CASE,
    CONTRACT,
    FYNS,
    HANSEN,
    NORDLYS,
    ORESUND,
    REGION,
    Chains,
    case_dismissed,
    case_flagged,
    clauses,
    concluded,
    confirmed,
    flagged,
    named,
    ordered,
    owned,
    party,
    qualified,
    raised,
    screened,
    signed,
)

REPLACEMENT = id_of("repl", CASE, "decision-1")
ANNA, CARL, DORA = "person-anna", "person-carl", "person-dora"


async def demanded() -> Chains:
    world = Chains()
    await world.tell(
        signed(),
        clauses(Right.REPLACE_SUBCONTRACTOR, days=15),
        named((BALTIC, 25), (HANSEN, 15)),
        owned(BALTIC, anna=60),
        raised(ANNA),
        confirmed(ANNA),
        flagged(BALTIC, "owned", ANNA),
        ordered(),
    )
    return world


def proposing(id: str) -> ProposeSubstitute:
    return ProposeSubstitute(replacement_id=REPLACEMENT, party=party(id))


def clearing(id: str, effective: date | None = None) -> ClearSubstitute:
    return ClearSubstitute(
        replacement_id=REPLACEMENT, party_id=id, reason="clean in every check", effective=effective
    )


CLEAN: tuple[Said, ...] = (
    proposing(FYNS),
    owned(FYNS, dora=100),
    *screened(FYNS, DORA),
    qualified(FYNS),
)


async def test_a_signed_decision_demands_a_replacement_with_the_days_of_the_clause() -> None:
    world = await demanded()
    (event,) = world.of(ReplacementDemanded)
    assert (event.replacement_id, event.case_id, event.outgoing_id) == (REPLACEMENT, CASE, BALTIC)
    assert event.deadline.date() == date(2026, 12, 14)
    assert (event.need.role, event.need.kind) == ("contract_manager", "follow-replacement")
    await world.tell(ordered())
    assert len(world.of(ReplacementDemanded)) == 1


async def test_a_substitute_is_checked_when_every_question_has_an_answer() -> None:
    world = await demanded()
    for said in CLEAN:
        assert world.of(SubstituteChecked) == []
        await world.tell(said)
    (checked,) = world.of(SubstituteChecked)
    assert {c.name: c.passed for c in checked.checks} == {
        "screening": True,
        "hits": True,
        "ownership": True,
        "documents": True,
        "chain": True,
    }
    assert checked.need.id == f"decide-substitute/{REPLACEMENT}/{FYNS}"
    assert checked.need.role == "officer"


async def test_it_does_not_matter_that_screening_was_first() -> None:
    world = await demanded()
    await world.tell(*screened(FYNS, DORA), qualified(FYNS), owned(FYNS, dora=100))
    assert world.of(SubstituteChecked) == []
    await world.tell(proposing(FYNS))
    assert len(world.of(SubstituteChecked)) == 1


async def test_clearing_waits_for_every_check_and_says_for_which() -> None:
    world = await demanded()
    await world.tell(proposing(FYNS), *screened(FYNS, DORA))
    reason = await world.refused(clearing(FYNS))
    assert "no statement of its owners" in reason
    assert "not everything that its role asks for" in reason


async def test_a_substitute_of_a_listed_owner_cannot_be_cleared_and_is_refused() -> None:
    world = await demanded()
    await world.tell(
        proposing(ORESUND), owned(ORESUND, carl=100), *screened(ORESUND, CARL), qualified(ORESUND)
    )
    assert world.of(SubstituteChecked)[-1].checks[1].passed
    await world.tell(raised(CARL, "hit-c"))
    found = world.of(ExposureFound)[-1]
    assert (found.role, found.status, found.party_id) == (Role.SUBSTITUTE, Status.CLEAR, CARL)
    assert found.need.id == f"review-hit/hit-c/{REGION}"
    assert "an owner resembles" in await world.refused(clearing(ORESUND))
    await world.tell(confirmed(CARL, "hit-c"))
    assert "has yet to be judged" in await world.refused(clearing(ORESUND))
    await world.tell(flagged(ORESUND, "owned", CARL, "hit-c", share=100))
    checked = world.of(SubstituteChecked)[-1]
    assert {c.name for c in checked.checks if c.passed is False} == {"ownership"}
    assert "a check failed: ownership" in await world.refused(clearing(ORESUND))
    await world.tell(
        RefuseSubstitute(replacement_id=REPLACEMENT, party_id=ORESUND, reason="wholly owned by C")
    )
    refused = world.of(SubstituteRefused)[-1]
    assert refused.settles == (f"decide-substitute/{REPLACEMENT}/{ORESUND}",)
    assert {e[1] for e in world.open_exposures} == {BALTIC}
    assert "was refused (wholly owned by C)" in await world.refused(proposing(ORESUND))


async def test_a_substitute_that_art_5k_speaks_of_cannot_be_cleared() -> None:
    world = await demanded()
    await world.tell(*CLEAN, concluded(FYNS, "yes", DORA))
    checked = world.of(SubstituteChecked)[-1]
    assert [c.name for c in checked.checks if c.passed is False] == ["ownership"]
    assert "a check failed: ownership: SAN-5K says yes" in await world.refused(clearing(FYNS))
    found = world.of(ExposureFound)[-1]
    assert (found.role, found.status, found.party_id) == (Role.SUBSTITUTE, Status.CLEAR, FYNS)


@pytest.mark.parametrize("verdict", ["unknown", "review"])
async def test_a_substitute_of_which_art_5k_cannot_be_told_is_not_clean(verdict: str) -> None:
    world = await demanded()
    await world.tell(*CLEAN, concluded(FYNS, verdict, DORA))
    waits = await world.refused(clearing(FYNS))
    assert f"has no answer: ownership: SAN-5K says {verdict}" in waits
    await world.tell(concluded(FYNS, "no"), clearing(FYNS))
    assert len(world.of(SubcontractorReplaced)) == 1


async def test_a_substitute_whose_owners_have_all_sold_is_not_clean() -> None:
    world = await demanded()
    statement = owned(FYNS, dora=100)
    sold = statement.stakes[0].model_copy(update={"ends": date(2026, 1, 1)})
    await world.tell(*CLEAN, statement.model_copy(update={"stakes": (sold,)}))
    assert "names nobody who still owns it" in await world.refused(clearing(FYNS))


async def test_the_clean_one_takes_over_from_a_date_and_the_old_ones_exposures_end() -> None:
    world = await demanded()
    await world.tell(*CLEAN, clearing(FYNS))
    (swap,) = world.of(SubcontractorReplaced)
    assert (swap.outgoing_id, swap.incoming_id) == (BALTIC, FYNS)
    assert (swap.effective, swap.chain_version) == (date(2026, 11, 23), 3)
    assert f"follow-replacement/{REPLACEMENT}" in swap.settles
    assert world.open_exposures == set()
    chain = world.state(Chain, CONTRACT)
    assert chain.party_ids == (NORDLYS, HANSEN, FYNS)
    assert chain.member(FYNS).share.minimum == 25  # type: ignore[union-attr]
    assert not world.deadlines
    assert len(world.of(SubstituteCleared)) == 1


async def test_a_later_day_of_the_swap_is_waited_for() -> None:
    world = await demanded()
    await world.tell(*CLEAN, clearing(FYNS, date(2026, 12, 1)))
    assert world.state(Replacement, REPLACEMENT).stage is Stage.CLEARED
    assert {e[1] for e in world.open_exposures} == {BALTIC}
    await world.advance(timedelta(days=10))
    assert len(world.of(SubcontractorReplaced)) == 1
    assert world.open_exposures == set()


async def test_what_is_found_between_clearing_and_the_swap_stops_it() -> None:
    world = await demanded()
    await world.tell(*CLEAN, clearing(FYNS, date(2026, 12, 1)), raised(DORA, "hit-d"))
    await world.advance(timedelta(days=10))
    assert world.of(SubcontractorReplaced) == []
    assert world.state(Replacement, REPLACEMENT).stage is Stage.DEMANDED
    assert f"replacement-deadline/{REPLACEMENT}" in world.deadlines


async def test_a_swap_cannot_lie_in_the_past_or_after_the_deadline() -> None:
    world = await demanded()
    await world.tell(*CLEAN)
    assert "cannot lie before it" in await world.refused(clearing(FYNS, date(2026, 11, 1)))
    assert "extend it first" in await world.refused(clearing(FYNS, date(2027, 1, 15)))


async def test_someone_on_the_contract_already_is_no_substitute() -> None:
    world = await demanded()
    await world.tell(
        proposing(HANSEN), owned(HANSEN, dora=100), *screened(HANSEN, DORA), qualified(HANSEN)
    )
    at_once, checked = world.of(SubstituteChecked)
    assert [c.name for c in at_once.checks if c.passed is False] == ["chain"]
    assert [c.name for c in checked.checks if c.passed is not True] == ["chain"]
    assert "is the one to be replaced" in await world.refused(proposing(BALTIC))


async def test_the_same_proposal_twice_is_one() -> None:
    world = await demanded()
    await world.tell(proposing(FYNS), proposing(FYNS))
    assert len(world.of(SubstituteProposed)) == 1


async def test_the_deadline_passes_once_and_can_be_extended_with_reasons() -> None:
    world = await demanded()
    await world.advance(timedelta(days=30))
    (late,) = world.of(ReplacementOverdue)
    assert late.need.role == "officer"
    ask = ExtendReplacement(replacement_id=REPLACEMENT, working_days=5, reason="strike")
    await world.tell(ask)
    (longer,) = world.of(ReplacementExtended)
    assert longer.settles == (f"overdue-replacement/{REPLACEMENT}",)
    await world.advance(timedelta(days=30))
    assert len(world.of(ReplacementOverdue)) == 2
    await world.tell(*CLEAN, clearing(FYNS))
    assert len(world.of(SubcontractorReplaced)) == 1


async def test_the_demand_falls_when_its_ground_does() -> None:
    world = await demanded()
    await world.tell(case_flagged(BALTIC), case_dismissed(BALTIC))
    (gone,) = world.of(ReplacementWithdrawn)
    assert "dismissed" in gone.reason
    assert not world.deadlines
    again = WithdrawReplacement(replacement_id=REPLACEMENT, reason="once more")
    assert "nothing to withdraw" in await world.refused(again)


async def test_nobody_must_be_replaced_who_has_left() -> None:
    world = await demanded()
    away = WithdrawSubcontractor(
        contract_id=CONTRACT, party_id=BALTIC, ends=date(2026, 11, 30), reason="it gave up"
    )
    await world.tell(away)
    assert world.of(ReplacementWithdrawn)[0].by == "subcontractors"
    await world.tell(ordered(decision="decision-2"))
    assert world.told[-1] is ReplacementWithdrawn
    assert not world.deadlines


async def test_a_substitute_that_came_in_is_a_member_like_others() -> None:
    world = await demanded()
    await world.tell(*CLEAN, clearing(FYNS), raised(DORA, "hit-d"))
    assert (CONTRACT, DORA, "hit-d", "subcontractor", "REVIEW") in world.open_exposures
    ask = ApproveSubcontractor(contract_id=CONTRACT, party_id=FYNS, reason="again")
    assert (await world.tell(ask)).error is None
