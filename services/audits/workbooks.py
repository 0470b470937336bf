"""The cells of a workbook that a supplier sent, and where each stands."""

from base64 import b64decode
from binascii import Error as NoBase64
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from shared.domain import Rejected
from shared.workbooks import NoWorkbook, opened_workbook

LARGEST = 2_000_000
MOST_UNPACKED = 20_000_000
MOST_SHEETS = 10
MOST_ROWS = 5_000
MOST_COLUMNS = 60


class Cell(NamedTuple):
    """A value and where it stands (`payslips!C7`)."""

    value: object
    place: str


Row = tuple[Cell, ...]


def from_base64(content: str) -> bytes:
    """The bytes of a workbook as it came in JSON. Raises `Rejected`."""
    try:
        return b64decode(content, validate=True)
    except (NoBase64, ValueError) as error:
        raise Rejected("the workbook is sent in base64 (RFC 4648)", field="content") from error


def read_workbook(data: bytes) -> dict[str, tuple[Row, ...]]:
    """The rows of each sheet by its name, without empty ones. Raises `Rejected` with the reason."""
    if len(data) > LARGEST:
        raise Rejected(f"a workbook has at most {LARGEST} bytes", field="content")
    try:
        with opened_workbook(data, most_unpacked=MOST_UNPACKED) as book:
            sheets = book.worksheets[:MOST_SHEETS]
            return {str(sheet.title): tuple(_rows(sheet)) for sheet in sheets}
    except NoWorkbook as why:
        raise Rejected(why.reason, field="content") from why


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
