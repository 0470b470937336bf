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
from services.contracts.goods_api import goods_api
from services.contracts.imports_api import imports_api
from services.contracts.ocds import read
from services.contracts.payments_api import payments_api
from services.contracts.procedures_api import procedures_api
from services.contracts.terms_api import contract_for, on_day, said_on, terms_api
from shared.events.words import Clause, Money, PartyDescription, Status
from shared.http import Api, Desk, Done, Page

PEOPLE = {"officer", "approver", "auditor", "contract_manager"}
READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
LARGEST_PACKAGE = 5_000_000
"""Bytes; 500 releases of the size that we have seen."""

api = Api("contracts")
for part in (goods_api, imports_api, payments_api, procedures_api, terms_api):
    api.router.routes.extend(part.router.routes)


class ContractLine(BaseModel):
    """A contract in a list. `status` is missing where a day is asked before it was known here."""

    id: str
    buyer_id: str
    title: str
    stage: Stage
    supplier_ids: tuple[str, ...]
    category: str
    value: Money | None
    starts: date | None
    ends: date | None
    status: Status | None
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
    """The contracts of a buyer, by title, those that it has together with others, too."""
    of_buyer = desk.of_buyer(buyer_id)
    where = {"buyer_ids": of_buyer["buyer_id"]} if of_buyer else {}
    if supplier_id is not None:
        where["supplier_ids"] = supplier_id
    return await desk.page(Contract, where, sort="title", view=_line, limit=limit, after=after)


@api.get("/contracts/{contract_id}", roles=READERS)
async def show_contract(contract_id: str, desk: Desk, as_of: date | None = None) -> ContractView:
    """A contract as it is, or its terms, stage and status as they were on a day."""
    contract = await contract_for(contract_id, desk)
    desk.tag(contract)
    view = _view(contract) if as_of is None else await _view_of(contract, as_of, desk)
    return view if set(desk.caller.roles) & PEOPLE else view.model_copy(update={"concerns": ()})


# ---------------------------------------------------------------- as people see it


def _view(contract: Contract) -> ContractView:
    return ContractView.model_validate(_line(contract).model_dump() | contract.model_dump())


async def _view_of(contract: Contract, day: date, desk: Desk) -> ContractView:
    """What is known of concerns is of today: of an earlier day only the status is told."""
    said = await said_on(contract.id, day, desk)
    then = {
        "status": said.standing.status if said else None,
        "status_version": said.status_version if said else 0,
        "status_since": said.since if said else None,
        "concerns": (),
    }
    return _view(on_day(contract, day)).model_copy(update=then)


def _line(contract: Contract) -> ContractLine:
    return ContractLine(
        status=contract.standing.status,
        **contract.model_dump(include=set(ContractLine.model_fields) - {"status"}),
    )
