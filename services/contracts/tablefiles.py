"""Opens tables that strangers sent, CSV and plain XLSX: values only, no macros, no bombs."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from shared.domain import Rejected

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_UNPACKED = 60_000_000
"""Bytes of all parts of a workbook; twenty thousand rows of contracts have some fifteen million."""
MOST_PACKED_RATIO = 200
"""A sheet is packed to about a tenth; a bomb to a thousandth."""
MOST_PARTS = 500

BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OSError,
)


def rows_of(data: bytes, sheet: str | None, decimal: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, as text; numbers of a workbook with this decimal sign.

    Raises `Rejected` where the file is no table, damaged or hostile.
    """
    return _workbook(data, sheet, decimal) if data[:2] == b"PK" else _text(data)


def _text(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file, with the number of their line; blank ones are passed over."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Rejected("the file is no text: save the table as CSV in UTF-8", field="file")
    if "\0" in text:
        raise Rejected("the file is no text: save the table as CSV in UTF-8", field="file")
    head = text.split("\n", 1)[0]
    separator = max(";,\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for count, cells in enumerate(reader):
            if count > MOST_ROWS:
                raise Rejected(f"at most {MOST_ROWS} rows at a time", field="file")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells[:MOST_COLUMNS]
    except csv.Error as error:
        reason = f"line {reader.line_num} is broken: {error}"
        raise Rejected(reason, field="file") from error


def _workbook(data: bytes, name: str | None, decimal: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of one sheet of a workbook, values only."""
    _look_inside(data)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise Rejected("the workbook is damaged: it does not open", field="file") from error
    try:
        if name is not None and name not in book.sheetnames:
            found = ", ".join(book.sheetnames[:20])
            raise Rejected(f"there is no sheet {name!r}; there are {found}", field="mapping.sheet")
        sheet = book[name] if name is not None else book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            if number > MOST_ROWS + 1:
                raise Rejected(f"at most {MOST_ROWS} rows at a time", field="file")
            values = [_cell(cell, decimal) for cell in cells]
            if any(values):
                yield number, values
    except (KeyError, ValueError, TypeError, SyntaxError, IndexError) as error:
        raise Rejected("the workbook is damaged: a sheet does not open", field="file") from error
    finally:
        book.close()


def _cell(value: Any, decimal: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    return str(value).strip()[:2_000]


def _look_inside(data: bytes) -> None:
    """What the parts of a workbook claim to be, and whether they are, before anything is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            unpacked = sum(part.file_size for part in parts)
            if "xl/workbook.xml" not in names:
                raise Rejected("it is an archive and no workbook", field="file")
            if any("vbaproject.bin" in name or "xl/macrosheets/" in name for name in names):
                raise Rejected("the workbook contains macros: save it as plain XLSX", field="file")
            if any(part.flag_bits & 1 for part in parts):
                raise Rejected("the workbook is locked with a password", field="file")
            too_tight = unpacked > MOST_PACKED_RATIO * max(len(data), 10_000)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or too_tight:
                raise Rejected(f"the workbook would unpack to {unpacked} bytes", field="file")
            for part in parts:
                _unpack(archive, part)
    except BROKEN_ARCHIVE as error:
        raise Rejected("the workbook is damaged or cut off", field="file") from error


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A part may lie about its size: it is unpacked once, no further than it claims."""
    left = part.file_size
    with archive.open(part) as opened:
        while piece := opened.read(1 << 16):
            left -= len(piece)
            if left < 0:
                raise Rejected("the workbook unpacks to more than it says", field="file")
