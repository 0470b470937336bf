"""Held payments in the console: what waits, why, and the form by which an officer decides."""

from datetime import timedelta

import pytest

from services.console.readmodels.payments import HeldPayments
from shared.events.base import Need
from shared.events.contracts import (
    InvoiceRef,
    PaymentsHeld,
    PaymentsReleased,
    PaymentsStopped,
)
from shared.events.words import Money
from shared.testing import T0
from tests.console.cast import BUYER, NORDLYS, OFFICER, STRANGER
from tests.console.desk import Console

ID = f"payments-{BUYER}-{NORDLYS.party_id}-1"


def held(*numbers: str, cause: str = "bank_country", first: bool = True) -> PaymentsHeld:
    need = Need(
        id=f"review-payments/{ID}",
        kind="review-payments",
        role="officer",
        buyer_id=BUYER,
        due=T0 + timedelta(days=1),
        about=ID,
    )
    return PaymentsHeld(
        exception_id=ID,
        buyer_id=BUYER,
        party_id=NORDLYS.party_id,
        why=cause,
        detail="PA" if cause == "bank_country" else "",
        invoices=tuple(InvoiceRef(number=one, amount=Money(amount=1000)) for one in numbers),
        need=need if first else None,
    )


def ended(kind: type, *numbers: str, by: str = "") -> PaymentsReleased | PaymentsStopped:
    said = held(*numbers)
    fields = {name: getattr(said, name) for name in ("exception_id", "buyer_id", "party_id")}
    result: PaymentsReleased | PaymentsStopped = kind(
        **fields, why=said.why, invoices=said.invoices, reason="because", by=by
    )
    return result


async def test_what_is_held_is_listed_with_its_sum_and_found_from_today(console: Console) -> None:
    await console.world.tell(held("F1", "F2"))
    await console.world.tell(held("F3", first=False))
    visitor = console.visitor(OFFICER)
    listed = await visitor.text("/payments")
    assert NORDLYS.name in listed
    assert "The bank lies in a listed country" in listed
    assert "DKK 3,000" in listed
    assert f"/payments/{ID}" in (await visitor.get("/")).text
    page = await visitor.text(f"/payments/{ID}")
    assert "F1" in page
    assert "F3" in page
    assert "May be paid" in page


async def test_what_a_case_holds_can_be_stopped_but_not_released_here(console: Console) -> None:
    await console.world.tell(held("F1", cause="case"))
    page = await console.visitor(OFFICER).text(f"/payments/{ID}")
    assert "Not to be paid" in page
    assert "May be paid" not in page


async def test_another_buyers_payments_are_not_there(console: Console) -> None:
    await console.world.tell(held("F1"))
    visitor = console.visitor(STRANGER)
    assert "F1" not in await visitor.text("/payments?show=all")
    assert (await visitor.get(f"/payments/{ID}")).status_code == 404


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (ended(PaymentsReleased, "F1", "F2", by="mette"), "released"),
        (ended(PaymentsStopped, "F1", "F2", by="mette"), "stopped"),
        (ended(PaymentsReleased, "F1", "F2"), "released"),
        (ended(PaymentsReleased, "F1"), "open"),
    ],
)
async def test_the_page_follows_what_was_decided(
    console: Console, ends: PaymentsReleased | PaymentsStopped, state: str
) -> None:
    await console.world.tell(held("F1", "F2"))
    await console.world.tell(ends)
    assert console.world.state(HeldPayments, ID).state == state
