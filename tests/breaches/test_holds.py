"""Payment is held for what is claimed, never for more, and released as workers get their pay."""

from services.breaches.commands import (
    AnswerHearing,
    ConfirmBreach,
    OpenHearing,
    ProposeDecision,
    ReleasePayment,
    RemedyCase,
    SignDecision,
)
from shared.events.audits import BackPayShown
from shared.events.breaches import (
    BreachRemedied,
    ConsequenceOrdered,
    PaymentHoldOrdered,
    PaymentHoldReleased,
    PaymentReleaseDue,
)
from shared.events.words import Money
from tests.breaches.told import (
    ANNA,
    BO,
    CONTRACT,
    LABOUR,
    NORDLYS,
    REGION,
    Cases,
    clauses,
    finding,
    signed,
)

CLAIM = Money(amount=84_000)


async def established(country: str = "DK", claim: Money | None = None) -> Cases:
    world = Cases()
    contract = signed(country, "LOU" if country == "SE" else "udbudsloven")
    await world.tell(contract, clauses(LABOUR), finding("wages", claim=claim))
    id = world.case.id
    await world.done(OpenHearing(case_id=id, subject="three payslips"))
    await world.done(AnswerHearing(case_id=id, answer="we pay what we pay"))
    await world.done(ConfirmBreach(case_id=id, reason="DKK 40 per hour are missing"))
    return world


def holding(world: Cases, amount: float) -> ProposeDecision:
    return ProposeDecision(
        case_id=world.case.id,
        consequence="hold_payment",
        basis="clause labour-ilo94",
        reason="wages are owed",
        proportionality="it covers the claim and no more",
        amount=amount,
    )


async def held(amount: float) -> Cases:
    world = await established(claim=CLAIM)
    await world.done(holding(world, amount))
    for approver in (ANNA, BO):
        await world.done(SignDecision(case_id=world.case.id, no_conflict=True), by=approver)
    return world


def back_pay(paid: float) -> BackPayShown:
    return BackPayShown(
        check_id="check-1",
        contract_id=CONTRACT,
        buyer_id=REGION,
        party_id=NORDLYS,
        paid=Money(amount=paid),
        outstanding=Money(amount=84_000 - paid),
        by="wanda",
    )


async def test_no_more_is_held_than_the_wage_claim_and_the_arithmetic_says_so() -> None:
    world = await established(claim=CLAIM)
    reason = await world.refused(holding(world, 84_001))
    assert reason.startswith("at most DKK 84000 can be held: 84000 are claimed and 0 of that")
    await world.done(holding(world, 84_000))


async def test_what_was_shown_to_be_paid_back_lowers_the_cap() -> None:
    world = await established(claim=CLAIM)
    await world.tell(back_pay(30_000))
    assert "at most DKK 54000" in await world.refused(holding(world, 60_000))


async def test_claims_of_several_findings_are_added_and_each_counts_once() -> None:
    world = await established(claim=CLAIM)
    second = finding("wages", claim=Money(amount=16_000))
    await world.tell(second.model_copy(update={"finding_id": "finding-2"}))
    assert world.case.sum.cap == 100_000
    await world.tell(second.model_copy(update={"finding_id": "finding-2"}))
    assert world.case.sum.cap == 100_000


async def test_where_no_finding_says_the_claim_an_officer_does() -> None:
    world = Cases()
    await world.tell(signed(), clauses(LABOUR), finding("wages"))
    id = world.case.id
    await world.done(OpenHearing(case_id=id, subject="three payslips"))
    await world.done(AnswerHearing(case_id=id, answer="we did not"))
    await world.done(ConfirmBreach(case_id=id, reason="by our count", claim=50_000))
    assert "at most DKK 50000" in await world.refused(holding(world, 50_001))


async def test_an_order_carries_amount_basis_and_what_ends_the_hold() -> None:
    world = await held(84_000)
    (order,) = world.of(ConsequenceOrdered)
    assert (order.amount, order.basis) == (CLAIM, "clause labour-ilo94")
    assert order.release_condition == "back_pay_shown"
    (hold,) = world.of(PaymentHoldOrdered)
    assert (hold.amount, hold.cap, hold.release_condition) == (CLAIM, CLAIM, "back_pay_shown")


async def test_back_pay_of_a_worker_asks_an_officer_to_release_what_is_too_much() -> None:
    world = await held(84_000)
    await world.tell(back_pay(30_000))
    (due,) = world.of(PaymentReleaseDue)
    assert (due.amount, due.claimed, due.paid) == (
        Money(amount=30_000),
        CLAIM,
        Money(amount=30_000),
    )
    assert (due.need.kind, due.need.role) == ("release-payment", "officer")
    assert world.case.withheld == 84_000, "a person releases"
    release = ReleasePayment(
        case_id=world.case.id, amount=30_000, reason="back-pay of worker 1", document_ids=("d-1",)
    )
    await world.done(release)
    (released,) = world.of(PaymentHoldReleased)
    assert released.left == Money(amount=54_000)
    assert released.settles == (due.need.id,)


async def test_whatever_is_left_is_released_when_the_case_ends() -> None:
    world = await held(84_000)
    await world.tell(back_pay(84_000))
    await world.done(RemedyCase(case_id=world.case.id, reason="all were paid"))
    (released,) = world.of(PaymentHoldReleased)
    assert released.left == Money(amount=0)
    assert world.of(BreachRemedied)


async def test_a_swedish_contract_holds_kronor_of_its_own() -> None:
    world = await established("SE", claim=Money(amount=10_000, currency="SEK"))
    await world.done(holding(world, 10_000))
    assert world.case.money(1.0) == Money(amount=1.0, currency="SEK")
