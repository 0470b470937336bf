"""Writes the contractor's list of subcontractors as a workbook, the same bytes every time."""

import io
import re
import zipfile
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from making.cast import BUYER_NAME, FOLDER, NORDLYS, SHARES

HEADINGS = (
    "Navn",
    "CVR",
    "Land",
    "Ydelse",
    "Andel (%)",
    "Niveau",
    "Startdato",
    "Kontaktperson",
)
SERVICES = {
    "baltic": "Daglig rengøring, sengeafsnit, Sygehus Nord",
    "hansen-holm": "Vinduespolering og hovedrengøring, Sygehus Vest",
}
START = date(2026, 12, 1)
SAVED = datetime(2026, 11, 13, 9, 30)
EPOCH = (2026, 11, 13, 9, 30, 0)
STAMP = rb"\g<1>2026-11-13T09:30:00Z"


def subcontractors() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Underleverandører"
    sheet.append([f"Underleverandører på kontrakt {FOLDER}, {NORDLYS.name}"])
    sheet.append([f"Til {BUYER_NAME}, udfyldt 13-11-2026"])
    sheet.append([])
    sheet.append(HEADINGS)
    for company, share in SHARES:
        sheet.append(
            [
                company.name,
                company.number,
                company.country,
                SERVICES[company.key],
                share,
                1,
                START,
                f"{company.director.name}, {company.email}",
            ]
        )
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[4]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(wrap_text=True)
    for row in sheet.iter_rows(min_row=5, min_col=7, max_col=7):
        row[0].number_format = "dd-mm-yyyy"
    for column, width in zip("ABCDEFGH", (30, 12, 7, 46, 11, 8, 13, 52), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A5"
    book.properties.creator = NORDLYS.name
    book.properties.title = f"Underleverandører {FOLDER}"
    book.properties.created = SAVED
    written = io.BytesIO()
    book.save(written)
    return steady(written.getvalue())


def steady(workbook: bytes) -> bytes:
    """The same workbook without what differs from one writing to the next.

    Stored, not deflated: compressed bytes differ between builds of zlib.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", STAMP, content)
            member = zipfile.ZipInfo(name, EPOCH)
            member.create_system = 3
            target.writestr(member, content)
    return out.getvalue()
