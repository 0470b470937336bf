"""Facts announced by contracts: what was bought, on which terms, and how it stands."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event
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


class ContractSigned(ContractsEvent):
    """A contract is in force or will be. `regime` and `country` choose the law that governs it."""

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
    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    at_buyer_facility: bool = False
    units: tuple[str, ...] = ()
    lots: tuple[Lot, ...] = ()


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
