"""Questions and hearings: a contradiction, a breach of clauses, a country on a list."""

from datetime import timedelta

import pytest

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ConfirmBreach,
    DismissCase,
    OpenEnquiry,
    OpenHearing,
    ProposeDecision,
    SignDecision,
)
from services.breaches.domain import Phase, Stage
from shared.events.breaches import (
    BreachConfirmed,
    BreachDismissed,
    BreachFlagged,
    ConsequenceOrdered,
    EnquiryAnswered,
    EnquiryLapsed,
    EnquiryOpened,
    HearingLapsed,
    HearingOpened,
    Track,
)
from shared.events.subcontractors import ExposureEnded
from shared.events.words import CauseKind, Role, Status
from tests.breaches.told import (
    ANNA,
    BO,
    CONTRACT,
    HANSEN,
    NORDLYS,
    REGION,
    REPLACEMENT,
    WEIGHED,
    Cases,
    claim_contradicted,
    claim_exposed,
    clauses,
    exposed,
    reconciled,
    signed,
)


async def contradicted(**contract: object) -> Cases:
    world = Cases()
    await world.tell(
        signed(**contract),  # type: ignore[arg-type]
        clauses(REPLACEMENT),
        claim_contradicted(),
        claim_exposed(),
    )
    return world


async def heard(world: Cases) -> Cases:
    """As far as the end of the hearing, with answers that explain nothing."""
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="how does this fit with your ESPD?"))
    await world.done(AnswerEnquiry(case_id=id, answer="we shall look into it"))
    await world.done(OpenHearing(case_id=id, subject="due tax debt"))
    await world.done(AnswerHearing(case_id=id, answer="we have no money"))
    return world


def deciding(world: Cases, consequence: str, basis: str) -> ProposeDecision:
    return ProposeDecision(
        case_id=world.case.id,
        consequence=consequence,
        basis=basis,
        reason="the ground is there and was not removed",
        proportionality="grave, recent, and nothing milder helps",
        amount=90_000 if consequence == "hold_payment" else None,
        weighing=WEIGHED,
    )


async def sign(world: Cases) -> None:
    for approver in (ANNA, BO):
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=approver)


async def test_a_contradiction_is_first_a_question_without_accusation() -> None:
    world = await contradicted()
    (flagged,) = world.of(BreachFlagged)
    assert (flagged.track, flagged.status, flagged.mandatory) == (
        Track.ENQUIRY,
        Status.REVIEW,
        True,
    )
    ask = OpenHearing(case_id=world.case.id, subject="due tax debt")
    assert "ask the supplier, without accusing it" in await world.refused(ask)
    await world.done(OpenEnquiry(case_id=world.case.id, question="how does this fit?"))
    (opened,) = world.of(EnquiryOpened)
    assert opened.need.kind == "await-answer"
    assert opened.link_id == f"link-{world.case.id}-enquiry-1"


async def test_the_debt_is_paid_so_the_ground_is_gone_and_the_case_is_dismissed() -> None:
    world = await contradicted()
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="how does this fit?"))
    await world.done(AnswerEnquiry(case_id=id, answer="we are looking into it"))
    await world.done(OpenHearing(case_id=id, subject="due tax debt"))
    (hearing,) = world.of(HearingOpened)
    assert (hearing.track, hearing.addressee_id) == (Track.EXCLUSION, NORDLYS)
    assert hearing.heard_alongside == (HANSEN,)
    assert hearing.due.date().isoformat() == "2026-12-07"
    await world.tell(reconciled())
    await world.done(AnswerHearing(case_id=id, answer="paid in full", document_ids=("doc-9",)))
    assert world.case.notes == ("the ground is gone: the debt is paid in full",)
    assert world.announced[-1].status is Status.REVIEW  # type: ignore[attr-defined]
    await world.done(DismissCase(case_id=id, reason="the receipt shows that the debt is paid"))
    assert world.told[-1] is BreachDismissed
    assert world.case.status is Status.CLEAR


async def test_a_receipt_that_comes_before_the_exposure_is_not_forgotten() -> None:
    world = Cases()
    await world.tell(signed(), claim_contradicted(), reconciled(), claim_exposed())
    assert world.case.notes == ("the ground is gone: the debt is paid in full",)


async def test_an_amount_that_comes_after_the_exposure_counts() -> None:
    world = Cases()
    await world.tell(signed(), claim_exposed(), claim_contradicted(50_000))
    assert world.case.amount == 50_000


async def test_silence_is_assessed_like_an_answer() -> None:
    world = await contradicted()
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="how does this fit?"))
    await world.advance(timedelta(days=10))
    assert world.case.stage is Stage.ANSWERED
    assert len(world.of(EnquiryLapsed)) == 1
    assert not world.of(EnquiryAnswered)
    await world.done(OpenHearing(case_id=id, subject="due tax debt"))
    late = AnswerHearing(case_id=id, answer="sorry, here it is")
    await world.advance(timedelta(days=20))
    assert world.of(HearingLapsed)[0].need.kind == "assess-answer"
    assert "wait" not in await world.refused(late)


async def test_no_decision_before_the_hearing_and_an_established_ground() -> None:
    world = await contradicted()
    decide = deciding(world, "replace", "clause replacement")
    assert "ask the supplier" in await world.refused(decide)
    await heard(world)
    assert "say whether the ground is established" in await world.refused(decide)
    await world.done(ConfirmBreach(case_id=world.case.id, reason="debt due and not paid"))
    assert world.of(BreachConfirmed)[0].status is Status.CONDITIONAL
    await world.done(decide)
    await sign(world)
    assert world.of(ConsequenceOrdered)[0].status is Status.REPLACE_REQUIRED


async def test_a_mandatory_ground_at_the_buyers_facility_must_lead_to_replacement() -> None:
    world = await heard(await contradicted(at_buyer_facility=True))
    await world.done(ConfirmBreach(case_id=world.case.id, reason="debt due and not paid"))
    basis = "Directive 2014/24/EU Art 71(6)(b); udbudsloven § 177"
    await world.done(deciding(world, "replace", basis))


async def test_swedish_law_knows_no_duty_to_replace_there() -> None:
    world = Cases()
    await world.tell(signed("SE", "LOU", at_buyer_facility=True), clauses(), claim_contradicted())
    await world.tell(claim_exposed())
    await heard(world)
    await world.done(ConfirmBreach(case_id=world.case.id, reason="debt due and not paid"))
    reason = await world.refused(deciding(world, "replace", "Art 71(6)(b)"))
    assert "no law or clause" in reason
    assert "Possible: dialogue on dialogue (needs no basis)" in reason


@pytest.mark.parametrize("measure", ["exclude", "terminate"])
async def test_a_subcontractors_ground_never_excludes_the_supplier(measure: str) -> None:
    world = await heard(await contradicted())
    await world.done(ConfirmBreach(case_id=world.case.id, reason="debt due and not paid"))
    reason = await world.refused(deciding(world, measure, "udbudsloven § 135, stk. 3"))
    assert "C-395/18 Tim" in reason


async def suppliers_debt(*terms: object) -> Cases:
    world = Cases()
    detail = "a tax debt of DKK 140000"
    await world.tell(signed(), clauses(*terms), claim_contradicted())  # type: ignore[arg-type]
    await world.tell(
        exposed(NORDLYS, CauseKind.CLAIM, "EX-B1", ref="claim-1", detail=detail, role=Role.SUPPLIER)
    )
    await heard(world)
    return world


async def test_a_ground_that_arises_later_gives_no_statutory_right_to_terminate() -> None:
    world = await suppliers_debt()
    await world.done(ConfirmBreach(case_id=world.case.id, reason="debt due and not paid"))
    reason = await world.refused(deciding(world, "terminate", "udbudsloven § 185, stk. 1, nr. 2"))
    assert "arises later gives no statutory right to terminate" in reason
    assert "exclusion belongs to a procedure" in await world.refused(
        deciding(world, "exclude", "udbudsloven § 135")
    )
    assert "cannot be replaced" in await world.refused(deciding(world, "replace", "any"))


async def test_a_ground_that_was_there_at_award_or_a_clause_can_carry_a_termination() -> None:
    at_award = await suppliers_debt()
    await at_award.tell(
        ConfirmBreach(case_id=at_award.case.id, reason="due in May", phase=Phase.AT_AWARD)
    )
    statute = deciding(at_award, "terminate", "udbudsloven § 185, stk. 1, nr. 2")
    await at_award.done(statute)
    later = await suppliers_debt(REPLACEMENT)
    await later.done(ConfirmBreach(case_id=later.case.id, reason="debt due and not paid"))
    clause = deciding(later, "terminate", "clause replacement")
    await later.done(clause)
    await sign(later)
    assert not later.of(ConsequenceOrdered), "a termination takes three signatures"


async def test_a_cause_that_ends_is_shown_and_a_person_closes_the_case() -> None:
    world = await contradicted()
    ended = ExposureEnded(
        exposure_id="exp-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=HANSEN,
        cause=claim_exposed().cause,
        reason="it has left the chain",
    )
    await world.tell(ended, ended)
    assert world.case.open
    assert world.case.notes == ("an exposure has ended: it has left the chain",)


async def test_an_answer_must_say_something() -> None:
    world = await contradicted()
    await world.done(OpenEnquiry(case_id=world.case.id, question="how does this fit?"))
    assert "a few words" in await world.refused(AnswerEnquiry(case_id=world.case.id, answer=""))
