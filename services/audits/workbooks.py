"""Workbooks from outside are hostile: what is in them is looked at before anything is opened."""

import zipfile
import zlib
from io import BytesIO
from typing import NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from shared.domain import Rejected

LARGEST = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_PARTS = 200
MOST_SHEETS = 10
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LOCKED = 0x1
"""The bit by which a ZIP archive says that a part is encrypted."""

FORBIDDEN = ("vbaproject", "activex", "externallinks", "embeddings", "macrosheets")
"""Parts that do something or point elsewhere; no sheet with answers needs them."""


class Cell(NamedTuple):
    """A value and where it stands (`payslips!C7`)."""

    value: object
    place: str


Row = tuple[Cell, ...]


def read_workbook(data: bytes) -> dict[str, tuple[Row, ...]]:
    """The rows of each sheet by its name, without empty ones. Raises `Rejected` with the reason."""
    if len(data) > LARGEST:
        raise Rejected(f"a workbook has at most {LARGEST} bytes", field="content")
    _look_inside(data)
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        try:
            sheets = book.worksheets[:MOST_SHEETS]
            return {str(sheet.title): tuple(_rows(sheet)) for sheet in sheets}
        finally:
            book.close()
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError, EOFError) as error:
        raise Rejected(
            "the workbook is damaged; save it again as .xlsx", field="content"
        ) from error


def _rows(sheet: object) -> list[Row]:
    rows: list[Row] = []
    title = str(getattr(sheet, "title", ""))
    values = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)  # type: ignore[attr-defined]
    for number, cells in enumerate(values, start=1):
        if number > MOST_ROWS:
            raise Rejected(f"{title} has more than {MOST_ROWS} rows", field="content")
        row = tuple(
            Cell(value, f"{title}!{get_column_letter(column)}{number}")
            for column, value in enumerate(cells, start=1)
        )
        if any(cell.value not in (None, "") for cell in row):
            rows.append(row)
    return rows


def _look_inside(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if "xl/workbook.xml" not in names:
                raise Rejected("this is no workbook; save it as .xlsx", field="content")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Rejected("the workbook unpacks to more than any answer", field="content")
            if any(part.flag_bits & LOCKED for part in parts):
                raise Rejected(
                    "the workbook is locked; save it without a password", field="content"
                )
            if any(word in name for name in names for word in FORBIDDEN):
                raise Rejected(
                    "the workbook holds macros or links; save its values alone", field="content"
                )
            for part in parts:
                _unpack(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Rejected("this is no workbook, or it is damaged", field="content") from error


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No part unpacks further than it claims, and none declares entities of its own."""
    left, before = part.file_size, b""
    with archive.open(part) as opened:
        while piece := opened.read(1 << 16):
            left -= len(piece)
            if left < 0:
                raise Rejected("the workbook unpacks to more than it says", field="content")
            if b"<!DOCTYPE" in before + piece or b"<!ENTITY" in before + piece:
                raise Rejected("the workbook declares entities", field="content")
            before = piece[-9:]
