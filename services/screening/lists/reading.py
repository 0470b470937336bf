"""Reads a file as the list of a source, whatever its format, or says why it cannot be one."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.screening.domain import EntryKind, ListedEntry
from services.screening.lists import eu, un
from services.screening.lists.records import UnreadableList

__all__ = ["ListFile", "UnreadableList", "read_list"]

Read = Callable[[bytes], tuple[date | None, list[ListedEntry]]]

READERS: dict[str, Read] = {"eu": eu.read, "un": un.read}


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of a list, understood."""

    source: str
    sha256: str
    list_date: date | None
    entries: tuple[ListedEntry, ...]

    def count(self, kind: EntryKind) -> int:
        return sum(entry.kind is kind for entry in self.entries)


def read_list(source: str, data: bytes) -> ListFile:
    """Raises `UnreadableList` with the reason if this is no whole list of this source."""
    if source not in READERS:
        raise UnreadableList(f"no reader for the list {source}; there are {', '.join(READERS)}")
    list_date, entries = READERS[source](data)
    if not entries:
        raise UnreadableList("the file holds no entries")
    seen: dict[str, ListedEntry] = {}
    for entry in entries:
        if entry.entry_id in seen:
            raise UnreadableList(f"the entry {entry.entry_id} is in the file twice")
        seen[entry.entry_id] = entry
    return ListFile(source, hashlib.sha256(data).hexdigest(), list_date, tuple(entries))
