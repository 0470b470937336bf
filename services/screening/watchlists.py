"""The lists in the memory of this process: files as they were read, versions ready to search.

Everything here can be made again from the files and entries that are kept. A version never
changes, so that an index of it is right for as long as it is held; which version is in force is
for the database to say, at every use.
"""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from services.screening.domain import Delta, ListedEntry, Manifest, Match, version_id
from services.screening.indexes import Load, index_of
from services.screening.lists import ListFile, UnreadableList, read_list
from services.screening.matching import Index, Likeness, Policy, Subject, load_policy
from services.screening.sources import source
from shared.domain import Rejected
from shared.store import Store

V = TypeVar("V")

FILES_HELD, INDEXES_HELD = 2, 16
"""More indexes than there are lists: each list in force is looked at again and again."""
SMALL = 200_000
"""Bytes of a file up to which reading it takes no longer than a request."""
FEW = 5
"""Parties up to which a comparison is done at once; more are compared beside the event loop."""


class Files(Protocol):
    """Files by the SHA-256 of their bytes; see `shared.mongo.MongoFiles`."""

    async def put(self, sha256: str, data: bytes) -> None: ...

    async def get(self, sha256: str) -> bytes | None: ...


class Held(OrderedDict[str, V]):
    """What was used last, up to a number of things."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def use(self, key: str) -> V | None:
        if key in self:
            self.move_to_end(key)
        return self.get(key)

    def keep(self, key: str, value: V) -> V:
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
        return value


class Watchlists:
    """`home` is a folder in which large indexes are shared with other processes."""

    def __init__(
        self, files: Files, policy: Policy | None = None, home: Path | None = None
    ) -> None:
        self.policy = policy or load_policy()
        self._home = home
        self._files = files
        self._read: Held[ListFile] = Held(FILES_HELD)
        self._indexes: Held[Index] = Held(INDEXES_HELD)
        self._building: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    # ------------------------------------------------------------ files

    async def accept(self, name: str, data: bytes) -> ListFile:
        """Read a file as a list and keep it. Raises `Rejected` that says why it cannot be one."""
        source(name)
        try:
            file = await self._parse(name, data)
        except UnreadableList as problem:
            raise Rejected(f"this is no list {name}: {problem}", field="body") from problem
        await self._files.put(file.sha256, data)
        return self._read.keep(file.sha256, file)

    async def file(self, name: str, sha256: str) -> ListFile:
        """A file that was accepted before, here or in another process."""
        held = self._read.use(sha256)
        if held is None or held.source != name:
            data = await self._files.get(sha256)
            if data is None:
                raise Rejected(f"the file {sha256[:16]} of the list {name} is not kept here")
            held = self._read.keep(sha256, await self._parse(name, data))
        return held

    async def _parse(self, name: str, data: bytes) -> ListFile:
        if len(data) <= SMALL:
            return read_list(name, data)
        return await asyncio.to_thread(read_list, name, data)

    # ------------------------------------------------------------ versions

    async def whole(self, id: str, store: Store) -> Index:
        """A version with all its entries, ready to search."""

        async def entries() -> Sequence[ListedEntry]:
            manifest = await _manifest(id, store)
            return await _entries(manifest.entry_keys, store)

        return await self._index(id, entries)

    async def foresee(self, id: str) -> None:
        """Make a coming version ready to search, if this process has read its file."""
        file = next((f for f in self._read.values() if id_of(f) == id), None)
        if file is not None:
            held = file.entries

            async def entries() -> Sequence[ListedEntry]:
                return held

            await self._index(id, entries)

    async def part(self, id: str, base: str | None, delta: Delta, store: Store) -> Index:
        """Only the entries that are new or changed in a version against the one before."""

        async def entries() -> Sequence[ListedEntry]:
            manifest = await _manifest(id, store)
            wanted = delta.added | delta.changed
            contents = manifest.contents.items()
            keys = [f"{manifest.source}/{entry}/{c}" for entry, c in contents if entry in wanted]
            return await _entries(keys, store)

        return await self._index(f"{base}..{id}", entries)

    async def delta(self, id: str, base: str | None, store: Store) -> Delta:
        before = await _manifest(base, store) if base else None
        return Delta.between(before, await _manifest(id, store))

    async def _index(self, key: str, entries: Load) -> Index:
        async with self._building[key]:
            held = self._indexes.use(key)
            if held is None:
                found = await index_of(key, entries, self.policy, self._home)
                held = self._indexes.keep(key, found)
            return held


def id_of(file: ListFile) -> str:
    return version_id(file.source, file.sha256)


async def search_all(index: Index, subjects: Sequence[Subject]) -> list[list[Likeness]]:
    """Compare many parties with an index, without holding up everything else meanwhile."""
    if len(subjects) <= FEW:
        return [index.search(subject) for subject in subjects]
    return await asyncio.to_thread(lambda: [index.search(subject) for subject in subjects])


def matches(found: Iterable[Likeness], name: str, version: str) -> dict[str, Match]:
    """What was found, by entry id, as it goes into hits."""
    advisory = not source(name).binding
    return {
        one.entry.entry_id: Match(
            entry=one.entry.ref(version),
            content=one.entry.content,
            score=one.score,
            explanation=one.explanation,
            reasons=one.reasons,
            advisory=advisory,
        )
        for one in found
    }


async def _manifest(id: str, store: Store) -> Manifest:
    found = (await store.fetch(Manifest, [id])).get(id)
    if found is None:
        raise Rejected(f"version {id} has no manifest here")
    return found


async def _entries(keys: Sequence[str], store: Store) -> list[ListedEntry]:
    found = await store.fetch(ListedEntry, keys)
    missing = [key for key in keys if key not in found]
    if missing:
        raise Rejected(f"{len(missing)} entries are not written, the first is {missing[0]}")
    return [found[key] for key in keys]
