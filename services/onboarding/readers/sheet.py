"""Opens tables that strangers sent (XLSX, CSV): values only, and never more than a list is."""

import csv
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from .content import separator_of, text_of
from .reading import NotUnderstood

MOST_UNPACKED = 20_000_000
"""Bytes of all parts together; a list of five thousand rows has about one million."""

MOST_PACKED_RATIO = 200
"""A sheet is packed to about a tenth; a bomb to a thousandth."""

SMALL = 10_000
"""Bytes below which a file is not judged by how tightly it is packed."""

LOCKED = 1
"""The flag of a part that is encrypted."""

MOST_PARTS = 500
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 10, 5_000, 40

MACROS = ("vbaproject.bin", "xl/macrosheets/", "activex")


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. A text file is one without a name."""

    name: str
    rows: tuple[Row, ...]

    @property
    def method(self) -> str:
        return "xlsx" if self.name else "csv"

    def place(self, row: Row, column: int | None = None) -> str:
        """A row, or a cell in it, in the words of the program that shows the table."""
        start = f"{self.name}, " if self.name else ""
        if column is None:
            return f"{start}row {row.number}"
        return f"{start}cell {get_column_letter(column + 1)}{row.number}"


def open_csv(data: bytes) -> tuple[Sheet, ...]:
    """The values of a table that is text. Raises `NotUnderstood`."""
    text = text_of(data)
    separator = separator_of(text[:8192])
    if not separator:
        raise NotUnderstood("the text file is no table: its lines have no columns")
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(StringIO(text), delimiter=separator), start=1):
            if number > MOST_ROWS:
                raise NotUnderstood(f"the table has more than {MOST_ROWS} rows")
            values = tuple(cell.strip() or None for cell in cells[:MOST_COLUMNS])
            if any(values):
                rows.append(Row(number, values))
    except csv.Error as error:
        raise NotUnderstood("the table is damaged: a cell has no end") from error
    return (Sheet("", tuple(rows)),)


def open_xlsx(data: bytes) -> tuple[Sheet, ...]:
    """The values of a workbook. Raises `NotUnderstood`."""
    _look_inside(data)
    try:
        book = openpyxl.load_workbook(
            BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
        try:
            return tuple(_sheet(sheet) for sheet in book.worksheets[:MOST_SHEETS])
        finally:
            book.close()
    except NotUnderstood:
        raise
    except (InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise NotUnderstood("the workbook is damaged: it does not open") from error


def _look_inside(data: bytes) -> None:
    """Before anything is opened: what the parts of the file claim to be, and whether they are."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _look_at(archive.infolist(), len(data))
            for part in archive.infolist():
                _unpack(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise NotUnderstood("the workbook is damaged or cut off: it does not open") from error


def _look_at(parts: list[zipfile.ZipInfo], packed: int) -> None:
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise NotUnderstood("it is an archive and no workbook")
    if len(parts) > MOST_PARTS:
        raise NotUnderstood(f"the workbook has {len(parts)} parts, more than any list needs")
    if any(macro in name for name in names for macro in MACROS):
        raise NotUnderstood("the workbook contains macros, which no list needs")
    if any(part.flag_bits & LOCKED for part in parts):
        raise NotUnderstood("the workbook is locked with a password")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or unpacked > MOST_PACKED_RATIO * max(packed, SMALL):
        raise NotUnderstood(f"the workbook would unpack to {unpacked} bytes, more than any list")


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A part may lie about its size: it is unpacked here once, no further than it claims."""
    left = part.file_size
    with archive.open(part) as opened:
        while piece := opened.read(1 << 16):
            left -= len(piece)
            if left < 0:
                raise NotUnderstood("the workbook unpacks to more than it says")


def _sheet(sheet: Any) -> Sheet:
    rows = []
    for number, cells in enumerate(
        sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True), start=1
    ):
        if number > MOST_ROWS:
            raise NotUnderstood(f"sheet {sheet.title!r} has more than {MOST_ROWS} rows")
        if any(cell is not None for cell in cells):
            rows.append(Row(number, tuple(cells)))
    return Sheet(sheet.title, tuple(rows))
