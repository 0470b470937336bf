"""No path leads where the rules do not: findings and actions under any order of events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

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

from services.audits.app import POLICY
from services.audits.domain import ActionState, CorrectiveAction, Finding, FindingState
from services.audits.following import Policy
from shared.domain import Rejected
from shared.events.audits import (
    CorrectiveActionAgreed,
    CorrectiveActionEscalated,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    FindingClosed,
    FindingRaised,
    FindingReopened,
)
from shared.events.base import Event

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)

F, A = FindingState, ActionState
LAWFUL_FOR_FINDINGS = {
    (F.RAISED, F.IN_HAND),
    (F.IN_HAND, F.MISSED),
    (F.IN_HAND, F.CLOSED),
    (F.MISSED, F.IN_HAND),
    (F.MISSED, F.CLOSED),
    (F.CLOSED, F.RAISED),
    *((state, F.DISPUTED) for state in (F.RAISED, F.IN_HAND, F.MISSED)),
    *((F.DISPUTED, state) for state in (F.RAISED, F.IN_HAND, F.MISSED, F.CLOSED)),
}
LAWFUL_FOR_ACTIONS = {
    (A.PROPOSED, A.COUNTERED),
    (A.PROPOSED, A.AGREED),
    (A.COUNTERED, A.AGREED),
    (A.AGREED, A.OVERDUE),
    (A.AGREED, A.VERIFIED),
    (A.AGREED, A.SUSPENDED),
    (A.SUSPENDED, A.AGREED),
    (A.OVERDUE, A.VERIFIED),
    (A.OVERDUE, A.REPLACED),
    *((state, A.WITHDRAWN) for state in (A.PROPOSED, A.COUNTERED, A.SUSPENDED, A.OVERDUE)),
}
REASONS = st.sampled_from(["", "ok!"])


class Mending(RuleBasedStateMachine):
    """Says everything that can be said, in any order, and looks at where it leads.

    As in a unit, what a rejected step has changed is forgotten.
    """

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.actions: dict[str, CorrectiveAction] = {}
        self.said: list[Event] = []

    @initialize()
    def begin(self) -> None:
        self.finding = Finding(id="f", party_id="p", buyer_id="b", description="not done")
        self.finding.raise_now(NOW, NOW)
        self.said += self.finding.take_announced()

    @rule(target=made, measure=st.sampled_from(["pay the wages", " "]))
    def propose(self, measure: str) -> str | MultipleResults[str]:
        finding = self.finding.copy_to_change()
        action = CorrectiveAction(id=f"a{len(self.actions)}", finding_id="f", buyer_id="b")
        try:
            finding.must_want_action()
            action.propose(measure, 10, "karin", NOW, "link-1")
        except Rejected:
            return multiple()
        self._keep(action)
        return action.id

    @rule(id=made, reason=REASONS)
    def counter(self, id: str, reason: str) -> None:
        action = self.actions[id].copy_to_change()
        self._try(lambda: action.counter("something else", 20, reason), action)

    @rule(id=made)
    def agree(self, id: str) -> None:
        action, finding = self.actions[id].copy_to_change(), self.finding.copy_to_change()
        changed: list[Finding | CorrectiveAction] = [finding, action]

        def agree() -> None:
            settles: tuple[str, ...] = ()
            if finding.state is FindingState.MISSED:
                missed = self.actions[finding.action_ids[-1]].copy_to_change()
                missed.give_way()
                settles = missed.open_needs
                changed.append(missed)
            finding.take_in_hand(action.id)
            action.agree(action.measure, NOW, "karin", settles, "")

        self._try(agree, more=changed)

    @rule(id=made, number=st.integers(1, 3))
    def remind(self, id: str, number: int) -> None:
        action = self.actions[id].copy_to_change()
        if action.remind(number):
            self._keep(action)

    @rule(id=made, deadline=st.integers(1, 3))
    def escalate(self, id: str, deadline: int) -> None:
        action = self.actions[id].copy_to_change()
        if action.escalate(deadline):
            self._keep(action)

    @rule(id=made, later=st.integers(-1, 2), reason=REASONS)
    def extend(self, id: str, later: int, reason: str) -> None:
        action = self.actions[id].copy_to_change()
        if action.state is ActionState.SUSPENDED and self.finding.state is FindingState.DISPUTED:
            return
        due = (action.due or NOW) + timedelta(days=later)
        self._try(lambda: action.extend(due, "karin", reason), action)

    @rule(id=made)
    def pass_deadline(self, id: str) -> None:
        action, finding = self.actions[id].copy_to_change(), self.finding.copy_to_change()
        if action.pass_deadline():
            finding.miss()
            self._keep(action, finding)

    @rule(id=made, documents=st.sampled_from([(), ("doc-1",)]), reason=REASONS)
    def verify(self, id: str, documents: tuple[str, ...], reason: str) -> None:
        action, finding = self.actions[id].copy_to_change(), self.finding.copy_to_change()

        def verify() -> None:
            action.verify(documents, reason, "ole")
            finding.close(reason)
            assert documents
            assert reason

        self._try(verify, action, finding)

    @rule(reason=REASONS, forum=st.sampled_from(["", "the labour court"]))
    def dispute(self, reason: str, forum: str) -> None:
        finding = self.finding.copy_to_change()
        changed: list[Finding | CorrectiveAction] = [finding]

        def dispute() -> None:
            finding.dispute(reason, forum, NOW)
            if (last := self._last()) and last.suspend():
                changed.append(last)

        self._try(dispute, more=changed)

    @rule(upheld=st.booleans(), reference=st.sampled_from(["", "AR 2026.0412"]))
    def rule_on_it(self, upheld: bool, reference: str) -> None:
        finding = self.finding.copy_to_change()
        changed: list[Finding | CorrectiveAction] = [finding]

        def rule_on_it() -> None:
            finding.rule(upheld, reference, "as it was found", "mette")
            last = self._last()
            if last is None:
                return
            if not upheld and last.state in (ActionState.SUSPENDED, ActionState.OVERDUE):
                last.withdraw(reference)
                changed.append(last)
            elif upheld and last.state is ActionState.SUSPENDED:
                last.extend(NOW, "mette", reference)
                changed.append(last)

        self._try(rule_on_it, more=changed)

    @rule(effective=st.booleans(), reason=REASONS)
    def check(self, effective: bool, reason: str) -> None:
        finding = self.finding.copy_to_change()
        self._try(lambda: finding.check(effective, reason, "ole", (), NOW), finding)

    @rule(turn=st.integers(1, 3))
    def time_to_check(self, turn: int) -> None:
        finding = self.finding.copy_to_change()
        if finding.ask_whether_effective(turn, NOW):
            self._keep(finding)

    @rule(reason=REASONS)
    def reopen(self, reason: str) -> None:
        finding = self.finding.copy_to_change()
        self._try(lambda: finding.reopen(reason, "ole", NOW), finding)

    def _last(self) -> CorrectiveAction | None:
        ids = self.finding.action_ids
        return self.actions[ids[-1]].copy_to_change() if ids else None

    def _try(
        self,
        step: Callable[[], None],
        *changed: Finding | CorrectiveAction,
        more: list[Finding | CorrectiveAction] | None = None,
    ) -> None:
        try:
            step()
        except Rejected:
            return
        self._keep(*(more or changed))

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
    def a_finding_is_where_its_last_action_is(self) -> None:
        if not hasattr(self, "finding"):
            return
        states = [self.actions[id].state for id in self.finding.action_ids]
        over = (A.REPLACED, A.VERIFIED, A.WITHDRAWN)
        assert [state for state in states[:-1] if state not in over] == []
        at = states[-1] if states else None
        expected = {
            F.RAISED: (None, A.VERIFIED, A.WITHDRAWN),
            F.IN_HAND: (A.AGREED,),
            F.MISSED: (A.OVERDUE,),
            F.DISPUTED: (None, A.SUSPENDED, A.OVERDUE, A.VERIFIED, A.WITHDRAWN),
            F.CLOSED: (None, A.VERIFIED, A.WITHDRAWN),
        }
        assert at in expected[self.finding.state]

    @invariant()
    def nothing_is_said_twice(self) -> None:
        kinds = [type(fact) for fact in self.said]
        assert kinds.count(FindingRaised) <= 1
        assert kinds.count(FindingClosed) <= kinds.count(FindingReopened) + 1
        for id, action in self.actions.items():
            about = [fact for fact in self.said if getattr(fact, "action_id", "") == id]
            of = [type(fact) for fact in about]
            assert of.count(CorrectiveActionAgreed) <= 1
            assert of.count(CorrectiveActionOverdue) <= 1
            assert of.count(CorrectiveActionVerified) == (action.state is ActionState.VERIFIED)
            assert of.count(CorrectiveActionEscalated) <= max(action.deadlines, 3)
            reminders = [f.reminder for f in about if isinstance(f, CorrectiveActionReminded)]
            assert reminders == sorted(set(reminders))

    @invariant()
    def every_need_is_settled_or_open(self) -> None:
        if not hasattr(self, "finding") or self.finding.state is not FindingState.CLOSED:
            return
        asked = {fact.need.id for fact in self.said if fact.need is not None}
        settled = {id for fact in self.said for id in fact.settles}
        waiting = {id for id in asked - settled if not id.startswith("check-effectiveness")}
        assert {id for id in waiting if id.startswith(("verify", "chase", "await"))} == set()


Mending.TestCase.settings = settings(max_examples=150, stateful_step_count=30)
TestNoUnlawfulPath = Mending.TestCase


@pytest.mark.parametrize(
    ("working_days", "reminders"),
    [(1, ()), (2, (1,)), (3, (1,)), (4, (2,)), (5, (2, 3)), (10, (5, 8)), (20, (10, 18))],
)
def test_a_party_is_reminded_at_half_time_and_two_working_days_before_the_end(
    working_days: int, reminders: tuple[int, ...]
) -> None:
    assert Policy.load(POLICY).ladder.reminder_days(working_days) == reminders
