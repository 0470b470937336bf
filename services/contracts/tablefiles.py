"""Opens tables that strangers sent, CSV and plain XLSX: values only, no macros, no bombs."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from shared.domain import Rejected
from shared.workbooks import NoWorkbook, opened_workbook

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_UNPACKED = 60_000_000
"""Bytes of all parts of a workbook; twenty thousand rows of contracts have some fifteen million."""


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
    try:
        with opened_workbook(data, most_unpacked=MOST_UNPACKED) as book:
            yield from _sheet(book, name, decimal)
    except NoWorkbook as why:
        raise Rejected(why.reason, field="file") from why


def _sheet(book: Any, name: str | None, decimal: str) -> Iterator[tuple[int, list[str]]]:
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
