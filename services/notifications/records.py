"""Records systems (ESDH, SAG, diarium), behind one interface; here by way of a folder.

Each record is a folder `<case>/<number>` with `record.json` and `record.pdf`, which appears whole
or not at all, and beside them `case.json`. What the records system made of it comes back as a file
in `numbers`:

    {"record_id": "record-…", "number": "26/01234-7", "journal_date": "2026-11-23"}

Documents are named by id and hash, and fetched at their address with the reader's own token: files
stay with the one service that keeps them.
"""

import asyncio
import hashlib
import io
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any, Protocol
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from services.notifications.mail import Writer
from services.notifications.messages import FileRecord, Telling

FONT = "Vera"
"""Comes with reportlab, and has the letters that the standard fonts of PDF lack."""
TITLE = ParagraphStyle("title", fontName=FONT, fontSize=14, leading=20, spaceAfter=4 * mm)
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=9.5, leading=14, spaceAfter=1.5 * mm)
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Records(Protocol):
    async def file(self, record: FileRecord) -> None:
        """Give a record to the system, under an id that stays the same. Raises to try again."""


class FolderRecords:
    """A records system that takes what lies in a folder."""

    def __init__(self, folder: Path, writer: Writer, public_url: str) -> None:
        self.folder, self._writer = folder, writer
        self._url = public_url.rstrip("/")

    @property
    def numbers(self) -> Path:
        return self.folder / "numbers"

    async def file(self, record: FileRecord) -> None:
        await asyncio.to_thread(self._write, record)

    def _write(self, record: FileRecord) -> None:
        case = self.folder / _plain(record.case_id)
        there = case / f"{record.number:04}"
        if there.exists():
            return
        writing = case / f".{record.number:04}.part"
        shutil.rmtree(writing, ignore_errors=True)
        writing.mkdir(parents=True)
        said = self._manifest(record)
        _put(case / "case.json", {name: said[name] for name in ("case", "buyer", "contract")})
        _put(writing / "record.json", said)
        (writing / "record.pdf").write_bytes(self._paper(record, said["title"]))
        os.replace(writing, there)

    def _manifest(self, record: FileRecord) -> dict[str, Any]:
        words = self._writer.words(record.language)
        return {
            "record_id": record.record_id,
            "case": record.case_id,
            "buyer": record.buyer_id,
            "contract": {"id": record.contract_id, "title": record.contract},
            "number": f"{record.case_id}/{record.number}",
            "title": words(f"record.{record.fact}"),
            "fact": record.fact,
            "direction": record.direction,
            "journal_date": record.journal_date.isoformat(),
            "happened": record.happened.isoformat(),
            "parties": list(record.parties),
            "language": record.language,
            "documents": [
                {
                    "id": id,
                    "sha256": sha256,
                    "url": f"{self._url}/api/onboarding/documents/{id}/file",
                }
                for id, sha256 in record.papers
            ],
            "letter": self._paper_of_case(record),
            "page": f"{self._url}/cases/{record.case_id}",
        }

    def _paper_of_case(self, record: FileRecord) -> dict[str, Any] | None:
        """Where the paper of a letter is fetched, with its hash to check it by."""
        if not record.letter_number:
            return None
        at = f"cases/{record.case_id}/letters/{record.letter_number}.pdf"
        return {
            "number": record.letter_number,
            "sha256": record.letter_sha256,
            "url": f"{self._url}/api/breaches/{at}?language={record.language}",
        }

    def _paper(self, record: FileRecord, title: str) -> bytes:
        words = self._writer.words(record.language)
        lines = [
            f"{words('record.case')}: {record.case_id}",
            f"{words('record.number')}: {record.case_id}/{record.number}",
            f"{words('record.contract')}: {record.contract or record.contract_id}",
            f"{words('record.journal')}: {words.day(record.happened)}",
            f"{words('record.moment')}: {words.moment(record.happened)}",
            words(f"record.{record.direction}"),
            *(
                f"{words('record.papers')}: {id} (SHA-256 {sha256 or '?'})"
                for id, sha256 in record.papers
            ),
            f"{words('record.page')}: {self._url}/cases/{record.case_id}",
        ]
        if record.letter_words:
            lines += ["", f"{words('record.letter')}:", *self._letter(record)]
        return _pdf(title, lines)

    def _letter(self, record: FileRecord) -> list[str]:
        """What the letter said; its link is for its addressee alone."""
        telling = Telling(
            notification_id=record.record_id,
            language=record.language,
            words=record.letter_words,
            due=record.letter_due,
            facts=record.letter_facts,
        )
        said = self._writer.said(telling, self._writer.words(record.language))
        return [said[name] for name in ("title", "what", "why", "by") if said[name]]


def _plain(case_id: str) -> str:
    """A name for a folder that leads nowhere else."""
    if PLAIN.fullmatch(case_id):
        return case_id
    return f"case-{hashlib.sha256(case_id.encode()).hexdigest()[:24]}"


def _put(file: Path, said: dict[str, Any]) -> None:
    writing = file.with_name(f".{file.name}.part")
    writing.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
    os.replace(writing, file)


def _pdf(title: str, lines: list[str]) -> bytes:
    """The same lines are the same bytes."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, "Vera.ttf"))
    out = io.BytesIO()
    document = SimpleDocTemplate(out, pagesize=A4, title=title, author="Ansvar", invariant=1)
    parts: list[Flowable] = [Paragraph(escape(title), TITLE)]
    parts += [Paragraph(escape(one), TEXT) if one else Spacer(1, 4 * mm) for one in lines]
    document.build(parts)
    return out.getvalue()
