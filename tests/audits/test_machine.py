"""The state machines: no unlawful path, no dead end, and always a deadline and somebody's turn.

A random walk tries what nobody thought of; the tour takes every lawful step in every order that
the ladder knows. The last tests plant defects: a walk that did not find them would prove nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audits.domain import (
    Audit,
    Complaint,
    CorrectiveAction,
    EvidenceRequest,
    Finding,
    Quota,
    YearPlan,
)
from services.audits.handlers import disputing, evidence, ladder, mending
from shared.events.base import Command
from shared.testing import World
from tests.audits.machine import (
    OLE,
    all_of,
    choices,
    take,
    waiting,
    world_of_everything,
)

KINDS = [
    "time",
    "HoldAudit",
    "AgreeAction",
    "VerifyAction",
    "ProposeAction",
    "AnswerProposal",
    "AcceptCounter",
    "ExtendAction",
    "DisputeFinding",
    "RuleOnFinding",
    "CheckEffectiveness",
    "ReopenFinding",
    "AskEvidence",
    "SaveAnswers",
    "AcceptEvidence",
    "AskAgain",
    "ExtendEvidence",
    "WithdrawEvidence",
    "DelegateEvidence",
    "SetQuota",
    "ReportQuota",
    "VerifyQuota",
    "SettleQuota",
    "ReceiveComplaint",
    "AssessComplaint",
    "NoteDialogue",
    "FollowDialogue",
    "ProposeYearPlan",
    "ApproveYearPlan",
    "PrepareAudit",
    "DeclareForAudit",
    "ReuseAudit",
    "AnswerChecklist",
    "RenewChecklist",
]


def of_kind(world: World, kind: str) -> list[Command | timedelta]:
    named = [(type(one).__name__ if isinstance(one, Command) else "time", one) for one in
             choices(world)]  # fmt: skip
    return [one for name, one in named if name == kind]


def test_everything_that_audits_can_be_asked_about_these_is_tried() -> None:
    from services.audits import commands

    elsewhere = {"Found", "ChangeYearPlan", "RaiseFinding", "NoteRisk", "DropRisk"}
    elsewhere |= {"EnterWages", "ClaimWages", "LetWagesBe", "ShowBackPay"}
    moments = {one for one in commands.__all__ if one.endswith(("Comes", "Due", "Ends", "GoesOut"))}
    assert set(commands.__all__) - elsewhere - moments == set(KINDS) - {"time"}


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 40)), min_size=4, max_size=14))
async def test_no_sequence_of_steps_reaches_an_unlawful_state(
    tries: list[tuple[str, int]],
) -> None:
    world = await world_of_everything()
    for kind, which in tries:
        possible = of_kind(world, kind)
        if possible:
            await take(world, possible[which % len(possible)])
    await everything_ends(world)


TOUR = [
    "HoldAudit:1",
    "ProposeAction",
    "AnswerProposal:1",
    "AcceptCounter",
    "time",
    "ExtendAction",
    "time",
    "time",
    "VerifyAction",
    "time:2",
    "CheckEffectiveness:1",
    "AgreeAction",
    "DisputeFinding",
    "RuleOnFinding",
    "VerifyAction",
    "time:2",
    "CheckEffectiveness",
    "ReopenFinding",
    "AgreeAction",
    "time:1",
    "DisputeFinding",
    "RuleOnFinding:1",
    "ReopenFinding",
    "DisputeFinding",
    "RuleOnFinding",
    "AgreeAction",
    "VerifyAction",
    "AskEvidence",
    "SaveAnswers",
    "DelegateEvidence",
    "time:1",
    "ExtendEvidence",
    "time:2",
    "SaveAnswers:1",
    "AskAgain",
    "SaveAnswers:1",
    "AcceptEvidence",
    "SetQuota",
    "ReportQuota",
    "VerifyQuota",
    "SettleQuota",
    "time:2",
    "ReportQuota",
    "time:2",
    "VerifyQuota:1",
    "ReceiveComplaint",
    "AssessComplaint:1",
    "AssessComplaint",
    "NoteDialogue",
    "FollowDialogue",
    "ProposeYearPlan",
    "ProposeYearPlan",
    "ApproveYearPlan",
    "time:2",
    "PrepareAudit",
    "DeclareForAudit:1",
    "time",
]


async def toured() -> World:
    """One long way through every machine; each step as who may takes it on what is newest."""
    world = await world_of_everything()
    for one in TOUR:
        kind, _, which = one.partition(":")
        possible = of_kind(world, kind)
        if kind == "time":
            await take(world, possible[int(which or 0)])
            continue
        for step in _on_all(possible, int(which or 0)):
            await take(world, step)
    await everything_ends(world)
    return world


def _on_all(possible: list[Any], which: int) -> list[Any]:
    """The nth variant of a command on each thing that it can be about."""
    by_thing: dict[str, list[Any]] = {}
    for step in possible:
        about = str(next(iter(step.model_dump().values())))
        by_thing.setdefault(about, []).append(step)
    return [steps[which % len(steps)] for steps in by_thing.values()]


ENDING = [
    "AssessComplaint",
    "FollowDialogue",
    "ApproveYearPlan",
    "AcceptEvidence",
    "WithdrawEvidence",
    "RuleOnFinding",
    "AgreeAction",
    "VerifyAction",
    "VerifyQuota",
    "SettleQuota",
    "CheckEffectiveness",
]
"""What brings each thing to its end, whatever was done to it before."""


async def everything_ends(world: World) -> None:
    """From wherever it stands somebody can bring each thing to its end, and nobody waits then."""
    for _ in range(3):  # what ends may begin something: a finding that stands asks for a new audit
        for kind, which in (("PrepareAudit", 1), ("DeclareForAudit", 0), ("AnswerChecklist", 0)):
            for step in _on_all(of_kind(world, kind), which):
                await take(world, step, OLE)
        for step in _on_all(of_kind(world, "HoldAudit"), -1):
            await take(world, step, OLE)
        for kind in ENDING:
            for step in of_kind(world, kind):
                await take(world, step)
    left = {id: need.kind for id, need in waiting(world).items()}
    assert set(left.values()) <= {"review-year-plan"}, left


async def test_the_tour_visits_every_state_and_nobody_waits_at_its_end() -> None:
    world = await toured()
    said = {type(one).__name__ for one in world.announced}
    for name in [
        "CorrectiveActionProposed",
        "CorrectiveActionCountered",
        "CorrectiveActionExtended",
        "CorrectiveActionReminded",
        "CorrectiveActionEscalated",
        "CorrectiveActionOverdue",
        "FindingDisputed",
        "FindingRuled",
        "FindingReopened",
        "EffectivenessCheckDue",
        "EvidenceAskedAgain",
        "EvidenceOverdue",
        "EvidenceReminded",
        "EvidenceDelegated",
        "QuotaFellShort",
        "QuotaSettled",
        "ComplaintAssessed",
        "DialogueFollowed",
        "YearPlanApproved",
    ]:
        assert name in said, name
    assert all(one.state in ("verified", "withdrawn", "replaced") for one in
               all_of(world, CorrectiveAction))  # fmt: skip


Plant = Callable[[pytest.MonkeyPatch], None]


def _without(patch: pytest.MonkeyPatch, kind: type[Any], method: str, **less: Any) -> None:
    """The method announces as before, but for these fields of its facts."""
    real = getattr(kind, method)

    def wrong(self: Any, *said: Any, **named: Any) -> Any:
        announce = type(self).announce

        def silent(event: Any) -> None:
            announce(self, event.model_copy(update=less))

        object.__setattr__(self, "announce", silent)
        try:
            return real(self, *said, **named)
        finally:
            object.__delattr__(self, "announce")

    patch.setattr(kind, method, wrong)


def no_clock_of_actions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(mending, "climb", lambda *said: None)


def a_dispute_stops_no_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(disputing, "climb_down", lambda *said: None)


def a_ruling_starts_no_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(disputing, "climb", lambda *said: None)


def handed_in_and_still_reminded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evidence, "climb_down", lambda *said: None)


def nobody_rules(patch: pytest.MonkeyPatch) -> None:
    _without(patch, Finding, "dispute", need=None)


def nobody_weighs(patch: pytest.MonkeyPatch) -> None:
    _without(patch, EvidenceRequest, "submit", need=None)


def accepted_and_still_asked(patch: pytest.MonkeyPatch) -> None:
    _without(patch, EvidenceRequest, "accept", settles=())


def shortfall_of_nobody(patch: pytest.MonkeyPatch) -> None:
    _without(patch, Quota, "_fall_short", need=None)


def a_complaint_lies_about(patch: pytest.MonkeyPatch) -> None:
    _without(patch, Complaint, "receive", need=None)


def a_year_is_asked_for_twice(patch: pytest.MonkeyPatch) -> None:
    _without(patch, YearPlan, "propose", settles=())


def held_without_independence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Audit, "_declared_with_report", lambda *said: None)


def verified_without_a_look(patch: pytest.MonkeyPatch) -> None:
    _without(patch, CorrectiveAction, "verify", settles=())


def reminded_twice(patch: pytest.MonkeyPatch) -> None:
    real = ladder.remind

    def again(self: CorrectiveAction, number: int) -> bool:
        self.reminded = 0
        return remind(self, 1)

    remind = CorrectiveAction.remind
    assert real is not None
    patch.setattr(CorrectiveAction, "remind", again)


DEFECTS: tuple[Plant, ...] = (
    no_clock_of_actions,
    a_dispute_stops_no_clock,
    a_ruling_starts_no_clock,
    handed_in_and_still_reminded,
    nobody_rules,
    nobody_weighs,
    accepted_and_still_asked,
    shortfall_of_nobody,
    a_complaint_lies_about,
    a_year_is_asked_for_twice,
    held_without_independence,
    verified_without_a_look,
    reminded_twice,
)


@pytest.mark.parametrize("plant", DEFECTS, ids=lambda plant: plant.__name__)
async def test_the_tour_finds_a_defect_that_is_planted(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        await toured()
