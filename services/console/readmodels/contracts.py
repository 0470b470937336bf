"""Contracts: how each stands, who works on it, and what touches it."""

from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, computed_field

from services.console.readmodels.parties import party_of
from services.console.readmodels.shelves import SHELF_RANK, TOP, on_shelves
from shared.domain import Aggregate
from shared.events.base import Event
from shared.events.contracts import (
    ClausesSet,
    ContractAmended,
    ContractEnded,
    ContractPassedOn,
    ContractSigned,
    ContractStatusChanged,
    GoodsListed,
    StatusAcknowledged,
)
from shared.events.subcontractors import (
    ExposureEnded,
    ExposureFound,
    SubcontractorApproved,
    SubcontractorChanged,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorReplaced,
    SubcontractorWithdrawn,
)
from shared.events.words import Cause, Clause, Good, Money, Role, Share, Status
from shared.unit import Unit

Standing = Literal["declared", "approved", "refused", "left"]


class Member(BaseModel, frozen=True):
    """One party in the chain of a contract, at a tier, hired by `parent_id`."""

    party_id: str
    parent_id: str
    tier: int = 1
    share: Share | None = None
    service: str = ""
    standing: Standing = "declared"
    since: date | None = None
    until: date | None = None
    replaces: str = ""


class Exposure(BaseModel, frozen=True):
    """A fact about a party that touches the contract now."""

    exposure_id: str
    party_id: str
    role: Role
    path: tuple[str, ...]
    cause: Cause
    status: Status
    share: Share | None = None
    since: datetime


class Lasting(BaseModel, frozen=True):
    """A critical item of the contract, and the day until which its attested stock lasts; without
    one nobody has attested it, or nobody knows how much is used."""

    item: str
    title: str
    until: date | None


class Contract(Aggregate):
    """A contract as it stands. A status of an older version never replaces a newer one."""

    indexes: ClassVar[tuple[str, ...]] = (
        "supplier_ids",
        "members_ids",
        "shelves",
        "rank",
        SHELF_RANK,
    )
    stepped: ClassVar[tuple[str, ...]] = ("shelves",)

    buyer_id: str = ""
    buyer_name: str = ""
    title: str = ""
    category: str = ""
    value: Money | None = None
    starts: date | None = None
    ends: date | None = None
    procedure_id: str = ""
    country: str = ""
    regime: str = ""
    supplier_ids: tuple[str, ...] = ()
    members_ids: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    clauses: tuple[Clause, ...] = ()
    clauses_from: str = ""
    status: Status = Status.CLEAR
    status_version: int = 0
    status_since: datetime | None = None
    reason_codes: tuple[str, ...] = ()
    acknowledged: int = 0
    stocks: tuple[Lasting, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    ended_exposures: tuple[str, ...] = ()
    ended: str = ""

    @property
    def attention(self) -> bool:
        """In force and not clear."""
        return self.status is not Status.CLEAR and not self.ended

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shelves(self) -> tuple[str, ...]:
        lists = ["all"]
        if self.attention:
            lists.append("open")
        if self.status is Status.BLOCKED_LEGAL and not self.ended:
            lists.append("blocked")
        return on_shelves(self.id, lists, [self.buyer_id])

    @computed_field  # type: ignore[prop-decorator]
    @property
    def rank(self) -> str:
        """The worst first, then by title."""
        worst = TOP if self.ended else TOP - 1 - self.status.severity
        return f"{worst}/{self.title.casefold()}/{self.id}"

    def member(self, party_id: str) -> Member | None:
        return next((m for m in self.members if m.party_id == party_id), None)

    def put_member(self, member: Member) -> None:
        others = tuple(m for m in self.members if m.party_id != member.party_id)
        self.members = (*others, member)
        self.members_ids = tuple(m.party_id for m in self.members)

    def change_member(self, party_id: str, **changes: object) -> None:
        """Approval can be heard before the declaration: then the rest is filled in later."""
        found = self.member(party_id) or Member(party_id=party_id, parent_id="")
        self.put_member(found.model_copy(update=changes))

    def expose(self, exposure: Exposure) -> None:
        if exposure.exposure_id in self.ended_exposures:
            return
        others = tuple(e for e in self.exposures if e.exposure_id != exposure.exposure_id)
        self.exposures = (*others, exposure)

    def end_exposure(self, exposure_id: str) -> None:
        self.exposures = tuple(e for e in self.exposures if e.exposure_id != exposure_id)
        self.ended_exposures = (*self.ended_exposures, exposure_id)

    @property
    def chain(self) -> list[Member]:
        """Those who work on it now, each below the one that hires it."""
        there = {m.party_id: m for m in self.members if m.standing in ("declared", "approved")}
        hired: dict[str, list[Member]] = {}
        for member in there.values():
            hired.setdefault(member.parent_id, []).append(member)
        placed: dict[str, Member] = {}
        waiting = [m for id in reversed(self.supplier_ids) for m in reversed(hired.get(id, ()))]
        while waiting:
            member = waiting.pop()
            if member.party_id not in placed:
                placed[member.party_id] = member
                waiting += reversed(hired.get(member.party_id, ()))
        return [*placed.values(), *(m for id, m in there.items() if id not in placed)]

    @property
    def everyone(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.supplier_ids, *self.members_ids)))

    @property
    def left(self) -> list[Member]:
        return [m for m in self.members if m.standing in ("refused", "left")]


async def contract_of(contract_id: str, unit: Unit) -> Contract:
    return await unit.load(Contract, contract_id) or Contract(id=contract_id)


def _lasting(good: Good) -> Lasting:
    until = None
    if good.days_of_stock is not None and good.stock_as_of is not None:
        until = good.stock_as_of + timedelta(days=int(good.days_of_stock))
    return Lasting(item=good.item, title=good.title or good.item, until=until)


async def follow_contracts(event: Event, unit: Unit) -> None:
    happened = unit.message.time or unit.now
    match event:
        case ContractSigned():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id, contract.title = event.buyer_id, contract.title or event.title
            contract.buyer_name = event.buyer_name
            contract.category, contract.country = event.category, event.country
            contract.value = contract.value or event.value
            contract.starts = contract.starts or event.starts
            contract.ends = contract.ends or event.ends
            contract.procedure_id, contract.regime = event.procedure_id, event.regime
            contract.supplier_ids = tuple(s.party_id for s in event.suppliers)
            unit.save(contract)
            for supplier in event.suppliers:
                party = await party_of(supplier.party_id, unit)
                if not party.name:
                    party.describe(supplier)
                party.works_for(event.buyer_id)
                party.supply(event.contract_id)
                unit.save(party)
        case ContractAmended():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id, contract.title = event.buyer_id, event.title
            contract.value, contract.starts = event.value, event.starts
            contract.ends = event.ends
            unit.save(contract)
        case ContractEnded():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id, contract.ended = event.buyer_id, event.reason
            unit.save(contract)
        case ContractPassedOn():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            unit.save(contract)
            for party_id in contract.everyone:
                party = await party_of(party_id, unit)
                party.works_for(event.buyer_id)
                unit.save(party)
        case ClausesSet():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            contract.clauses, contract.clauses_from = event.clauses, event.source
            unit.save(contract)
        case GoodsListed():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            contract.stocks = tuple(_lasting(good) for good in event.goods if good.critical)
            unit.save(contract)
        case ContractStatusChanged():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            if event.status_version > contract.status_version:
                contract.status, contract.status_version = event.status, event.status_version
                contract.reason_codes, contract.status_since = event.reason_codes, happened
            unit.save(contract)
        case StatusAcknowledged():
            contract = await contract_of(event.contract_id, unit)
            contract.acknowledged = max(contract.acknowledged, event.status_version)
            unit.save(contract)


async def follow_chains(event: Event, unit: Unit) -> None:
    match event:
        case SubcontractorDeclared():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            contract.change_member(
                event.party.party_id,
                parent_id=event.parent_id,
                tier=event.tier,
                share=event.share,
                service=event.service,
            )
            unit.save(contract)
            party = await party_of(event.party.party_id, unit)
            if not party.name:
                party.describe(event.party)
            party.works_for(event.buyer_id)
            party.works_on = tuple(dict.fromkeys((*party.works_on, event.contract_id)))
            unit.save(party)
        case SubcontractorChanged():
            contract = await contract_of(event.contract_id, unit)
            contract.change_member(
                event.party_id,
                parent_id=event.parent_id,
                tier=event.tier,
                share=event.share,
                service=event.service,
            )
            unit.save(contract)
        case SubcontractorApproved():
            await _stand(event.contract_id, event.party_id, "approved", unit)
        case SubcontractorNotApproved():
            await _stand(event.contract_id, event.party_id, "refused", unit)
        case SubcontractorWithdrawn():
            await _stand(event.contract_id, event.party_id, "left", unit, until=event.ends)
        case SubcontractorReplaced():
            contract = await contract_of(event.contract_id, unit)
            outgoing = contract.member(event.outgoing_id)
            place = outgoing.model_dump(include={"parent_id", "tier"}) if outgoing else {}
            there = contract.member(event.incoming_id)
            known = there.model_dump(include={"share", "service"}) if there else {}
            contract.change_member(
                event.incoming_id,
                **{"parent_id": event.supplier_id, **place},
                share=known.get("share") or (outgoing.share if outgoing else None),
                service=known.get("service") or (outgoing.service if outgoing else ""),
                standing="approved",
                since=event.effective,
                replaces=event.outgoing_id,
            )
            contract.change_member(event.outgoing_id, standing="left", until=event.effective)
            unit.save(contract)
        case ExposureFound():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            contract.expose(
                Exposure(
                    exposure_id=event.exposure_id,
                    party_id=event.party_id,
                    role=event.role,
                    path=event.path,
                    cause=event.cause,
                    status=event.status,
                    share=event.share,
                    since=unit.message.time or unit.now,
                )
            )
            unit.save(contract)
            party = await party_of(event.party_id, unit)
            party.works_for(event.buyer_id)
            unit.save(party)
        case ExposureEnded():
            contract = await contract_of(event.contract_id, unit)
            contract.buyer_id = event.buyer_id
            contract.end_exposure(event.exposure_id)
            unit.save(contract)


async def _stand(
    contract_id: str, party_id: str, standing: Standing, unit: Unit, **more: object
) -> None:
    contract = await contract_of(contract_id, unit)
    contract.change_member(party_id, standing=standing, **more)
    unit.save(contract)
