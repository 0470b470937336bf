"""Facts announced by contracts: what was bought, on which terms, and how it stands."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event, Personal, Said
from shared.events.words import (
    Clause,
    Good,
    ListRef,
    Lot,
    Money,
    PartyDescription,
    PaymentHold,
    Status,
)


class ContractsEvent(Event):
    topic: ClassVar[str] = "contracts.v1"


class Mandate(Said):
    """What a buyer of a joint contract may do for all: `may` holds words of `Act`."""

    buyer_id: str
    name: str = ""
    may: tuple[str, ...] = ()


class OmittedClause(Said):
    """A clause that was considered and left out "efter konkret vurdering", why and by whom."""

    code: str
    reason: str
    by: str = ""


class ContractSigned(ContractsEvent):
    """A contract is in force or will be. `regime` and `country` choose the law that governs it.

    `joint` are the other buyers of a joint contract; `buyer_id` leads it, and `buyer_name` is what
    it calls itself (since 2026-11).
    """

    contract_id: str
    buyer_id: str
    title: str
    suppliers: tuple[PartyDescription, ...]
    category: str
    value: Money | None = None
    starts: date | None = None
    ends: date | None = None
    procedure_id: str = ""
    awarded: date | None = None
    joint: tuple[Mandate, ...] = ()
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    at_buyer_facility: bool = False
    units: tuple[str, ...] = ()
    lots: tuple[Lot, ...] = ()
    buyer_name: str = ""


class ContractAmended(ContractsEvent):
    """Something about a contract changed: `changed` names the fields, the rest is as it stands."""

    contract_id: str
    buyer_id: str
    changed: tuple[str, ...]
    title: str
    value: Money | None = None
    starts: date | None = None
    ends: date | None = None
    rationale: str = ""
    units: tuple[str, ...] = ()
    lots: tuple[Lot, ...] = ()
    joint: tuple[Mandate, ...] = ()


class ContractPassedOn(ContractsEvent):
    """Another authority has taken a contract over from its buyer, with all rights and duties.

    `buyer_id` is the buyer from the day `effective` on. Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    predecessor_id: str
    effective: date
    reason: str
    by: str = ""
    buyer_name: str = ""


class ContractEnded(ContractsEvent):
    """A contract is over, and why."""

    contract_id: str
    buyer_id: str
    reason: str


class ClausesSet(ContractsEvent):
    """The clauses of a contract, whole. `source` is `contract` or the template's name."""

    contract_id: str
    buyer_id: str
    clauses: tuple[Clause, ...]
    source: str
    omitted: tuple[OmittedClause, ...] = ()


class GoodsListed(ContractsEvent):
    """What a contract delivers, whole: which of it is critical, and for how long it lasts.

    Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    goods: tuple[Good, ...]


class ContractStatusChanged(ContractsEvent):
    """What a contract management system must know now. No personal or criminal data."""

    contract_id: str
    buyer_id: str
    supplier_ids: tuple[str, ...]
    status: Status
    status_version: int
    reason_codes: tuple[str, ...]
    decision_ids: tuple[str, ...] = ()
    list_as_of: tuple[ListRef, ...] = ()
    rulebook_version: str = ""
    excluded_until: date | None = None
    basis: tuple[str, ...] = ()
    payment_holds: tuple[PaymentHold, ...] = ()


class PartyStatusChanged(ContractsEvent):
    """The worst that a buyer's contracts say of one party. No personal or criminal data."""

    party_id: str
    buyer_id: str
    status: Status
    reason_codes: tuple[str, ...]
    basis: tuple[str, ...] = ()
    decision_ids: tuple[str, ...] = ()
    payment_holds: tuple[PaymentHold, ...] = ()
    list_as_of: tuple[ListRef, ...] = ()
    rulebook_version: str = ""
    excluded_until: date | None = None


class StatusAcknowledged(ContractsEvent):
    """A contract management system confirmed that it has taken a status over."""

    contract_id: str
    buyer_id: str
    status_version: int
    endpoint_id: str


class StatusNotAcknowledged(ContractsEvent):
    """A contract management system did not confirm in time that it had taken a status over.

    `told` says how far the status got: `delivered`, `superseded`, `given_up` and so on, and
    `problem` what the last try ended with. Somebody must see to it by hand. Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    endpoint_id: str
    status_version: int
    since: datetime
    told: str = ""
    problem: str = ""


class StatusEndpointOpened(ContractsEvent):
    """A contract management system is told the statuses of a buyer's contracts from now on.

    `again`: it was open before, and is told now what it missed. Since 2026-11.
    """

    endpoint_id: str
    buyer_id: str
    again: bool = False


class StatusEndpointClosed(ContractsEvent):
    """A contract management system is told nothing more. `by` is empty where it asked to be left
    alone itself (410 Gone): then somebody must find out why. Since 2026-11.
    """

    endpoint_id: str
    buyer_id: str
    reason: str
    by: str = ""


class StockAttested(ContractsEvent):
    """Somebody attested how much of an item is in stock, in units of the item. Since 2026-11."""

    contract_id: str
    buyer_id: str
    item: str
    quantity: float
    as_of: date
    by: str
    document_id: str = ""


class StockFellShort(ContractsEvent):
    """The attested stock of a critical item lasts shorter than is required. Since 2026-11.

    `days_of_stock` is whole days; None: nobody has attested a stock.
    """

    contract_id: str
    buyer_id: str
    item: str
    days_of_stock: int | None = None
    required_days: int


class StockRestored(ContractsEvent):
    """The stock of a critical item lasts as long as is required again. Since 2026-11."""

    contract_id: str
    buyer_id: str
    item: str
    days_of_stock: int | None = None


class ProcedureOpened(ContractsEvent):
    """A buyer has published a procedure, or one below the thresholds was begun. Since 2026-11.

    `grounds` are the voluntary grounds for exclusion that the notice chose, in the criterion codes
    of the ESPD (udbudsloven §137; directive 2014/24/EU Art 57(4)): no other voluntary one applies.
    """

    procedure_id: str
    reference: str
    buyer_id: str
    title: str
    notice_id: str = ""
    notice_date: date | None = None
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    category: str = ""
    value: Money | None = None
    grounds: tuple[str, ...] = ()


class AwardIntended(ContractsEvent):
    """A buyer wants to award a procedure. `chain` are those whom the winners rely on or hire.

    The award waits until everything that must be known of them is known. Since 2026-11.
    """

    procedure_id: str
    reference: str
    buyer_id: str
    winners: tuple[PartyDescription, ...]
    chain: tuple[PartyDescription, ...] = ()
    award_on: date | None = None
    tenders_until: date | None = None
    standstill_until: date | None = None
    by: str = ""


class AwardChecksMissing(ContractsEvent):
    """Something must still be known of a winner or its chain: `missing` names party and check.

    `due` is the last moment for it. Since 2026-11.
    """

    procedure_id: str
    reference: str
    buyer_id: str
    missing: tuple[str, ...]
    due: datetime


class AwardChecksDone(ContractsEvent):
    """Everything that must be known before an award is known. A person decides. Since 2026-11."""

    procedure_id: str
    reference: str
    buyer_id: str
    winner_ids: tuple[str, ...]


class ProcedureAwarded(ContractsEvent):
    """A procedure was awarded, or ended without an award (no winners). Since 2026-11."""

    procedure_id: str
    reference: str
    buyer_id: str
    winner_ids: tuple[str, ...]
    awarded: date
    standstill_until: date | None = None
    by: str = ""
    reason: str = ""


# ---------------------------------------------------------------- payments


class InvoiceRef(Said):
    """One invoice of a payee: its number (EN 16931, BT-1), what is to be paid, and when.

    `reference` is what the payer's system calls it. Since 2026-11.
    """

    number: str
    amount: Money
    due: date | None = None
    reference: str = ""


class PaymentSourceOpened(ContractsEvent):
    """A system may send the invoices of one buyer from now on, signed with a key. Since 2026-11."""

    source_id: str
    buyer_id: str
    name: str
    by: str


class PaymentSourceClosed(ContractsEvent):
    """What a source signs is no longer believed. Since 2026-11."""

    source_id: str
    buyer_id: str
    reason: str
    by: str


class PayeeMet(ContractsEvent):
    """A buyer is about to pay somebody whom none of its contracts names. Since 2026-11."""

    party: PartyDescription
    buyer_id: str


class PayeeAccountMet(ContractsEvent):
    """A payee is to be paid into an account in countries that were not seen with it before.

    `country` is that of the IBAN, `bank_country` that of the BIC; of the number only the last
    signs are `shown`. Since 2026-11.
    """

    party_id: str
    buyer_id: str
    shown: Personal[str]
    country: str | None = None
    bank_country: str | None = None


class PaymentsScreened(ContractsEvent):
    """A batch of invoices was compared with what is known of their payees: the proof that all were.

    Of `lines`, `passed` may be paid, `waiting` have a payee that is not screened yet, `held` are
    exceptions, `refused` could not be read; `repeated` of these were answered before. `digest` is
    the SHA-256 over every line's invoice and outcome, in their order. Since 2026-11.
    """

    batch_id: str
    buyer_id: str
    source_id: str = ""
    lines: int
    passed: int
    waiting: int
    held: int
    refused: int
    repeated: int
    digest: str
    list_as_of: tuple[ListRef, ...] = ()


class PaymentsHeld(ContractsEvent):
    """Invoices of a payee must not be paid before a person has looked, all for one reason.

    `why` is `case`, `listed`, `bank_country`, `undeclared`, `changed` or `unscreened`, and
    `detail` the country or contract that it is about. Only the first of an exception carries a
    need. Since 2026-11.
    """

    exception_id: str
    buyer_id: str
    party_id: str
    why: str
    detail: str = ""
    invoices: tuple[InvoiceRef, ...]


class PaymentsReleased(ContractsEvent):
    """Invoices may be paid after all: a person said so, or (no `by`) the cause is gone.

    `accepted_until`: until then the same reason holds no invoice of this payee. Since 2026-11.
    """

    exception_id: str
    buyer_id: str
    party_id: str
    why: str
    invoices: tuple[InvoiceRef, ...]
    reason: str
    by: str = ""
    accepted_until: date | None = None


class PaymentsStopped(ContractsEvent):
    """A person decided that invoices are not to be paid. Since 2026-11."""

    exception_id: str
    buyer_id: str
    party_id: str
    why: str
    invoices: tuple[InvoiceRef, ...]
    reason: str
    by: str


class PaymentsCleared(ContractsEvent):
    """A payee has been screened, and its invoices that waited may be paid. Since 2026-11."""

    buyer_id: str
    party_id: str
    invoices: tuple[InvoiceRef, ...]


class PaymentsRefused(ContractsEvent):
    """Something on `payments.in.v1` could not be taken, so that invoices may be unscreened.

    `place` is topic, partition and offset; nothing of what it held is kept. Since 2026-11.
    """

    source_id: str
    buyer_id: str
    place: str
    reason: str


class PaymentsTakenAgain(ContractsEvent):
    """A source whose messages were refused is understood again. Since 2026-11."""

    source_id: str
    buyer_id: str
