"""Writes a buyer's register of contracts as CSV and XLSX, and the mapping to read them with."""

import csv
import io
import json
from datetime import date

from openpyxl import Workbook

from making.cast import BUYER_NAME, BUYER_NUMBER, FYNS, MALARDALEN, ORESUND
from making.sheet import SAVED, steady

HEADINGS = (
    "Aftalenr.",
    "Titel",
    "Leverandør",
    "CVR/org.nr.",
    "Land",
    "CPV",
    "Kontraktsum",
    "Start",
    "Slut",
    "Option til",
    "Enheder",
    "Styregruppe",
)

ROWS = (
    (
        *("RN-2025-101", "Vinduespolering", ORESUND.name, ORESUND.number, "DK", "90911300"),
        *(1_250_000.5, date(2025, 3, 1), date(2028, 2, 29), date(2030, 2, 28)),
        *("Sygehus Nord; Sygehus Vest", "Facility"),
    ),
    (
        *("RN-2025-102", "Hygiejneartikler", FYNS.name, FYNS.number, "DK", "33741000"),
        *(8_400_000, date(2025, 6, 1), date(2029, 5, 31), None, "Alle", "Medicinsk udstyr"),
    ),
    (
        *("RN-2025-103", "Vask af arbejdstøj", MALARDALEN.name, MALARDALEN.number, "SE"),
        *("98310000", 3_000_000, date(2025, 9, 1), date(2027, 8, 31), None, "Alle", "Facility"),
    ),
)

MAPPING = {
    "columns": {
        "contract_id": "Aftalenr.",
        "title": "Titel",
        "supplier_name": "Leverandør",
        "supplier_number": "CVR/org.nr.",
        "supplier_country": "Land",
        "category": "CPV",
        "value": "Kontraktsum",
        "starts": "Start",
        "ends": "Slut",
        "option_until": "Option til",
        "units": "Enheder",
        "steering_group": "Styregruppe",
    },
    "defaults": {
        "buyer_number": BUYER_NUMBER,
        "buyer_name": BUYER_NAME,
        "currency": "DKK",
        "signed": "15-02-2025",
    },
    "date_format": "%d-%m-%Y",
    "decimal": ",",
}


def mapping() -> bytes:
    return (json.dumps(MAPPING, indent=2, ensure_ascii=False) + "\n").encode()


def as_csv() -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([_written(cell) for cell in row] for row in ROWS)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Kontrakter"
    sheet.append(HEADINGS)
    for row in ROWS:
        sheet.append(row)
    book.properties.created = SAVED
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def _written(cell: object) -> str:
    """As a Danish spreadsheet writes it."""
    if isinstance(cell, date):
        return cell.strftime("%d-%m-%Y")
    if isinstance(cell, int | float):
        return f"{cell:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return "" if cell is None else str(cell)
