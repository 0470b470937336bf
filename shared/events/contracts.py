"""Facts announced by contracts: what was bought, on which terms, and how it stands."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event, Said
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
