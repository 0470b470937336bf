"""What contracts is asked about payments, and the moments at which it looks again."""

from datetime import date

from services.contracts.domain.invoices import InvoiceLine, RefusedLine
from shared.events.base import Command, Internal


class TakePayments(Command):
    """Answer invoices of one buyer. `refused` are the lines of the same batch that are none."""

    buyer_id: str
    source_id: str = ""
    lines: tuple[InvoiceLine, ...]
    refused: tuple[RefusedLine, ...] = ()


class ReleasePayments(Command):
    """These may be paid; until `accepted_until` the same cause holds nothing of the payee."""

    exception_id: str
    reason: str
    accepted_until: date | None = None


class StopPayments(Command):
    """These are not to be paid."""

    exception_id: str
    reason: str


class OpenPaymentSource(Command):
    """Let a system send the invoices of a buyer."""

    buyer_id: str
    name: str


class RenewPaymentKey(Command):
    """A new key; the one before it is believed until `retire`."""

    source_id: str
    retire: bool = False


class ClosePaymentSource(Command):
    """Believe a system no longer."""

    source_id: str
    reason: str


class RefuseMessage(Command):
    """A message of the stream could not be taken; `place` says where it lies."""

    source_id: str
    place: str
    reason: str


class LookAtPayee(Internal):
    """Invoices of a payee wait for its screening: look whether that has come."""

    payee_id: str
