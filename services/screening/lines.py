"""Lines of parties that are asked about, as CSV or JSON lines with the columns of `ansvar screen`.

`id` and `name`, and where known `schema`, `aliases`, `birth_date`, `country`, `gender`,
`identifiers`; several values stand between semicolons or, in JSON, in a list.
"""

import csv
import io
import json
from typing import Any

from services.screening.asked import LONGEST_NAME
from shared.domain import Rejected

COLUMNS = (
    "id",
    "schema",
    "name",
    "aliases",
    "birth_date",
    "country",
    "gender",
    "identifiers",
)
MOST_LINES = 10_000
LARGEST = 8_000_000
"""Bytes of a body."""
LONGEST_FIELD = 10_000


def lines_of(body: bytes) -> list[str]:
    """Each line as one JSON object of texts. Raises `Rejected` that says which line and why."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Rejected("the lines are no UTF-8", field="body") from problem
    found = _json_lines(text) if text.lstrip()[:1] == "{" else _csv_lines(text)
    if not found:
        raise Rejected("there is no line to compare", field="body")
    if len(found) > MOST_LINES:
        raise Rejected(f"{len(found)} lines, and at most {MOST_LINES} at once", field="body")
    return [json.dumps(_checked(number, row)) for number, row in found]


def _json_lines(text: str) -> list[tuple[int, dict[str, str]]]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise Rejected("this line is no JSON", field=f"line {number}") from problem
        if not isinstance(row, dict):
            raise Rejected("a line is one JSON object", field=f"line {number}")
        found.append((number, {name: _text(row.get(name)) for name in COLUMNS}))
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(_text, value))
    if isinstance(value, str | int | float):
        return str(value).encode("utf-8", "replace").decode()
    return ""


def _csv_lines(text: str) -> list[tuple[int, dict[str, str]]]:
    csv.field_size_limit(1_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        missing = [name for name in ("id", "name") if name not in (reader.fieldnames or ())]
        if missing:
            raise Rejected(f"the first line names no column {', '.join(missing)}", field="line 1")
        return [
            (reader.line_num, {name: str(row.get(name) or "") for name in COLUMNS})
            for row in reader
        ]
    except csv.Error as problem:
        line = f"line {reader.line_num}"
        raise Rejected(f"this is no CSV: {problem}", field=line) from problem


def _checked(number: int, row: dict[str, str]) -> dict[str, str]:
    if not row["id"].strip():
        raise Rejected("a line has an id, by which its result is known", field=f"line {number}: id")
    for name, value in row.items():
        longest = LONGEST_NAME if name in ("id", "name") else LONGEST_FIELD
        if len(value) > longest:
            raise Rejected(f"it has at most {longest} characters", field=f"line {number}: {name}")
    return row
