"""A list as a page of a hundred rows, or whole as a sheet (CSV) of the same rows and filters."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi.responses import Response

from services.console.readmodels.contracts import Contract
from services.console.readmodels.parties import Party
from services.console.views import View
from shared.http import ServiceDesk

T = TypeVar("T")
R = TypeVar("R", Contract, Party)

ROWS = 100
"""Rows of one page: more than anybody reads, few enough to be there at once."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
"""What a spreadsheet may take for a formula at the beginning of a cell (OWASP, CSV injection)."""

SEPARATORS = {"da": ";", "sv": ";", "en": ","}
"""As spreadsheets of the country read a file that is opened by a double click."""

Columns = Sequence[tuple[str, Callable[[T], object]]]
"""Of each column the key of its head, and its value in a row."""


@dataclass(frozen=True)
class Shown(Generic[T]):
    """The rows of one page, which one it is of how many, and the addresses of its neighbours."""

    rows: list[T]
    total: int
    page: int
    pages: int
    query: tuple[tuple[str, str], ...]
    after: str = ""
    """Of a list that is read in pieces: the place after which the next one begins."""

    @property
    def first(self) -> int:
        return (self.page - 1) * ROWS + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    def address(self, **changed: str) -> str:
        """The same list with something changed: what a link in it leads to."""
        kept = [(name, value) for name, value in self.query if name not in changed]
        return "?" + urlencode([*kept, *((n, v) for n, v in changed.items() if v)])


def shown(desk: ServiceDesk, found: list[T]) -> Shown[T]:
    """The page that the address asks for, and the first where it asks for none that there is."""
    query = desk.request.query_params
    pages = max(1, -(-len(found) // ROWS))
    asked = query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    page = page if 1 <= page <= pages else 1
    kept = tuple((n, v) for n, v in query.multi_items() if n not in ("page", "as", "said"))
    rows = found if wants_sheet(desk) else found[(page - 1) * ROWS : page * ROWS]
    return Shown(rows, len(found), page, pages, kept)


async def ranked(
    desk: ServiceDesk, kind: type[R], where: Mapping[str, Any], *, field: str = "buyer_id"
) -> Shown[R]:
    """A page of a list that may be long, read in its order; all of it where a sheet is wanted."""
    query = desk.request.query_params
    kept = tuple((n, v) for n, v in query.multi_items() if n not in ("after", "as", "said"))
    whole = wants_sheet(desk)
    after = query.get("after") or None
    rows: list[R] = []
    while True:
        found = await _piece(desk, kind, where, field, None if whole and not rows else after)
        rows += found[:ROWS]
        if len(found) <= ROWS:
            return Shown(rows, 0, 1, 1, kept)
        after = rows[-1].rank
        if not whole:
            return Shown(rows, 0, 1, 1, kept, after=after)


async def _piece(
    desk: ServiceDesk, kind: type[R], where: Mapping[str, Any], field: str, after: str | None
) -> list[R]:
    """One more than a page, so that it is known whether there is another."""
    everyone = "*" in desk.caller.buyers
    wanted = [dict(where)] if everyone else [{**where, field: b} for b in desk.caller.buyers]
    found: dict[str, R] = {}
    for one in wanted:
        piece = await desk.find(kind, one, sort="rank", limit=ROWS + 1, after=after)
        found |= {row.id: row for row in piece}
    return sorted(found.values(), key=lambda row: row.rank)[: ROWS + 1]


def wants_sheet(desk: ServiceDesk) -> bool:
    return desk.request.query_params.get("as") == "csv"


def sheet(view: View, name: str, columns: Columns[T], rows: Sequence[T]) -> Response:
    """The rows as a file that a spreadsheet opens, in the reader's words."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS[view.words.language])
    writer.writerow([view.words(head) for head, _ in columns])
    for row in rows:
        writer.writerow([cell(value(row)) for _, value in columns])
    return Response(
        "\N{BYTE ORDER MARK}" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{view.now.date()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def cell(value: Any) -> str:
    """Days as ISO 8601; texts so that no spreadsheet takes one of them for a formula."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case bool() | int() | float():
            return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \N{NO-BREAK SPACE}").startswith(FORMULA) else text
