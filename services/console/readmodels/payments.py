"""Invoices that are held, by payee and cause, and what a person said of them."""

from datetime import datetime
from typing import ClassVar, Literal

from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.contracts import (
    InvoiceRef,
    PaymentsHeld,
    PaymentsReleased,
    PaymentsStopped,
)
from shared.unit import Unit

DECIDED_ELSEWHERE = ("case", "listed")
"""Causes that end with the case, or with the verdict on the hit; nobody releases them here."""


class HeldPayments(Aggregate):
    """One exception. Facts of one exception come in their order."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "state")

    buyer_id: str = ""
    party_id: str = ""
    cause: str = ""
    detail: str = ""
    state: Literal["open", "released", "stopped"] = "open"
    since: datetime | None = None
    due: datetime | None = None
    invoices: tuple[InvoiceRef, ...] = ()
    by: str = ""
    decision: str = ""

    @property
    def sums(self) -> tuple[tuple[str, float], ...]:
        """How much is held in each currency."""
        found: dict[str, float] = {}
        for one in self.invoices:
            found[one.amount.currency] = found.get(one.amount.currency, 0) + one.amount.amount
        return tuple(sorted(found.items()))

    @property
    def may_be_released(self) -> bool:
        return self.state != "released" and self.cause not in DECIDED_ELSEWHERE

    @property
    def may_be_accepted(self) -> bool:
        """Whether a person may say that the cause is nothing for a while."""
        return self.cause in ("bank_country", "undeclared")

    def hold(self, event: PaymentsHeld, at: datetime) -> None:
        self.buyer_id, self.party_id = event.buyer_id, event.party_id
        self.cause, self.detail = event.why, event.detail
        self.since = self.since or at
        if event.need is not None:
            self.due = event.need.due
        self.invoices = (*self.invoices, *event.invoices)

    def end(self, event: PaymentsReleased | PaymentsStopped) -> None:
        """A person decided on all of them, or the cause is gone for some."""
        decided = event.by or set(event.invoices) >= set(self.invoices)
        if decided:
            self.state = "stopped" if isinstance(event, PaymentsStopped) else "released"
            self.by, self.decision = event.by, event.reason if event.by else ""
        else:
            self.invoices = tuple(one for one in self.invoices if one not in event.invoices)


async def follow_payments(event: Event, unit: Unit) -> None:
    if isinstance(event, PaymentsHeld | PaymentsReleased | PaymentsStopped):
        found = await unit.load(HeldPayments, event.exception_id)
        found = found or HeldPayments(id=event.exception_id)
        if isinstance(event, PaymentsHeld):
            found.hold(event, unit.message.time or unit.now)
        else:
            found.end(event)
        unit.save(found)
