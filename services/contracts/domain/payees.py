"""Whom a buyer pays, and the exceptions: invoices that a person must look at before they are paid.

An exception is of one buyer, one payee and one cause, and gathers invoices as long as it is open,
so that nobody is asked twice about the same thing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import Field

from services.contracts.domain.contract import Contract
from services.contracts.domain.invoices import (
    BANK,
    CASE,
    CHANGED,
    DECIDED_ELSEWHERE,
    LISTED,
    UNDECLARED,
    Cause,
    InvoiceLine,
    OpenInvoice,
)
from services.contracts.domain.known import ChainTold
from services.contracts.domain.partyfile import RUSSIAN, PartyFile
from services.contracts.domain.standing import PartyStanding, Standing
from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.contracts import (
    InvoiceRef,
    PayeeAccountMet,
    PayeeMet,
    PaymentsCleared,
    PaymentsHeld,
    PaymentsReleased,
    PaymentsStopped,
)
from shared.events.words import PartyDescription, Status

MOST_TOGETHER = 500
"""Invoices in one exception; the next one begins another. A document stays well below 1 MB."""


@dataclass(frozen=True)
class Around:
    """What is known of a payee when its invoices are judged, by all ids that it has.

    `contracts` are those of the buyer that name it, and those that its invoices name.
    """

    ids: tuple[str, ...]
    known: bool
    file: PartyFile | None
    standings: tuple[PartyStanding, ...]
    contracts: dict[str, Contract]
    chains: dict[str, ChainTold]

    @property
    def screened(self) -> bool:
        return self.file is not None and self.file.screened is not None

    def cause(self, buyer_id: str, invoice: OpenInvoice) -> Cause | None:
        """Why an invoice is held, the weightiest cause first; None where nothing speaks against it.

        A hold belongs to its contract: an invoice that names another one is not held by it.
        """
        if any(map(_holds, self._standings(invoice.contract_id))):
            return Cause(word=CASE)
        if self.file is not None and _listed(self.file, buyer_id):
            return Cause(word=LISTED)
        flagged = set(self.file.banks.values()) if self.file else set()
        for country in invoice.countries:
            if country in flagged:
                return Cause(word=BANK, detail=country)
        if invoice.contract_id and not self._works_on(invoice.contract_id):
            return Cause(word=UNDECLARED, detail=invoice.contract_id)
        return None

    def _standings(self, contract_id: str) -> Iterable[Standing]:
        for own in self.standings:
            for id, standing in own.contracts.items():
                if id == contract_id or not contract_id or standing.status is Status.BLOCKED_LEGAL:
                    yield standing
        for id, contract in self.contracts.items():
            meant = id == contract_id or not contract_id
            if meant and set(self.ids) & set(contract.supplier_ids):
                yield contract.standing

    def _works_on(self, contract_id: str) -> bool:
        """Whether the contract or its chain names the payee, as somebody who works there now."""
        contract, chain = self.contracts.get(contract_id), self.chains.get(contract_id)
        if contract is not None and set(self.ids) & set(contract.supplier_ids):
            return True
        members = [chain.member(id) for id in self.ids] if chain is not None else []
        return any(one is not None and one.approved is not False for one in members)


def _holds(standing: Standing) -> bool:
    return standing.status is Status.BLOCKED_LEGAL or bool(standing.payment_holds)


def _listed(file: PartyFile, buyer_id: str) -> bool:
    """A hit that this buyer has not dismissed, or an owner through whom the party is caught."""
    dismissed = {
        v.hit_id for v in file.verdicts if (v.buyer_id, v.verdict) == (buyer_id, "dismissed")
    }
    if set(file.hits) - dismissed or file.flagged:
        return True
    return file.owners.get(RUSSIAN) == "yes"


class Payee(Aggregate):
    """One whom a buyer pays. `accounts` are the pairs of countries seen, `waiting` invoices that
    wait until it is screened, `open` its exceptions by the key of their cause, `accepted` until
    when a cause holds nothing.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    buyer_id: str = ""
    party_id: str = ""
    met: bool = False
    accounts: tuple[str, ...] = ()
    waiting: tuple[OpenInvoice, ...] = ()
    waiting_since: datetime | None = None
    open: dict[str, str] = Field(default_factory=dict)
    accepted: dict[str, date] = Field(default_factory=dict)
    raised: int = 0

    @staticmethod
    def id_of(buyer_id: str, party_id: str) -> str:
        return f"payee-{buyer_id}-{party_id}"

    def meet(self, line: InvoiceLine) -> None:
        """Nobody of the buyer's contracts: it has to become a party, and be screened."""
        if self.met:
            return
        self.met = True
        party = PartyDescription(
            party_id=line.party_id,
            kind=line.kind,
            name=line.name,
            country=line.country,
            identifiers=line.identifiers,
        )
        self.announce(PayeeMet(party=party, buyer_id=self.buyer_id))

    def is_paid_into(self, line: InvoiceLine) -> bool:
        """Whether the countries of the account are new."""
        pair = account_key(line)
        if pair == NO_ACCOUNT or pair in self.accounts:
            return False
        self.accounts = (*self.accounts, pair)
        self.announce(
            PayeeAccountMet(
                party_id=self.party_id,
                buyer_id=self.buyer_id,
                shown=line.shown,
                country=line.account_country,
                bank_country=line.bank_country,
            )
        )
        return True

    def wait(self, invoices: Sequence[OpenInvoice], now: datetime) -> None:
        there = {one.invoice_id for one in self.waiting}
        self.waiting = (*self.waiting, *(one for one in invoices if one.invoice_id not in there))
        self.waiting_since = self.waiting_since or now

    def clear(self, invoices: Sequence[OpenInvoice]) -> None:
        """These wait no longer, and may be paid."""
        self._end_waiting(invoices)
        if invoices:
            refs = tuple(one.ref for one in invoices)
            self.announce(
                PaymentsCleared(buyer_id=self.buyer_id, party_id=self.party_id, invoices=refs)
            )

    def _end_waiting(self, invoices: Sequence[OpenInvoice]) -> None:
        gone = {one.invoice_id for one in invoices}
        self.waiting = tuple(one for one in self.waiting if one.invoice_id not in gone)
        if not self.waiting:
            self.waiting_since = None

    def hand_over(self, invoices: Sequence[OpenInvoice]) -> None:
        """These are held from now on, and wait for nothing else."""
        self._end_waiting(invoices)

    def accepts(self, cause: Cause, today: date) -> bool:
        until = self.accepted.get(cause.key)
        return until is not None and today <= until

    def next_exception(self, cause: Cause) -> str:
        """The id of a new exception for a cause."""
        self.raised += 1
        id = f"payments-{self.buyer_id}-{self.party_id}-{self.raised}"
        self.open = self.open | {cause.key: id}
        return id

    def close(self, exception_id: str) -> None:
        self.open = {key: id for key, id in self.open.items() if id != exception_id}


NO_ACCOUNT = "|"


def account_key(line: InvoiceLine) -> str:
    """The countries of the account number and of the bank."""
    return f"{line.account_country or ''}|{line.bank_country or ''}"


class PaymentException(Aggregate):
    """Invoices of one payee that are held for one cause.

    `key` sorts: when it began, and its id. `decision` is the reason of whoever decided.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "party_id", "state", "key")

    buyer_id: str = ""
    party_id: str = ""
    cause: Cause = Cause(word=CASE)
    state: Literal["open", "released", "stopped"] = "open"
    key: str = ""
    since: datetime | None = None
    due: datetime | None = None
    invoices: tuple[OpenInvoice, ...] = ()
    decision: str = ""
    by: str = ""

    @property
    def need_id(self) -> str:
        return f"review-payments/{self.id}"

    @property
    def full(self) -> bool:
        return len(self.invoices) >= MOST_TOGETHER

    def hold(self, invoices: Sequence[OpenInvoice], now: datetime, due: datetime) -> None:
        """Hold these too; somebody is asked once, with the first of them."""
        first = not self.key
        if first:
            self.since, self.due = now, due
            self.key = f"{now.isoformat(timespec='microseconds')}|{self.id}"
        self.invoices = (*self.invoices, *invoices)
        need = Need(
            id=self.need_id,
            kind="review-payments",
            role="officer",
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
        self.announce(
            PaymentsHeld(
                **self._told(invoices),
                detail=self.cause.detail,
                need=need if first else None,
            )
        )

    def let_go(self, invoices: Sequence[OpenInvoice], reason: str) -> None:
        """The cause is gone for these."""
        gone = {one.invoice_id for one in invoices}
        self.invoices = tuple(one for one in self.invoices if one.invoice_id not in gone)
        over = not self.invoices
        if over:
            self.state, self.decision = "released", reason
        settles = (self.need_id,) if over else ()
        self.announce(PaymentsReleased(**self._told(invoices), reason=reason, settles=settles))

    def release(self, reason: str, by: str, until: date | None) -> None:
        """A person finds that these may be paid."""
        self._decide(reason, "released", by)
        self.announce(
            PaymentsReleased(
                **self._told(self.invoices),
                reason=self.decision,
                by=by,
                accepted_until=until,
                settles=(self.need_id,),
            )
        )

    def stop(self, reason: str, by: str) -> None:
        """A person finds that these are not to be paid."""
        self._decide(reason, "stopped", by)
        self.announce(
            PaymentsStopped(
                **self._told(self.invoices), reason=self.decision, by=by, settles=(self.need_id,)
            )
        )

    def _decide(self, reason: str, state: Literal["released", "stopped"], by: str) -> None:
        if self.state in ("released", state):
            raise Rejected(f"{self.id} is {self.state} already: {self.decision}")
        if state == "released" and self.cause.word in DECIDED_ELSEWHERE:
            where = "the case" if self.cause.word == CASE else "the verdict on the hit"
            raise Rejected(f"these are released by {where}, which ends the cause")
        if len(reason.strip()) < 3:
            raise Rejected("say why, in at least three letters", field="reason")
        self.state, self.decision, self.by = state, reason.strip(), by

    def _told(self, invoices: Sequence[OpenInvoice]) -> dict[str, object]:
        refs: tuple[InvoiceRef, ...] = tuple(one.ref for one in invoices)
        return {
            "exception_id": self.id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "why": self.cause.word,
            "invoices": refs,
        }


def judged_anew(cause: Cause) -> bool:
    """Whether the cause can end by itself; that particulars were changed cannot."""
    return cause.word != CHANGED
