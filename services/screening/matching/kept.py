"""An index as a folder of arrays, mapped into memory by every process that searches it.

Nothing is read until a search needs it, and what is read is there once for all processes. A
folder is complete or absent: it is written beside its place and then moved there.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints, overload

import numpy as np
from numpy.typing import NDArray

from services.screening.domain import ListedEntry
from services.screening.folders import hold, throw_away_unused
from services.screening.matching.circumstances import Circumstances
from services.screening.matching.index import KINDS, Arranged, Index, arrange
from services.screening.matching.policy import Policy
from services.screening.matching.shelf import Shelf

ENTRIES, ENDS, IDS = "entries.jsonl", "entry-ends", "ids.txt"
LAYOUT = 2
"""Another number wherever files are named or filled otherwise: older folders are not opened."""
KEPT_DAYS = 30
"""Days after its last use from which a folder that nobody holds is thrown away."""

T = TypeVar("T", bound=tuple[Any, ...])
Array = NDArray[np.generic]


class KeptEntries(Sequence[ListedEntry]):
    """Entries in a file, read one by one as they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._held = hold(folder)
        self._ends = _mapped(folder / f"{ENDS}.npy")
        self._said = _bytes(folder / ENTRIES)
        self._ids_said = _bytes(folder / IDS)
        self._read = lru_cache(maxsize=20_000)(self._parse)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> ListedEntry: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[ListedEntry]: ...

    def __getitem__(self, at: int | slice) -> ListedEntry | Sequence[ListedEntry]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._read(at)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The sources' own ids of all entries."""
        return frozenset(self._ids_said.tobytes().decode().split("\n"))

    def __del__(self) -> None:
        if hasattr(self, "_held"):
            os.close(self._held)

    def _parse(self, at: int) -> ListedEntry:
        said = self._said[int(self._ends[at]) : int(self._ends[at + 1])]
        return ListedEntry.model_validate_json(said.tobytes())


def folder_in(home: Path, content: str, policy: Policy) -> Path:
    """Where the index of some content is, arranged as this code and this policy would do it."""
    said = f"{LAYOUT}|{content}|{policy.model_dump_json()}"
    return home / "indexes" / hashlib.sha256(said.encode()).hexdigest()[:24]


def open_index(folder: Path, policy: Policy) -> Index:
    """Map the index in a folder. Raises `FileNotFoundError` where there is none."""
    arranged = Arranged(
        tuple(_shaped(Shelf, folder, kind) for kind in KINDS),
        _shaped(Circumstances, folder, "lists"),
        _mapped(folder / "number_keys.npy"),
        _mapped(folder / "number_entries.npy"),
    )
    os.utime(folder)
    return Index(KeptEntries(folder), policy, arranged)


def keep_index(entries: Sequence[ListedEntry], policy: Policy, folder: Path) -> None:
    """Arrange entries and write them to a folder; another process that did it first has won."""
    arranged = arrange(entries, policy)
    folder.parent.mkdir(parents=True, exist_ok=True)
    throw_away_unused(folder.parent, KEPT_DAYS * 86_400)
    beside = Path(tempfile.mkdtemp(prefix=".coming-", dir=folder.parent))
    for kind, shelf in zip(KINDS, arranged.shelves, strict=True):
        _write(shelf, beside, kind)
    _write(arranged.lists, beside, "lists")
    np.save(beside / "number_keys", arranged.number_keys)
    np.save(beside / "number_entries", arranged.number_entries)
    lines = [entry.model_dump_json().encode() for entry in entries]
    np.save(beside / ENDS, np.cumsum([0, *map(len, lines)], dtype=np.int64))
    (beside / ENTRIES).write_bytes(b"".join(lines))
    (beside / IDS).write_text("\n".join(entry.entry_id for entry in entries), "utf-8")
    try:
        beside.rename(folder)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        if not folder.is_dir():
            raise


def _write(value: tuple[Any, ...], folder: Path, name: str) -> None:
    for field, one in zip(get_type_hints(type(value)), value, strict=True):
        if isinstance(one, tuple):
            _write(one, folder, f"{name}.{field}")
        else:
            np.save(folder / f"{name}.{field}", one)


def _shaped(shape: type[T], folder: Path, name: str) -> T:
    """Arrays in the shape in which they were written."""
    found: list[Any] = []
    for field, hint in get_type_hints(shape).items():
        if isinstance(hint, type) and issubclass(hint, tuple):
            found.append(_shaped(hint, folder, f"{name}.{field}"))
        else:
            found.append(_mapped(folder / f"{name}.{field}.npy"))
    return shape(*found)


def _mapped(file: Path) -> Any:
    """An array as it lies on the disk. Writing to it would change this process's copy alone,
    which makes it of the same type as an array in memory: kernels are compiled for one type."""
    try:
        return np.asarray(np.load(file, mmap_mode="c"))
    except ValueError:  # an empty array cannot be mapped
        return np.load(file)


def _bytes(file: Path) -> Array:
    return np.memmap(file, np.uint8, mode="r") if file.stat().st_size else np.empty(0, np.uint8)
