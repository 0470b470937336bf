"""What becomes of a payee's invoices: they are held, wait, or may be paid after all.

This room hears nothing itself; the others ask it to look again when they have changed what an
answer rests on.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from services.contracts.domain.invoices import (
    UNSCREENED,
    Answer,
    Cause,
    Invoice,
    OpenInvoice,
)
from services.contracts.domain.payees import (
    Around,
    Payee,
    PaymentException,
    judged_anew,
)
from services.contracts.handlers.telling_payments import tell_payments
from services.contracts.ledger import as_it_is, surroundings
from services.contracts.payment_commands import LookAtPayee
from services.contracts.sending_terms import SendingTerms
from shared.unit import Unit

LOOK_AFTER = timedelta(minutes=10)
LOOK_EVERY = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=1)
"""After so long a payee that is not screened is an exception: a person must see why."""

CAUSE_ENDED = "cause_ended"


async def payee_of(buyer_id: str, party_id: str, unit: Unit) -> Payee:
    id = Payee.id_of(buyer_id, party_id)
    return await unit.load(Payee, id) or Payee(id=id, buyer_id=buyer_id, party_id=party_id)


async def hold(
    payee: Payee, cause: Cause, invoices: Sequence[OpenInvoice], unit: Unit, terms: SendingTerms
) -> str:
    """Hold invoices of a payee, with those that are held for the same cause already."""
    open_id = payee.open.get(cause.key)
    exception = await unit.load(PaymentException, open_id) if open_id else None
    if exception is None or exception.full or exception.state != "open":
        exception = PaymentException(
            id=payee.next_exception(cause),
            buyer_id=payee.buyer_id,
            party_id=payee.party_id,
            cause=cause,
        )
    due = terms.act_by(unit.now, "SE" if payee.buyer_id.startswith("se-") else "DK")
    exception.hold(invoices, unit.now, due)
    payee.hand_over(invoices)
    unit.save(exception)
    unit.save(payee)
    await tell_payments(payee.buyer_id, exception, invoices, "hold", unit)
    return exception.id


def await_screening(payee: Payee, invoices: Sequence[OpenInvoice], unit: Unit) -> None:
    """Wait for screening. Looked at by the clock too: its fact may come while this is written."""
    if not payee.waiting:
        unit.schedule(f"payee/{payee.id}", unit.now + LOOK_AFTER, LookAtPayee(payee_id=payee.id))
    payee.wait(invoices, unit.now)
    unit.save(payee)


async def look_again_at(party_ids: Iterable[str], unit: Unit, terms: SendingTerms) -> None:
    """Something that is known of these parties has changed: judge anew what is not settled."""
    for party_id in party_ids:
        for payee in await unit.find(Payee, party_id=party_id):
            await judge_anew(payee, unit, terms)


async def judge_anew(payee: Payee, unit: Unit, terms: SendingTerms) -> None:
    """What waits and what is held, as it stands now."""
    if not payee.waiting and not payee.open:
        return
    exceptions = [
        one
        for id in dict.fromkeys(payee.open.values())
        if (one := await unit.load(PaymentException, id)) is not None and judged_anew(one.cause)
    ]
    held = [invoice for one in exceptions for invoice in one.invoices]
    invoices = (*payee.waiting, *held)
    read = as_it_is(unit)
    around = (await surroundings(read, payee.buyer_id, {payee.party_id: invoices}))[payee.party_id]
    if around.screened and payee.waiting:
        await _settle(payee, payee.waiting, around, unit, terms)
        unit.cancel(f"payee/{payee.id}")
    for exception in exceptions:
        await _reconsider(exception, payee, around, unit, terms)


async def _settle(
    payee: Payee,
    invoices: Sequence[OpenInvoice],
    around: Around,
    unit: Unit,
    terms: SendingTerms,
) -> None:
    """The payee is screened: each may be paid, or is held for its cause."""
    free, causes = _parted(payee, invoices, around, unit.now)
    payee.clear(free)
    unit.save(payee)
    remember(free, Answer.PAY, unit)
    if free:
        await tell_payments(payee.buyer_id, payee, free, "pay", unit)
    for cause, some in causes.values():
        await hold(payee, cause, some, unit, terms)
        remember(some, Answer.HOLD, unit)


async def _reconsider(
    exception: PaymentException,
    payee: Payee,
    around: Around,
    unit: Unit,
    terms: SendingTerms,
) -> None:
    key = exception.cause.key
    if key == UNSCREENED and not around.screened:
        return
    free, causes = _parted(payee, exception.invoices, around, unit.now)
    moved = [(cause, some) for cause, some in causes.values() if cause.key != key]
    gone = [*free, *(invoice for _, some in moved for invoice in some)]
    if not gone:
        return
    exception.let_go(gone, CAUSE_ENDED)
    unit.save(exception)
    if exception.state != "open":
        payee.close(exception.id)
        unit.save(payee)
    remember(free, Answer.PAY, unit)
    if free:
        await tell_payments(payee.buyer_id, exception, free, "pay", unit)
    for cause, some in moved:
        await hold(payee, cause, some, unit, terms)


def _parted(
    payee: Payee, invoices: Sequence[OpenInvoice], around: Around, now: datetime
) -> tuple[list[OpenInvoice], dict[str, tuple[Cause, list[OpenInvoice]]]]:
    """Those that nothing speaks against, and the others by cause."""
    free: list[OpenInvoice] = []
    causes: dict[str, tuple[Cause, list[OpenInvoice]]] = {}
    for invoice in invoices:
        cause = around.cause(payee.buyer_id, invoice)
        if cause is None or payee.accepts(cause, now.date()):
            free.append(invoice)
        else:
            causes.setdefault(cause.key, (cause, []))[1].append(invoice)
    return free, causes


async def look(payee: Payee, unit: Unit, terms: SendingTerms) -> None:
    """The clock's look at a payee that waits."""
    await judge_anew(payee, unit, terms)
    if not payee.waiting or payee.waiting_since is None:
        return
    if unit.now - payee.waiting_since < LONGEST_WAIT:
        again = min(unit.now + LOOK_EVERY, payee.waiting_since + LONGEST_WAIT)
        unit.schedule(f"payee/{payee.id}", again, LookAtPayee(payee_id=payee.id))
        return
    late = payee.waiting
    await hold(payee, Cause(word=UNSCREENED), late, unit, terms)
    remember(late, Answer.HOLD, unit)


def remember(invoices: Sequence[OpenInvoice], answer: Answer, unit: Unit) -> None:
    """What the same invoice is answered when it comes again."""
    for one in invoices:
        unit.put(Invoice(id=one.invoice_id, d=one.digest, a=answer, at=unit.now))
