"""What tables have in common: a row of headings, and cells below it."""

import re
from datetime import date, datetime

from .sheet import Sheet
from .values import day_of

MOST_BEFORE = 30
"""Rows that may stand above the headings."""

LONGEST_CELL = 300


def headings(
    sheet: Sheet, columns: dict[str, str], needed: tuple[str, ...]
) -> tuple[int, dict[str, int]] | None:
    """The place of the row of headings, and the column of each name in it.

    It is the first row that has all the `needed` ones; patterns match the whole heading.
    """
    for index, row in enumerate(sheet.rows[:MOST_BEFORE]):
        found: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            heading = " ".join(str(cell or "").split()).casefold().rstrip(":*")
            for column, pattern in columns.items():
                if column not in found and re.fullmatch(pattern, heading):
                    found[column] = place
                    break
        if set(needed) <= found.keys():
            return index, found
    return None


def text_in(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else " ".join(str(value).split())[:LONGEST_CELL]


def percent_in(value: object) -> float | None:
    """25, 25.0, `25 %` and `25,5%`, from 0 to 100."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*", value)
        share = float(match[1].replace(",", ".")) if match else None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        share = float(value)
    else:
        return None
    return share if share is not None and 0 <= share <= 100 else None


def day_in(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else day_of(text_in(value))


def mail_in(text: str) -> str:
    match = re.search(r"[^\s,;<>]+@[^\s,;<>]+\.[a-z]{2,}", text)
    return match[0] if match else ""
