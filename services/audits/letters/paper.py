"""From an audit that is announced to the letter about it. The same audit gives the same bytes."""

import io
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from services.audits.domain import Audit, Checklist
from services.audits.obligations import called
from shared.languages import Language, read_words

WORDS = read_words(Path(__file__).parent)
FONT = "Vera"
"""Comes with reportlab, and has the letters that the standard fonts of PDF lack."""
BODY = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=15, spaceAfter=3 * mm)
SUBJECT = ParagraphStyle("subject", parent=BODY, fontSize=13, leading=18, spaceAfter=6 * mm)
ITEM = ParagraphStyle("item", parent=BODY, leftIndent=6 * mm, spaceAfter=1 * mm)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=11)
NUMBERS = {"dk-cvr": "CVR", "se-orgnr": "Org.nr"}


def announcement(
    audit: Audit, checklist: Checklist | None, contract: str, language: Language
) -> bytes:
    """When, where and about what a party is audited. Who audits is not named."""
    assert audit.planned_for is not None
    # A paragraph looks for its font when it is made.
    pdfmetrics.registerFont(TTFont(FONT, "Vera.ttf"))
    w, obligation = WORDS[language], called(audit.obligation, language)
    day = w.day(audit.planned_for)
    subject = w("subject", day=day, obligation=obligation)
    asked = [one.said(language) for one in checklist.questions] if checklist else []
    parts: list[Flowable] = [
        Paragraph(escape(w("sender", buyer=numbered(audit.buyer_id))), SMALL),
        Paragraph(escape(w("to", party=numbered(audit.party_id))), BODY),
        Spacer(1, 6 * mm),
        Paragraph(escape(subject), SUBJECT),
        Paragraph(escape(w("about", contract=contract, contract_id=audit.contract_id)), SMALL),
        Paragraph(escape(w("opening", day=day, obligation=obligation)), BODY),
        *_listed(w("places") if audit.sites else w("nowhere"), audit.sites),
        *(_listed(w("chain"), [numbered(id) for id in audit.chain_ids]) if audit.chain_ids else ()),
        *(_listed(w("looked_at"), asked) if asked else ()),
        Paragraph(escape(w("ready")), BODY),
        Paragraph(escape(w("closing")), BODY),
        Spacer(1, 6 * mm),
        Paragraph(escape(w("number", number=audit.told, audit=audit.id)), SMALL),
    ]
    return _printed(subject, parts)


def numbered(id: str) -> str:
    """A party as a letter writes it: `CVR 61056416`."""
    scheme, _, number = id.rpartition("-")
    return f"{NUMBERS[scheme]} {number}" if scheme in NUMBERS else id


def _listed(head: str, lines: Sequence[str]) -> list[Flowable]:
    items = [Paragraph(escape(f"- {line}"), ITEM) for line in lines]
    return [Paragraph(escape(head), BODY), *items, Spacer(1, 2 * mm)]


def _printed(title: str, parts: list[Flowable]) -> bytes:
    paper = io.BytesIO()
    document = SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
        topMargin=25 * mm,
        bottomMargin=25 * mm,
        title=title,
        author="Ansvar",
        invariant=1,
    )
    document.build(parts)
    return paper.getvalue()
