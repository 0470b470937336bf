"""A checklist as a workbook that an auditor takes along, and what it says when it comes back."""

import re
import tomllib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell as Written
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.audits.domain.checklists import Checklist, Given, Verdict
from services.audits.workbooks import Cell, Row, read_workbook
from shared.domain import Rejected
from shared.languages import Language

WORDS = tomllib.loads((Path(__file__).parent / "policy" / "checklist-words.toml").read_text())
ABOUT, SHEET = "ansvar", "checklist"
COLUMNS = ("id", "question", "source", "verdict", "note", "documents", "seen")
WIDTHS = (22, 60, 34, 16, 50, 28, 8)
MOST_NOTE = 5_000
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML can hold (XML 1.0, 2.2), such as the line break of a word processor."""


class Returned(NamedTuple):
    """What a workbook says that came back."""

    audit_id: str
    version: str
    answers: tuple[Given, ...]


def write_checklist(checklist: Checklist, language: Language) -> bytes:
    """The workbook: one row for each question, with the answers that stand already."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    words = WORDS["columns"]
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), start=1):
        _text(sheet, 1, column, words[name][language]).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    stands = {one.question_id: one for one in checklist.answers}
    for row, question in enumerate(checklist.questions, start=2):
        known = stands.get(question.id)
        values = (
            question.id,
            question.said(language),
            question.why(language),
            WORDS["verdicts"][known.verdict][language] if known else "",
            known.note if known else "",
            " ".join(known.document_ids) if known else "",
            str(known.number if known else 0),
        )
        for column, value in enumerate(values, start=1):
            _text(sheet, row, column, value)
    verdicts = ",".join(WORDS["verdicts"][one][language] for one in Verdict)
    choice = DataValidation(type="list", formula1=f'"{verdicts}"', allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"D2:D{len(checklist.questions) + 1}")
    sheet.freeze_panes = "C2"
    about = book.create_sheet(ABOUT)
    for row, (name, value) in enumerate(
        (("audit", checklist.id), ("version", checklist.library_version)), start=1
    ):
        _text(about, row, 1, name)
        _text(about, row, 2, value)
    paper = BytesIO()
    book.save(paper)
    return paper.getvalue()


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Written:
    """A cell that holds text, whatever it begins with: a note is never a formula."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Written)
    cell.value = UNWRITABLE.sub(" ", text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def read_checklist(data: bytes) -> Returned:
    """What a workbook says. Raises `Rejected` that names the cell, and what would be right."""
    sheets = read_workbook(data)
    about = {
        str(row[0].value).strip(): str(row[1].value or "").strip()
        for row in sheets.get(ABOUT, ())
        if len(row) > 1
    }
    rows = sheets.get(SHEET)
    if rows is None or "audit" not in about or "version" not in about:
        raise Rejected(
            f"this is no checklist: it has the sheets {SHEET} and {ABOUT}, as it was exported",
            field="content",
        )
    answers: dict[str, Given] = {}
    for row in rows[1:]:
        given = _given(row)
        if given is None:
            continue
        if given.question_id in answers:
            raise Rejected(
                f"{row[0].place}: {given.question_id} stands there twice", field="content"
            )
        answers[given.question_id] = given
    return Returned(about["audit"], about["version"], tuple(answers.values()))


def _given(row: Row) -> Given | None:
    cells = dict(zip(COLUMNS, row, strict=False))
    if "verdict" not in cells or not _said(cells["verdict"]):
        return None
    note, documents = cells.get("note"), cells.get("documents")
    said = _said(note) if note else ""
    if len(said) > MOST_NOTE:
        raise Rejected(f"{cells['note'].place}: at most {MOST_NOTE} letters", field="content")
    return Given(
        question_id=_said(cells["id"])[:60] or "?",
        verdict=_verdict(cells["verdict"]),
        note=said,
        document_ids=tuple(_said(documents).split()[:50]) if documents else (),
        seen=_number(cells["seen"]) if "seen" in cells else 0,
    )


def _said(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value).strip()


def _verdict(cell: Cell) -> Verdict:
    said = _said(cell).casefold()
    for verdict, words in WORDS["verdicts"].items():
        if said in (verdict, *(word.casefold() for word in words.values())):
            return Verdict(verdict)
    known = ", ".join(words["en"] for words in WORDS["verdicts"].values())
    raise Rejected(f"{cell.place}: one of {known}", field="content")


def _number(cell: Cell) -> int:
    said = _said(cell) or "0"
    if not (said.isascii() and said.isdigit() and len(said) < 7):
        raise Rejected(f"{cell.place}: leave this number as it was exported", field="content")
    return int(said)
