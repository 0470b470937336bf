"""A list as a page of fifty rows, or whole as a sheet (CSV) of the same rows and filters."""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from services.console.views import View
from shared.domain import Stored
from shared.files import called
from shared.http import ServiceDesk

T = TypeVar("T")
S = TypeVar("S", bound=Stored)

ROWS = 50
"""Rows of one page: more than anybody reads, few enough to be there at once."""

PIECE = 500
"""Rows that are read at once where a whole list is wanted."""

PIECES = 10
"""Readings after which a page is shown, though most of what was read was left out."""

IN_MEMORY, SENT_AT_ONCE = 2_000_000, 64_000
CSV = "text/csv; charset=utf-8"
BOM = "\N{BYTE ORDER MARK}"

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
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    page = page if 1 <= page <= pages else 1
    kept = tuple((n, v) for n, v in query.multi_items() if n not in ("page", "as", "said"))
    rows = found if wants_sheet(desk) else found[(page - 1) * ROWS : page * ROWS]
    return Shown(rows, len(found), page, pages, kept)


Keep = Callable[[T], Awaitable[bool]]
Learn = Callable[[Sequence[T]], Awaitable[None]]
"""Reads what the rows of a list need to be said: names of parties, titles of contracts."""


async def ranked(
    desk: ServiceDesk,
    kind: type[S],
    shelf: str | Sequence[str],
    *,
    sort: str = "rank",
    descending: bool = False,
    common: bool = False,
    keep: Keep[S] | None = None,
    learn: Learn[S] | None = None,
) -> Shown[S]:
    """A page of a shelf, however long that is, read in its order from the place in the address.

    `keep` leaves out rows that the reader may not see or has not asked for; `learn` reads before
    what it must know of all of a piece. Where it leaves out
    nearly all, a page ends after `PIECES` readings, and the next one goes on from there.
    """
    query = desk.request.query_params
    kept = tuple((n, v) for n, v in query.multi_items() if n not in ("after", "as", "said"))
    after = query.get("after") or None
    rows: list[S] = []
    for _ in range(PIECES):
        asked = _Asked(kind, shelves_of(desk, shelf, common), sort, descending, after)
        piece = await _piece(desk, asked, ROWS + 1)
        if learn is not None:
            await learn(piece[:ROWS])
        for row in piece[:ROWS]:
            if len(rows) == ROWS:
                return Shown(rows, 0, 1, 1, kept, after=str(after))
            after = getattr(row, sort)
            if keep is None or await keep(row):
                rows.append(row)
        if len(piece) <= ROWS:
            return Shown(rows, 0, 1, 1, kept)
        if len(rows) == ROWS:
            break
    return Shown(rows, 0, 1, 1, kept, after=str(after))


async def whole(
    desk: ServiceDesk,
    kind: type[S],
    shelf: str | Sequence[str],
    *,
    sort: str = "rank",
    descending: bool = False,
    common: bool = False,
    keep: Keep[S] | None = None,
    learn: Learn[S] | None = None,
) -> AsyncIterator[list[S]]:
    """All of a shelf in pieces, in its order."""
    asked = _Asked(kind, shelves_of(desk, shelf, common), sort, descending, None)
    while True:
        piece = await _piece(desk, asked, PIECE)
        if learn is not None:
            await learn(piece)
        yield [row for row in piece if keep is None or await keep(row)]
        if len(piece) < PIECE:
            return
        asked = replace(asked, after=getattr(piece[-1], sort))


async def in_one(rows: list[T]) -> AsyncIterator[list[T]]:
    """What was found already, as pieces."""
    yield rows


async def first_of(
    desk: ServiceDesk, kind: type[S], shelf: str | Sequence[str], limit: int, sort: str = "rank"
) -> list[S]:
    """The first things on a shelf, whatever the address asks for."""
    return await _piece(desk, _Asked(kind, shelves_of(desk, shelf), sort, False, None), limit)


async def next_on(
    desk: ServiceDesk, kind: type[S], shelf: str | Sequence[str], not_id: str, sort: str = "rank"
) -> S | None:
    """The first thing on a shelf that is not this one."""
    first = await first_of(desk, kind, shelf, 2, sort)
    return next((one for one in first if one.id != not_id), None)


@dataclass(frozen=True, slots=True)
class _Asked(Generic[S]):
    kind: type[S]
    shelves: tuple[str, ...]
    sort: str
    descending: bool
    after: str | None


def shelves_of(
    desk: ServiceDesk, shelf: str | Sequence[str], common: bool = False
) -> tuple[str, ...]:
    """A list, or several as one, as the caller may see it; a `common` one is of no buyer."""
    names = (shelf,) if isinstance(shelf, str) else tuple(shelf)
    if common or "*" in desk.caller.buyers:
        return names
    return tuple(f"{name}/{buyer}" for name in names for buyer in desk.caller.buyers)


async def _piece(desk: ServiceDesk, asked: _Asked[S], limit: int) -> list[S]:
    found: dict[str, S] = {}
    for shelf in asked.shelves:
        piece = await desk.find(
            asked.kind,
            {"shelves": shelf},
            sort=asked.sort,
            descending=asked.descending,
            limit=limit,
            after=asked.after,
        )
        found |= {row.id: row for row in piece}

    def place(row: S) -> str:
        return str(getattr(row, asked.sort))

    return sorted(found.values(), key=place, reverse=asked.descending)[:limit]


def wants_sheet(desk: ServiceDesk) -> bool:
    return desk.request.query_params.get("as") == "csv"


def sheet(view: View, name: str, columns: Columns[T], rows: Sequence[T]) -> Response:
    """The rows as a file that a spreadsheet opens, in the reader's words."""
    out = io.StringIO()
    _Writer(view, columns, out).write(rows)
    headers = _headers(view, name)
    return Response(BOM + out.getvalue(), media_type=CSV, headers=headers)


async def long_sheet(
    view: View,
    name: str,
    columns: Columns[T],
    pieces: AsyncIterator[list[T]],
    learn: Learn[T] | None = None,
) -> Response:
    """All rows of a list, however many, as such a file.

    It is written piece by piece to a file that leaves memory where it grows, and then sent: by
    then it has been noted who was shown whose data.
    """
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 it is sent later
    out = io.TextIOWrapper(kept, encoding="utf-8", newline="", write_through=True)
    out.write(BOM)
    writer = _Writer(view, columns, out)
    async for rows in pieces:
        if learn is not None:
            await learn(rows)
        writer.write(rows)
        view.forget()
    out.detach()
    kept.seek(0)
    return StreamingResponse(
        _read(kept),
        media_type=CSV,
        headers=_headers(view, name),
        background=BackgroundTask(kept.close),
    )


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while data := file.read(SENT_AT_ONCE):
        yield data


class _Writer(Generic[T]):
    def __init__(self, view: View, columns: Columns[T], out: io.TextIOBase) -> None:
        self._columns = columns
        self._csv = csv.writer(out, delimiter=SEPARATORS[view.words.language])
        self._csv.writerow([view.words(head) for head, _ in columns])

    def write(self, rows: Sequence[T]) -> None:
        for row in rows:
            self._csv.writerow([cell(value(row)) for _, value in self._columns])


def _headers(view: View, name: str) -> dict[str, str]:
    return {
        **called(f"{name}-{view.now.date()}.csv"),
        "Cache-Control": "no-store",
    }


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
