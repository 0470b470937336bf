"""What is found is mended in time, or it is said once that it was not."""

from datetime import UTC, datetime, timedelta

import pytest

from services.audits.commands import AgreeAction, VerifyAction
from services.audits.domain import ActionState, CorrectiveAction, FindingState
from shared.domain import Caller
from shared.envelope import Outcome
from shared.events.audits import (
    CorrectiveActionAgreed,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    FindingClosed,
)
from shared.testing import AUDITOR, MANAGER, World
from tests.audits.conftest import K1, SUPPLIER, actions, finding, held

DUE = datetime(2026, 12, 7, 22, 59, 59, tzinfo=UTC)
"""The end of the tenth working day after Monday 23 November, in Copenhagen."""


@pytest.fixture
async def world(world: World) -> World:
    """A world in which a finding was raised and an action agreed, due in ten working days."""
    await held(world)
    await agree(world)
    return world


async def agree(world: World, days: int | None = None, measure: str = "Tell them.") -> Outcome:
    command = AgreeAction(finding_id=finding(world).id, measure=measure, working_days=days)
    return await world.tell(command, by=MANAGER)


async def verify(world: World, action: CorrectiveAction, **changed: object) -> Outcome:
    said = {"action_id": action.id, "document_ids": ("doc-1",), "reason": "Signed letters."}
    return await world.tell(VerifyAction.model_validate(said | changed), by=AUDITOR)


def reminders(world: World) -> list[int]:
    facts = [fact for fact in world.announced if isinstance(fact, CorrectiveActionReminded)]
    return [fact.reminder for fact in facts]


async def test_an_action_is_agreed_for_the_days_of_the_clause(world: World) -> None:
    agreed = world.announced[-1]
    assert isinstance(agreed, CorrectiveActionAgreed)
    assert agreed.due == DUE
    assert agreed.settles == (f"agree-action/{finding(world).id}",)
    assert agreed.need is not None
    assert agreed.need.id == f"verify-action/{agreed.action_id}"
    assert (agreed.need.role, agreed.need.due) == ("auditor", DUE)
    assert finding(world).state is FindingState.IN_HAND


async def test_the_party_is_reminded_twice_and_then_it_is_overdue_once(world: World) -> None:
    await world.advance(timedelta(days=6))
    assert reminders(world) == []
    await world.advance(timedelta(days=1, hours=16))  # end of Monday, the fifth working day
    assert reminders(world) == [1]
    await world.advance(timedelta(days=3))  # end of Thursday, the eighth
    assert reminders(world) == [1, 2]
    await world.advance(DUE - world.now - timedelta(seconds=1))
    assert CorrectiveActionOverdue not in world.told
    await world.advance(timedelta(seconds=1))
    [overdue] = [fact for fact in world.announced if isinstance(fact, CorrectiveActionOverdue)]
    assert (overdue.contract_id, overdue.party_id) == (K1, SUPPLIER)
    assert (overdue.obligation, overdue.due) == ("labour-ilo94", DUE)
    await world.advance(timedelta(days=60))
    assert world.told.count(CorrectiveActionOverdue) == 1
    assert reminders(world) == [1, 2]
    assert finding(world).state is FindingState.MISSED


async def test_a_clock_that_jumps_far_ahead_still_brings_every_step_once_and_in_order(
    world: World,
) -> None:
    before = len(world.told)
    await world.advance(timedelta(days=40))
    assert [kind.__name__ for kind in world.told[before:]] == [
        "CorrectiveActionReminded",
        "CorrectiveActionReminded",
        "CorrectiveActionEscalated",
        "CorrectiveActionOverdue",
    ]


async def test_evidence_in_time_closes_the_finding_and_silences_the_rest(world: World) -> None:
    await world.advance(timedelta(days=8))
    [action] = actions(world)
    outcome = await verify(world, action)
    assert outcome.result is not None
    assert outcome.result["state"] == "closed"
    assert {CorrectiveActionVerified, FindingClosed} <= set(world.told)
    verified = next(f for f in world.announced if isinstance(f, CorrectiveActionVerified))
    assert verified.settles == (f"verify-action/{action.id}",)
    assert [id for id in world.deadlines if action.id in id] == []
    await world.advance(timedelta(days=60))
    assert reminders(world) == [1]
    assert CorrectiveActionOverdue not in world.told


async def test_late_evidence_closes_the_finding_too(world: World) -> None:
    await world.advance(timedelta(days=30))
    await verify(world, actions(world)[0])
    assert finding(world).state is FindingState.CLOSED
    assert world.told.count(CorrectiveActionOverdue) == 1


async def test_after_a_missed_action_another_one_can_be_agreed(world: World) -> None:
    await world.advance(timedelta(days=30))
    missed = actions(world)[0]
    outcome = await agree(world, days=5)
    assert outcome.error is None
    assert world.state(CorrectiveAction, missed.id).state is ActionState.REPLACED
    agreed = world.announced[-1]
    assert isinstance(agreed, CorrectiveActionAgreed)
    assert f"verify-action/{missed.id}" in agreed.settles
    refused = await verify(world, missed)
    assert refused.error is not None
    assert "replaced" in refused.error["reason"]
    await world.advance(timedelta(days=30))
    assert world.told.count(CorrectiveActionOverdue) == 2


async def test_one_action_at_a_time_is_agreed(world: World) -> None:
    outcome = await agree(world)
    assert outcome.error is not None
    assert "in_hand" in outcome.error["reason"]
    assert len(actions(world)) == 1


@pytest.mark.parametrize("days", [0, -1, 251])
async def test_the_days_of_an_action_have_a_limit(world: World, days: int) -> None:
    outcome = await agree(world, days=days)
    assert outcome.error is not None
    assert outcome.error["field"] == "working_days"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"document_ids": ()}, "document_ids"), ({"reason": "  "}, "reason")],
)
async def test_without_evidence_and_words_nothing_is_verified(
    world: World, changed: dict[str, object], field: str
) -> None:
    outcome = await verify(world, actions(world)[0], **changed)
    assert outcome.error is not None
    assert outcome.error["field"] == field
    assert finding(world).state is FindingState.IN_HAND


async def test_an_action_is_verified_once(world: World) -> None:
    [action] = actions(world)
    await verify(world, action)
    outcome = await verify(world, action)
    assert outcome.error is not None
    assert "verified" in outcome.error["reason"]


async def test_nobody_acts_for_another_buyer(world: World) -> None:
    stranger = Caller(subject="x", roles=("auditor",), buyers=("dk-cvr-11111111",))
    [action] = actions(world)
    for command in (
        AgreeAction(finding_id=finding(world).id, measure="Tell them."),
        VerifyAction(action_id=action.id, document_ids=("doc-1",), reason="Seen."),
    ):
        outcome = await world.tell(command, by=stranger)
        assert outcome.error is not None
        assert outcome.error["kind"] == "forbidden"
