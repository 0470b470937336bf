"""A table on paper or in a sheet of figures, in the reader's language."""

import csv
import io
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from services.audits.obligations import called
from services.audits.reports.tables import Table, Value
from shared.languages import Language

FONT = "Vera"
"""Comes with reportlab, and has the letters that the standard fonts of PDF lack."""
TITLE = ParagraphStyle("title", fontName=FONT, fontSize=14, leading=20, spaceAfter=4 * mm)
SMALL = ParagraphStyle("small", fontName=FONT, fontSize=7, leading=9)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 2_500
"""On paper; a longer table is for the CSV."""


@cache
def words(language: Language) -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name("words.toml")
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        section: {code: said[language] for code, said in entries.items()}
        for section, entries in found.items()
    }


def word(section: str, code: str, language: Language) -> str:
    """The word for a code, or the code itself where it is a name or number."""
    return words(language)[section].get(code, code)


def as_csv(table: Table, language: Language) -> bytes:
    """With a byte order mark and semicolons, as spreadsheets in Denmark and Sweden expect.

    A text that a spreadsheet would take for a formula gets an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(word("columns", one, language) for one in table.columns)
    for row in table.rows:
        writer.writerow([_harmless(_said(table, n, one, language)) for n, one in enumerate(row)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(",", "", 1).isdigit()


def _said(table: Table, column: int, value: Value, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        whole = value == int(value)
        text = str(int(value)) if whole else f"{value:.2f}".rstrip("0")
        return text.replace(".", ",") if language != "en" else text
    if column == 0 and table.name == "state-clause":
        return called(str(value), language)
    return word("values", str(value), language) if column == 0 else str(value)


def as_pdf(table: Table, buyer: str, day: date, language: Language) -> bytes:
    """The same table always gives the same bytes."""
    pdfmetrics.registerFont(TTFont(FONT, "Vera.ttf"))
    title = word("titles", table.name, language)
    paper = io.BytesIO()
    document = SimpleDocTemplate(
        paper,
        pagesize=landscape(A4),
        leftMargin=15 * mm,
        rightMargin=15 * mm,
        topMargin=15 * mm,
        bottomMargin=15 * mm,
        title=title,
        author="Ansvar",
        invariant=1,
    )
    head = [_cell(word("columns", one, language)) for one in table.columns]
    rows = [
        [_cell(_said(table, n, one, language)) for n, one in enumerate(row)]
        for row in table.rows[:MOST_ROWS]
    ]
    grid = LongTable([head, *rows], repeatRows=1)
    grid.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.25, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    about = f"{buyer} · {day.isoformat()}"
    if len(table.rows) > MOST_ROWS:
        about += f" · {MOST_ROWS} / {len(table.rows)} (CSV)"
    story: list[Flowable] = [
        Paragraph(escape(title), TITLE),
        Paragraph(escape(about), SMALL),
        Spacer(1, 4 * mm),
        grid,
    ]
    document.build(story)
    return paper.getvalue()


def _cell(text: str) -> Paragraph:
    return Paragraph(escape(text), SMALL)
