"""Claims and evidence: what supports, what contradicts, whatever comes first."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.onboarding.domain import ClaimState, Document, Evidence, Finding, Ledger
from services.onboarding.policy import Policy
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimMade,
    ClaimReconciled,
    ClaimSupported,
)
from shared.events.words import Money

GROUND = "EX-B1"


def ledger() -> Ledger:
    return Ledger(id="ledger-1", party_id="dk-cvr-94610346", buyer_id="region")


def shows(exists: bool | None, day: int, *, paid: float | None = None) -> Evidence:
    owed = Money(amount=140_000) if exists else None
    return Evidence(
        ground=GROUND,
        ground_exists=exists,
        found="a paper",
        document_id=f"doc-{day}-{exists}",
        as_of=date(2026, 11, day),
        amount=owed,
        paid=Money(amount=paid) if paid is not None else None,
    )


DEBT = shows(True, 17)
RECEIPT = shows(False, 20, paid=140_000)


def state_of(held: Ledger) -> ClaimState:
    return held.claims[0].state


def test_a_denied_debt_that_is_shown_is_contradicted_and_when_paid_reconciled() -> None:
    held = ledger()
    held.claim(GROUND, False, "espd", date(2026, 11, 12))
    held.show(DEBT)
    assert state_of(held) is ClaimState.CONTRADICTED
    assert GROUND in held.contradicted
    held.show(RECEIPT)
    assert state_of(held) is ClaimState.RECONCILED
    assert GROUND not in held.contradicted


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_claim_debt_and_receipt_end_alike_in_every_order(order: tuple[int, ...]) -> None:
    held = ledger()
    steps = (
        lambda: held.claim(GROUND, False, "espd", date(2026, 11, 12)),
        lambda: held.show(DEBT),
        lambda: held.show(RECEIPT),
    )
    for step in order:
        steps[step]()
    told = [type(event) for event in held.take_announced()]
    assert state_of(held) is ClaimState.RECONCILED
    assert told.count(ClaimContradicted) == 1
    assert told.count(ClaimReconciled) == 1
    assert told.index(ClaimContradicted) < told.index(ClaimReconciled)


@given(st.permutations([shows(True, 3), shows(False, 5), shows(True, 9), shows(False, 12)]))
def test_evidence_is_weighed_by_its_dates(arrived: list[Evidence]) -> None:
    held = ledger()
    held.claim(GROUND, False, "espd", date(2026, 11, 1))
    for evidence in arrived:
        held.show(evidence)
    assert state_of(held) is ClaimState.RECONCILED


def test_the_same_answer_in_a_newer_paper_raises_no_old_question_again() -> None:
    held = ledger()
    held.claim(GROUND, False, "espd", date(2026, 11, 12))
    held.show(DEBT)
    held.show(RECEIPT)
    held.take_announced()
    held.claim(GROUND, False, "newer espd", date(2026, 11, 25))
    assert [type(event) for event in held.take_announced()] == [ClaimMade]
    assert state_of(held) is ClaimState.RECONCILED


def test_an_older_paper_never_replaces_a_newer_answer() -> None:
    held = ledger()
    held.claim(GROUND, True, "new", date(2026, 11, 12))
    held.claim(GROUND, False, "old", date(2025, 11, 12))
    assert held.claims[0].document_id == "new"


def test_what_is_not_answered_is_neither_supported_nor_contradicted() -> None:
    held = ledger()
    held.claim(GROUND, None, "espd", None)
    held.show(DEBT)
    assert state_of(held) is ClaimState.OPEN
    assert [type(event) for event in held.take_announced()] == [ClaimMade]


def test_an_admitted_ground_is_supported_by_evidence_that_shows_it() -> None:
    held = ledger()
    held.claim(GROUND, True, "espd", None)
    held.show(DEBT)
    assert ClaimSupported in [type(event) for event in held.take_announced()]
    assert held.contradicted == ()


@pytest.mark.parametrize(("paid", "state"), [(140_000, "reconciled"), (90_000, "contradicted")])
def test_a_payment_that_says_nothing_of_what_is_left_must_cover_the_debt(
    paid: float, state: str
) -> None:
    held = ledger()
    held.claim(GROUND, False, "espd", None)
    held.show(DEBT)
    held.show(shows(None, 20, paid=paid))
    assert state_of(held) == state


DAY = date(2026, 11, 23)
POLICY = Policy.load().on(DAY, "region")
ATTEST = Document(
    id="doc-1",
    buyer_id="region",
    sha256="",
    name="",
    media_type="",
    size=0,
    channel="",
    received_at="",
    issued=DAY,
)


@pytest.mark.parametrize(
    ("owed", "country", "exists"),
    [
        (Money(amount=140_000), "DK", True),
        (Money(amount=100_000), "DK", True),
        (Money(amount=99_999), "DK", False),
        (Money(amount=1, currency="SEK"), "SE", True),
        (Money(amount=0, currency="SEK"), "SE", False),
        (Money(amount=50_000, currency="EUR"), "DK", True),
    ],
)
def test_from_which_debt_a_ground_exists_is_dated_policy(
    owed: Money, country: str, exists: bool
) -> None:
    finding = Finding(ground=GROUND, found="debt", remark=True, owed=owed)
    assert POLICY.weigh(finding, country, ATTEST, DAY).ground_exists is exists


def test_a_remark_without_an_amount_makes_the_ground() -> None:
    finding = Finding(ground="EX-A1", found="Rigspolitiet: en dom", remark=True)
    assert POLICY.weigh(finding, "DK", ATTEST, DAY).ground_exists is True


def test_a_day_without_a_rule_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ValueError, match="no rule"):
        Policy.load().on(date(2020, 1, 1), "region")
