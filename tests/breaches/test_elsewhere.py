"""Other contracts, other buyers, forums, the night: what reaches a case from beside it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    ConfirmBreach,
    DismissCase,
    HearTimetable,
    LiftPrecaution,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    ReuseFacts,
    SignDecision,
    TakePrecaution,
)
from services.breaches.domain import Case, Phase, Stage
from services.breaches.guidance import Matter, matter_of, read_forums
from services.breaches.letters import Letter
from shared.domain import Caller
from shared.events.audits import FindingDisputed, FindingRuled
from shared.events.breaches import (
    BreachEscalated,
    BreachFlagged,
    CaseDisputed,
    CasePassedOn,
    CaseResumed,
    FactsReused,
    HearingOpened,
    PrecautionEnded,
    PrecautionOrdered,
    ReportPassedOn,
    Track,
)
from shared.events.contracts import ContractPassedOn
from shared.events.words import CauseKind, Money, Status
from tests.breaches.test_holds import established
from tests.breaches.told import (
    ANNA,
    BO,
    CONTRACT,
    HANSEN,
    LABOUR,
    NORDLYS,
    REGION,
    REPLACEMENT,
    Cases,
    clauses,
    declared,
    exposed,
    finding,
    overdue,
    owned_by_listed,
    signed,
)

OTHER, EAST = "rn-2026-020-k1", "dk-cvr-29190623"
NIGHT = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
"""A Saturday, near midnight in Copenhagen."""


def on(contract_id: str, event: Any, buyer_id: str = REGION) -> Any:
    return event.model_copy(update={"contract_id": contract_id, "buyer_id": buyer_id})


def about(world: Cases, contract_id: str) -> Case:
    (found,) = [case for case in world.cases if case.contract_id == contract_id]
    return found


# ---------------------------------------------------------------- siblings


async def hansen_on_two_contracts(buyer_id: str = REGION) -> Cases:
    world = Cases()
    for event in (signed(), clauses(REPLACEMENT), declared(HANSEN, "Hansen")):
        await world.tell(event, on(OTHER, event, buyer_id))
    return world


async def replaced_for_a_breach(world: Cases) -> None:
    late = overdue().model_copy(update={"party_id": HANSEN})
    await world.tell(late)
    id = about(world, CONTRACT).id
    await world.done(OpenHearing(case_id=id, subject="it was not done"))
    await world.done(AnswerHearing(case_id=id, answer="we did not"))
    await world.done(ConfirmBreach(case_id=id, reason="nothing was mended"))
    await world.done(
        ProposeDecision(
            case_id=id,
            consequence="replace",
            basis="clause replacement",
            reason="it was not mended",
            proportionality="nothing milder helps",
        )
    )
    for approver in (ANNA, BO):
        await world.done(SignDecision(case_id=id, no_conflict=True), by=approver)


async def test_whoever_is_replaced_on_one_contract_is_a_question_on_the_others() -> None:
    world = await hansen_on_two_contracts()
    await replaced_for_a_breach(world)
    sibling = about(world, OTHER)
    assert (sibling.track, sibling.status, sibling.party_id) == (
        Track.ENQUIRY,
        Status.REVIEW,
        HANSEN,
    )
    assert f"must be replaced on contract {CONTRACT}" in sibling.cause.detail


async def test_a_contract_of_another_buyer_gets_no_sibling() -> None:
    world = await hansen_on_two_contracts(EAST)
    await replaced_for_a_breach(world)
    assert [case.contract_id for case in world.cases] == [CONTRACT]


async def test_contracts_that_an_auditor_names_get_their_cases_together_with_the_first() -> None:
    world = Cases()
    await world.tell(signed(), on(OTHER, signed()), clauses(LABOUR), on(OTHER, clauses(LABOUR)))
    await world.tell(finding("wages", affected_contract_ids=(OTHER,)))
    assert {case.contract_id for case in world.cases} == {CONTRACT, OTHER}
    assert len(world.of(BreachFlagged)) == 2


# ---------------------------------------------------------------- facts of others


async def listed_for_two_buyers() -> tuple[Cases, Case, Case]:
    world = Cases()
    second = owned_by_listed().model_copy(update={"exposure_id": "exp-2"})
    await world.tell(
        signed(), on(OTHER, signed(), EAST), owned_by_listed(), on(OTHER, second, EAST)
    )
    return world, about(world, CONTRACT), about(world, OTHER)


async def test_another_buyer_takes_over_facts_and_decides_itself() -> None:
    world, theirs, ours = await listed_for_two_buyers()
    await world.done(OrderHold(case_id=theirs.id, reason="at once"))
    await world.done(ConfirmBreach(case_id=theirs.id, reason="60 %"))
    await world.done(ReuseFacts(case_id=ours.id, from_case_id=theirs.id, reason="the same owner"))
    (reused,) = world.of(FactsReused)
    assert (reused.from_buyer_id, reused.buyer_id) == (REGION, EAST)
    assert "a listed person holds 60 %" in reused.facts[0]
    ours = about(world, OTHER)
    assert (ours.stage, ours.established) == (Stage.FLAGGED, False)
    assert "First: order the precautionary hold" in await world.refused(
        ConfirmBreach(case_id=ours.id, reason="the other region confirmed it")
    )
    again = ReuseFacts(case_id=ours.id, from_case_id=theirs.id, reason="the same owner")
    assert "taken over already" in await world.refused(again)


async def test_tax_data_of_another_buyer_stay_there() -> None:
    world = Cases()
    debt = exposed(HANSEN, CauseKind.CLAIM, "EX-B1", ref="claim-1")
    second = exposed(HANSEN, CauseKind.CLAIM, "EX-B1", ref="claim-2", exposure="exp-2")
    await world.tell(signed(), on(OTHER, signed(), EAST), debt, on(OTHER, second, EAST))
    reason = await world.refused(
        ReuseFacts(
            case_id=about(world, OTHER).id,
            from_case_id=about(world, CONTRACT).id,
            reason="it owes taxes",
        )
    )
    assert "documents belong to the buyer that received them" in reason


# ---------------------------------------------------------------- rulings


DENIED = FindingDisputed(
    finding_id="finding-1",
    contract_id=CONTRACT,
    buyer_id=REGION,
    party_id=NORDLYS,
    reason="the hours were paid in March",
    forum="the building arbitration board",
)


def ruled(upheld: bool) -> FindingRuled:
    return FindingRuled(
        finding_id="finding-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=NORDLYS,
        upheld=upheld,
        reference="C-14/2026",
        reason="the payroll shows it",
        by="ole",
    )


@pytest.mark.parametrize("upheld", [True, False])
async def test_a_case_awaits_the_ruling_on_its_finding_and_goes_on_where_it_stood(
    upheld: bool,
) -> None:
    world = await established(claim=Money(amount=84_000))
    await world.tell(DENIED)
    (rests,) = world.of(CaseDisputed)
    assert (rests.kind, rests.need.kind) == ("awaits_ruling", "follow-dispute")
    assert "rests" in await world.refused(
        ProposeDecision(case_id=world.case.id, consequence="dialogue", basis="", reason="now")
    )
    await world.tell(ruled(upheld))
    assert len(world.of(CaseResumed)) == 1
    assert world.case.stage is Stage.CONFIRMED
    said = "stands" if upheld else "is gone"
    assert f"the ground {said} by ruling C-14/2026" in world.case.notes[-1]
    assert world.case.open, "a person says what the ruling means"


async def test_whoever_is_heard_may_answer_while_the_case_awaits_a_ruling() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), finding("wages"))
    id = world.case.id
    await world.done(OpenHearing(case_id=id, subject="three payslips"))
    await world.tell(DENIED)
    await world.advance(timedelta(days=30))
    assert str(world.case.stage) == "hearing", "no time runs out while it rests"
    await world.done(AnswerHearing(case_id=id, answer="here is the payroll"))
    assert str(world.case.stage) == "heard"
    assert world.case.rest is not None
    await world.tell(ruled(True))
    assert world.case.rest is None


# ---------------------------------------------------------------- another buyer


async def test_open_cases_pass_to_the_buyer_that_takes_the_contract_over() -> None:
    world = Cases()
    await world.tell(signed(), clauses(REPLACEMENT), owned_by_listed())
    id = world.case.id
    await world.done(OrderHold(case_id=id, reason="at once"))
    await world.done(ConfirmBreach(case_id=id, reason="60 %"))
    await world.done(ApproveBlock(case_id=id, reason="I agree"), by=ANNA)
    await world.tell(
        ContractPassedOn(
            contract_id=CONTRACT,
            buyer_id=EAST,
            predecessor_id=REGION,
            effective=date(2027, 1, 1),
            reason="lov 699/2025 § 126",
        )
    )
    (passed,) = world.of(CasePassedOn)
    assert (passed.buyer_id, passed.predecessor_id) == (EAST, REGION)
    assert passed.need.buyer_id == EAST
    assert len(passed.settles) == 1, "nobody of the predecessor is asked any more"
    (report,) = world.of(ReportPassedOn)
    assert (report.need.buyer_id, report.settles) == (EAST, (f"report-authority/{id}",))
    old = Caller(subject="mette", roles=("officer",), buyers=(REGION,))
    new = Caller(subject="else", roles=("officer",), buyers=(EAST,))
    timetable = HearTimetable(case_id=id, subject="by which day?")
    await world.refused(timetable, by=old)
    await world.done(timetable, by=new)


async def test_who_takes_over_what_is_late_has_a_day_and_is_told_again() -> None:
    world = Cases()
    await world.tell(signed(), clauses(REPLACEMENT), owned_by_listed())
    await world.advance(world.case.due - world.now)
    assert len(world.of(BreachEscalated)) == 1
    passed = ContractPassedOn(
        contract_id=CONTRACT,
        buyer_id=EAST,
        predecessor_id=REGION,
        effective=date(2027, 1, 1),
        reason="lov 699/2025 § 126",
    )
    await world.tell(passed)
    assert world.case.due == world.now + timedelta(days=1)
    await world.advance(timedelta(days=1))
    assert [e.buyer_id for e in world.of(BreachEscalated)] == [REGION, EAST]


# ---------------------------------------------------------------- timetable, precaution


async def test_of_a_block_only_the_timetable_is_heard() -> None:
    world = Cases()
    await world.tell(signed(), clauses(REPLACEMENT), owned_by_listed())
    id = world.case.id
    timetable = HearTimetable(case_id=id, subject="by which day can another take over?")
    assert "First: order the precautionary hold" in await world.refused(timetable)
    await world.done(OrderHold(case_id=id, reason="at once"))
    await world.done(ConfirmBreach(case_id=id, reason="60 %"))
    await world.done(ApproveBlock(case_id=id, reason="I agree"), by=ANNA)
    await world.done(timetable)
    (opened,) = world.of(HearingOpened)
    assert opened.status is Status.BLOCKED_LEGAL
    assert opened.due.date() == date(2026, 11, 26)
    await world.advance(timedelta(days=4))
    assert world.case.stage is Stage.HEARD, "silence delays nothing"
    assert world.case.track is Track.LEGAL_BLOCK


def precaution(world: Cases, basis: str = "clause labour-ilo94", days: int = 10) -> TakePrecaution:
    return TakePrecaution(
        case_id=world.case.id,
        measure="no new site for this crew",
        basis=basis,
        working_days=days,
        reason="workers are not paid",
    )


async def test_a_precaution_takes_a_basis_and_ends_by_itself() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), finding("wages"))
    assert "takes a basis" in await world.refused(precaution(world, basis="a feeling"))
    assert "between 1 and 20" in await world.refused(precaution(world, days=21))
    await world.done(precaution(world))
    assert world.of(PrecautionOrdered)[0].until.date() == date(2026, 12, 7)
    assert "holds until 2026-12-07 already" in await world.refused(precaution(world))
    await world.advance(timedelta(days=15))
    assert len(world.of(PrecautionEnded)) == 1
    assert world.case.precaution is None


async def test_a_precaution_is_lifted_before_its_day_and_the_contract_shows_what_it_did() -> None:
    world = Cases()
    await world.tell(signed(), clauses(REPLACEMENT), exposed(HANSEN, CauseKind.CLAIM, "EX-B1"))
    id, before = world.case.id, world.case.status
    await world.done(OpenEnquiry(case_id=id, question="is it due?"))
    await world.done(AnswerEnquiry(case_id=id, answer="it is"))
    await world.done(OpenHearing(case_id=id, subject="a debt"))
    lift = LiftPrecaution(case_id=id, reason="the debt is paid")
    await world.done(precaution(world, basis="clause replacement"))
    assert world.case.status is Status.CONDITIONAL
    await world.done(lift)
    assert world.case.precaution is None
    assert world.case.status is before
    (ended,) = world.of(PrecautionEnded)
    assert (ended.by, ended.status) == ("mette", before)
    assert world.case.open
    assert "no precaution holds" in await world.refused(lift)
    await world.do_effects()
    kinds = [d.kind for d in world.store.documents.values() if isinstance(d, Letter)]
    assert kinds[-2:] == ["precaution", "lifted"]
    await world.advance(timedelta(days=20))
    assert len(world.of(PrecautionEnded)) == 1, "its day ends nothing any more"


# ---------------------------------------------------------------- mandatory grounds, forums


async def test_a_mandatory_ground_is_let_be_only_for_the_public_interest() -> None:
    world = Cases()
    await world.tell(signed(), clauses(), exposed(HANSEN, CauseKind.CLAIM, "EX-A2"))
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="is it you?"))
    await world.done(AnswerEnquiry(case_id=id, answer="it is"))
    await world.done(OpenHearing(case_id=id, subject="a judgment"))
    await world.done(AnswerHearing(case_id=id, answer="it is true"))
    await world.done(ConfirmBreach(case_id=id, reason="the judgment is final", final=True))
    talk = ProposeDecision(
        case_id=id, consequence="dialogue", basis="dialogue (needs no basis)", reason="we need it"
    )
    interest = {"derogation": "the only maker of a vaccine"}
    assert "does not let it be" in await world.refused(talk.model_copy(update=interest))
    drop = DismissCase(case_id=id, reason="we need it", way_out="noted")
    assert "is mandatory and stands" in await world.refused(drop)
    world.case.rulebook_version = "2026-03"
    assert "overriding reason in the public interest" in await world.refused(talk)
    await world.done(talk.model_copy(update=interest))
    assert world.case.decisions[-1].derogation == "the only maker of a vaccine"
    assert world.case.decisions[-1].rulebook_version == "2026-03", "which knew no derogation"


DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("category", "matter"),
    [("45215140", "construction"), ("construction", "construction"), ("90910000", "contract")],
)
def test_the_cpv_code_says_what_building_work_is(category: str, matter: str) -> None:
    assert matter_of(Track.CONTRACT_BREACH, Phase.LATER, category) == matter


@pytest.mark.parametrize(
    ("country", "matter", "forum", "until"),
    [
        ("DK", "procedure", "Klagenævnet for Udbud", date(2026, 12, 13)),
        ("DK", "sanctions", "Klagenævnet for Udbud", date(2026, 12, 13)),
        ("DK", "contract", "domstolene", None),
        ("DK", "construction", "Voldgiftsnævnet", None),
        ("SE", "procedure", "förvaltningsrätten", date(2026, 12, 3)),
        ("SE", "sanctions", "svensk domstol", None),
        ("SE", "contract", "svensk domstol", None),
        ("SE", "construction", "voldgift", None),
    ],
)
def test_complaint_guidance_names_the_forum_and_its_last_day(
    country: str, matter: Matter, forum: str, until: date | None
) -> None:
    found = read_forums().on(DAY).forum(country, matter)
    assert forum in found.name.da
    assert found.until(DAY) == until
    said = found.said("da", DAY)
    assert ("senest" in said) == (until is not None)
