"""Reads contracts from CSV and plain XLSX, by a mapping that says what stands in which column.

A mapping is a JSON object:

    {"columns": {"contract_id": "Aftalenr", "supplier_number": "CVR", "value": "Sum", ...},
     "defaults": {"buyer_number": "29190623", "currency": "DKK"},
     "date_format": "%d-%m-%Y", "decimal": ",", "units_separator": ";"}

`columns` names headings of the table, `defaults` what is the same in every row. Fields: see FIELDS.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.domain import (
    Agreement,
    Confidentiality,
    Deal,
    Forum,
    Option,
    Place,
    Tidings,
)
from services.contracts.parties import Wrong
from services.contracts.reading import Reading, fingerprint
from services.contracts.tablefiles import rows_of
from shared.countries import alpha2
from shared.domain import Rejected
from shared.events.words import Lot, Money, PartyDescription
from shared.identifiers import (
    RightNumber,
    WrongNumber,
    country_of,
    kept,
    party_id_of,
    recognise,
    slug,
)
from shared.persons import PersonKey

FIELDS = {
    "contract_id": "the number of the contract",
    "buyer_number": "the register number of the buyer",
    "buyer_name": "",
    "title": "",
    "supplier_number": "the register number of the supplier",
    "supplier_name": "",
    "supplier_country": "ISO 3166, two or three letters",
    "supplier_email": "",
    "category": "CPV code, eight digits",
    "value": "a number",
    "currency": "ISO 4217",
    "starts": "a date",
    "ends": "a date",
    "signed": "a date",
    "awarded": "a date",
    "procedure_id": "",
    "country": "ISO 3166",
    "regime": "such as udbudsloven or lou",
    "above_threshold": "yes or no",
    "at_buyer_facility": "yes or no",
    "lots": "",
    "units": "",
    "steering_group": "",
    "agreement": "contract, framework or call_off",
    "framework_id": "",
    "place": "",
    "confidentiality": "public, internal or restricted",
    "forum": "such as courts or arbitration",
    "option_until": "a date",
    "changed": "the date from which the row holds",
    "ended": "a date",
}
"""What a column or default can be, and what stands there."""

NEEDED = ("contract_id", "buyer_number", "supplier_number")

YES = {"yes", "ja", "true", "sand", "sant", "1", "x"}
NO = {"no", "nej", "false", "falsk", "falskt", "0", ""}


class Mapping(BaseModel):
    """Which column or default each field comes from, and how dates and numbers are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str]
    defaults: dict[str, str] = Field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    decimal: str = Field(default=".", pattern=r"^[.,]$")
    units_separator: str = Field(default=";", min_length=1, max_length=3)
    sheet: str | None = None

    def check(self) -> None:
        """Raises `Rejected` where a field is not known, or a needed one comes from nowhere."""
        for name in (*self.columns, *self.defaults):
            if name not in FIELDS:
                known = ", ".join(FIELDS)
                raise Rejected(f"there is no field {name!r}; fields are {known}", field="mapping")
        for name in NEEDED:
            if name not in self.columns and name not in self.defaults:
                reason = f"the mapping says nothing of {name}: {FIELDS[name]}"
                raise Rejected(reason, field="mapping")


Row = tuple[int, dict[str, str]]


def read_table(data: bytes, mapping: Mapping, sent: datetime, key: PersonKey) -> list[Reading]:
    """One reading for each row. `sent` is when a row holds that names no date of its own.

    Raises `Rejected` where the file is no table or lacks a column of the mapping.
    """
    mapping.check()
    rows = rows_of(data, mapping.sheet, mapping.decimal)
    try:
        top = next(rows)
    except StopIteration:
        raise Rejected("the table is empty", field="file") from None
    headings = {name.strip().casefold(): place for place, name in enumerate(top[1])}
    places = {}
    for field, heading in mapping.columns.items():
        place = headings.get(heading.strip().casefold())
        if place is None:
            found = ", ".join(top[1][:30])
            reason = f"the table has no column {heading!r}; its columns are {found}"
            raise Rejected(reason, field=f"mapping.columns.{field}")
        places[field] = place
    readings = (
        _read(number, _fields(cells, places, mapping), mapping, sent, key) for number, cells in rows
    )
    return _joined(readings)


def _joined(readings: Iterable[Reading]) -> list[Reading]:
    """Rows that differ in nothing but the supplier are one contract with several suppliers."""
    found: dict[object, Reading] = {}
    for reading in readings:
        if not reading.told:
            found[reading.place] = reading
            continue
        deal = reading.told[0]
        about = deal.model_dump_json(exclude={"suppliers"})
        same = found.get(about)
        if same is None or deal.suppliers[0] in same.told[0].suppliers:
            found[about if same is None else reading.place] = reading
            continue
        suppliers = (*same.told[0].suppliers, *deal.suppliers)
        both = fingerprint([same.fingerprint, reading.fingerprint])
        found[about] = same.model_copy(
            update={
                "place": f"{same.place}, {reading.place}",
                "told": (deal.model_copy(update={"suppliers": suppliers}),),
                "fingerprint": both,
                "release_id": f"{deal.release_id}-{both[:16]}",
            }
        )
    return list(found.values())


def _fields(cells: list[str], places: dict[str, int], mapping: Mapping) -> dict[str, str]:
    """The values of a row; an empty cell takes the default."""
    said = {f: cells[at].strip() if at < len(cells) else "" for f, at in places.items()}
    return mapping.defaults | {field: value for field, value in said.items() if value}


def _read(
    number: int, said: dict[str, str], mapping: Mapping, sent: datetime, key: PersonKey
) -> Reading:
    known = Reading(
        place=f"row {number}",
        ocid=f"table-{said.get('buyer_number', '')}",
        release_id=f"{said.get('contract_id', '')}-{fingerprint(said)[:16]}",
        fingerprint=fingerprint(said),
        tags=("row",),
    )
    try:
        deal = _deal(said, mapping, sent, key)
    except Wrong as wrong:
        column = mapping.columns.get(wrong.field, wrong.field)
        return known.wrong(column, wrong.reason)
    return known.model_copy(update={"told": (deal,)})


def _deal(said: dict[str, str], mapping: Mapping, sent: datetime, key: PersonKey) -> Deal:
    cells = _Cells(said, mapping)
    buyer = cells.numbers("buyer_number")
    buyer_id = party_id_of(buyer)
    if buyer_id is None:
        raise Wrong("buyer_number", "the buyer has a number of its register, such as a CVR number")
    country = cells.country("country") or country_of(buyer) or "DK"
    ended = cells.day("ended")
    changed = cells.day("changed") or (ended if ended else None)
    at = datetime.combine(changed, datetime.min.time(), UTC) if changed else sent
    until = cells.day("option_until")
    places = cells.many("place")
    agreement, forum = said.get("agreement"), said.get("forum")
    return Deal(
        contract_id=f"{buyer_id}--{slug(cells.needed('contract_id'))}",
        buyer_id=buyer_id,
        buyer_name=said.get("buyer_name", ""),
        release_id=cells.needed("contract_id"),
        at=at,
        tidings=Tidings.SIGNED,
        over=ended is not None,
        effective=changed,
        title=said.get("title"),
        suppliers=(_supplier(cells, said, key),),
        category=cells.cpv("category"),
        cpv=(code,) if (code := cells.cpv("category")) else None,
        value=cells.money(),
        starts=cells.day("starts"),
        ends=cells.day("ends"),
        signed=cells.day("signed"),
        awarded=cells.day("awarded"),
        procedure_id=said.get("procedure_id", ""),
        country=country,
        regime=said.get("regime") or ("lou" if country == "SE" else "udbudsloven"),
        above_threshold=cells.flag("above_threshold", default=True),
        at_buyer_facility=cells.flag("at_buyer_facility", default=False),
        lots=tuple(Lot(lot_id=id) for id in cells.many("lots")) or None,
        units=cells.many("units") or None,
        steering_group=said.get("steering_group"),
        agreement=cells.one_of("agreement", Agreement) if agreement else None,
        framework_id=said.get("framework_id"),
        places=tuple(Place(name=name) for name in places) or None,
        confidentiality=cells.one_of("confidentiality", Confidentiality)
        if said.get("confidentiality")
        else None,
        forum=Forum(kind=forum) if forum else None,
        options=(Option(description="extension", until=until),) if until else None,
        reason="ended" if ended else "",
    )


def _supplier(cells: "_Cells", said: dict[str, str], key: PersonKey) -> PartyDescription:
    country = cells.country("supplier_country")
    numbers = cells.numbers("supplier_number", country)
    party_id = party_id_of(numbers, key)
    if party_id is None:
        raise Wrong("supplier_number", "this number names a place, and no company")
    return PartyDescription(
        party_id=party_id,
        name=said.get("supplier_name") or party_id,
        country=country or country_of(numbers),
        identifiers=kept(numbers, party_id),
        contact=said.get("supplier_email"),
    )


class _Cells:
    """The values of one row, each read as what its field is. Raises `Wrong`."""

    def __init__(self, said: dict[str, str], mapping: Mapping) -> None:
        self._said, self._mapping = said, mapping

    def needed(self, field: str) -> str:
        value = self._said.get(field, "")
        if not value:
            raise Wrong(field, f"must not be empty: {FIELDS[field]}")
        return value

    def numbers(self, field: str, country: str | None = None) -> list[RightNumber]:
        try:
            return [recognise(self.needed(field), country=country)]
        except WrongNumber as wrong:
            raise Wrong(field, str(wrong)) from wrong

    def day(self, field: str) -> date | None:
        given = self._said.get(field, "")
        if not given:
            return None
        for pattern in (self._mapping.date_format, "%Y-%m-%d"):
            try:
                return datetime.strptime(given[:10], pattern).date()
            except ValueError:
                continue
        example = date(2026, 10, 31).strftime(self._mapping.date_format)
        raise Wrong(field, f"{given[:40]!r} is no date; it is written like {example}")

    def money(self) -> Money | None:
        given = self._said.get("value", "")
        if not given:
            return None
        plain = re.sub(r"[\s\u00a0']", "", given)
        thousands = "." if self._mapping.decimal == "," else ","
        if plain.count(self._mapping.decimal) <= 1:
            plain = plain.replace(thousands, "").replace(self._mapping.decimal, ".")
        if not re.fullmatch(r"\d{1,15}(\.\d+)?", plain):
            example = f"1000000{self._mapping.decimal}50"
            raise Wrong("value", f"{given[:40]!r} is no amount; it is written like {example}")
        currency = self._said.get("currency", "")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise Wrong("currency", "a value has a currency of ISO 4217, such as DKK")
        return Money(amount=float(plain), currency=currency)

    def cpv(self, field: str) -> str | None:
        given = self._said.get(field, "")
        if not given:
            return None
        code = re.fullmatch(r"(\d{8})(-\d)?", given)
        if code is None:
            raise Wrong(field, f"{given[:40]!r} is no CPV code: eight digits, such as 90910000")
        return code[1]

    def country(self, field: str) -> str | None:
        given = self._said.get(field, "")
        if not given:
            return None
        country = alpha2(given)
        if country is None:
            raise Wrong(field, f"{given[:40]!r} is no country of ISO 3166, such as DK")
        return country

    def flag(self, field: str, *, default: bool) -> bool:
        if field not in self._said:
            return default
        given = self._said[field].casefold()
        if given not in YES | NO:
            raise Wrong(field, f"{given[:40]!r} is neither yes nor no")
        return given in YES

    def many(self, field: str) -> tuple[str, ...]:
        parts = self._said.get(field, "").split(self._mapping.units_separator)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def one_of(self, field: str, words: Any) -> Any:
        given = self._said[field].strip().casefold()
        try:
            return words(given)
        except ValueError:
            allowed = ", ".join(word.value for word in words)
            raise Wrong(field, f"{given[:40]!r} is none of {allowed}") from None
