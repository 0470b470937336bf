"""Invoices are answered, and people decide on those that are held."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from services.contracts.domain import LISTS_IN_FORCE, ListsInForce
from services.contracts.domain.invoices import (
    CHANGED,
    Answer,
    Answered,
    Cause,
    Invoice,
    InvoiceLine,
    PaymentBatch,
)
from services.contracts.domain.payees import (
    NO_ACCOUNT,
    Around,
    Payee,
    PaymentException,
    account_key,
)
from services.contracts.domain.payment_sources import PaymentSource
from services.contracts.handlers.door import router
from services.contracts.handlers.paying import (
    await_screening,
    hold,
    look,
    payee_of,
    remember,
)
from services.contracts.handlers.telling_payments import Outcome, tell_payments
from services.contracts.ledger import Ledger, surroundings
from services.contracts.payment_commands import (
    LookAtPayee,
    ReleasePayments,
    StopPayments,
    TakePayments,
)
from services.contracts.sending_terms import SendingTerms
from shared.domain import Rejected
from shared.unit import Unit

LONGEST_ACCEPTANCE = timedelta(days=366)
"""Our own choice (ADR-0067): whatever was accepted is looked at again once a year."""


@router.on(TakePayments)
async def take(
    command: TakePayments, unit: Unit, terms: SendingTerms, ledger: Ledger
) -> dict[str, object]:
    """Answer each invoice. Only what is not to be paid at once costs more than being looked up."""
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    buyer_id = command.buyer_id
    answers = {one.line: Answer.REFUSED for one in command.refused}
    known = await _known(command.lines, unit)
    new: dict[str, list[InvoiceLine]] = {}
    changed: dict[str, list[InvoiceLine]] = {}
    answered: dict[str, InvoiceLine] = {}
    repeated = 0
    for line in command.lines:
        earlier, here = known.get(line.invoice_id), answered.get(line.invoice_id)
        digest = earlier[0] if earlier else here.digest if here else line.digest
        if digest != line.digest:
            changed.setdefault(line.party_id, []).append(line)
        elif earlier is not None:
            answers[line.line] = earlier[1]
            repeated += 1
        elif here is not None:
            repeated += 1
        else:
            answered[line.invoice_id] = line
            new.setdefault(line.party_id, []).append(line)
    judging = _Judging(unit, terms, ledger, buyer_id)
    await judging.judge(new)
    for party_id, lines in changed.items():
        await judging.changed(party_id, lines)
    told = judging.answers
    for line in command.lines:
        answers.setdefault(line.line, told.get(line.invoice_id, Answer.HOLD))
    batch_id = _batch_id(unit.message.id)
    if answered:
        _remember_together(batch_id, answered, told, unit)
    batch = PaymentBatch(
        id=batch_id, buyer_id=buyer_id, source_id=command.source_id, at=unit.now.isoformat()
    )
    in_force = await unit.load(ListsInForce, LISTS_IN_FORCE)
    lists = in_force.lists if in_force else ()
    digest = _digest(command.lines, answers)
    batch.conclude(answers, command.refused, digest, lists, repeated=repeated)
    unit.save(batch)
    await _understood(command, unit)
    held = {str(line): id for line, id in judging.held.items()}  # as a database keeps keys
    return {"batch_id": batch_id, "answers": batch.answers, "held": held}


async def _known(lines: Sequence[InvoiceLine], unit: Unit) -> dict[str, tuple[str, Answer]]:
    """Digest and answer of those that were answered before, in this commit too.

    Two processes that answer the same new one at once: `Answered.ids` lets one of them commit, and
    the other looks again.
    """
    wanted = {one.invoice_id for one in lines}
    known: dict[str, tuple[str, Answer]] = {}
    for some in await unit.holding(Answered, "ids", wanted):
        known |= {id: told for id, told in some.each() if id in wanted}
    await unit.prefetch(Invoice, known, cached=False)
    for id in known:
        if (since := await unit.record(Invoice, id)) is not None:
            known[id] = (since.d, since.a)
    return known


def _remember_together(
    id: str, answered: dict[str, InvoiceLine], told: dict[str, Answer], unit: Unit
) -> None:
    ids = tuple(answered)
    unit.put(
        Answered(
            id=id,
            ids=ids,
            digests="".join(answered[one].digest for one in ids),
            answers="".join(told[one] for one in ids),
            at=unit.now,
        ),
        new=True,
    )


def _batch_id(message_id: str) -> str:
    return f"batch-{hashlib.sha256(message_id.encode()).hexdigest()[:24]}"


class _Judging:
    """The invoices of one batch, payee by payee."""

    def __init__(self, unit: Unit, terms: SendingTerms, ledger: Ledger, buyer_id: str) -> None:
        self.unit, self.terms, self.ledger, self.buyer_id = unit, terms, ledger, buyer_id
        self.answers: dict[str, Answer] = {}
        self.held: dict[int, str] = {}
        """The exception of each held line."""

    async def judge(self, new: dict[str, list[InvoiceLine]]) -> None:
        read = self.ledger.of(self.unit.store)
        around = await surroundings(read, self.buyer_id, new)
        ids = [Payee.id_of(self.buyer_id, party_id) for party_id in new]
        payees = await self.ledger.read(self.unit.store, Payee, ids)
        for party_id, lines in new.items():
            payee = payees.get(Payee.id_of(self.buyer_id, party_id))
            await self._judge_payee(lines, around[party_id], payee)

    async def _judge_payee(
        self, lines: Sequence[InvoiceLine], around: Around, seen: Payee | None
    ) -> None:
        """`seen` is the payee as it was lately; it is loaded only where it changes."""
        first = lines[0]
        today = self.unit.now.date()
        accounts = {account_key(one): one for one in lines}
        news = [
            one
            for key, one in accounts.items()
            if key != NO_ACCOUNT and (seen is None or key not in seen.accounts)
        ]
        unknown = not around.known and not (seen and seen.met)
        if news or unknown:
            payee = await payee_of(self.buyer_id, first.party_id, self.unit)
            if unknown:
                payee.meet(first)
            for one in news:
                payee.is_paid_into(one)
            self.unit.save(payee)
            self.ledger.forget(payee)
        causes: dict[str, tuple[Cause, list[InvoiceLine]]] = {}
        waiting: list[InvoiceLine] = []
        for line in lines:
            cause = around.cause(self.buyer_id, line)
            if cause is not None and not (seen and seen.accepts(cause, today)):
                causes.setdefault(cause.key, (cause, []))[1].append(line)
            elif not around.screened:
                waiting.append(line)
            else:
                self._answer(line, Answer.PAY)
        for cause, some in causes.values():
            await self._hold(cause, some)
        if waiting:
            payee = await payee_of(self.buyer_id, first.party_id, self.unit)
            await_screening(payee, [one.still_open for one in waiting], self.unit)
            self.ledger.forget(payee)
            for line in waiting:
                self._answer(line, Answer.WAIT)

    async def changed(self, party_id: str, lines: Sequence[InvoiceLine]) -> None:
        """The same invoice with another payee, account or amount: a person must see why."""
        await self._hold(Cause(word=CHANGED), lines)
        remember([one.still_open for one in lines], Answer.HOLD, self.unit)

    async def _hold(self, cause: Cause, lines: Sequence[InvoiceLine]) -> None:
        payee = await payee_of(self.buyer_id, lines[0].party_id, self.unit)
        invoices = [one.still_open for one in lines]
        id = await hold(payee, cause, invoices, self.unit, self.terms)
        self.ledger.forget(payee)
        for line in lines:
            self._answer(line, Answer.HOLD)
            self.held[line.line] = id

    def _answer(self, line: InvoiceLine, answer: Answer) -> None:
        self.answers[line.invoice_id] = answer


async def _understood(command: TakePayments, unit: Unit) -> None:
    """Whether a source's message was whole is told once when it is not, and once when it is."""
    if not command.source_id:
        return
    source = await unit.load(PaymentSource, command.source_id)
    if source is not None and not command.refused and source.understood():
        unit.save(source)


def _digest(lines: Sequence[InvoiceLine], answers: dict[int, Answer]) -> str:
    said = "\n".join(f"{one.invoice_id} {answers[one.line]}" for one in lines)
    return hashlib.sha256(said.encode()).hexdigest()


@router.on(LookAtPayee)
async def look_at_payee(deadline: LookAtPayee, unit: Unit, terms: SendingTerms) -> None:
    payee = await unit.get(Payee, deadline.payee_id)
    await look(payee, unit, terms)


# ---------------------------------------------------------------- people decide


@router.on(ReleasePayments)
async def release(command: ReleasePayments, unit: Unit, ledger: Ledger) -> dict[str, object]:
    """A person finds that these may be paid, and perhaps that the cause is nothing for a while."""
    exception = await _own(command.exception_id, unit)
    assert unit.caller is not None
    until, today = command.accepted_until, unit.now.date()
    if until is not None and not today <= until <= today + LONGEST_ACCEPTANCE:
        reason = f"a cause is accepted for a year at most, until {today + LONGEST_ACCEPTANCE}"
        raise Rejected(reason, field="accepted_until")
    if until is not None and exception.cause.word == CHANGED:
        raise Rejected("each changed invoice is looked at by itself", field="accepted_until")
    exception.release(command.reason, unit.caller.subject, until)
    payee = await payee_of(exception.buyer_id, exception.party_id, unit)
    if until is not None:
        payee.accepted = payee.accepted | {exception.cause.key: until}
    await _ended(exception, payee, Answer.PAY, unit)
    ledger.forget(payee)
    return {"exception_id": exception.id, "state": exception.state}


@router.on(StopPayments)
async def stop(command: StopPayments, unit: Unit, ledger: Ledger) -> dict[str, object]:
    exception = await _own(command.exception_id, unit)
    assert unit.caller is not None
    exception.stop(command.reason, unit.caller.subject)
    payee = await payee_of(exception.buyer_id, exception.party_id, unit)
    await _ended(exception, payee, Answer.STOP, unit)
    ledger.forget(payee)
    return {"exception_id": exception.id, "state": exception.state}


async def _ended(exception: PaymentException, payee: Payee, answer: Answer, unit: Unit) -> None:
    payee.close(exception.id)
    remember(exception.invoices, answer, unit)
    unit.save(exception)
    unit.save(payee)
    outcome: Outcome = "pay" if answer is Answer.PAY else "stop"
    await tell_payments(payee.buyer_id, exception, exception.invoices, outcome, unit)


async def _own(exception_id: str, unit: Unit) -> PaymentException:
    exception = await unit.get(PaymentException, exception_id)
    assert unit.caller is not None
    unit.caller.must_serve(exception.buyer_id)
    return exception
