"""Evidence contradicts a claim: a question first, a hearing, and the ground is gone."""

from shared.events.breaches import (
    BreachDismissed,
    BreachFlagged,
    EnquiryAnswered,
    EnquiryOpened,
    HearingAnswered,
    HearingOpened,
)
from shared.events.contracts import PartyStatusChanged
from shared.events.onboarding import ClaimContradicted, ClaimReconciled
from shared.events.subcontractors import ExposureFound
from shared.events.words import CauseKind, Status
from shared.story.chapters.beginning import contract_of
from shared.story.player import Player

RULE = "EX-B1"
TOO_EARLY = {
    "consequence": "replace",
    "basis": "clause replacement-of-subcontractors",
    "reason": "It owes tax and said that it does not.",
    "proportionality": "The debt is above the threshold.",
    "working_days": 15,
}


async def a_claim_is_contradicted(p: Player) -> None:
    p.tell.chapter(5, "A claim is contradicted: a question, a hearing, and the ground is gone")
    debt, contract_id = p.samples.index.debt, await contract_of(p, "nordlys")
    case = await _the_claim_is_contradicted(p)
    p.check(case.contract_id == contract_id, "the case is about the contract", case.contract_id)
    await _review(p, debt.party_id)
    await _a_question_first(p, case.case_id)
    await _then_a_hearing(p, case.case_id)
    await p.officer.ask(
        f"/api/breaches/cases/{case.case_id}/dismiss",
        {"reason": "The debt is paid in full: the ground is gone (udbudsloven § 135, stk. 3)."},
        key=f"dismiss/{case.case_id}",
    )
    gone = await p.fact(BreachDismissed, case_id=case.case_id)
    await p.wait_for("the subcontractor is clear again", lambda: _is_clear(p, debt.party_id))
    p.tell.true(f"{p.officer.name} dismisses the case: {gone.reason}")


async def _the_claim_is_contradicted(p: Player) -> BreachFlagged:
    debt = p.samples.index.debt
    p.drop(debt.evidence)
    found = await p.fact(ClaimContradicted, party_id=debt.party_id)
    p.check(
        found.amount is not None and found.amount.amount == debt.amount,
        f"the serviceattest shows a debt of {debt.amount:,.0f}",
        found.amount,
    )
    p.tell.true(
        f"the ESPD of {debt.party_id} says no tax debt ({found.ground}), its serviceattest "
        f"shows DKK {debt.amount:,.0f}"
    )
    exposure = await p.fact(
        ExposureFound, lambda e: e.cause.kind is CauseKind.CLAIM, party_id=debt.party_id
    )
    return await p.fact(
        BreachFlagged, lambda e: exposure.exposure_id in e.exposure_ids, party_id=debt.party_id
    )


async def _review(p: Player, party_id: str) -> None:
    """Meanwhile the status of the subcontractor shows REVIEW; that of its contract is worse."""
    await p.fact(
        PartyStatusChanged,
        lambda e: RULE in e.reason_codes,
        party_id=party_id,
        status=Status.REVIEW,
    )
    p.tell.true(f"meanwhile the status of {party_id} shows REVIEW, for {RULE}")


def _is_clear(p: Player, party_id: str) -> bool | None:
    told = p.facts.all(PartyStatusChanged, party_id=party_id)
    return told[-1].status is Status.CLEAR or None


async def _a_question_first(p: Player, case_id: str) -> None:
    at = f"/api/breaches/cases/{case_id}"
    refused = await p.officer.is_refused(
        f"{at}/decision", TOO_EARLY, key=f"decision-before-question/{case_id}"
    )
    p.tell.true(f"a decision before anybody was heard is refused: {refused}")
    await p.officer.ask(
        f"{at}/enquiry",
        {"question": "The serviceattest shows a debt to the tax authority. What is it about?"},
        key=f"enquiry/{case_id}",
    )
    asked = await p.fact(EnquiryOpened, case_id=case_id)
    letter = await p.letter(p.samples.company("nordlys").email, f"enquiry/{case_id}")
    p.check(str(140_000) not in letter.whole, "the letter holds no accusation", letter.whole)
    p.tell.true(
        f"the contractor is asked, until {asked.due:%Y-%m-%d}; no accusation is in the mail"
    )
    await p.supplier.ask(
        f"/api/breaches/links/{letter.token}/answer",
        {"text": "It was a wrong assessment of last year's VAT. We are settling it."},
        key=f"answer-enquiry/{case_id}",
    )
    await p.fact(EnquiryAnswered, case_id=case_id)
    p.tell.true("it answers through the one-time link of its letter")


async def _then_a_hearing(p: Player, case_id: str) -> None:
    at, debt = f"/api/breaches/cases/{case_id}", p.samples.index.debt
    await p.officer.ask(
        f"{at}/hearing",
        {"subject": "Debt to the tax authority above the threshold; exclusion ground EX-B1."},
        key=f"hearing/{case_id}",
    )
    opened = await p.fact(HearingOpened, case_id=case_id)
    p.check(debt.party_id in opened.heard_alongside, "the subcontractor is heard too", opened)
    refused = await p.officer.is_refused(
        f"{at}/decision", TOO_EARLY, key=f"decision-before-hearing/{case_id}"
    )
    p.tell.true(
        f"the hearing is open until {opened.due:%Y-%m-%d}; a decision is refused: {refused}"
    )

    letter = await p.letter(p.samples.company("nordlys").email, f"hearing/{case_id}")
    document_id = await upload(p, letter.token, debt.paid)
    reconciled = await p.fact(ClaimReconciled, party_id=debt.party_id)
    p.check(reconciled.document_id == document_id, "the receipt is the evidence", reconciled)
    await p.supplier.ask(
        f"/api/breaches/links/{letter.token}/answer",
        {"text": "The debt is paid, see the receipt.", "document_ids": [document_id]},
        key=f"answer-hearing/{case_id}",
    )
    answered = await p.fact(HearingAnswered, case_id=case_id)
    p.check(document_id in answered.document_ids, "the answer names the receipt", answered)
    p.tell.true(f"the answer proves that the debt is paid: {reconciled.found}")


async def upload(p: Player, token: str, file: str) -> str:
    """Hand a file in through a one-time link; the id of the document."""
    answer = await p.supplier.ask(
        f"/api/onboarding/links/{token}/documents",
        key=f"upload/{file}",
        files={"file": (file.rpartition("/")[2], p.samples.bytes_of(file), "application/pdf")},
    )
    return str(answer["result"]["document_id"])
