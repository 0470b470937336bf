"""A case and the replacement that it demanded have one clock, whatever stops or moves it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.year.desk import Desk
from services.breaches.commands import (
    AnswerHearing,
    ConfirmBreach,
    OpenHearing,
    ProposeDecision,
    RestCase,
    ResumeCase,
    SignDecision,
    WithdrawDecision,
)
from services.breaches.domain import Stage
from services.subcontractors.commands import ExtendReplacement
from shared.events.subcontractors import ReplacementWithdrawn
from shared.testing import OFFICER
from tests.breaches.told import ANNA, BO, HANSEN, REPLACEMENT, clauses, overdue, signed
from tests.subcontractors.told import named


async def demanded() -> Desk:
    desk = Desk()
    await desk.tell(signed(), clauses(REPLACEMENT), named((HANSEN, 15)))
    await desk.tell(overdue().model_copy(update={"party_id": HANSEN}))
    (case,) = desk.cases
    for command in (
        OpenHearing(case_id=case.id, subject="it was not done"),
        AnswerHearing(case_id=case.id, answer="we did not"),
        ConfirmBreach(case_id=case.id, reason="nothing was mended"),
        ProposeDecision(
            case_id=case.id,
            consequence="replace",
            basis="clause replacement",
            reason="it was not mended",
            proportionality="nothing milder helps",
        ),
    ):
        assert await desk.ask(desk.breaches, command, OFFICER)
    for approver in (ANNA, BO):
        assert await desk.ask(
            desk.breaches, SignDecision(case_id=case.id, no_conflict=True), approver
        )
    return desk


STEPS = st.lists(
    st.tuples(st.sampled_from(["wait", "rest", "resume", "extend"]), st.integers(1, 20)),
    max_size=8,
)


@settings(max_examples=25)
@given(STEPS)
async def test_the_two_clocks_never_differ(steps: list[tuple[str, int]]) -> None:
    desk = await demanded()
    for step, days in steps:
        await _take(desk, step, days)
        (case,), (replacement,) = desk.cases, desk.replacements
        assert replacement.stands_still == (case.rest is not None)
        assert replacement.stands_still or case.due == replacement.deadline
        assert desk.needs[case.need_id].due == case.due, "whoever is asked is told that moment"
        waiting = {need.due for need in desk.needs.values() if need.kind == "follow-replacement"}
        assert waiting == (set() if replacement.stands_still else {replacement.deadline})
        assert not desk.breaches.rejected + desk.chains.rejected


async def _take(desk: Desk, step: str, days: int) -> None:
    (case,), (replacement,) = desk.cases, desk.replacements
    match step:
        case "wait":
            for _ in range(days):
                await desk.pass_day()
        case "rest" if case.rest is None:
            rest = RestCase(case_id=case.id, kind="awaits_ruling", working_days=days, reason="C-14")
            assert await desk.ask(desk.breaches, rest, OFFICER)
        case "resume" if case.rest is not None:
            go_on = ResumeCase(case_id=case.id, reason="the ruling is there")
            assert await desk.ask(desk.breaches, go_on, OFFICER)
        case "extend" if case.rest is None:
            more = ExtendReplacement(
                replacement_id=replacement.id, working_days=days + 60, reason="a strike"
            )
            await desk.ask(desk.chains, more, OFFICER)


async def test_a_demand_falls_with_its_decision_while_the_case_rests() -> None:
    desk = await demanded()
    await _take(desk, "rest", 10)
    (replacement,) = desk.replacements
    assert replacement.stands_still
    withdraw = WithdrawDecision(case_id=desk.cases[0].id, reason="the board annulled it")
    assert await desk.ask(desk.breaches, withdraw, ANNA)
    assert desk.replacements == []
    assert any(isinstance(event, ReplacementWithdrawn) for event in desk.history)
    assert desk.cases[0].stage is Stage.CONFIRMED
    assert not {need.kind for need in desk.needs.values()} & {"follow-replacement"}
