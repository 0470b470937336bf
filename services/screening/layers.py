"""Parties arranged to be searched: a large index that never changes, and what changed since."""

import threading
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.screening.domain import ListedEntry
from services.screening.matching import Index, Likeness, Policy, Subject

SEGMENT = 256
"""Changed parties that make an index of their own: arranging them takes some 30 ms."""


class Change(NamedTuple):
    """How a party is from a moment on. Without an entry there is nothing of it to be found."""

    entry: ListedEntry | None
    since: str


class Layers:
    """Answers as an index of all parties as they are now would, without arranging them anew.

    `base` holds them as they were; a party that changed since is looked for in small indexes of
    changed ones alone, and where it is found as it was, that does not count. Threads may search
    while others put changes in.
    """

    def __init__(self, base: Index, policy: Policy) -> None:
        self._base, self._policy = base, policy
        self._changes: dict[str, Change] = {}
        self._segments: tuple[Index, ...] = ()
        self._fresh: dict[str, ListedEntry] = {}
        self._fresh_index: Index | None = None
        self._lock = threading.Lock()

    @property
    def changed(self) -> int:
        """Parties that are held beside the large index."""
        return len(self._changes)

    @property
    def parties(self) -> int:
        """Parties that can be found, those that changed since counted as they are now."""
        added = sum(one.entry is not None for one in self._changes.values())
        shadowed = sum(map(self._base.holds, self._changes))
        return len(self._base.entries) + added - shadowed

    def put(self, party_id: str, change: Change) -> None:
        """The party is this from now on. What was said of a later moment already stays."""
        with self._lock:
            before = self._changes.get(party_id)
            if before is not None and (before.since > change.since or _same(before, change)):
                return
            self._changes[party_id] = change
            self._fresh.pop(party_id, None)
            self._fresh_index = None
            if change.entry is not None:
                self._fresh[party_id] = change.entry
            if len(self._fresh) >= SEGMENT:
                made = Index(tuple(self._fresh.values()), self._policy)
                self._segments, self._fresh = (*self._segments, made), {}

    def changes_since(self, moment: str) -> Iterator[tuple[str, Change]]:
        """What was put in of this moment or a later one."""
        with self._lock:
            held = list(self._changes.items())
        return ((id, change) for id, change in held if change.since >= moment)

    def search(
        self, subjects: Iterable[Subject], threshold: float, most: int | None = None
    ) -> list[Likeness]:
        """The parties that resemble any of these, each once, the most alike first."""
        with self._lock:
            if self._fresh and self._fresh_index is None:
                self._fresh_index = Index(tuple(self._fresh.values()), self._policy)
            small = (*self._segments, *([self._fresh_index] if self._fresh_index else ()))
            changes = dict(self._changes)
        best: dict[str, Likeness] = {}
        for subject in subjects:
            for one in self._base.search(subject, threshold):
                if one.entry.entry_id not in changes:
                    _keep(best, one)
            for index in small:
                for one in index.search(subject, threshold):
                    if changes[one.entry.entry_id].entry == one.entry:
                        _keep(best, one)
        return sorted(best.values(), key=lambda one: (-one.score, one.entry.entry_id))[:most]


def _same(one: Change, other: Change) -> bool:
    return one.entry == other.entry


def _keep(best: dict[str, Likeness], one: Likeness) -> None:
    before = best.get(one.entry.entry_id)
    if before is None or before.score < one.score:
        best[one.entry.entry_id] = one
