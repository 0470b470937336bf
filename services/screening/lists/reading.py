"""Reads a file as a list, in whichever official format it is, or says why it cannot be one."""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from services.screening.domain import EntryKind, ListedEntry
from services.screening.lists import bundle, formats
from services.screening.lists.reader import Files, Reader, head_of
from services.screening.lists.records import UnreadableList

__all__ = ["ListFile", "UnreadableList", "read_all", "read_any", "read_list"]

IN_PART = "the list"
"""The name of a file whose name nobody knows."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of a list, understood."""

    source: str
    sha256: str
    list_date: date | None
    entries: tuple[ListedEntry, ...]
    format: str = ""

    def count(self, kind: EntryKind) -> int:
        return sum(entry.kind is kind for entry in self.entries)


@cache
def readers() -> tuple[Reader, ...]:
    """Every format, found by its module: a new one is a new module and nothing else."""
    names = sorted(module.name for module in pkgutil.iter_modules(formats.__path__))
    modules = (importlib.import_module(f"{formats.__name__}.{name}") for name in names)
    found = (getattr(module, "READER", None) for module in modules)
    return tuple(reader for reader in found if isinstance(reader, Reader))


def read_list(source: str, data: bytes) -> ListFile:
    """A file, or several packed in one, as the list of a source.

    Raises `UnreadableList` with the reason if this is no whole list of this source.
    """
    mine = sorted((r for r in readers() if source in r.sources), key=lambda r: not r.main)
    if not mine:
        known = sorted({name for reader in readers() for name in reader.sources})
        raise UnreadableList(f"no reader for the list {source}; there are {', '.join(known)}")
    files = bundle.unpack(data) if bundle.is_bundle(data) else {IN_PART: data}
    reader = next((r for r in mine if _recognises(r, files)), mine[0])
    return _read(reader, source, files, data)


def read_any(where: Path | bytes, source: str = "") -> ListFile:
    """A file in any of the formats, told by its content; its list by its content or its name.

    Files that belong together are read together, whichever of them is named. Raises
    `UnreadableList` with the reason.
    """
    files = {IN_PART: where} if isinstance(where, bytes) else _with_its_own(where)
    if len(files) == 1 and bundle.is_bundle(data := next(iter(files.values()))):
        files = bundle.unpack(data)
    reader = _reader_of(files)
    if reader is None:
        known = ", ".join(reader.format for reader in readers())
        raise UnreadableList(f"the file is in none of the formats known here: {known}")
    data = bundle.pack(files) if len(files) > 1 else next(iter(files.values()))
    return _read(reader, source or _source_of(reader, files), files, data)


def read_all(paths: Iterable[Path]) -> Iterator[ListFile]:
    """Files, and whatever is a list in folders, each list once."""
    done: set[Path] = set()
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inside:
            if file in done:
                continue
            parts = _parts_of(file)
            if path.is_dir() and _reader_of({p.name.lower(): _start(p) for p in parts}) is None:
                continue
            done.update(parts)
            yield read_any(file)


def _read(reader: Reader, source: str, files: Files, data: bytes) -> ListFile:
    list_date, entries = reader.read(source, files)
    seen: dict[str, ListedEntry] = {}
    for entry in entries:
        if entry.entry_id in seen:
            raise UnreadableList(f"the entry {entry.entry_id} is in the file twice")
        seen[entry.entry_id] = entry
    if not seen:
        raise UnreadableList("the file holds no entries")
    sha256 = hashlib.sha256(data).hexdigest()
    return ListFile(source, sha256, list_date, tuple(seen.values()), reader.format)


def _recognises(reader: Reader, files: Files) -> bool:
    return any(reader.recognises(head_of(data)) for data in files.values())


def _reader_of(files: Files) -> Reader | None:
    return next((reader for reader in readers() if _recognises(reader, files)), None)


def _source_of(reader: Reader, files: Mapping[str, bytes]) -> str:
    for start, source in reader.named.items():
        if any(name.startswith(start) for name in files):
            return source
    return reader.sources[0]


def _parts_of(path: Path) -> list[Path]:
    """The files next to this one that are the same list."""
    for reader in readers():
        for group in reader.together:
            if path.name.lower() in group:
                beside = {p.name.lower(): p for p in path.parent.iterdir() if p.is_file()}
                return [beside[name] for name in group if name in beside]
    return [path]


def _with_its_own(path: Path) -> dict[str, bytes]:
    return {part.name.lower(): part.read_bytes() for part in _parts_of(path)}


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8192)
