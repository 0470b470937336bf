"""What a payer's system is told of held and released invoices, by signed webhook.

Each message has a lane of its own: none takes another's place, because each names other invoices.
Receivers put them in order by `at`, and find all of them again at `GET /payments/exceptions`.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from services.contracts.domain import Delivery, Endpoint, Lane
from services.contracts.domain.deliveries import PAYMENTS
from services.contracts.domain.invoices import OpenInvoice
from services.contracts.domain.payees import Payee, PaymentException
from services.contracts.handlers.sending import move
from shared.events.words import Money
from shared.unit import Unit

Outcome = Literal["pay", "hold", "stop"]


class ToldInvoice(BaseModel):
    """One invoice, by its seller's number and by the sender's own name for it."""

    number: str
    reference: str
    amount: Money
    due: date | None


class PaymentsMessage(BaseModel):
    """From `at` on these invoices of a payee may be paid, are held, or are not to be paid."""

    type: Literal["ansvar.payments"] = "ansvar.payments"
    buyer_id: str
    party_id: str
    outcome: Outcome
    cause: str
    exception_id: str | None
    invoices: list[ToldInvoice]
    at: datetime


async def tell_payments(
    buyer_id: str,
    about: PaymentException | Payee,
    invoices: Sequence[OpenInvoice],
    outcome: Outcome,
    unit: Unit,
) -> None:
    """Tell every endpoint of the buyer that takes payments."""
    endpoints = [
        one for one in await unit.find(Endpoint, buyer_id=buyer_id) if one.open and one.payments
    ]
    exception = about if isinstance(about, PaymentException) else None
    message = PaymentsMessage(
        buyer_id=buyer_id,
        party_id=about.party_id,
        outcome=outcome,
        cause=exception.cause.word if exception else "",
        exception_id=exception.id if exception else None,
        invoices=[ToldInvoice(**dict(one.ref)) for one in invoices],
        at=unit.now,
    )
    body = message.model_dump_json()
    for endpoint in endpoints:
        said = f"{endpoint.id}|{unit.message.id}|{about.id}|{outcome}|{body}".encode()
        id = f"msg-{hashlib.sha256(said).hexdigest()[:24]}"
        lane = Lane(
            id=Lane.id_of(endpoint.id, id), endpoint_id=endpoint.id, contract_id=PAYMENTS + id
        )
        delivery = Delivery(
            id=id,
            endpoint_id=endpoint.id,
            contract_id=lane.contract_id,
            buyer_id=buyer_id,
            status_version=0,
            body=body,
            at=unit.now.isoformat(),
        )
        move(lane, lane.offer(delivery, unit.now), endpoint, unit)
