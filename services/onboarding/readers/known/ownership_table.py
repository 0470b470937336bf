"""Owners in a table (XLSX, CSV): one row for each owner of a company.

A person's number is not taken over. Without a name and a number, an owner is an unknown one.
"""

import re
from collections.abc import Callable

from services.onboarding.domain import Field
from shared.countries import alpha2

from ..columns import day_in, headings, percent_in, text_in
from ..reading import Number, OwnedCompany, Owner, Reading, Who
from ..sheet import Row, Sheet
from ..values import day_of

KIND = "ownership"
KINDS = (KIND,)
CONTENT = ("xlsx", "csv")

COLUMNS = {
    "owner": r"ejer(?:s navn)?|ägare(?:ns namn)?|owner(?: name)?|shareholder|aktionær|aktieägare",
    "share": r"ejerandel.*|ägarandel.*|andel.*|share.*|ownership.*",
    "votes": r"stemme.*|röst.*|vot.*",
    "number": r"cvr.*|org.*|reg.*|lei|nummer|number|identifikation",
    "country": r"land|country|hjemsted|hemvist|nationalitet|nationality",
    "birth": r"fødselsdato|födelsedatum|date of birth|birth ?date",
    "kind": r"type|typ|kind|person/selskab|person/bolag",
    "company": r"selskab|bolag|company|ejet(?: selskab)?|ägt bolag",
    "company_number": r"selskabets (?:cvr|nr).*|bolagets (?:org|nr).*|company (?:number|no\.?)",
    "starts": r"fra|siden|från|since|from",
}
NEEDED = ("owner", "share")

OF = re.compile(
    r"(?:ejere af|ejerfortegnelse for|ägare i|ägarförteckning för|owners of) (\S.{0,200}?) ?"
    r"[,(-]? ?(?:CVR(?:-nr\.?)?|org\.? ?-?nr\.?|reg\.? no\.?) ?:? ?([\d -]{8,13})",
    re.IGNORECASE,
)
"""In a text whose blanks are single ones: several kinds of blanks side by side took for ever."""


def fits(sheets: tuple[Sheet, ...]) -> bool:
    return any(headings(sheet, COLUMNS, NEEDED) for sheet in sheets)


def read(sheets: tuple[Sheet, ...]) -> Reading:
    owned: dict[Who, list[Owner]] = {}
    fields: list[Field] = []
    problems: list[str] = []
    issued = None
    for sheet in sheets:
        found = headings(sheet, COLUMNS, NEEDED)
        if found is None:
            continue
        top, columns = found
        before = " ".join(text_in(cell) for row in sheet.rows[:top] for cell in row.cells if cell)
        issued = issued or day_of(before)
        about = _about(before)
        for row in sheet.rows[top + 1 :]:
            _take(row, columns, sheet, about, owned, fields, problems)
    for company, owners in owned.items():
        total = sum(one.minimum for one in owners if one.interest == "shareholding")
        if total > 100.01:
            problems.append(f"the shares in {company.name} add up to {total:g} %")
    if not owned:
        problems.append("it names no owner of a company that it names itself")
    return Reading(
        kind=KIND,
        reader="ownership_table 1",
        about=next(iter(owned), None),
        issued=issued,
        fields=tuple(fields),
        owned=tuple(OwnedCompany(company=c, owners=tuple(o)) for c, o in owned.items()),
        problems=tuple(problems),
    )


def _about(before: str) -> Who | None:
    match = OF.search(before)
    if match is None:
        return None
    return Who(name=match[1].strip(), numbers=(Number(text=match[2].strip()),))


def _take(
    row: Row,
    columns: dict[str, int],
    sheet: Sheet,
    about: Who | None,
    owned: dict[Who, list[Owner]],
    fields: list[Field],
    problems: list[str],
) -> None:
    def cell(column: str) -> object:
        place = columns.get(column)
        return row.cells[place] if place is not None and place < len(row.cells) else None

    name = text_in(cell("owner"))
    if not name and cell("share") is None:
        return
    if re.match(r"(?:i alt|totalt|total|sum)\b", name, re.IGNORECASE):
        return
    company = about
    if text_in(cell("company")):
        number = text_in(cell("company_number"))
        company = Who(
            name=text_in(cell("company")), numbers=(Number(text=number),) if number else ()
        )
    where = sheet.place(row, columns["owner"])
    if company is None:
        problems.append(f"{where}: it does not say which company is owned")
        return
    share = percent_in(cell("share"))
    if share is None:
        problems.append(f"{where}: the share is no per cent from 0 to 100")
    owned.setdefault(company, []).append(
        Owner(
            who=_owner(name, cell) if name else None,
            minimum=share if share is not None else 0.0,
            maximum=share if share is not None else 100.0,
            reason_unknown=None if name else "the table does not name this owner",
            starts=day_in(cell("starts")),
        )
    )
    value = f"{share:g} %" if share is not None else "not stated"
    fields.append(Field(name="owner_share", value=value, place=where, method=sheet.method))


def _owner(name: str, cell: Callable[[str], object]) -> Who:
    born = day_in(cell("birth"))
    said = re.match(r"(?:fysisk )?person|individ|natural", text_in(cell("kind")), re.IGNORECASE)
    person = bool(said) or born is not None
    number = text_in(cell("number"))
    return Who(
        name=name,
        person=person,
        numbers=(Number(text=number),) if number and not person else (),
        country=alpha2(text_in(cell("country"))),
        birth_date=born.isoformat() if born else None,
    )
