"""What contract systems and people ask of contracts over HTTP: releases in, statuses out."""

import hashlib
from datetime import date, datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from services.contracts import status
from services.contracts.commands import Acknowledge, CloseEndpoint, OpenEndpoint, TakeIn
from services.contracts.domain import (
    Acknowledgement,
    Concern,
    Contract,
    Delivery,
    Endpoint,
    ListsInForce,
    PartyStanding,
    Stage,
    Standing,
    State,
    status_on,
)
from services.contracts.goods_api import goods_api
from services.contracts.imports_api import imports_api
from services.contracts.ocds import read
from services.contracts.procedures_api import procedures_api
from services.contracts.status import StatusPayload
from services.contracts.terms_api import on_day, terms_api
from services.contracts.webhooks import Secrets
from shared.domain import Rejected, Unknown
from shared.events.words import Clause, ListRef, Money, PartyDescription, Status
from shared.http import Api, Desk, Done, Page

PEOPLE = {"officer", "approver", "auditor", "contract_manager"}
READERS = ("officer", "approver", "auditor", "contract_manager", "integration")
LARGEST_PACKAGE = 5_000_000
"""Bytes; 500 releases of the size that we have seen."""

MOST_OF_A_PARTY = 1_000

api = Api("contracts")
for part in (goods_api, imports_api, procedures_api, terms_api):
    api.router.routes.extend(part.router.routes)


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


class DeliveryView(BaseModel):
    id: str
    endpoint_id: str
    contract_id: str
    status_version: int
    state: State
    tries: int
    problem: str
    at: str
    next_try: datetime | None
    ended: datetime | None


class EndpointView(BaseModel):
    id: str
    buyer_id: str
    url: str
    open: bool
    since: datetime | None
    closed_because: str


class EndpointBody(BaseModel):
    buyer_id: str = Field(min_length=1, max_length=100)
    url: str = Field(min_length=1, max_length=2_000)


class OpenedEndpoint(BaseModel):
    """`secret` is shown once, when the endpoint is opened: it is not kept anywhere."""

    endpoint_id: str
    opened: bool
    secret: str | None = None


class Reason(BaseModel):
    reason: str = Field(max_length=4_000)


class AcknowledgementBody(BaseModel):
    status_version: int
    endpoint_id: str


# ---------------------------------------------------------------- in


@api.post("/releases", roles=("integration",), max_body=LARGEST_PACKAGE)
async def take_in(desk: Desk, body: dict[str, Any]) -> Done:
    """Take in an OCDS 1.1 release package, or one release. Each release gets its own answer."""
    return await desk.send(TakeIn(readings=tuple(read(body, desk.adapters["person_key"]))))


@api.post("/contracts/{contract_id}/acknowledgements", roles=("integration",))
async def acknowledge(contract_id: str, body: AcknowledgementBody, desk: Desk) -> Done:
    """Confirm that a status was taken over."""
    return await desk.send(Acknowledge(contract_id=contract_id, **body.model_dump()))


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
async def show_contract(contract_id: str, desk: Desk, as_of: date | None = None) -> ContractView:
    """A contract as it is, or its terms, stage and status as they were on a day."""
    contract = await _contract(contract_id, desk)
    desk.tag(contract)
    if as_of is not None:
        contract = _as_of(contract, as_of)
    view = ContractView.model_validate(_line(contract).model_dump() | contract.model_dump())
    return view if set(desk.caller.roles) & PEOPLE else view.model_copy(update={"concerns": ()})


# ---------------------------------------------------------------- out


@api.get("/status", roles=READERS, response_model=StatusPayload)
async def show_status(
    desk: Desk,
    party_id: str | None = None,
    contract_id: str | None = None,
    buyer_id: str | None = None,
) -> Response:
    """How a contract or a party stands. Ask with If-None-Match for no more than a change."""
    if (party_id is None) == (contract_id is None):
        raise Rejected("name either a party or a contract", field="contract_id")
    if contract_id is not None:
        payload = status.of_contract(await _contract(contract_id, desk), await _lists(desk))
    else:
        payload = await _of_party(str(party_id), desk, buyer_id)
    text = payload.model_dump_json()
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = desk.request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="application/json", headers=headers)


@api.post("/endpoints", roles=("integration", "admin"))
async def open_endpoint(body: EndpointBody, desk: Desk) -> OpenedEndpoint:
    """Have statuses sent to an address. The answer holds the secret that signs them."""
    secrets: Secrets = desk.adapters["secrets"]
    secrets.must_be_given()
    done = await desk.send(OpenEndpoint(**body.model_dump()))
    endpoint_id, opened = done.result["endpoint_id"], done.result["opened"]
    secret = secrets.of(endpoint_id, done.result["generation"]) if opened else None
    return OpenedEndpoint(endpoint_id=endpoint_id, opened=opened, secret=secret)


@api.get("/endpoints", roles=("integration", "admin", "contract_manager"))
async def list_endpoints(desk: Desk, buyer_id: str | None = None) -> list[EndpointView]:
    found = await desk.find(Endpoint, desk.of_buyer(buyer_id))
    return [EndpointView.model_validate(one.model_dump()) for one in found]


@api.post("/endpoints/{endpoint_id}/close", roles=("integration", "admin"))
async def close_endpoint(endpoint_id: str, body: Reason, desk: Desk) -> Done:
    return await desk.send(CloseEndpoint(endpoint_id=endpoint_id, reason=body.reason))


@api.get("/deliveries", roles=("integration", "admin", "contract_manager", "auditor"))
async def list_deliveries(
    desk: Desk,
    buyer_id: str | None = None,
    contract_id: str | None = None,
    endpoint_id: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[DeliveryView]:
    """What was sent and what came of it, the newest first; also what a newer one superseded."""
    named = {"contract_id": contract_id, "endpoint_id": endpoint_id}
    where = desk.of_buyer(buyer_id) | {name: id for name, id in named.items() if id}
    return await desk.page(
        Delivery,
        where,
        sort="at",
        descending=True,
        view=lambda one: DeliveryView.model_validate(one.model_dump()),
        limit=limit,
        after=after,
    )


# ---------------------------------------------------------------- whom it concerns


async def _contract(contract_id: str, desk: Desk) -> Contract:
    contract = await desk.get(Contract, contract_id)
    desk.caller.must_serve(contract.buyer_id)
    if contract.stage is Stage.EXPECTED:
        raise Unknown("contract", contract_id)
    return contract


def _as_of(contract: Contract, day: date) -> Contract:
    """What is known of concerns is of today: of an earlier day only the status is told."""
    was, told = on_day(contract, day), status_on(contract.statuses, day)
    was.standing, was.status_version, was.status_since = Standing(), 0, None
    if told is not None:
        was.standing = Standing(status=told.status, reason_codes=told.reason_codes)
        was.status_version, was.status_since = told.version, told.at
    was.concerns = ()
    return was


async def _of_party(party_id: str, desk: Desk, buyer_id: str | None) -> StatusPayload:
    """What one buyer's contracts say of a party; buyers are never mixed."""
    of_buyer = desk.of_buyer(buyer_id)
    if not of_buyer:
        raise Rejected("a party stands for each buyer for itself: name one", field="buyer_id")
    found: dict[str, Contract] = {}
    for field in ("supplier_ids", "concerned_ids"):
        where = of_buyer | {field: party_id}
        found |= {one.id: one for one in await desk.find(Contract, where, limit=MOST_OF_A_PARTY)}
    if not found:
        raise Unknown("party", party_id)
    own = Standing()
    for one in await desk.find(PartyStanding, of_buyer | {"party_id": party_id}):
        own = one.standing
    return status.of_party(party_id, list(found.values()), own, await _lists(desk))


async def _lists(desk: Desk) -> tuple[ListRef, ...]:
    """The lists in force now: whoever asks wants to know as of when the answer is good."""
    found = await desk.find(ListsInForce, limit=1)
    return found[0].lists if found else ()


def _line(contract: Contract) -> ContractLine:
    return ContractLine(
        status=contract.standing.status,
        **contract.model_dump(include=set(ContractLine.model_fields) - {"status"}),
    )
