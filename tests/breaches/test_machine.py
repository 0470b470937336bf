"""The state machines: no unlawful path, no dead end, and always a deadline and somebody's turn."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    ConfirmBreach,
    DismissCase,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    RemedyCase,
    SignDecision,
)
from services.breaches.domain import PATHS, Action, Case, Stage
from shared.domain import Caller
from shared.events.base import Command, Event
from shared.events.breaches import (
    BreachConfirmed,
    ConsequenceOrdered,
    ContractorInstructed,
    DecisionApproved,
    DecisionProposed,
    HearingAnswered,
    HearingLapsed,
    InterimMeasureOrdered,
    SecondApprovalGiven,
    Track,
)
from shared.events.words import CauseKind, Status
from tests.breaches.told import (
    ANNA,
    BALTIC,
    BO,
    LABOUR,
    OFFICER,
    REPLACEMENT,
    Cases,
    claim_contradicted,
    claim_exposed,
    clauses,
    exposed,
    overdue,
    owned_by_listed,
    signed,
)

WAITING = [(track, stage) for track, stages in PATHS.items() for stage in stages]

LEADS_TO = {
    Action.HOLD: Stage.HELD,
    Action.CONFIRM: Stage.CONFIRMED,
    Action.APPROVE: Stage.BLOCKED,
    Action.ASK: Stage.ASKED,
    Action.ANSWER_ENQUIRY: Stage.ANSWERED,
    Action.HEAR: Stage.HEARING,
    Action.ANSWER_HEARING: Stage.HEARD,
    Action.PROPOSE: Stage.PROPOSED,
    Action.SIGN: Stage.ORDERED,
    Action.DISMISS: Stage.DISMISSED,
    Action.REMEDY: Stage.REMEDIED,
}


@pytest.mark.parametrize(("track", "stage"), WAITING)
def test_every_waiting_state_has_a_turn_a_role_a_reason_and_a_way_out(
    track: Track, stage: Stage
) -> None:
    wait = PATHS[track][stage]
    assert wait.turn in ("officer", "approver", "supplier")
    assert wait.role in ("officer", "approver")
    assert wait.need
    assert wait.what
    assert wait.law
    assert Action.DISMISS in wait.may
    assert len(wait.may) > 1


@pytest.mark.parametrize(("track", "stage"), WAITING)
def test_no_step_leads_to_a_state_that_its_track_does_not_know(track: Track, stage: Stage) -> None:
    for action in PATHS[track][stage].may:
        after = LEADS_TO[action]
        # A hearing that follows a question moves the case to the track of a decision.
        tracks = (Track.EXCLUSION, Track.CONTRACT_BREACH) if action is Action.HEAR else (track,)
        for onto in tracks:
            assert after.is_over or after in PATHS[onto], f"{track} {stage} {action} → {after}"


@pytest.mark.parametrize("track", list(PATHS))
def test_every_state_can_be_reached_and_every_case_can_end(track: Track) -> None:
    seen, ahead = {(track, Stage.FLAGGED)}, [(track, Stage.FLAGGED)]
    while ahead:
        at, stage = ahead.pop()
        if stage.is_over:
            continue
        for action in PATHS[at][stage].may:
            onto = Track.EXCLUSION if (action, at) == (Action.HEAR, Track.ENQUIRY) else at
            after = (onto, LEADS_TO[action])
            if after not in seen:
                seen.add(after)
                ahead.append(after)
    assert {stage for at, stage in seen if at is track} >= set(PATHS[track])


BEGINNINGS = {
    "block": (signed(), clauses(REPLACEMENT), owned_by_listed()),
    "claim": (signed(), clauses(REPLACEMENT), claim_contradicted(), claim_exposed()),
    "breach": (signed(), clauses(LABOUR), overdue()),
    "breach without clause": (signed(), clauses(), overdue()),
    "country": (signed(), clauses(LABOUR), exposed(BALTIC, CauseKind.JURISDICTION, "TAX-LIST")),
    "unknown owners": (signed(), clauses(), owned_by_listed(status=Status.CONDITIONAL)),
}

BASES = ("clause replacement", "clause labour-ilo94", "dialogue (needs no basis)", "")
CONSEQUENCES = ("replace", "hold_payment", "block", "dialogue", "terminate", "exclude", "none")
PEOPLE = (OFFICER, ANNA, BO)


def choices(id: str) -> tuple[tuple[Command | timedelta, ...], ...]:
    """Everything anybody might try, lawful or not, by kind."""
    why = ("because of it", "because of that", "")
    return (
        tuple(OrderHold(case_id=id, reason=reason) for reason in why),
        tuple(ConfirmBreach(case_id=id, reason=reason) for reason in why),
        tuple(ApproveBlock(case_id=id, reason=reason) for reason in why),
        tuple(OpenEnquiry(case_id=id, question=reason) for reason in why),
        tuple(AnswerEnquiry(case_id=id, answer=reason) for reason in why),
        tuple(OpenHearing(case_id=id, subject=reason) for reason in why),
        tuple(AnswerHearing(case_id=id, answer=reason) for reason in why),
        tuple(decided(id, consequence, basis) for consequence in CONSEQUENCES for basis in BASES),
        (decided(id, "replace", BASES[0]), decided(id, "dialogue", BASES[2])),
        tuple(SignDecision(case_id=id, no_conflict=sure) for sure in (True, True, False)),
        (RemedyCase(case_id=id, reason="it was put right"),),
        tuple(timedelta(days=days) for days in (1, 4, 20)),
    )


def decided(id: str, consequence: str, basis: str) -> ProposeDecision:
    return ProposeDecision(
        case_id=id,
        consequence=consequence,
        basis=basis,
        reason="the ground is there",
        proportionality="nothing milder helps",
    )


TRIES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 27), st.sampled_from(PEOPLE)),
    min_size=3,
    max_size=20,
)
BEGINNING = st.sampled_from(sorted(BEGINNINGS))


def must_be_lawful(world: Cases, case: Case) -> None:
    """What holds in every state, however it was reached."""
    if not case.open:
        assert case.status is Status.CLEAR
        assert f"case/{case.id}" not in world.deadlines
        return
    wait = PATHS[case.track][case.stage]
    needs = [e.need for e in world.announced if e.need]
    settled = {id for e in world.announced for id in e.settles}
    (need,) = [n for n in needs if n.id == case.need_id]
    assert need.id not in settled
    assert (need.role, need.due) == (wait.role, case.due)
    unsettled = {n.id for n in needs} - settled
    assert unsettled <= {need.id, *(n.id for n in needs if n.kind == "escalated-case")}
    moment = world.deadlines.get(f"case/{case.id}")
    assert case.escalated or (moment is not None and moment.at == case.due)


def must_have_been_lawful(events: list[Event]) -> None:
    """What the law wants before each step was there before it."""
    before: list[type[Event]] = []
    proposer, signers, confirmed_by = "", set[str](), ""
    for event in events:
        kind = type(event)
        match event:
            case BreachConfirmed(track=Track.LEGAL_BLOCK):
                assert InterimMeasureOrdered in before
                confirmed_by = event.by
            case BreachConfirmed():
                assert HearingAnswered in before or HearingLapsed in before
            case SecondApprovalGiven():
                assert BreachConfirmed in before
                assert event.by != confirmed_by
            case DecisionProposed(track=Track.LEGAL_BLOCK):
                assert ContractorInstructed in before
                proposer, signers = event.by, set()
            case DecisionProposed():
                proposer, signers = event.by, set()
                if event.consequence != "dialogue":
                    assert BreachConfirmed in before
                    assert event.basis.startswith("clause")
            case DecisionApproved():
                assert event.by != proposer
                assert event.by not in signers
                signers.add(event.by)
            case ConsequenceOrdered():
                assert len(signers) == 2
        before.append(kind)


@settings(max_examples=150, deadline=None)
@given(BEGINNING, TRIES)
async def test_no_sequence_of_steps_reaches_an_unlawful_state(
    beginning: str, tries: list[tuple[int, int, Caller]]
) -> None:
    world = Cases()
    await world.tell(*BEGINNINGS[beginning])
    id = world.case.id
    possible = choices(id)
    for kind, which, by in tries:
        step = possible[kind][which % len(possible[kind])]
        if isinstance(step, timedelta):
            await world.advance(step)
        else:
            error = (await world.tell(step, by=by)).error
            if error is not None:
                assert error["kind"] in ("rejected", "forbidden"), error
                assert len(error["reason"]) > 20
        must_be_lawful(world, world.case)
    must_have_been_lawful(world.announced)
    assert not world.rejected
    if world.case.open:
        await world.done(DismissCase(case_id=id, reason="no longer needed"), by=ANNA)
        must_be_lawful(world, world.case)


@settings(max_examples=100, deadline=None)
@given(BEGINNING, st.lists(st.integers(0, 11), min_size=4, max_size=14))
async def test_what_is_possible_is_never_refused_as_coming_too_early(
    beginning: str, turns: list[int]
) -> None:
    """`possible` is what a page offers; following it also reaches deep into every track."""
    world = Cases()
    await world.tell(*BEGINNINGS[beginning])
    for turn in turns:
        wait = world.case.wait
        if wait is None:
            break
        may = [action for action in wait.may if not LEADS_TO[action].is_over] or wait.may
        step = _any(may[turn % len(may)], world.case.id)
        for person in PEOPLE:
            error = (await world.tell(step, by=person)).error
            assert error is None or "cannot come next" not in error["reason"]
            if error is None:
                break
        must_be_lawful(world, world.case)
    must_have_been_lawful(world.announced)


def _any(action: Action, id: str) -> Command:
    reason = "because of it"
    match action:
        case Action.HOLD:
            return OrderHold(case_id=id, reason=reason)
        case Action.CONFIRM:
            return ConfirmBreach(case_id=id, reason=reason)
        case Action.APPROVE:
            return ApproveBlock(case_id=id, reason=reason)
        case Action.ASK:
            return OpenEnquiry(case_id=id, question=reason)
        case Action.ANSWER_ENQUIRY:
            return AnswerEnquiry(case_id=id, answer=reason)
        case Action.HEAR:
            return OpenHearing(case_id=id, subject=reason)
        case Action.ANSWER_HEARING:
            return AnswerHearing(case_id=id, answer=reason)
        case Action.PROPOSE:
            basis = "dialogue (needs no basis)"
            return ProposeDecision(case_id=id, consequence="dialogue", basis=basis, reason=reason)
        case Action.SIGN:
            return SignDecision(case_id=id, no_conflict=True)
        case Action.DISMISS:
            return DismissCase(case_id=id, reason=reason)
        case Action.REMEDY:
            return RemedyCase(case_id=id, reason=reason)
