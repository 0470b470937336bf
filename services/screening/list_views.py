"""What screening shows of its lists over HTTP."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from services.screening.domain import (
    Delta,
    ListedEntry,
    ListVersion,
    Polling,
    Sweep,
    Watchlist,
)
from services.screening.sources import Source
from shared.events.words import ListRef


class CoverageView(BaseModel):
    """How far the comparison of every party with the version in force has come."""

    parties: int
    gaps: int
    walk: int
    whole: bool


class WritingView(BaseModel):
    """How far a coming version is written."""

    entries: int
    written: int


class PollView(BaseModel):
    """How the asking at the official address goes."""

    every_minutes: int
    attempt: int = 0
    under_way: bool = False
    checked: datetime | None = None
    next_try: datetime | None = None
    failures: int = 0
    problem: str = ""


class ListView(BaseModel):
    """A list. `age_hours` counts from when it was last known to be the one that is published."""

    source: str
    title: str
    binding: bool
    in_force: ListRef | None = None
    coming: str | None = None
    coverage: CoverageView | None = None
    writing: WritingView | None = None
    age_hours: float | None = None
    refused: str = ""
    poll: PollView | None = None


def list_view(
    name: str,
    source: Source,
    held: Watchlist | None,
    sweeps: Collection[Sweep],
    versions: Mapping[str, ListVersion],
    polling: Polling | None,
    now: datetime,
) -> ListView:
    newest = max(sweeps, key=lambda sweep: sweep.started, default=None)
    coming = versions.get(held.coming) if held and held.coming else None
    current = versions.get(held.current) if held and held.current else None
    age = age_of(current, polling, now)
    return ListView(
        source=name,
        title=source.title,
        binding=source.binding,
        in_force=held.ref if held else None,
        coming=held.coming if held else None,
        coverage=newest
        and CoverageView(
            parties=newest.parties,
            gaps=newest.gaps,
            walk=newest.walk,
            whole=newest.ended is not None and not newest.overtaken,
        ),
        writing=coming and WritingView(entries=coming.to_write, written=coming.kept),
        age_hours=None if age is None else round(age / 3600, 2),
        refused=held.refused if held else "",
        poll=_poll_view(source, polling, now),
    )


def age_of(current: ListVersion | None, polling: Polling | None, now: datetime) -> float | None:
    """Seconds since the list was last known to be current: checked, or taken in."""
    if current is None:
        return None
    known = [current.loaded, *([polling.checked] if polling and polling.checked else [])]
    return max(0.0, (now - max(known)).total_seconds())


def _poll_view(source: Source, polling: Polling | None, now: datetime) -> PollView | None:
    if source.poll is None:
        return None
    every = source.poll.every_minutes
    if polling is None:
        return PollView(every_minutes=every)
    told = polling.model_dump(include=set(PollView.model_fields))
    return PollView(every_minutes=every, under_way=polling.is_under_way(now), **told)


VERSION_HIDDEN = {"number", "head", "block", "version", "to_write", "attempt"}


def version_view(version: ListVersion) -> dict[str, Any]:
    """A version under its short name, as facts and commands call it."""
    shown = version.model_dump(mode="json", exclude=VERSION_HIDDEN)
    return shown | {"version": version.ref.version}


class EntryView(BaseModel):
    entry_id: str
    name: str


class ChangeView(EntryView):
    """An entry that says something else now: what it no longer says, and what it says instead."""

    before: dict[str, Any]
    after: dict[str, Any]


class DiffView(BaseModel):
    """What changed from one version of a list to another one, by the list's own ids."""

    source: str
    before: str
    after: str
    added: list[EntryView]
    changed: list[ChangeView]
    removed: list[EntryView]


SAID = ("kind", "names", "births", "countries", "identifiers", "gender", "programmes")
SAID_ONCE = ("publication", "listed_on")


def diff_view(
    source: str,
    versions: tuple[str, str],
    delta: Delta,
    before: Mapping[str, ListedEntry],
    after: Mapping[str, ListedEntry],
) -> DiffView:
    changes = []
    for id in sorted(delta.changed):
        lost, gained = _apart(before[id], after[id])
        changes.append(ChangeView(entry_id=id, name=after[id].name, before=lost, after=gained))
    return DiffView(
        source=source,
        before=versions[0],
        after=versions[1],
        added=_entries(after[id] for id in sorted(delta.added)),
        changed=changes,
        removed=_entries(before[id] for id in sorted(delta.removed)),
    )


def _entries(entries: Iterable[ListedEntry]) -> list[EntryView]:
    return [EntryView(entry_id=one.entry_id, name=one.name) for one in entries]


def _apart(old: ListedEntry, new: ListedEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    lost, gained = dict[str, Any](), dict[str, Any]()
    was = old.model_dump(mode="json", include={*SAID, *SAID_ONCE})
    now = new.model_dump(mode="json", include={*SAID, *SAID_ONCE})
    for field in (*SAID, *SAID_ONCE):
        if was[field] == now[field]:
            continue
        if isinstance(was[field], list):
            lost[field] = [one for one in was[field] if one not in now[field]]
            gained[field] = [one for one in now[field] if one not in was[field]]
        else:
            lost[field], gained[field] = was[field], now[field]
    return lost, gained
