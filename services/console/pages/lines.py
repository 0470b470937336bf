"""Timelines: the lines about some things, the newest first, said in sentences."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from services.console.readmodels.timeline import Line
from services.console.sentences import PARTIES
from services.console.views import View
from shared.http import ServiceDesk
from shared.steps import marked

MOST_THINGS = 60
"""Ids whose lines one timeline gathers: a supplier, its contracts and everyone on them."""

MARKS_OF_LONG = 4
"""Marks from which the lines about one thing are too many to be read all: about a hundred."""

MOST_LINES = 50
"""So many lines of a timeline at once; earlier ones come when they are asked for."""

YEAR_PLAN = "year-plan"
"""A reason of follow-up that carries the year with it."""

ALIKE = 3
"""So many lines of one kind in a row are told as one that can be opened."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is shown; `more` are those of its kind that follow it at once."""

    id: str
    kind: str
    at: datetime
    says: Markup
    note: str
    more: tuple["Row", ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    rows: list[Row]
    earlier: str = ""
    """The time before which there is more, or nothing."""


async def timeline(
    desk: ServiceDesk,
    view: View,
    ids: Iterable[str],
    *,
    limit: int = 100,
    before: str | None = None,
) -> Timeline:
    """What happened to any of these things, as far as the caller may see it."""
    asked = list(dict.fromkeys(filter(None, ids)))[:MOST_THINGS]
    long = await _long(desk, asked)
    pieces = await asyncio.gather(*(_newest(desk, id, limit, before) for id in long))
    short = await desk.find_any(Line, "about", [id for id in asked if id not in long])
    found = {line.id: line for line in short if before is None or line.time < before}
    found |= {line.id: line for piece, _ in pieces for line in piece}
    since = max((piece[-1].time for piece, cut in pieces if cut), default="")
    lines = sorted(found.values(), key=_order, reverse=True)
    serves = desk.caller.serves
    shown = [
        line
        for line in lines
        if line.time >= since and (not line.buyer_id or serves(line.buyer_id))
    ]
    if len(shown) > limit:
        since = shown[limit - 1].time  # what happened at the same moment is told together
    some = [line for line in shown if line.time >= since]
    more = len(some) < len(shown) or any(cut for _, cut in pieces)
    return Timeline(await rows_of(desk, view, some), since if more else "")


async def _newest(
    desk: ServiceDesk, id: str, limit: int, before: str | None
) -> tuple[list[Line], bool]:
    """The newest lines about a thing, whole moments of them, and whether there are earlier ones."""
    newest: dict[str, Any] = {"sort": "time", "descending": True, "after": before}
    while True:
        found = await desk.find(Line, {"about": id}, limit=limit + 1, **newest)
        if len(found) <= limit:
            return found, False
        cut = found[-1].time
        if whole := [line for line in found if line.time > cut]:
            return whole, True
        limit *= 4  # a whole chain may have been declared at one moment


async def _long(desk: ServiceDesk, ids: Sequence[str]) -> Sequence[str]:
    """Those of which there is more to tell than is read at once, by their marks."""
    if len(ids) == 1:
        return ids
    counts: Counter[str] = Counter()
    for line in await desk.find_any(Line, "about", [marked(id, 1) for id in ids]):
        counts.update(line.about)
    return [id for id in ids if counts[id] >= MARKS_OF_LONG]


def _order(line: Line) -> tuple[str, str, int]:
    """By time; facts of one commit have the same, and are told in the order of their numbers."""
    about, _, number = line.id.rpartition("/")
    return (line.time, about, int(number) if number.isdecimal() else 0)


async def rows_of(desk: ServiceDesk, view: View, lines: list[Line]) -> list[Row]:
    parties = {line.values[name] for line in lines for name in PARTIES if name in line.values}
    parties |= {id for line in lines for id in line.values.get("party_ids", "").split(", ")}
    contracts = {line.values["contract_id"] for line in lines if "contract_id" in line.values}
    await view.learn(desk, parties, contracts)
    rows: list[Row] = []
    for line in lines:
        row = Row(
            id=line.id,
            kind=line.kind,
            at=datetime.fromisoformat(line.time),
            says=view.sentences.say(line),
            note=_note(line.words.text if line.words else line.note, view),
        )
        rows.append(row)
    return _gathered(rows)


def _note(note: str, view: View) -> str:
    """What a person wrote, as it stands; a reason that follow-up gives by itself, in words."""
    code = YEAR_PLAN if note.startswith(f"{YEAR_PLAN}-") else note
    return view.code("because", code) if view.words.knows(f"because.{code}") else view.why(note)


def _gathered(rows: list[Row]) -> list[Row]:
    """Many lines of one kind in a row, such as the claims of one form, take one line."""
    gathered: list[Row] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].kind == rows[start].kind:
            end += 1
        first, rest = rows[start], tuple(rows[start + 1 : end])
        if len(rest) >= ALIKE:
            gathered.append(Row(first.id, first.kind, first.at, first.says, first.note, rest))
        else:
            gathered += rows[start:end]
        start = end
    return gathered
