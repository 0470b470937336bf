"""Contact persons in a table (XLSX, CSV): name, function, mail address, for which company."""

import re

from services.onboarding.domain import Field

from ..columns import headings, mail_in, text_in
from ..reading import Number, Reading, Who
from ..sheet import Row, Sheet

KINDS = ("contacts",)
CONTENT = ("xlsx", "csv")

COLUMNS = {
    "name": r"navn|namn|name|kontaktperson|contact(?: person)?",
    "role": r"stilling|funktion|rolle|befattning|roll|position|role|title|titel",
    "mail": r"e-?mail(?:adresse)?|e-post(?:adress)?|mail|email address",
    "phone": r"telefon.*|tlf\.?|phone.*|mobil.*",
    "company": r"virksomhed|firma|företag|company|leverandør|leverantör",
    "number": r"cvr.*|org\.?.*|company number",
}
NEEDED = ("name", "role", "mail")

COMPANY = re.compile(
    r"(?:CVR(?:-nr\.?|-nummer)?|org\.?\s?-?nr\.?|organisationsnummer)\s*:?\s*(\d[\d -]{7,11})",
    re.IGNORECASE,
)


def fits(sheets: tuple[Sheet, ...]) -> bool:
    return any(headings(sheet, COLUMNS, NEEDED) for sheet in sheets)


def read(sheets: tuple[Sheet, ...]) -> Reading:
    people: list[Who] = []
    fields: list[Field] = []
    problems: list[str] = []
    companies: dict[str, str] = {}
    for sheet in sheets:
        found = headings(sheet, COLUMNS, NEEDED)
        if found is None:
            continue
        top, columns = found
        before = " ".join(text_in(cell) for row in sheet.rows[:top] for cell in row.cells if cell)
        if match := COMPANY.search(before):
            companies.setdefault(match[1].strip(), "")
        for row in sheet.rows[top + 1 :]:
            _take(row, columns, sheet, people, fields, problems, companies)
    if len(companies) > 1:
        problems.append(f"it names contact persons of {len(companies)} companies: send one each")
    if not people:
        problems.append("it names no contact person")
    return Reading(
        kind=KINDS[0],
        reader="contacts_table 1",
        about=_company(companies),
        fields=tuple(fields),
        contacts=tuple(people),
        problems=tuple(problems),
    )


def _company(companies: dict[str, str]) -> Who | None:
    if len(companies) != 1:
        return None
    ((number, name),) = companies.items()
    return Who(name=name, numbers=(Number(text=number),))


def _take(
    row: Row,
    columns: dict[str, int],
    sheet: Sheet,
    people: list[Who],
    fields: list[Field],
    problems: list[str],
    companies: dict[str, str],
) -> None:
    def cell(column: str) -> str:
        place = columns.get(column)
        return text_in(row.cells[place]) if place is not None and place < len(row.cells) else ""

    if not cell("name"):
        return
    if number := cell("number"):
        companies.setdefault(number, cell("company"))
    mail = mail_in(cell("mail"))
    if not mail:
        problems.append(f"{sheet.place(row)}: the mail address is missing or is none")
    people.append(Who(name=cell("name"), person=True, contact=mail or None, role=cell("role")))
    fields.append(
        Field(
            name="contact_role",
            value=cell("role"),
            place=sheet.place(row, columns["role"]),
            method=sheet.method,
        )
    )
