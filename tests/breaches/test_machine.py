"""The state machines: no unlawful path, no dead end, and always a deadline and somebody's turn."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    AssessCleaning,
    AssessSupply,
    ConfirmBreach,
    CorrectDecision,
    DeclareConflict,
    DismissCase,
    ExtendDeadline,
    HearTimetable,
    LiftPrecaution,
    NoteDelivery,
    NoteLicence,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    ReceiveOpinion,
    ReleasePayment,
    RemedyCase,
    ReportBlock,
    RequestOpinion,
    RestCase,
    ResumeCase,
    SecureSupply,
    SettleCase,
    SignDecision,
    TakePrecaution,
    WithdrawDecision,
)
from services.breaches.domain import PATHS, Action, Case, Stage
from shared.domain import Caller
from shared.events.base import Command, Event
from shared.events.breaches import (
    BreachConfirmed,
    ConsequenceOrdered,
    ContractorInstructed,
    DecisionApproved,
    DecisionCorrected,
    DecisionProposed,
    DecisionWithdrawn,
    DeliveryNoted,
    HearingAnswered,
    HearingLapsed,
    InterimMeasureOrdered,
    OpinionReceived,
    PaymentHoldOrdered,
    PaymentHoldReleased,
    PersonRecused,
    SecondApprovalGiven,
    SelfCleaningAssessed,
    SupplyAssessed,
    SupplySecured,
    Track,
)
from shared.events.words import CauseKind, Role, Status
from tests.breaches.told import (
    ANNA,
    BALTIC,
    BO,
    LABOUR,
    NORDLYS,
    OFFICER,
    REPLACEMENT,
    WEIGHED,
    Cases,
    claim_contradicted,
    claim_exposed,
    clauses,
    exposed,
    finding,
    listed_goods,
    overdue,
    owned_by_listed,
    signed,
    suspended,
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
    Action.SETTLE: Stage.REMEDIED,
    Action.CLEAN: Stage.CONFIRMED,
    Action.REQUEST_OPINION: Stage.OPINION,
    Action.RECEIVE_OPINION: Stage.CONFIRMED,
    Action.ASSESS_SUPPLY: Stage.ASSESSED,
    Action.SECURE_SUPPLY: Stage.SECURED,
    Action.TIMETABLE: Stage.HEARING,
}

STAYS = {
    Action.EXTEND,
    Action.DISPUTE,
    Action.RESUME,
    Action.LICENSE,
    Action.CORRECT,
    Action.RELEASE,
    Action.PRECAUTION,
    Action.LIFT,
    Action.DELIVER,
}
"""Steps after which a case is where it was."""

BEFORE_A_DECISION = {
    Track.LEGAL_BLOCK: Stage.BLOCKED,
    Track.EXCLUSION: Stage.CONFIRMED,
    Track.CONTRACT_BREACH: Stage.CONFIRMED,
    Track.ENQUIRY: Stage.ANSWERED,
}


def after(track: Track, stage: Stage, action: Action) -> Stage:
    """Where an action leads at the latest."""
    if action in STAYS:
        return stage
    return BEFORE_A_DECISION[track] if action is Action.WITHDRAW else LEADS_TO[action]


def test_every_action_is_somewhere_possible() -> None:
    there = {action for stages in PATHS.values() for wait in stages.values() for action in wait.may}
    assert there | {Action.RESUME} == set(Action)


@pytest.mark.parametrize(("track", "stage"), WAITING)
def test_every_waiting_state_has_a_turn_a_role_a_reason_and_a_way_out(
    track: Track, stage: Stage
) -> None:
    wait = PATHS[track][stage]
    assert wait.turn in ("officer", "approver", "supplier", "authority")
    assert wait.role in ("officer", "approver")
    assert wait.need
    assert wait.what
    assert wait.law
    assert Action.DISMISS in wait.may
    assert len(wait.may) > 1


@pytest.mark.parametrize(("track", "stage"), WAITING)
def test_no_step_leads_to_a_state_that_its_track_does_not_know(track: Track, stage: Stage) -> None:
    for action in PATHS[track][stage].may:
        there = after(track, stage, action)
        # A hearing that follows a question moves the case to the track of a decision.
        tracks = (Track.EXCLUSION, Track.CONTRACT_BREACH) if action is Action.HEAR else (track,)
        for onto in tracks:
            assert there.is_over or there in PATHS[onto], f"{track} {stage} {action} → {there}"


@pytest.mark.parametrize("track", list(PATHS))
def test_every_state_can_be_reached_and_every_case_can_end(track: Track) -> None:
    seen, ahead = {(track, Stage.FLAGGED)}, [(track, Stage.FLAGGED)]
    while ahead:
        at, stage = ahead.pop()
        if stage.is_over:
            continue
        for action in PATHS[at][stage].may:
            onto = Track.EXCLUSION if (action, at) == (Action.HEAR, Track.ENQUIRY) else at
            there = (onto, after(at, stage, action))
            if there not in seen:
                seen.add(there)
                ahead.append(there)
    assert {stage for at, stage in seen if at is track} >= set(PATHS[track])


T = Role.SUPPLIER
BEGINNINGS = {
    "block": (signed(), clauses(REPLACEMENT), owned_by_listed()),
    "claim": (signed(), clauses(REPLACEMENT), claim_contradicted(), claim_exposed()),
    "breach": (signed(), clauses(LABOUR), overdue()),
    "wages": (signed(), clauses(LABOUR), finding("wages")),
    "breach without clause": (signed(), clauses(), overdue()),
    "country": (signed(), clauses(LABOUR), exposed(BALTIC, CauseKind.JURISDICTION, "TAX-LIST")),
    "goods": (signed(), clauses(), listed_goods(), suspended()),
    "devices": (signed(), clauses(LABOUR), exposed(NORDLYS, CauseKind.CLAIM, "IPI-CN", role=T)),
    "unknown owners": (signed(), clauses(), owned_by_listed(status=Status.CONDITIONAL)),
}

ARTICLE_57, ARTICLE_9 = (
    "Directive 2014/24/EU Art 57(3); udbudsloven § 138, stk. 4",
    "Regulation (EU) 2022/1031 Art 9(1)(b)",
)
BASES = (
    *("clause replacement", "clause labour-ilo94", "dialogue (needs no basis)", ""),
    *(ARTICLE_57, ARTICLE_9),
)
CONSEQUENCES = (
    *("replace", "hold_payment", "block", "dialogue", "terminate", "exclude", "none"),
    "derogate",
)
CLARA = Caller(subject="clara", roles=("officer", "approver"), buyers=("*",))
PEOPLE = (OFFICER, ANNA, BO, CLARA)


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
        (
            decided(id, "replace", BASES[0]),
            decided(id, "dialogue", BASES[2]),
            decided(id, "derogate", ARTICLE_57),
            decided(id, "derogate", ARTICLE_9),
        ),
        tuple(SignDecision(case_id=id, no_conflict=sure) for sure in (True, True, False)),
        (RemedyCase(case_id=id, reason="it was put right"),),
        tuple(timedelta(days=days) for days in (1, 4, 20)),
        tuple(_any(action, id) for action in STAYS),
        tuple(_any(action, id) for action in (Action.CLEAN, Action.REQUEST_OPINION)),
        (_any(Action.RECEIVE_OPINION, id), _any(Action.CLEAN, id)),
        (_any(Action.ASSESS_SUPPLY, id), _any(Action.SECURE_SUPPLY, id)),
        (_any(Action.WITHDRAW, id), _any(Action.SETTLE, id), _any(Action.TIMETABLE, id)),
        (ReportBlock(case_id=id, reference="ERST 114"),),
        tuple(
            DeclareConflict(case_id=id, person=person, instead=instead, reason="a relative")
            for person, instead in (("anna", "bo"), ("mette", "lis"))
        ),
    )


def decided(id: str, consequence: str, basis: str) -> ProposeDecision:
    return ProposeDecision(
        case_id=id,
        consequence=consequence,
        basis=basis,
        reason="the ground is there",
        proportionality="nothing milder helps",
        amount=50_000,
        deviation="its measures came after the hearing",
        derogation="the wards need it",
        weighing=WEIGHED,
    )


TRIES = st.lists(
    st.tuples(st.integers(0, 18), st.integers(0, 47), st.sampled_from(PEOPLE)),
    min_size=3,
    max_size=20,
)
BEGINNING = st.sampled_from(sorted(BEGINNINGS))


def must_be_lawful(world: Cases, case: Case) -> None:
    """What holds in every state, however it was reached."""
    if not case.open:
        assert case.status is Status.CLEAR
        assert f"case/{case.id}" not in world.deadlines
        assert not case.withheld
        return
    wait = case.wait
    assert wait is not None
    assert wait.role
    assert Action.DISMISS in wait.may
    needs = [e.need for e in world.announced if e.need]
    settled = {id for e in world.announced for id in e.settles}
    (need,) = [n for n in needs if n.id == case.need_id]
    assert need.id not in settled
    assert (need.role, need.due) == (wait.role, case.due)
    unsettled = {n.id for n in needs} - settled
    report = {case.report_need} if case.report_due and not case.reported else set()
    assert unsettled <= {
        need.id,
        *report,
        *(n.id for n in needs if n.kind == "escalated-case"),
    }
    assert report <= unsettled
    moment = world.deadlines.get(f"case/{case.id}")
    assert case.escalated or (moment is not None and moment.at == case.due)


def must_have_been_lawful(events: list[Event]) -> None:
    """What the law wants before each step was there before it."""
    before: list[type[Event]] = []
    proposer, signers, confirmed_by = "", set[str](), ""
    cleaned, opinion, recused = False, False, set[str]()
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
                    assert opinion or not (cleaned and event.track is Track.EXCLUSION)
                    assert event.weighing or event.track is not Track.EXCLUSION
                    public = event.consequence == "derogate"
                    assert event.derogation if public else event.basis.startswith("clause")
            case HearingLapsed():
                assert DeliveryNoted in before
            case SelfCleaningAssessed():
                cleaned, opinion = True, False
            case OpinionReceived():
                opinion = True
            case PersonRecused():
                recused.add(event.person)
                signers.discard(event.person)
            case SupplySecured():
                assert SupplyAssessed in before
            case PaymentHoldReleased():
                assert PaymentHoldOrdered in before
            case DecisionWithdrawn() | DecisionCorrected():
                assert ConsequenceOrdered in before
            case DecisionApproved():
                assert event.by != proposer
                assert event.by not in signers
                assert event.by not in recused
                signers.add(event.by)
            case ConsequenceOrdered():
                assert len(signers) >= 2
        before.append(kind)


@settings(max_examples=150)
@given(BEGINNING, st.booleans(), TRIES)
async def test_no_sequence_of_steps_reaches_an_unlawful_state(
    beginning: str, delivers: bool, tries: list[tuple[int, int, Caller]]
) -> None:
    world = Cases(delivers=delivers)
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
        await world.done(_any(Action.DISMISS, id), by=CLARA)
        must_be_lawful(world, world.case)


@settings(max_examples=100)
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
        may = [a for a in wait.may if a in STAYS or not after_or_over(world.case, a)] or wait.may
        step = _any(may[turn % len(may)], world.case.id)
        for person in PEOPLE:
            error = (await world.tell(step, by=person)).error
            assert error is None or "cannot come next" not in error["reason"]
            if error is None:
                break
        must_be_lawful(world, world.case)
    must_have_been_lawful(world.announced)


def after_or_over(case: Case, action: Action) -> bool:
    return after(case.track, case.stage, action).is_over


def _any(action: Action, id: str) -> Command:
    reason = "because of it"
    more = _turn(action, id, reason)
    if more is not None:
        return more
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
            return ProposeDecision(
                case_id=id,
                consequence="dialogue",
                basis=basis,
                reason=reason,
                derogation="the wards need it",
            )
        case Action.SIGN:
            return SignDecision(case_id=id, no_conflict=True)
        case Action.DISMISS:
            return DismissCase(case_id=id, reason=reason, way_out="ground_gone")
        case _:
            return RemedyCase(case_id=id, reason=reason)


def _turn(action: Action, id: str, reason: str) -> Command | None:
    match action:
        case Action.EXTEND:
            return ExtendDeadline(case_id=id, working_days=40, reason=reason)
        case Action.DISPUTE:
            return RestCase(case_id=id, kind="awaits_ruling", working_days=60, reason=reason)
        case Action.RESUME:
            return ResumeCase(case_id=id, reason=reason)
        case Action.SETTLE:
            return SettleCase(case_id=id, terms="half of it is paid")
        case Action.LICENSE:
            until = date(2027, 6, 30)
            return NoteLicence(case_id=id, authority="ERST", scope="winding down", until=until)
        case Action.CLEAN:
            return AssessCleaning(
                case_id=id,
                compensation="paid in full",
                clarified="told the authority all",
                measures="a new management",
                enough=False,
                reason=reason,
            )
        case Action.REQUEST_OPINION:
            return RequestOpinion(case_id=id)
        case Action.RECEIVE_OPINION:
            return ReceiveOpinion(case_id=id, reliable=True, opinion="it is reliable again")
        case Action.TIMETABLE:
            return HearTimetable(case_id=id, subject="by which day?")
        case Action.PRECAUTION:
            return TakePrecaution(
                case_id=id,
                measure="no new site",
                basis="clause labour-ilo94",
                working_days=10,
                reason=reason,
            )
        case Action.LIFT:
            return LiftPrecaution(case_id=id, reason=reason)
        case Action.DELIVER:
            return NoteDelivery(case_id=id, on=date(2026, 11, 23), how="by registered post")
        case Action.CORRECT:
            return CorrectDecision(case_id=id, correction="2026, not 2025", reason=reason)
        case Action.WITHDRAW:
            return WithdrawDecision(case_id=id, reason=reason)
        case Action.RELEASE:
            return ReleasePayment(case_id=id, amount=10_000, reason=reason)
        case Action.ASSESS_SUPPLY:
            return AssessSupply(
                case_id=id, item="gloves", days_of_stock=9, told="ward 3", reason=reason
            )
        case Action.SECURE_SUPPLY:
            return SecureSupply(case_id=id, means="derogation", reference="LMST 12", reason=reason)
    return None
