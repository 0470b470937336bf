"""Both sides agree, disputes rest, and every step of the ladder comes once, with two replicas."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from services.audits.api import api
from services.audits.commands import (
    AcceptCounter,
    AgreeAction,
    AnswerProposal,
    CheckEffectiveness,
    DisputeFinding,
    ExtendAction,
    ProposeAction,
    RaiseFinding,
    ReopenFinding,
    RuleOnFinding,
    VerifyAction,
)
from services.audits.domain import (
    ActionState,
    CorrectiveAction,
    Finding,
    FindingClass,
    FindingState,
    Severity,
)
from services.audits.handlers import router
from shared.bus import Bus
from shared.domain import Caller
from shared.envelope import Message, Outcome
from shared.events.audits import (
    AuditPlanned,
    CorrectiveActionAgreed,
    CorrectiveActionEscalated,
    CorrectiveActionExtended,
    CorrectiveActionOverdue,
    CorrectiveActionProposed,
    CorrectiveActionReminded,
    CorrectiveActionWithdrawn,
    EffectivenessCheckDue,
    FindingClosed,
    FindingDisputed,
    FindingRaised,
    FindingReopened,
    FindingRuled,
)
from shared.events.base import Command, Event
from shared.events.words import Money
from shared.testing import AUDITOR, MANAGER, OFFICER, Quiet, World
from tests.audits.conftest import ADAPTERS, FOUND, K1, LINKS, SUPPLIER, actions, finding, held
from tests.serving import Standing

E = TypeVar("E", bound=Event)
DAY = timedelta(days=1)


def facts(world: World, kind: type[E]) -> list[E]:
    return [fact for fact in world.announced if isinstance(fact, kind)]


async def done(world: World, command: Command, by: Caller = MANAGER) -> Outcome:
    outcome = await world.tell(command, by=by)
    assert outcome.error is None, outcome.error
    return outcome


@pytest.fixture
async def found(world: World) -> Finding:
    await held(world)
    return finding(world)


async def agreed(world: World, days: int = 10) -> CorrectiveAction:
    outcome = await done(
        world, AgreeAction(finding_id=finding(world).id, measure="Tell them.", working_days=days)
    )
    assert outcome.result is not None
    return world.state(CorrectiveAction, str(outcome.result["action_id"]))


async def closed(world: World) -> None:
    action = await agreed(world)
    command = VerifyAction(action_id=action.id, document_ids=("doc-1",), reason="Letters seen.")
    await done(world, command, AUDITOR)


async def test_a_party_says_yes_and_only_then_it_is_agreed(world: World, found: Finding) -> None:
    await done(world, ProposeAction(finding_id=found.id, measure="Tell all of them."))
    [proposed] = facts(world, CorrectiveActionProposed)
    assert (proposed.working_days, proposed.party_id) == (10, SUPPLIER)
    assert CorrectiveActionAgreed not in world.told
    assert finding(world).state is FindingState.RAISED
    await world.advance(DAY)
    await done(world, AnswerProposal(action_id=proposed.action_id, agrees=True, link_id="link-1"))
    [fact] = facts(world, CorrectiveActionAgreed)
    assert fact.measure == "Tell all of them."
    assert "through its link" in fact.agreed_with
    assert finding(world).state is FindingState.IN_HAND
    again = await world.tell(AnswerProposal(action_id=proposed.action_id, agrees=True))
    assert again.error is not None


async def test_a_party_proposes_something_else_and_a_person_agrees(
    world: World, found: Finding
) -> None:
    await done(world, ProposeAction(finding_id=found.id, measure="Tell all of them."))
    [action] = actions(world)
    answer = AnswerProposal(
        action_id=action.id, agrees=False, measure="Put up notices.", working_days=15, reason="Fast"
    )
    await done(world, answer)
    assert CorrectiveActionAgreed not in world.told
    await done(world, AcceptCounter(action_id=action.id))
    [fact] = facts(world, CorrectiveActionAgreed)
    assert fact.measure == "Put up notices."
    assert world.state(CorrectiveAction, action.id).working_days == 15


async def test_a_new_proposal_takes_the_place_of_the_old_one(world: World, found: Finding) -> None:
    await done(world, ProposeAction(finding_id=found.id, measure="Tell all of them."))
    await done(world, ProposeAction(finding_id=found.id, measure="Tell them in writing."))
    first, second = facts(world, CorrectiveActionProposed)
    assert [fact.action_id for fact in facts(world, CorrectiveActionWithdrawn)] == [first.action_id]
    refused = await world.tell(AnswerProposal(action_id=first.action_id, agrees=True))
    assert refused.error is not None
    await done(world, AnswerProposal(action_id=second.action_id, agrees=True, told_by="phone"))


async def test_the_manager_is_told_before_the_deadline_has_passed(
    world: World, found: Finding
) -> None:
    action = await agreed(world)
    await world.advance(timedelta(days=60))
    assert world.told[-4:] == [
        CorrectiveActionReminded,
        CorrectiveActionReminded,
        CorrectiveActionEscalated,
        CorrectiveActionOverdue,
    ]
    [told] = facts(world, CorrectiveActionEscalated)
    assert told.need is not None
    assert (told.need.kind, told.need.role) == ("chase-action", "contract_manager")
    [overdue] = facts(world, CorrectiveActionOverdue)
    assert overdue.settles == (f"chase-action/{action.id}/1",)


async def test_more_time_brings_a_ladder_of_its_own(world: World, found: Finding) -> None:
    action = await agreed(world)
    await world.advance(timedelta(days=10, hours=20))
    assert [f.reminder for f in facts(world, CorrectiveActionReminded)] == [1, 2]
    earlier = await world.tell(
        ExtendAction(action_id=action.id, working_days=1, reason="Christmas"), by=MANAGER
    )
    assert earlier.error is not None
    assert earlier.error["field"] == "working_days"
    extend = ExtendAction(action_id=action.id, working_days=10, reason="Their printer broke down.")
    await done(world, extend)
    [extended] = facts(world, CorrectiveActionExtended)
    assert extended.by == "karin"
    await world.advance(extended.due - world.now - timedelta(seconds=1))
    assert CorrectiveActionOverdue not in world.told
    assert [f.reminder for f in facts(world, CorrectiveActionReminded)] == [1, 2, 3, 4]
    await world.advance(timedelta(days=30))
    assert world.told.count(CorrectiveActionOverdue) == 1


async def test_a_disputed_finding_rests_until_it_is_ruled_on(world: World, found: Finding) -> None:
    action = await agreed(world)
    await world.advance(DAY)
    dispute = DisputeFinding(finding_id=found.id, reason="They were told.", forum="Arbejdsretten")
    await done(world, dispute)
    [disputed] = facts(world, FindingDisputed)
    assert disputed.need is not None
    assert disputed.need.kind == "await-ruling"
    before = len(world.told)
    await world.advance(timedelta(days=200))
    assert len(world.told) == before
    ruling = RuleOnFinding(
        finding_id=found.id, upheld=True, reference="AR 2027.0011", reason="They were not told."
    )
    await done(world, ruling, OFFICER)
    [ruled] = facts(world, FindingRuled)
    assert ruled.settles == (disputed.need.id,)
    assert world.state(CorrectiveAction, action.id).state is ActionState.AGREED
    await world.advance(timedelta(days=60))
    assert world.told.count(CorrectiveActionOverdue) == 1


async def test_a_finding_that_was_not_upheld_is_closed_and_its_action_withdrawn(
    world: World, found: Finding
) -> None:
    action = await agreed(world)
    await done(world, DisputeFinding(finding_id=found.id, reason="No.", forum="Arbejdsretten"))
    ruling = RuleOnFinding(
        finding_id=found.id, upheld=False, reference="AR 2027.0011", reason="They were told."
    )
    await done(world, ruling, OFFICER)
    assert finding(world).state is FindingState.CLOSED
    assert world.state(CorrectiveAction, action.id).state is ActionState.WITHDRAWN
    [withdrawn] = facts(world, CorrectiveActionWithdrawn)
    assert f"verify-action/{action.id}" in withdrawn.settles
    await world.advance(timedelta(days=60))
    assert CorrectiveActionOverdue not in world.told


async def test_what_is_closed_is_looked_at_again_and_opened_if_it_does_not_hold(
    world: World, found: Finding
) -> None:
    await closed(world)
    reaudit = facts(world, AuditPlanned)[-1]
    assert (reaudit.reaudit_of, reaudit.method) == (found.id, "re-audit")
    await world.advance(timedelta(days=100))
    [asked] = facts(world, EffectivenessCheckDue)
    assert asked.need is not None
    no = CheckEffectiveness(finding_id=found.id, effective=False, reason="New staff do not know.")
    await done(world, no, AUDITOR)
    [reopened] = facts(world, FindingReopened)
    assert (reopened.turn, reopened.need is not None) == (2, True)
    assert finding(world).state is FindingState.RAISED
    await closed(world)
    await world.advance(timedelta(days=100))
    yes = CheckEffectiveness(finding_id=found.id, effective=True, reason="All know.")
    await done(world, yes, AUDITOR)
    assert world.told.count(FindingClosed) == 2
    assert world.told.count(EffectivenessCheckDue) == 2
    await done(world, ReopenFinding(finding_id=found.id, reason="A tip says otherwise."))
    assert finding(world).turn == 3


async def test_a_second_finding_of_the_same_kind_names_the_first(world: World) -> None:
    await held(world)
    first = finding(world)
    wages = FOUND.model_copy(
        update={
            "obligation": "labour-ilo94",
            "finding_class": FindingClass.WAGES,
            "severity": Severity.CRITICAL,
            "claim": Money(amount=12_500.0),
        }
    )
    command = RaiseFinding(finding_id="f-2", contract_id=K1, party_id=SUPPLIER, found=wages)
    await done(world, command)
    raised = facts(world, FindingRaised)[-1]
    assert (raised.repeats, raised.claim) == (first.id, Money(amount=12_500.0))
    again = await world.tell(command, by=MANAGER)
    assert again.error is not None
    wrong = command.model_copy(
        update={"finding_id": "f-3", "found": wages.model_copy(update={"claim": Money(amount=0)})}
    )
    outcome = await world.tell(wrong, by=MANAGER)
    assert outcome.error is not None
    assert outcome.error["field"] == "claim"


async def test_two_replicas_bring_every_step_once(world: World, found: Finding) -> None:
    await agreed(world)
    other = Bus(
        router.bound(ADAPTERS),
        world.store,
        world.store.keyring,
        lambda: world.now,
        Quiet(),
    )
    world.now += timedelta(days=60)
    while come := await world.store.due(world.now, 1):
        message = Message(
            id=f"{come[0].id}@{come[0].at.timestamp()}",
            type=come[0].type,
            key=come[0].id,
            body=come[0].body,
            time=come[0].at,
            origin="deadline",
        )
        await asyncio.gather(world.bus.handle([message]), other.handle([message]))
    ladder: list[type[Event]] = [CorrectiveActionReminded, CorrectiveActionReminded]
    ladder += [CorrectiveActionEscalated, CorrectiveActionOverdue]
    assert world.told[-4:] == ladder
    assert [world.told.count(kind) for kind in set(ladder)].count(1) == 2


async def test_a_supplier_agrees_through_its_link_and_another_link_opens_nothing(
    world: World, found: Finding, tmp_path: Path
) -> None:
    links, standing = LINKS, Standing(world, api, tmp_path, adapters=ADAPTERS)
    await done(world, ProposeAction(finding_id=found.id, measure="Tell all of them."))
    [proposed] = facts(world, CorrectiveActionProposed)
    scope, until = f"action/{proposed.action_id}", proposed.answer_due + timedelta(days=30)
    until = max(until, until.replace(year=2036))
    token = links.token(proposed.link_id, scope, until)
    async with standing.client(None) as supplier:
        shown = (await supplier.get(f"/links/{token}/proposal")).json()
        assert shown["measure"] == "Tell all of them."
        for wrong in (
            links.token("link-other", scope, until),
            links.token(proposed.link_id, f"evidence/{proposed.action_id}", until),
            token[:-1] + ("A" if token[-1] != "A" else "B"),
        ):
            answer = await supplier.post(f"/links/{wrong}/proposal", json={"agrees": True})
            assert answer.status_code == 403, answer.text
        answer = await supplier.post(f"/links/{token}/proposal", json={"agrees": True})
        assert answer.status_code == 200, answer.text
        assert (await supplier.get(f"/links/{token}/proposal")).json()["state"] == "agreed"
        late = await supplier.post(f"/links/{token}/proposal", json={"agrees": True})
        assert late.status_code == 409, late.text
