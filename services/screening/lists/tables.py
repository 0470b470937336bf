"""CSV files read row by row, safe with hostile input.

A file that breaks off within quotes, changes its encoding, or has rows of another width is
refused with the place; a cell has a length that it cannot exceed.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from services.screening.lists.records import UnreadableList

LONGEST_CELL = 131_072
"""Characters in one cell: what the csv module allows. The longest real ones have some 10 000."""
MOST_ROWS = 5_000_000

Row = dict[str, str]


def rows(data: bytes, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with its line number."""
    if not data.strip():
        raise UnreadableList("the file is empty")
    # The file of the United States ends with the end-of-file sign of CP/M.
    text = io.TextIOWrapper(io.BytesIO(data.rstrip(b"\r\n \x1a")), _encoding(data), newline="")
    csv.field_size_limit(LONGEST_CELL)  # of the whole process: others set theirs
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if reader.line_num > MOST_ROWS:
                raise UnreadableList(f"the file has more than {MOST_ROWS} lines")
            if any("\x00" in cell for cell in row):
                raise UnreadableList(f"line {reader.line_num} holds a NUL: this is no text")
            if any(row):
                yield reader.line_num, row
    except UnicodeError as error:
        raise UnreadableList(
            f"the file is not text in the encoding it has elsewhere, after line {reader.line_num}"
        ) from error
    except csv.Error as error:
        raise UnreadableList(
            f"the file breaks off or is damaged at line {reader.line_num}: {error}"
        ) from error


def table(data: bytes, needs: Sequence[str], delimiter: str = ",", skip: int = 0) -> Iterator[Row]:
    """The rows below a header, as column → text. Columns are known by their letters and digits."""
    lines = rows(data, delimiter)
    for _ in range(skip):
        next(lines, None)
    header = [key_of(name) for name in next(lines, (0, []))[1]]
    missing = [name for name in needs if key_of(name) not in header]
    if missing:
        raise UnreadableList(f"the header has no column {missing[0]!r}")
    for number, row in lines:
        if len(row) != len(header):
            raise UnreadableList(
                f"line {number} has {len(row)} cells and the header {len(header)}: the file "
                f"breaks off or is damaged there"
            )
        yield dict(zip(header, (cell.strip() for cell in row), strict=True))


def key_of(name: str) -> str:
    """`D.O.B`, `dob` and `DOB` are one column."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"
