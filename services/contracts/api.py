"""What contract systems and people ask of contracts over HTTP: releases in, statuses out."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from services.contracts.commands import TakeIn
from services.contracts.domain import (
    Acknowledgement,
    Concern,
    Contract,
    Stage,
)
from services.contracts.ocds import read
from shared.domain import Unknown
from shared.events.words import Clause, Money, PartyDescription, Status
from shared.http import Api, Desk, Done, Page

PEOPLE = {"officer", "approver", "auditor", "contract_manager"}
READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
LARGEST_PACKAGE = 5_000_000
"""Bytes; 500 releases of the size that we have seen."""

api = Api("contracts")


class ContractLine(BaseModel):
    """A contract in a list."""

    id: str
    buyer_id: str
    title: str
    stage: Stage
    supplier_ids: tuple[str, ...]
    category: str
    value: Money | None
    starts: date | None
    ends: date | None
    status: Status
    status_version: int


class ContractView(ContractLine):
    """All that is known of a contract. `concerns` is for people: machines are told the status."""

    suppliers: tuple[PartyDescription, ...]
    signed: date | None
    awarded: date | None
    procedure_id: str
    country: str
    regime: str
    above_threshold: bool
    at_buyer_facility: bool
    clauses: tuple[Clause, ...]
    clauses_from: str
    end_reason: str
    concerns: tuple[Concern, ...]
    status_since: datetime | None
    acknowledged: tuple[Acknowledgement, ...]
    extensions: str


# ---------------------------------------------------------------- in


@api.post("/releases", roles=("integration",), max_body=LARGEST_PACKAGE)
async def take_in(desk: Desk, body: dict[str, Any]) -> Done:
    """Take in an OCDS 1.1 release package, or one release. Each release gets its own answer."""
    return await desk.send(TakeIn(readings=tuple(read(body, desk.adapters["person_key"]))))


# ---------------------------------------------------------------- contracts


@api.get("/contracts", roles=READERS)
async def list_contracts(
    desk: Desk,
    buyer_id: str | None = None,
    supplier_id: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ContractLine]:
    """The contracts of a buyer, by title."""
    where = desk.of_buyer(buyer_id) | ({"supplier_ids": supplier_id} if supplier_id else {})
    return await desk.page(Contract, where, sort="title", view=_line, limit=limit, after=after)


@api.get("/contracts/{contract_id}", roles=READERS)
async def show_contract(contract_id: str, desk: Desk) -> ContractView:
    contract = await _contract(contract_id, desk)
    desk.tag(contract)
    view = ContractView.model_validate(_line(contract).model_dump() | contract.model_dump())
    return view if set(desk.caller.roles) & PEOPLE else view.model_copy(update={"concerns": ()})


# ---------------------------------------------------------------- whom it concerns


async def _contract(contract_id: str, desk: Desk) -> Contract:
    contract = await desk.get(Contract, contract_id)
    desk.caller.must_serve(contract.buyer_id)
    if contract.stage is Stage.EXPECTED:
        raise Unknown("contract", contract_id)
    return contract


def _line(contract: Contract) -> ContractLine:
    return ContractLine(
        status=contract.standing.status,
        **contract.model_dump(include=set(ContractLine.model_fields) - {"status"}),
    )
