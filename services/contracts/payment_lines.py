"""Invoices as systems send them, one JSON object each: read, checked, and cut down to what is kept.

The words are those of EN 16931; the number in brackets names its business term.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from stdnum import iban as iban_form
from stdnum.exceptions import ValidationError as NotRight

from services.contracts.domain.invoices import InvoiceLine, RefusedLine
from shared.countries import alpha2
from shared.currencies import CURRENCIES
from shared.domain import Rejected
from shared.events.contracts import InvoiceRef
from shared.events.words import Identifier, Money, PartyKind
from shared.identifiers import WrongNumber, country_of, kept, party_id_of, recognise
from shared.persons import PersonKey

AT_ONCE = 250
"""Invoices that are answered in one commit. The embedded database gives it three seconds, also on
a machine that is ten times too busy; and one command cannot be tried in halves (ADR-0042)."""

MOST_IN_MESSAGE = 1_000
"""Invoices in one message of the stream."""

LONGEST_LINE = 4_000
"""Bytes; three times the longest one that the fields allow in practice."""

SHOWN = 4
"""Signs of an account number that stay readable."""

Identifiers = tuple[Identifier, ...]


class PayeeBody(BaseModel):
    """Who is paid (BG-10, or the seller, BG-4): by its number (BT-60), else by its name (BT-59)."""

    model_config = ConfigDict(extra="forbid")

    number: str | None = Field(default=None, min_length=1, max_length=50)
    name: str = Field(default="", max_length=300)
    country: str | None = Field(default=None, max_length=3)
    kind: PartyKind = PartyKind.COMPANY


class InvoiceBody(BaseModel):
    """One invoice. `number` (BT-1) is the seller's, `seller` its number where another is paid,
    `amount` (BT-115) what is to be paid, below nought for a credit note; `iban` (BT-84), `bic`
    (BT-86); `contract_id` is ours, `reference` whatever the sender calls it.
    """

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=100)
    amount: Decimal = Field(max_digits=15, decimal_places=4)
    currency: str
    payee: PayeeBody
    seller: str | None = Field(default=None, min_length=1, max_length=50)
    issued: date | None = None
    due: date | None = None
    iban: str | None = Field(default=None, max_length=50)
    bic: str | None = Field(default=None, max_length=20)
    contract_id: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=100)


def lines_of(body: bytes) -> list[bytes]:
    """The invoices of a body, each for itself: NDJSON, a JSON array, or `{"invoices": […]}`.

    Raises `Rejected` where the body is none of these.
    """
    text = body.lstrip()
    if text[:1] == b"[" or _is_envelope(text):
        try:
            said = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Rejected(f"this is no JSON: {error.msg} at {error.pos}", field="body") from error
        listed = said.get("invoices") if isinstance(said, dict) else said
        if not isinstance(listed, list):
            raise Rejected("invoices are a list", field="invoices")
        return [orjson.dumps(one) for one in listed]
    return [line for line in body.splitlines() if line.strip()]


def _is_envelope(text: bytes) -> bool:
    return text.startswith(b"{") and text[1:].lstrip().startswith(b'"invoices"')


class Account(NamedTuple):
    """What is kept of an account: two countries, an id that gives nothing away, and four signs."""

    country: str | None
    bank: str | None
    id: str
    shown: str


class Seen:
    """Payees and accounts of the lines that are read together: they recur, and telling what a
    number is takes longer than all the rest of a line. Let go of with the lines, as it holds
    numbers of persons in clear.
    """

    def __init__(self) -> None:
        self.parties: dict[tuple[str, str | None], tuple[str, str | None, Identifiers]] = {}
        self.accounts: dict[tuple[str | None, str | None], Account] = {}


def read_lines(
    raw: Iterable[bytes], buyer_id: str, key: PersonKey, first: int = 1, seen: Seen | None = None
) -> Iterator[InvoiceLine | RefusedLine]:
    """Each line as an invoice, or why it is none; nothing of a refused one is repeated."""
    seen = seen or Seen()
    for number, text in enumerate(raw, first):
        try:
            if len(text) > LONGEST_LINE:
                raise Rejected(f"a line has at most {LONGEST_LINE} bytes", field="line")
            yield _read(InvoiceBody.model_validate_json(text), number, buyer_id, key, seen)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(map(str, wrong["loc"])) or "line"
            yield RefusedLine(line=number, field=field, reason=wrong["msg"])
        except Rejected as rejected:
            yield RefusedLine(line=number, field=rejected.field or "line", reason=rejected.reason)


def _read(body: InvoiceBody, line: int, buyer_id: str, key: PersonKey, seen: Seen) -> InvoiceLine:
    if body.currency not in CURRENCIES:
        raise Rejected(
            "a currency has its three letters of ISO 4217, such as DKK", field="currency"
        )
    if body.amount == 0:
        raise Rejected("nothing is to be paid or credited: leave it out", field="amount")
    party_id, country, identifiers = _who(body, buyer_id, key, seen)
    account = seen.accounts.get((body.iban, body.bic))
    if account is None:
        account = seen.accounts[body.iban, body.bic] = _account(body, key)
    seller = _seller(body, key) or party_id
    amount = Money(amount=float(body.amount), currency=body.currency)
    paid = f"{party_id}|{account.id}|{body.amount.normalize()}|{body.currency}"
    return InvoiceLine(
        line=line,
        invoice_id=_hash(f"{buyer_id}|{seller}|{body.number.strip()}"),
        digest=_hash(paid),
        ref=InvoiceRef(number=body.number, amount=amount, due=body.due, reference=body.reference),
        party_id=party_id,
        kind=body.payee.kind,
        name=body.payee.name or party_id,
        country=country,
        identifiers=identifiers,
        shown=account.shown,
        account_country=account.country,
        bank_country=account.bank,
        countries=tuple(dict.fromkeys(one for one in (account.country, account.bank) if one)),
        contract_id=body.contract_id,
    )


def _account(body: InvoiceBody, key: PersonKey) -> Account:
    iban, bic = _bare(body.iban), _bare(body.bic)
    return Account(
        country=country_of_iban(body.iban),
        bank=country_of_bic(body.bic),
        id=key.person("account", iban, bic),  # a bare hash could be guessed back
        shown=f"{iban[:2]}** {iban[-SHOWN:]}" if iban else "",
    )


def _who(
    body: InvoiceBody, buyer_id: str, key: PersonKey, seen: Seen
) -> tuple[str, str | None, Identifiers]:
    payee = body.payee
    if payee.number and (before := seen.parties.get((payee.number, payee.country))):
        return before
    country = alpha2(payee.country)
    if payee.country and country is None:
        raise Rejected("a country has its two letters of ISO 3166", field="payee.country")
    if payee.number:
        try:
            number = recognise(payee.number, country=country)
        except WrongNumber as wrong:
            raise Rejected(str(wrong), field="payee.number") from wrong
        id = party_id_of([number], key)
        if id is None:
            raise Rejected("this number names a place, and no company", field="payee.number")
        who = (id, country or country_of([number]), kept([number], id))
        return seen.parties.setdefault((payee.number, payee.country), who)
    if not payee.name.strip():
        raise Rejected("a payee has a number or a name", field="payee")
    if payee.kind is PartyKind.PERSON:
        return key.person("payee", buyer_id, payee.name, country or ""), country, ()
    known = " ".join(payee.name.casefold().split())
    return "payee-" + _hash(f"{buyer_id}|{known}|{country}"), country, ()


def _seller(body: InvoiceBody, key: PersonKey) -> str | None:
    if body.seller is None:
        return None
    try:
        return party_id_of([recognise(body.seller)], key)
    except WrongNumber as wrong:
        raise Rejected(str(wrong), field="seller") from wrong


def _bare(text: str | None) -> str:
    return "".join((text or "").split()).replace("-", "").upper()


def country_of_iban(iban: str | None) -> str | None:
    """Raises `Rejected`; the number itself is in no message, as it would end up in logs."""
    number = _bare(iban)
    if not number:
        return None
    try:
        iban_form.validate(number, check_country=False)
    except NotRight as wrong:
        reason = "this is no IBAN: country, two check digits and the account, such as DK50 0040…"
        raise Rejected(reason, field="iban") from wrong
    return number[:2]


def country_of_bic(bic: str | None) -> str | None:
    bank = _bare(bic)
    if not bank:
        return None
    country = alpha2(bank[4:6])
    if len(bank) not in (8, 11) or not bank[:6].isalpha() or not bank.isalnum() or not country:
        raise Rejected("a BIC has 8 or 11 signs, such as DABADKKK", field="bic")
    return country


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
