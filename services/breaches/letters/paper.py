"""From the facts of a case to paper: the text for one addressee, and its PDF."""

import asyncio
import base64
import io
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol
from xml.sax.saxutils import escape

from pydantic import BaseModel
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from shared.domain import Forbidden, Record
from shared.events.base import Criminal
from shared.laws import cited
from shared.sealing import COVERED

Language = Literal["da", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("da", "sv", "en")

HERE = Path(__file__).parent
FONT = "Vera"
"""Comes with reportlab, and has the letters that the standard fonts of PDF lack."""

OF_A_CLAUSE = "clause "
FEWEST = "2"
"""Signatures that every decision has (`Delegation.signatures` goes up to five)."""

BODY = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=15, spaceAfter=3 * mm)
SUBJECT = ParagraphStyle("subject", parent=BODY, fontSize=13, leading=18, spaceAfter=6 * mm)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8, leading=11)


class Letter(Record):
    """A letter as it was written and registered: case and number name it for ever."""

    subject_field: ClassVar[str] = "whose"

    indexes: ClassVar[tuple[str, ...]] = ("case_id", "buyer_id")

    case_id: str
    number: int
    kind: str
    addressee_id: str
    party_id: str
    offences_of: str = ""
    buyer_id: str
    contract_id: str
    dated: datetime
    pdf_da: Criminal[str]
    pdf_sv: Criminal[str] = ""
    pdf_en: Criminal[str]
    text_da: Criminal[str]
    text_sv: Criminal[str] = ""
    text_en: Criminal[str]

    @property
    def whose(self) -> str:
        """Whose key seals it: of those of whom the case tells, else of the party."""
        return self.offences_of or self.party_id

    @property
    def covered(self) -> bool:
        """Whether it says of a person what its reader may not be shown (ADR 65)."""
        return self.text_da == COVERED

    def pdf(self, language: Language) -> bytes:
        """The paper. Letters from before there were Swedish ones have none: it is empty.

        Raises `Forbidden` where its reader may not be shown it.
        """
        if self.covered:
            raise Forbidden(
                "this letter is about a person and may tell of offences: it takes the role "
                "offence_reader"
            )
        return base64.b64decode(getattr(self, f"pdf_{language}"))


class Part(BaseModel, frozen=True, extra="forbid"):
    """One paragraph. Without `to` it is for everyone who gets the letter; with `where` it is there
    only where something was said of that field."""

    text: str
    where: str = ""
    to: tuple[Literal["supplier", "subcontractor"], ...] = ()


class Text(BaseModel, frozen=True, extra="forbid"):
    subject: str
    parts: tuple[Part, ...]


class Texts(BaseModel, frozen=True, extra="forbid"):
    """All letters of one language, by kind. `persons` says how many signed, `ended` what was there
    before the end of a case, and `outcomes` why it is not any more."""

    number: str
    persons: dict[str, str]
    consequences: dict[str, str]
    ended: dict[str, str]
    outcomes: dict[str, str]
    clause: str
    closing: str
    letters: dict[str, Text]


class Written(BaseModel, frozen=True):
    """A finished letter: its PDF in Base64, and its words to be edited."""

    pdf: str
    text: str


class Ordered(Protocol):
    """What a letter is about, as far as the writer must know."""

    @property
    def kind(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def case_id(self) -> str: ...
    @property
    def number(self) -> int: ...


def read_texts(folder: Path = HERE) -> dict[Language, Texts]:
    """The texts of all languages. A file that is not as it should be stops the service."""
    return {
        language: Texts.model_validate(
            tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
        )
        for language in LANGUAGES
    }


class Writer:
    def __init__(self, texts: dict[Language, Texts]) -> None:
        self._texts = texts

    async def write(self, language: Language, order: Ordered, facts: dict[str, str]) -> Written:
        """The letter in one language. The same facts always give the same bytes."""
        return await asyncio.to_thread(self._write, language, order, facts)

    def _write(self, language: Language, order: Ordered, facts: dict[str, str]) -> Written:
        texts = self._texts[language]
        text = texts.letters[order.kind]
        own = facts | {
            "rule": facts[f"rule_{language}"],
            "instruction": facts[f"instruction_{language}"],
            "forum": facts.get(f"forum_{language}", ""),
            "consequence": texts.consequences.get(facts.get("consequence", ""), ""),
            "ended": texts.ended.get(facts.get("ended", ""), ""),
            "outcome": texts.outcomes.get(facts.get("outcome", ""), ""),
            "order": texts.consequences.get(facts.get("order", ""), ""),
            "stands": texts.consequences.get(facts.get("stands", ""), ""),
            "persons": texts.persons[facts.get("signatures", FEWEST)],
            "basis": _basis(facts.get("basis", ""), texts, language),
        }
        number = texts.number.format(case=order.case_id, number=order.number, dated=own["dated"])
        subject = text.subject.format_map(own)
        parts = [
            part.text.format_map(own)
            for part in text.parts
            if (not part.to or order.part == "both" or order.part in part.to)
            and (not part.where or own.get(part.where))
        ]
        closing = texts.closing.format_map(own)
        plain = "\n\n".join((number, own["addressee"], subject, *parts, closing))
        pdf = _pdf(number, own["addressee"], subject, parts, closing)
        return Written(pdf=base64.b64encode(pdf).decode(), text=plain)


def _basis(basis: str, texts: Texts, language: Language) -> str:
    """A clause, or the law, as the reader's language cites it."""
    code = basis.removeprefix(OF_A_CLAUSE)
    return texts.clause.format(code=code) if code != basis else cited(basis, language)


def readable(title: str, paragraphs: list[str]) -> bytes:
    """A plain paper of paragraphs, such as the page of a case in its evidence bundle."""
    return _pdf(title, "", title, paragraphs, "")


def _pdf(number: str, addressee: str, subject: str, parts: list[str], closing: str) -> bytes:
    pdfmetrics.registerFont(TTFont(FONT, "Vera.ttf"))
    paper = io.BytesIO()
    document = SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
        topMargin=25 * mm,
        bottomMargin=20 * mm,
        title=subject,
        author="Ansvar",
        invariant=1,
    )
    story: list[Flowable] = [_paragraph(number, SMALL), _paragraph(addressee, BODY)]
    story += [Spacer(1, 8 * mm), _paragraph(subject, SUBJECT)]
    story += [_paragraph(part, BODY) for part in parts]
    story += [Spacer(1, 6 * mm), _paragraph(closing, BODY)]
    document.build(story, onFirstPage=_foot(number), onLaterPages=_foot(number))
    return paper.getvalue()


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _foot(number: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 7)
        canvas.drawString(25 * mm, 12 * mm, f"{number} · {document.page}")

    return draw
