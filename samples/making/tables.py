"""Tables besides the list of subcontractors: owners, contact persons, and the list as text."""

import csv
import io

from openpyxl import Workbook

from making.cast import FOLDER, NORDLYS, SHARES, Company
from making.sheet import SAVED, SERVICES, START, steady

OWNERS = ("Ejer", "Type", "Fødselsdato", "CVR-nr.", "Land", "Ejerandel (%)", "Siden")
CONTACTS = ("Navn", "Stilling", "E-mail", "Telefon")


def owners(company: Company) -> list[list[object]]:
    """A person's row has a birth date and no number."""
    return [
        [f"Ejere af {company.name}, CVR-nr. {company.number}"],
        ["Opgjort den 13-11-2026"],
        [],
        list(OWNERS),
        *(
            [one.name, "Person", one.born, None, one.nationality, share, company.founded]
            for one, share in company.owners
        ),
        ["I alt", None, None, None, None, sum(share for _, share in company.owners), None],
    ]


def contacts(company: Company) -> list[list[object]]:
    return [
        [f"Kontaktpersoner hos {company.name}, CVR-nr. {company.number}"],
        [],
        list(CONTACTS),
        [company.director.name, "Direktør", company.email, "+45 55 50 10 10"],
        ["Kontraktkontoret", "Kontraktansvarlig", f"kontor-{company.email}", "+45 55 50 10 11"],
    ]


def subcontractors() -> list[list[object]]:
    heads: list[object] = ["Navn", "CVR", "Land", "Ydelse", "Andel (%)", "Niveau", "Startdato"]
    return [
        [f"Underleverandører på kontrakt {FOLDER}", None, None, None, None, None, None],
        heads,
        *(
            [c.name, c.number, c.country, SERVICES[c.key], f"{share},0", "1", START.isoformat()]
            for c, share in SHARES
        ),
    ]


def workbook(title: str, rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.properties.creator = NORDLYS.name
    book.properties.created = SAVED
    written = io.BytesIO()
    book.save(written)
    return steady(written.getvalue())


def text(rows: list[list[object]]) -> bytes:
    """With semicolons, as a Danish Excel saves it."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        ["" if cell is None else cell for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def tables() -> dict[str, bytes]:
    return {
        "xlsx/ejere-nordlys.xlsx": workbook("Ejere", owners(NORDLYS)),
        "csv/ejere-nordlys.csv": text(owners(NORDLYS)),
        "xlsx/kontaktpersoner-nordlys.xlsx": workbook("Kontakter", contacts(NORDLYS)),
        "csv/kontaktpersoner-nordlys.csv": text(contacts(NORDLYS)),
        "csv/underleverandoerer-nordlys.csv": text(subcontractors()),
    }
