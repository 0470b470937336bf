"""No path leads where the rules do not: findings and actions under any order of events."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from services.audits.domain import (
    ActionState,
    CorrectiveAction,
    Finding,
    FindingState,
    reminder_days,
)
from shared.domain import Rejected
from shared.events.audits import (
    CorrectiveActionAgreed,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    FindingClosed,
    FindingRaised,
)
from shared.events.base import Event

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)

LAWFUL_FOR_FINDINGS = {
    (FindingState.RAISED, FindingState.IN_HAND),
    (FindingState.IN_HAND, FindingState.MISSED),
    (FindingState.IN_HAND, FindingState.CLOSED),
    (FindingState.MISSED, FindingState.IN_HAND),
    (FindingState.MISSED, FindingState.CLOSED),
}
LAWFUL_FOR_ACTIONS = {
    (ActionState.AGREED, ActionState.OVERDUE),
    (ActionState.AGREED, ActionState.VERIFIED),
    (ActionState.OVERDUE, ActionState.VERIFIED),
    (ActionState.OVERDUE, ActionState.REPLACED),
}


class Mending(RuleBasedStateMachine):
    """Says everything that can be said, in any order, and looks at where it leads.

    As in a unit, what a rejected step has changed is forgotten.
    """

    agreed = Bundle("agreed")

    def __init__(self) -> None:
        super().__init__()
        self.actions: dict[str, CorrectiveAction] = {}
        self.said: list[Event] = []

    @initialize()
    def begin(self) -> None:
        self.finding = Finding(id="f", party_id="p", buyer_id="b", description="not done")
        self.finding.raise_now(NOW, NOW)
        self.said += self.finding.take_announced()

    @rule(target=agreed, measure=st.sampled_from(["pay the wages", "inform the staff", " "]))
    def agree(self, measure: str) -> str | MultipleResults[str]:
        finding = self.finding.copy_to_change()
        action = CorrectiveAction(id=f"a{len(self.actions)}", finding_id="f", buyer_id="b")
        changed: list[Finding | CorrectiveAction] = [finding, action]
        try:
            if finding.state is FindingState.MISSED:
                missed = self.actions[finding.action_ids[-1]].copy_to_change()
                missed.give_way()
                changed.append(missed)
            finding.take_in_hand(action.id)
            action.agree(measure, NOW, "karin", ())
        except Rejected:
            return multiple()
        self._keep(*changed)
        return action.id

    @rule(id=agreed, number=st.integers(1, 3))
    def remind(self, id: str, number: int) -> None:
        action = self.actions[id].copy_to_change()
        if action.remind(number):
            self._keep(action)

    @rule(id=agreed)
    def pass_deadline(self, id: str) -> None:
        action, finding = self.actions[id].copy_to_change(), self.finding.copy_to_change()
        if action.pass_deadline():
            finding.miss()
            self._keep(action, finding)

    @rule(
        id=agreed, documents=st.sampled_from([(), ("doc-1",)]), reason=st.sampled_from(["", "ok!"])
    )
    def verify(self, id: str, documents: tuple[str, ...], reason: str) -> None:
        action, finding = self.actions[id].copy_to_change(), self.finding.copy_to_change()
        try:
            action.verify(documents, reason, "ole")
            finding.close(reason)
        except Rejected:
            return
        assert documents
        assert reason
        self._keep(action, finding)

    def _keep(self, *changed: Finding | CorrectiveAction) -> None:
        for one in changed:
            if isinstance(one, Finding):
                step = (self.finding.state, one.state)
                assert step[0] == step[1] or step in LAWFUL_FOR_FINDINGS
                self.finding = one
            else:
                if one.id in self.actions:
                    passed = (self.actions[one.id].state, one.state)
                    assert passed[0] == passed[1] or passed in LAWFUL_FOR_ACTIONS
                self.actions[one.id] = one
            self.said += one.take_announced()

    @invariant()
    def a_finding_is_where_its_actions_are(self) -> None:
        if not hasattr(self, "finding"):
            return
        states = [self.actions[id].state for id in self.finding.action_ids]
        assert [state for state in states[:-1] if state is not ActionState.REPLACED] == []
        expected = {
            FindingState.RAISED: [],
            FindingState.IN_HAND: [ActionState.AGREED],
            FindingState.MISSED: [ActionState.OVERDUE],
            FindingState.CLOSED: [ActionState.VERIFIED],
        }
        assert states[-1:] == expected[self.finding.state]

    @invariant()
    def nothing_is_said_twice(self) -> None:
        kinds = [type(fact) for fact in self.said]
        assert kinds.count(FindingRaised) <= 1
        assert kinds.count(FindingClosed) <= 1
        for id, action in self.actions.items():
            about = [fact for fact in self.said if getattr(fact, "action_id", "") == id]
            of = [type(fact) for fact in about]
            assert of.count(CorrectiveActionAgreed) == 1
            assert of.count(CorrectiveActionOverdue) == (
                action.state in (ActionState.OVERDUE, ActionState.REPLACED)
                or (action.state is ActionState.VERIFIED and CorrectiveActionOverdue in of)
            )
            assert of.count(CorrectiveActionVerified) == (action.state is ActionState.VERIFIED)
            reminders = [f.reminder for f in about if isinstance(f, CorrectiveActionReminded)]
            assert reminders == sorted(set(reminders))

    @invariant()
    def what_is_closed_is_silent(self) -> None:
        kinds = [type(fact) for fact in self.said]
        if FindingClosed in kinds:
            assert kinds[-1] in (FindingClosed, CorrectiveActionVerified)


Mending.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestNoUnlawfulPath = Mending.TestCase


@pytest.mark.parametrize(
    ("working_days", "reminders"),
    [(1, ()), (2, (1,)), (3, (1,)), (4, (2,)), (5, (2, 3)), (10, (5, 8)), (20, (10, 18))],
)
def test_a_party_is_reminded_at_half_time_and_two_working_days_before_the_end(
    working_days: int, reminders: tuple[int, ...]
) -> None:
    assert reminder_days(working_days) == reminders
