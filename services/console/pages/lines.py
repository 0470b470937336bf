"""Timelines: the lines about some things, the newest first, said in sentences."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from services.console.readmodels.timeline import Line
from services.console.sentences import PARTIES
from services.console.views import View
from shared.http import ServiceDesk

MOST_THINGS = 60
"""Ids whose lines one timeline gathers: a supplier, its contracts and everyone on them."""

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
    pieces = await asyncio.gather(
        *(
            desk.find(Line, {"about": id}, sort="time", descending=True, limit=limit, after=before)
            for id in asked
        )
    )
    found = {line.id: line for piece in pieces for line in piece}
    lines = sorted(found.values(), key=_order, reverse=True)
    shown = [line for line in lines if not line.buyer_id or desk.caller.serves(line.buyer_id)]
    earlier = shown[limit - 1].time if len(shown) > limit else ""
    return Timeline(await rows_of(desk, view, shown[:limit]), earlier)


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
