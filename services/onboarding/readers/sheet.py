"""Opens tables that strangers sent (XLSX, CSV): values only, and never more than a list is."""

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Any

from openpyxl.utils import get_column_letter

from shared.workbooks import NoWorkbook, opened_workbook

from .content import separator_of, text_of
from .reading import NotUnderstood

MOST_UNPACKED = 20_000_000
"""Bytes of all parts together; a list of five thousand rows has about one million."""

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 10, 5_000, 40


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
    try:
        with opened_workbook(data, most_unpacked=MOST_UNPACKED) as book:
            return tuple(_sheet(sheet) for sheet in book.worksheets[:MOST_SHEETS])
    except NoWorkbook as why:
        raise NotUnderstood(why.reason) from why


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
