"""How our PDF documents are laid out: letterhead, tables, and bytes that never differ.

Uncompressed and with the standard fonts, because compressed bytes differ between builds of zlib.
Every page says that it is an invented example.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=17, leading=22, spaceAfter=4)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=11, leading=15, spaceBefore=9, spaceAfter=3
)
TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=9.5, leading=13, spaceAfter=4)
CELL = ParagraphStyle("cell", parent=TEXT, spaceAfter=0)
STRONG = ParagraphStyle("strong", parent=CELL, fontName="Helvetica-Bold")


@dataclass(frozen=True)
class Letterhead:
    issuer: str
    address: str
    colour: str
    invented: str = "Eksempel - opdigtet dokument uden gyldighed"


def title(text: str) -> Flowable:
    return Paragraph(escape(text), TITLE)


def heading(text: str) -> Flowable:
    return Paragraph(escape(text), HEADING)


def text(words: str) -> Flowable:
    return Paragraph(escape(words), TEXT)


def facts(rows: Sequence[tuple[str, str]]) -> Flowable:
    """Labels and values, one pair to a line."""
    cells = [[Paragraph(escape(a), STRONG), Paragraph(escape(b), CELL)] for a, b in rows]
    return Table(
        cells,
        colWidths=(58 * mm, 112 * mm),
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.lightgrey),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ],
    )


def table(rows: Sequence[Sequence[str]], widths: Sequence[int], colour: str) -> Flowable:
    """A table whose first row is its heading; widths in millimetres."""
    head = ParagraphStyle("head", parent=STRONG, textColor=colors.white)
    cells = [[Paragraph(escape(cell), head) for cell in rows[0]]]
    cells += [[Paragraph(escape(cell), CELL) for cell in row] for row in rows[1:]]
    return Table(
        cells,
        colWidths=[width * mm for width in widths],
        style=[
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor(colour)),
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


def gap(millimetres: int = 4) -> Flowable:
    return Spacer(1, millimetres * mm)


def document(letterhead: Letterhead, name: str, story: list[Flowable]) -> bytes:
    """The document as PDF with a text layer."""
    out = io.BytesIO()

    def frame(canvas: Canvas, _: SimpleDocTemplate) -> None:
        width, height = A4
        canvas.saveState()
        canvas.setFillColor(colors.HexColor(letterhead.colour))
        canvas.rect(0, height - 24 * mm, width, 24 * mm, stroke=0, fill=1)
        canvas.setFillColor(colors.white)
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(20 * mm, height - 13 * mm, letterhead.issuer)
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(20 * mm, height - 19 * mm, letterhead.address)
        canvas.setFillColor(colors.grey)
        canvas.setFont("Helvetica-Oblique", 7.5)
        canvas.drawString(20 * mm, 10 * mm, letterhead.invented)
        canvas.drawRightString(width - 20 * mm, 10 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=32 * mm,
        bottomMargin=18 * mm,
        title=name,
        author=letterhead.issuer,
        invariant=1,
        pageCompression=0,
    )
    template.build(story, onFirstPage=frame, onLaterPages=frame)
    return out.getvalue()
