"""Lists of subcontractors in a table: one row each, under a row of headings."""

import re

from services.onboarding.domain import Field
from shared.countries import alpha2

from ..columns import day_in, headings, mail_in, percent_in, text_in
from ..reading import NamedSub, Number, Reading, Who
from ..sheet import Row, Sheet
from ..values import day_of

KIND = "subcontractors"
KINDS = (KIND,)
CONTENT = ("xlsx", "csv")

NEEDED = ("name", "number")
COLUMNS = {
    "name": r"navn|namn|name|firma|virksomhed|underleverandør|underleverantör|subcontractor",
    "number": r"cvr(-?nr\.?|-nummer)?|org\.?-?(nr|nummer)\.?|organisationsnummer|id|reg\.? ?no\.?",
    "country": r"land|country",
    "service": r"ydelse|tjänst|service|arbejde|opgave",
    "share": r"andel(?! ejet).*|share(?! held).*",
    "tier": r"niveau|led|nivå|tier",
    "starts": r"start ?dato|startdatum|start( date)?",
    "contact": r"kontakt(person)?|contact.*|e-?mail|e-post",
}

NOT_THESE = r"^(?:ejer|ejerandel|ägare|ägarandel|owner|ownership|shareholder|stilling|befattning)\b"

REFERENCE = re.compile(
    r"(?:kontrakt|kontrakten|contract|avtal)\s+([a-z0-9][\w./-]*\d[\w./-]*)", re.IGNORECASE
)


def fits(sheets: tuple[Sheet, ...]) -> bool:
    """A table of owners or of contact persons has names and numbers too."""
    tops = [found for sheet in sheets if (found := headings(sheet, COLUMNS, NEEDED))]
    return bool(tops) and not any(
        re.search(NOT_THESE, str(cell or ""), re.IGNORECASE)
        for sheet in sheets
        for row in sheet.rows[:30]
        for cell in row.cells
    )


def read(sheets: tuple[Sheet, ...]) -> Reading:
    named: list[NamedSub] = []
    problems: list[str] = []
    fields: list[Field] = []
    reference, issued = "", None
    for sheet in sheets:
        found = headings(sheet, COLUMNS, NEEDED)
        if found is None:
            continue
        top, columns = found
        before = " ".join(str(cell) for row in sheet.rows[:top] for cell in row.cells if cell)
        if match := REFERENCE.search(before):
            reference = match[1].rstrip(".,")
        issued = issued or day_of(before)
        for row in sheet.rows[top + 1 :]:
            _take(row, columns, sheet, named, problems, fields)
    if not named:
        problems.append("it names no subcontractor")
    return Reading(
        kind=KIND,
        reader="subcontractors 2",
        reference=reference,
        issued=issued,
        fields=tuple(fields),
        named=tuple(named),
        problems=tuple(problems),
    )


def _take(
    row: Row,
    columns: dict[str, int],
    sheet: Sheet,
    named: list[NamedSub],
    problems: list[str],
    fields: list[Field],
) -> None:
    def cell(column: str) -> object:
        place = columns.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    name, number = text_in(cell("name")), text_in(cell("number"))
    if not name and not number:
        return
    place = sheet.place(row)
    share = percent_in(cell("share"))
    if cell("share") is not None and share is None:
        problems.append(f"{place}: the share is no per cent from 0 to 100")
    who = Who(
        name=name,
        numbers=(Number(text=number),) if number else (),
        country=alpha2(text_in(cell("country"))),
        contact=mail_in(text_in(cell("contact"))) or None,
    )
    named.append(
        NamedSub(
            who=who,
            share=share,
            service=text_in(cell("service")),
            tier=_tier(cell("tier")),
            starts=day_in(cell("starts")),
        )
    )
    column = columns["name"]
    where = sheet.place(row, column)
    fields.append(Field(name="subcontractor", value=name, place=where, method=sheet.method))


def _tier(value: object) -> int:
    """Below whom somebody works: 1 is directly below the supplier, which is also meant without."""
    match = re.fullmatch(r"\D{0,8}(\d{1,2})(?:\.0)?", text_in(value))
    return int(match[1]) if match and 1 <= int(match[1]) <= 20 else 1
