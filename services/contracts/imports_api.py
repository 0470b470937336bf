"""Ways in for contracts and procedures besides OCDS releases: notices, tables, and one by one.

Each answers with a report: of every line what was done, or which field was wrong and what would be
right. A line is done whole or not at all; the same line again is known and changes nothing.
"""

import asyncio
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import File, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.contracts.commands import TakeIn
from services.contracts.domain import (
    Agreement,
    Confidentiality,
    Deal,
    Forum,
    Option,
    Place,
    Tidings,
)
from services.contracts.notices import read_notice
from services.contracts.ocds import read
from services.contracts.reading import Reading, fingerprint
from services.contracts.tables import Mapping, read_table
from shared.asked import Day
from shared.domain import Rejected
from shared.events.contracts import Mandate, OmittedClause
from shared.events.words import Clause, Lot, Money, PartyDescription
from shared.http import Api, Desk
from shared.identifiers import WrongNumber, country_of, kept, party_id_of, recognise, slug
from shared.persons import PersonKey

MACHINES = ("integration",)
BRINGS = ("integration", "contract_manager")
LARGEST_FILE = 20_000_000
LARGEST_NOTICE = 5_000_000
LARGEST_PACKAGE = 5_000_000
AT_ONCE = 200
"""Lines in one commit."""

imports_api = Api("contracts")


class Line(BaseModel):
    """What came of one line. `contracts` holds what each contract of it was told."""

    model_config = ConfigDict(extra="allow")

    line: str
    outcome: str
    field: str | None = None
    reason: str | None = None
    contracts: list[dict[str, Any]] = []
    procedure: dict[str, Any] | None = None


class Report(BaseModel):
    """The answer to an intake: `taken`, `known`, `passed_over` and `refused` lines."""

    lines: list[Line]
    taken: int
    known: int
    passed_over: int
    refused: int


@imports_api.post("/imports/ocds", roles=MACHINES, max_body=LARGEST_PACKAGE)
async def import_ocds(desk: Desk, body: dict[str, Any]) -> Report:
    """Take in an OCDS 1.1 package of releases or records, or one of them."""
    return await _take(read(body, _key(desk)), desk)


@imports_api.post("/imports/notices", roles=BRINGS, max_body=LARGEST_NOTICE)
async def import_notice(file: Annotated[UploadFile, File()], desk: Desk) -> Report:
    """Take in one eForms notice of TED (XML): a contract notice or a result notice."""
    return await _take(read_notice(await file.read(), _key(desk)), desk)


@imports_api.post("/imports/tables", roles=BRINGS, max_body=LARGEST_FILE)
async def import_table(
    file: Annotated[UploadFile, File()],
    mapping: Annotated[UploadFile | str, File()],
    desk: Desk,
    as_of: Annotated[date | None, Form()] = None,
) -> Report:
    """Take in a CSV or XLSX table of contracts. `mapping` is a JSON object, in a file or as text.

    Rows hold as of the day `as_of` (today), unless they have a column with a date of their own.
    """
    try:
        given = mapping if isinstance(mapping, str) else await mapping.read()
        how = Mapping.model_validate_json(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(["mapping", *map(str, first["loc"])])
        raise Rejected(first["msg"], field=field) from error
    day = as_of or desk.now.date()
    sent = datetime.combine(day, time.min, UTC)
    # Thousands of rows take seconds, in which other requests are answered too.
    readings = await asyncio.to_thread(read_table, await file.read(), how, sent, _key(desk))
    return await _take(readings, desk)


class PartyBody(BaseModel):
    """A company: `number` is its CVR, organisation, VAT or LEI number."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=50)
    name: str = Field(default="", max_length=300)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    contact: str | None = Field(default=None, max_length=300)


class ContractBody(BaseModel):
    """What is told of one contract, by the buyer's own `number` of it.

    `tidings`: signed, amended or ended. What is not named is not spoken of and stays as it was.
    `at` is when it was told; an older telling changes nothing that a newer one has said.
    """

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=150)
    tidings: Tidings = Tidings.SIGNED
    at: datetime
    effective: Day | None = None
    buyer: PartyBody
    joint: tuple[Mandate, ...] | None = None
    suppliers: tuple[PartyBody, ...] = ()
    title: str | None = Field(default=None, max_length=500)
    category: str | None = Field(default=None, pattern=r"^\d{8}$")
    cpv: tuple[str, ...] | None = None
    value: Money | None = None
    starts: Day | None = None
    ends: Day | None = None
    signed: Day | None = None
    awarded: Day | None = None
    procedure: str = Field(default="", max_length=200)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    regime: str | None = None
    above_threshold: bool = True
    at_buyer_facility: bool = False
    lots: tuple[Lot, ...] | None = None
    options: tuple[Option, ...] | None = None
    places: tuple[Place, ...] | None = None
    units: tuple[str, ...] | None = None
    steering_group: str | None = None
    agreement: Agreement | None = None
    framework_id: str | None = None
    confidentiality: Confidentiality | None = None
    forum: Forum | None = None
    clauses: tuple[Clause, ...] | None = None
    omitted: tuple[OmittedClause, ...] | None = None
    reason: str = Field(default="", max_length=4_000)


OURS = {"number", "buyer", "suppliers", "procedure", "country", "regime", "tidings", "at"}
"""Fields of the body that a deal has under another name, or worked out."""


@imports_api.post("/contracts", roles=BRINGS)
async def tell_contract(body: ContractBody, desk: Desk) -> Report:
    """Tell of one contract: that it was signed, changed or is over."""
    said = body.model_dump(mode="json")
    known = Reading(
        place="contract",
        ocid=f"told-{body.buyer.number}",
        release_id=f"{body.number}-{fingerprint(said)[:16]}",
        fingerprint=fingerprint(said),
        tags=("told",),
    )
    return await _take([known.model_copy(update={"told": (_deal(body, _key(desk)),)})], desk)


def _deal(body: ContractBody, key: PersonKey) -> Deal:
    if body.at.tzinfo is None:
        raise Rejected("a moment has a time zone: 2026-11-23T08:00:00+01:00", field="at")
    buyer = party_of(body.buyer, "buyer", key)
    country = body.country or buyer.country or "DK"
    return Deal(
        contract_id=f"{buyer.party_id}--{slug(body.number)}",
        buyer_id=buyer.party_id,
        buyer_name=body.buyer.name,
        release_id=body.number,
        at=body.at.astimezone(UTC),
        tidings=body.tidings,
        over=body.tidings is Tidings.ENDED,
        suppliers=tuple(
            party_of(one, f"suppliers.{number}", key) for number, one in enumerate(body.suppliers)
        ),
        procedure_id=body.procedure,
        country=country,
        regime=body.regime or ("lou" if country == "SE" else "udbudsloven"),
        **{name: getattr(body, name) for name in ContractBody.model_fields if name not in OURS},
    )


def party_of(body: PartyBody, field: str, key: PersonKey) -> PartyDescription:
    """Raises `Rejected` where the number is not right, or names no company."""
    try:
        number = recognise(body.number, country=body.country)
    except WrongNumber as wrong:
        raise Rejected(str(wrong), field=f"{field}.number") from wrong
    party_id = party_id_of([number], key)
    if party_id is None:
        raise Rejected("this number names a place, and no company", field=f"{field}.number")
    return PartyDescription(
        party_id=party_id,
        name=body.name or party_id,
        country=body.country or country_of([number]),
        identifiers=kept([number], party_id),
        contact=body.contact,
    )


async def _take(readings: list[Reading], desk: Desk) -> Report:
    """In commits of some lines each: what one of them holds is done whole or not at all."""
    lines: list[Line] = []
    for start in range(0, len(readings), AT_ONCE):
        some = readings[start : start + AT_ONCE]
        done = await desk.send(TakeIn(readings=tuple(some)))
        for reading, answer in zip(some, done.result["releases"], strict=True):
            lines.append(Line.model_validate({"line": reading.place, **answer}))
    outcomes = [line.outcome for line in lines]
    counted = {word: outcomes.count(word) for word in Report.model_fields if word != "lines"}
    return Report(lines=lines, **counted)


def _key(desk: Desk) -> PersonKey:
    key: PersonKey = desk.adapters["person_key"]
    return key
