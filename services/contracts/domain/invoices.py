"""Invoices that are to be paid: what is asked of each, and the proof that all were looked at."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from shared.domain import Aggregate, Record
from shared.events.base import Personal, Said
from shared.events.contracts import InvoiceRef, PaymentsScreened
from shared.events.words import Identifier, ListRef, PartyKind

KEPT_DAYS = 760
"""So long the same invoice is known again: two years and a month; no invoice is open longer."""


class Answer(StrEnum):
    """What the payer is told of an invoice, in one letter, because a million of them are kept."""

    PAY = "p"
    WAIT = "w"
    HOLD = "h"
    STOP = "s"
    REFUSED = "r"


OUTCOMES: dict[Answer, Literal["pay", "wait", "hold", "stop", "refused"]] = {
    Answer.PAY: "pay",
    Answer.WAIT: "wait",
    Answer.HOLD: "hold",
    Answer.STOP: "stop",
    Answer.REFUSED: "refused",
}


class OpenInvoice(Said):
    """What is kept of an invoice that is not paid at once, to judge it anew.

    `countries` are those of account and bank.
    """

    invoice_id: str
    digest: str
    ref: InvoiceRef
    countries: tuple[str, ...] = ()
    contract_id: str = ""


class InvoiceLine(OpenInvoice):
    """One invoice as it was read: `digest` covers payee, account and amount."""

    line: int
    party_id: str
    kind: PartyKind = PartyKind.COMPANY
    name: Personal[str]
    country: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    shown: Personal[str] = ""
    account_country: str | None = None
    bank_country: str | None = None

    @property
    def still_open(self) -> OpenInvoice:
        """What is kept of it."""
        return OpenInvoice(**{name: getattr(self, name) for name in OpenInvoice.model_fields})


class RefusedLine(Said):
    """A line that could not be read: its number from 1, the field and what would be right."""

    line: int
    field: str
    reason: str


DIGEST = 24
"""Signs of a digest of payee, account and amount."""


class Answered(Record):
    """Invoices that were answered together, in one document because a million come in a year:
    `ids`, and in the same order a digest and an answer of each. `Invoice` has what came after.
    """

    indexes: ClassVar[tuple[str, ...]] = ("ids",)
    unique: ClassVar[tuple[str, ...]] = ("ids",)
    lasts: ClassVar[tuple[str, int] | None] = ("at", KEPT_DAYS * 86_400)

    ids: tuple[str, ...]
    digests: str
    answers: str
    at: datetime

    def each(self) -> Iterator[tuple[str, tuple[str, Answer]]]:
        """The id of each invoice, with its digest and its answer."""
        for n, (id, letter) in enumerate(zip(self.ids, self.answers, strict=True)):
            yield id, (self.digests[n * DIGEST : (n + 1) * DIGEST], Answer(letter))


class Invoice(Record):
    """An invoice of which something else came than it was answered at first: `d` is its digest by
    now, `a` the answer, `at` when it was given.
    """

    indexes: ClassVar[tuple[str, ...]] = ()
    lasts: ClassVar[tuple[str, int] | None] = ("at", KEPT_DAYS * 86_400)

    d: str
    a: Answer
    at: datetime


class Cause(Said):
    """Why an invoice is held; see `PaymentsHeld`."""

    word: str
    detail: str = ""

    @property
    def key(self) -> str:
        return f"{self.word}:{self.detail}" if self.detail else self.word


CASE, LISTED, BANK, UNDECLARED = "case", "listed", "bank_country", "undeclared"
CHANGED, UNSCREENED = "changed", "unscreened"
DECIDED_ELSEWHERE = (CASE, LISTED)
"""Causes that end where they were raised: with the case, or the verdict on the hit."""


class PaymentBatch(Aggregate):
    """Invoices that were answered together. `refused` are the lines that could not be read."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    buyer_id: str = ""
    source_id: str = ""
    at: str = ""
    lines: int = 0
    answers: str = ""
    refused: tuple[RefusedLine, ...] = ()

    def conclude(
        self,
        answers: Mapping[int, Answer],
        refused: Iterable[RefusedLine],
        digest: str,
        lists: tuple[ListRef, ...],
        *,
        repeated: int,
    ) -> None:
        """Every line has its answer."""
        told = list(answers.values())
        self.refused = tuple(refused)
        self.lines = len(told)
        self.answers = "".join(answers[line] for line in sorted(answers))
        self.announce(
            PaymentsScreened(
                batch_id=self.id,
                buyer_id=self.buyer_id,
                source_id=self.source_id,
                lines=len(told),
                passed=told.count(Answer.PAY),
                waiting=told.count(Answer.WAIT),
                held=told.count(Answer.HOLD) + told.count(Answer.STOP),
                refused=told.count(Answer.REFUSED),
                repeated=repeated,
                digest=digest,
                list_as_of=lists,
            )
        )
