"""The time of a replacement stands still while its case rests, and no longer."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.subcontractors.commands import ExtendReplacement
from services.subcontractors.domain import Replacement, Stage
from services.subcontractors.domain.clock import LEAST_LEFT
from shared.domain import Caller
from shared.events.base import Event
from shared.events.breaches import CaseDisputed, CaseResumed, LicenceNoted, Track
from shared.events.contracts import ContractPassedOn
from shared.events.subcontractors import (
    ReplacementOverdue,
    ReplacementPaused,
    ReplacementResumed,
    SubcontractorReplaced,
    SubstituteChecked,
)
from shared.events.words import Status
from shared.testing import T0
from tests.subcontractors.test_provisional import ALLOWED, ENDED, proposed
from tests.subcontractors.test_replacement import CLEAN, REPLACEMENT, clearing, demanded
from tests.subcontractors.told import (
    BALTIC,
    CONTRACT,
    FYNS,
    REGION,
    Chains,
    case_dismissed,
    case_flagged,
    ordered,
)

DAY = timedelta(days=1)
SUCCESSOR = "dk-cvr-10103940"
ABOUT = ordered().model_dump(include=set(CaseResumed.model_fields) - {"need", "settles", "reason"})
FOLLOW = f"follow-replacement/{REPLACEMENT}"


def disputed(
    kind: str = "awaits_ruling", track: Track = Track.CONTRACT_BREACH, days: int = 60
) -> CaseDisputed:
    said: dict[str, Any] = ABOUT | {"track": track}
    return CaseDisputed(**said, kind=kind, until=T0 + days * DAY, by="mette", reason="C-14")


def resumed() -> CaseResumed:
    said: dict[str, Any] = ABOUT | {"by": "mette"}
    return CaseResumed(**said, reason="the board has ruled")


def replacement(world: Chains) -> Replacement:
    return world.state(Replacement, REPLACEMENT)


def waiting(world: Chains) -> set[str]:
    return unsettled([e for e in world.announced if getattr(e, "replacement_id", "")])


def unsettled(events: list[Event]) -> set[str]:
    """Needs that nothing has settled since they were raised."""
    found: set[str] = set()
    for event in events:
        found -= set(event.settles)
        found |= {event.need.id} if event.need else set()
    return found


@pytest.mark.parametrize("kind", ["disputed", "awaits_ruling", "suspended"])
async def test_what_stops_the_case_stops_the_time_to_replace_and_says_why(kind: str) -> None:
    world = await demanded()
    left = replacement(world).deadline - world.now
    await world.tell(disputed(kind))
    (paused,) = world.of(ReplacementPaused)
    assert (paused.kind, paused.reason, paused.by) == (kind, "C-14", "mette")
    assert FOLLOW in paused.settles
    assert f"replacement-deadline/{REPLACEMENT}" not in world.deadlines
    more = ExtendReplacement(replacement_id=REPLACEMENT, working_days=99, reason="strike")
    assert "stands still while its case rests" in await world.refused(more)
    await world.advance(40 * DAY)
    assert world.of(ReplacementOverdue) == []
    await world.tell(resumed())
    (going_on,) = world.of(ReplacementResumed)
    assert going_on.deadline == world.now + left
    assert going_on.need.due == going_on.deadline
    assert waiting(world) == {f"{FOLLOW}/2"}
    await world.advance(left)
    assert len(world.of(ReplacementOverdue)) == 1


async def test_no_dispute_lifts_a_freeze_but_a_licence_does_for_its_time() -> None:
    world = await demanded()
    deadline = replacement(world).deadline
    await world.tell(disputed(track=Track.LEGAL_BLOCK))
    assert world.of(ReplacementPaused) == []
    await world.advance(3 * DAY)
    await world.tell(resumed())
    assert world.of(ReplacementResumed)[-1].deadline == deadline, "its time ran on"
    said: dict[str, Any] = ABOUT | {"by": "mette", "status": Status.CONDITIONAL}
    until = world.now + 30 * DAY
    await world.tell(LicenceNoted(**said, authority="ERST", scope="winding down", until=until))
    assert replacement(world).stands_still
    assert world.of(ReplacementPaused)[-1].reason == "ERST allows: winding down"


async def test_a_deadline_that_had_passed_has_a_day_when_the_case_goes_on() -> None:
    world = await demanded()
    await world.advance(30 * DAY)
    await world.tell(disputed())
    assert waiting(world) == set()
    await world.advance(5 * DAY)
    await world.tell(resumed())
    assert replacement(world).deadline == world.now + LEAST_LEFT
    await world.advance(LEAST_LEFT)
    assert len(world.of(ReplacementOverdue)) == 2


async def test_a_rest_keeps_nobody_from_replacing() -> None:
    world = await demanded()
    await world.tell(disputed(), *CLEAN, clearing(FYNS))
    assert len(world.of(SubcontractorReplaced)) == 1
    await world.tell(resumed())
    assert world.of(ReplacementResumed) == []
    assert not world.rejected


async def test_papers_of_who_works_provisionally_are_owed_whatever_becomes_of_the_case() -> None:
    world = await proposed()
    await world.tell(disputed(), ALLOWED)
    assert not replacement(world).stands_still
    until = replacement(world).until
    await world.tell(ENDED)
    assert replacement(world).stands_still, "whom to propose next is not asked while it rests"
    assert waiting(world) == set()
    await world.tell(resumed())
    assert until is not None
    assert waiting(world) == {f"{FOLLOW}/2"}
    await world.tell(case_flagged(BALTIC), case_dismissed(BALTIC))
    assert replacement(world).stage is Stage.WITHDRAWN
    assert waiting(world) == set()


STEPS = st.lists(
    st.tuples(st.sampled_from(["wait", "rest", "go on", "extend"]), st.integers(1, 40)),
    max_size=25,
)


@settings(max_examples=200)
@given(STEPS)
def test_time_is_used_only_while_it_runs(steps: list[tuple[str, int]]) -> None:
    now, left, said = T0, 15 * DAY, list[Event]()
    one = Replacement.demand(ordered(), REGION, now + left, now)
    for step, days in steps:
        still = one.stands_still
        match step:
            case "wait":
                now += days * DAY
                left = left if still else max(timedelta(), left - days * DAY)
                if not still and now >= one.runs_until:
                    one.pass_deadline(now + DAY)
            case "rest":
                one.rest("suspended", now + days * DAY, "mette", "a strike", now)
            case "go on":
                one.go_on("mette", "it is over", now)
                left = max(left, LEAST_LEFT) if still else left
            case "extend" if not still and now + days * DAY > one.runs_until:
                one.extend(now + days * DAY, "mette", "a strike")
                left = days * DAY
        said += one.take_announced()
        must_keep_time(one, now, left, unsettled(said))


def must_keep_time(one: Replacement, now: datetime, left: timedelta, open_needs: set[str]) -> None:
    if one.stands_still:
        assert open_needs == set(), "while it rests nobody is asked"
        assert not one.overdue or left == timedelta()
        return
    assert max(timedelta(), one.runs_until - now) == left
    assert one.overdue == (left == timedelta())
    kinds = {id.partition("/")[0] for id in open_needs}
    assert kinds == {"follow-replacement"} | ({"overdue-replacement"} if one.overdue else set())


# ---------------------------------------------------------------- another buyer

PASSED = ContractPassedOn(
    contract_id=CONTRACT,
    buyer_id=SUCCESSOR,
    predecessor_id=REGION,
    effective=T0.date(),
    reason="the regions merge by law",
)


async def test_what_an_open_replacement_waits_for_waits_for_the_successors_people() -> None:
    world = await demanded()
    await world.tell(*CLEAN)
    before = waiting(world)
    assert {id.partition("/")[0] for id in before} == {"follow-replacement", "decide-substitute"}
    await world.tell(PASSED)
    now_open = waiting(world)
    assert not before & now_open
    asked = {e.need.id: e.need.buyer_id for e in world.announced if e.need}
    assert {asked[id] for id in now_open} == {SUCCESSOR}
    assert world.of(SubstituteChecked)[-1].buyer_id == SUCCESSOR
    heir = Caller(subject="ida", roles=("officer",), buyers=(SUCCESSOR,))
    await world.tell(clearing(FYNS), by=heir)
    assert world.of(SubcontractorReplaced)[-1].buyer_id == SUCCESSOR
    assert waiting(world) == set()


async def test_what_is_overdue_is_overdue_for_the_successor_too() -> None:
    world = await demanded()
    await world.advance(30 * DAY)
    await world.tell(PASSED)
    assert [e.buyer_id for e in world.of(ReplacementOverdue)] == [REGION, SUCCESSOR]


async def test_what_was_done_stays_done_by_the_one_that_demanded_it() -> None:
    world = await demanded()
    await world.tell(*CLEAN, clearing(FYNS), PASSED)
    assert replacement(world).buyer_id == REGION


async def test_a_demand_that_was_on_its_way_is_the_successors() -> None:
    world = await demanded()
    await world.tell(PASSED, ordered(decision="decision-2"))
    late = [d for d in world.store.documents.values() if isinstance(d, Replacement)]
    assert {one.decision_id: one.buyer_id for one in late}["decision-2"] == SUCCESSOR
