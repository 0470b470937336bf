"""Payslips and timesheets from a workbook, whichever of three languages its headings are in."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from services.audits.domain.wages import Hours, Slip
from services.audits.workbooks import Cell, Row, read_workbook
from shared.domain import Rejected

T = TypeVar("T", Slip, Hours)
HEADINGS = tomllib.loads((Path(__file__).parent / "policy" / "headings.toml").read_text())
NEEDED = {
    "payslips": ("worker", "starts", "ends", "group", "hours", "pay"),
    "timesheets": ("worker", "day", "hours"),
}


class Sheets(NamedTuple):
    slips: tuple[Slip, ...]
    hours: tuple[Hours, ...]


def read_wages(data: bytes) -> Sheets:
    """What a workbook says. Raises `Rejected` that names the cell, and what would be right."""
    slips: list[Slip] = []
    hours: list[Hours] = []
    known = False
    for title, rows in read_workbook(data).items():
        kind = _word_of(title, HEADINGS["sheets"])
        if kind is None or not rows:
            continue
        known = True
        columns = _columns(kind, title, rows[0])
        for row in rows[1:]:
            said = {name: row[at] for name, at in columns.items() if at < len(row)}
            if kind == "payslips":
                slips.append(_slip(said))
            else:
                hours.append(_hours(said))
    if not known:
        names = ", ".join(words[0] for words in HEADINGS["sheets"].values())
        raise Rejected(f"the workbook has none of the sheets {names}", field="content")
    return Sheets(tuple(slips), tuple(hours))


def _columns(kind: str, title: str, headings: Row) -> dict[str, int]:
    """Which column holds what: the first row says it."""
    words = HEADINGS["columns"] | {f"+{k}": v for k, v in HEADINGS["supplements"].items()}
    found: dict[str, int] = {}
    for at, cell in enumerate(headings):
        name = _word_of(str(cell.value or ""), words)
        if name is not None and name in found:
            raise Rejected(f"{cell.place}: this column is there twice", field=cell.place)
        if name is not None:
            found[name] = at
    missing = [HEADINGS["columns"][name][0] for name in NEEDED[kind] if name not in found]
    if missing:
        raise Rejected(f"{title} misses the columns {', '.join(missing)}", field=title)
    return found


def _word_of(text: str, words: Mapping[str, list[str]]) -> str | None:
    plain = " ".join(text.lower().split())
    return next((name for name, known in words.items() if plain in known), None)


def _slip(said: Mapping[str, Cell]) -> Slip:
    values: dict[str, object] = {
        "worker": str(said["worker"].value or "").strip(),
        "group": str(said["group"].value or "").strip(),
        "starts": _day(said["starts"]),
        "ends": _day(said["ends"]),
        "supplements": _supplements(said),
    }
    for name in ("hours", "pay", "pension", "holiday_pay"):
        if name in said:
            values[name] = _number(said[name])
    return _valid(Slip, values, said)


def _hours(said: Mapping[str, Cell]) -> Hours:
    values: dict[str, object] = {
        "worker": str(said["worker"].value or "").strip(),
        "day": _day(said["day"]),
        "hours": _number(said["hours"]),
        "supplements": _supplements(said),
    }
    return _valid(Hours, values, said)


def _valid(kind: type[T], values: dict[str, object], said: Mapping[str, Cell]) -> T:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        place = said[name].place if name in said else said["worker"].place
        raise Rejected(f"{place}: {first['msg']}", field=place) from error


def _supplements(said: Mapping[str, Cell]) -> dict[str, Decimal]:
    found = {name[1:]: _number(cell) for name, cell in said.items() if name.startswith("+")}
    return {kind: amount for kind, amount in found.items() if amount}


def _number(cell: Cell) -> Decimal:
    """`37,5`, `37.5` or a number; an empty cell is nought."""
    text = str(cell.value if cell.value is not None else 0).strip().replace(" ", "")
    try:
        number = Decimal(text.replace(",", ".") or "0")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number > 10_000_000:
        raise Rejected(f"{cell.place}: a number such as 37,5", field=cell.place)
    return number


def _day(cell: Cell) -> date:
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    try:
        return date.fromisoformat(str(cell.value).strip())
    except ValueError as error:
        raise Rejected(f"{cell.place}: a day such as 2026-11-23", field=cell.place) from error
