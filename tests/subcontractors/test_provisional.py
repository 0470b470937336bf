"""A substitute works before its documents were shown, where the supply demands it."""

from datetime import date, timedelta

from services.subcontractors.commands import (
    AllowProvisional,
    ConfirmProvisional,
    EndProvisional,
    ExtendReplacement,
    ProposeSubstitute,
)
from services.subcontractors.domain import Answer, Chain, Replacement, Stage
from shared.events.subcontractors import (
    ProvisionalSubstituteAllowed,
    ProvisionalSubstituteEnded,
    ReplacementExtended,
    ReplacementOverdue,
    SubcontractorReplaced,
)
from tests.subcontractors.test_replacement import DORA, REPLACEMENT, clearing, demanded, proposing
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    FYNS,
    ORESUND,
    Chains,
    owned,
    party,
    qualified,
    screened,
)

ALLOWED = AllowProvisional(
    replacement_id=REPLACEMENT, party_id=FYNS, working_days=10, reason="the wards must be cleaned"
)
CONFIRMED = ConfirmProvisional(replacement_id=REPLACEMENT, reason="everything was shown")
ENDED = EndProvisional(replacement_id=REPLACEMENT, reason="its papers did not come")


async def proposed() -> Chains:
    """A substitute of whom only the documents are missing."""
    world = await demanded()
    await world.tell(proposing(FYNS), owned(FYNS, dora=100), *screened(FYNS, DORA))
    return world


async def works() -> Chains:
    world = await proposed()
    await world.tell(ALLOWED)
    return world


def replacement(world: Chains) -> Replacement:
    return world.state(Replacement, REPLACEMENT)


async def test_whoever_was_not_compared_with_the_lists_cannot_work_provisionally() -> None:
    world = await demanded()
    await world.tell(proposing(FYNS), owned(FYNS, dora=100))
    error = (await world.tell(ALLOWED)).error
    assert error is not None
    assert "screening: not yet compared" in error["reason"]
    assert "Only documents may follow later" in error["reason"]
    assert not world.state(Chain, CONTRACT).without(BALTIC)


async def test_a_provisional_substitute_works_the_same_day_and_the_other_does_not() -> None:
    world = await works()
    (allowed,) = world.of(ProvisionalSubstituteAllowed)
    assert allowed.missing == ("documents: not everything that its role asks for has been shown",)
    assert (allowed.effective, allowed.until.date()) == (date(2026, 11, 23), date(2026, 12, 7))
    assert (allowed.need.kind, allowed.need.role) == ("complete-provisional", "officer")
    chain = world.state(Chain, CONTRACT)
    assert chain.without(BALTIC)
    assert not chain.without(FYNS)
    assert chain.last_stay(BALTIC).ends == date(2026, 11, 23)
    assert replacement(world).stage is Stage.PROVISIONAL
    assert world.of(SubcontractorReplaced) == []


async def test_it_is_confirmed_once_its_documents_were_shown_and_not_before() -> None:
    world = await works()
    error = (await world.tell(CONFIRMED)).error
    assert error is not None
    assert "cannot be confirmed yet: documents" in error["reason"]
    await world.tell(qualified(FYNS), CONFIRMED)
    (replaced,) = world.of(SubcontractorReplaced)
    assert (replaced.incoming_id, replaced.effective) == (FYNS, date(2026, 11, 23))
    assert f"complete-provisional/{REPLACEMENT}" in replaced.settles
    assert replacement(world).stage is Stage.REPLACED


async def test_when_its_day_has_passed_an_officer_is_told_and_nothing_ends_by_itself() -> None:
    world = await works()
    await world.advance(timedelta(days=20))
    (overdue,) = world.of(ReplacementOverdue)
    assert overdue.deadline.date() == date(2026, 12, 7)
    assert replacement(world).stage is Stage.PROVISIONAL


async def test_there_can_be_more_time_for_its_papers() -> None:
    world = await works()
    await world.tell(
        ExtendReplacement(
            replacement_id=REPLACEMENT, working_days=20, reason="the register is slow"
        )
    )
    (extended,) = world.of(ReplacementExtended)
    assert extended.need.kind == "complete-provisional"
    await world.advance(timedelta(days=20))
    assert world.of(ReplacementOverdue) == []


async def test_its_use_is_ended_and_another_one_takes_the_vacant_place() -> None:
    world = await works()
    await world.tell(ENDED)
    (ended,) = world.of(ProvisionalSubstituteEnded)
    assert ended.need.kind == "follow-replacement"
    assert ended.deadline.date() == date(2026, 12, 14)
    assert world.state(Chain, CONTRACT).without(FYNS)
    assert replacement(world).candidate(FYNS).answer is Answer.REFUSED
    await world.tell(
        ProposeSubstitute(replacement_id=REPLACEMENT, party=party(ORESUND)),
        owned(ORESUND, dora=100),
        *screened(ORESUND, DORA),
        qualified(ORESUND),
        clearing(ORESUND),
    )
    assert world.last.error is None
    (replaced,) = world.of(SubcontractorReplaced)
    assert replaced.incoming_id == ORESUND
    assert not world.state(Chain, CONTRACT).without(ORESUND)
    assert not world.rejected
