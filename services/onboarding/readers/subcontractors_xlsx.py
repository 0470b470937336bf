"""Lists of subcontractors in a workbook: one row each, under a row of headings."""

import re
from datetime import date, datetime

from services.onboarding.domain import Field

from .countries import alpha2
from .reading import NamedSub, Number, Reading, Who
from .sheet import Row, Sheet
from .values import day_of

KIND = "subcontractors"

COLUMNS = {
    "name": r"navn|namn|name|underleverandør|underleverantör|subcontractor",
    "number": r"cvr(-?nr\.?|-nummer)?|org\.?-?(nr|nummer)\.?|organisationsnummer|id|reg\.? ?no\.?",
    "country": r"land|country",
    "service": r"ydelse|tjänst|service|arbejde|opgave",
    "share": r"andel.*|share.*",
    "tier": r"niveau|led|nivå|tier",
    "starts": r"start ?dato|startdatum|start( date)?",
    "contact": r"kontakt(person)?|contact.*|e-?mail|e-post",
}

REFERENCE = re.compile(
    r"(?:kontrakt|kontrakten|contract|avtal)\s+([a-z0-9][\w./-]*\d[\w./-]*)", re.IGNORECASE
)


def fits(sheets: tuple[Sheet, ...]) -> bool:
    return any(_headings(sheet) for sheet in sheets)


def read(sheets: tuple[Sheet, ...]) -> Reading:
    named: list[NamedSub] = []
    problems: list[str] = []
    fields: list[Field] = []
    reference, issued = "", None
    for sheet in sheets:
        found = _headings(sheet)
        if found is None:
            continue
        top, columns = found
        before = " ".join(str(cell) for row in sheet.rows[:top] for cell in row.cells if cell)
        if match := REFERENCE.search(before):
            reference = match[1].rstrip(".,")
        issued = issued or day_of(before)
        for row in sheet.rows[top + 1 :]:
            _take(row, columns, sheet.name, named, problems, fields)
    if not named:
        problems.append("it names no subcontractor")
    return Reading(
        kind=KIND,
        reader="subcontractors_xlsx 1",
        reference=reference,
        issued=issued,
        fields=tuple(fields),
        named=tuple(named),
        problems=tuple(problems),
    )


def _headings(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of headings: one that names at least the name and the number of a company."""
    for index, row in enumerate(sheet.rows[:30]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            heading = str(cell or "").strip().casefold()
            for column, pattern in COLUMNS.items():
                if column not in columns and re.fullmatch(pattern, heading):
                    columns[column] = place
                    break
        if {"name", "number"} <= columns.keys():
            return index, columns
    return None


def _take(
    row: Row,
    columns: dict[str, int],
    sheet: str,
    named: list[NamedSub],
    problems: list[str],
    fields: list[Field],
) -> None:
    def cell(column: str) -> object:
        place = columns.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    name, number = _text(cell("name")), _text(cell("number"))
    if not name and not number:
        return
    place = f"{sheet}, row {row.number}"
    share = _share(cell("share"))
    if cell("share") is not None and share is None:
        problems.append(f"{place}: the share is no per cent from 0 to 100")
    email = re.search(r"[^\s,;<>]+@[^\s,;<>]+\.[a-z]{2,}", _text(cell("contact")))
    who = Who(
        name=name,
        numbers=(Number(text=number),) if number else (),
        country=alpha2(_text(cell("country"))),
        contact=email[0] if email else None,
    )
    tier = cell("tier")
    named.append(
        NamedSub(
            who=who,
            share=share,
            service=_text(cell("service")),
            tier=int(tier) if isinstance(tier, int | float) and 1 <= tier <= 20 else 1,
            starts=_day(cell("starts")),
        )
    )
    fields.append(Field(name="subcontractor", value=name, place=place, method="xlsx"))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else " ".join(str(value).split())[:300]


def _share(value: object) -> float | None:
    """25, 25.0, `25 %` and `25,5%`. A cell formatted in per cent holds a fraction: 0.25 is 25."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*", value)
        share = float(match[1].replace(",", ".")) if match else None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        share = float(value)
    else:
        return None
    return share if share is not None and 0 <= share <= 100 else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else day_of(_text(value))
