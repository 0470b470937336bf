"""Copies of the services' databases: one file that holds all of them as of one moment.

A copy is a tar file: `manifest.json`, and one BSON file per collection. The manifest says how many
documents each holds with their SHA-256, which indexes there were, and what every journal amounts to
(`shared.anchors.Sealed`), so that what is put back is proved to be what was taken.

Keys of subjects are copied as they lie: wrapped with the master key, which is in no copy.
"""

import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import bson

from shared.mongo import connect, in_our_words

PREFIX = "ansvar_"
MANIFEST = "manifest.json"
PORTION = 400
PORTION_BYTES = 4_000_000
"""What is put back in one write; the embedded database takes no larger ones well."""


class CannotRestore(Exception):
    """The copy cannot be put back; the message says why, and nothing was changed."""


@dataclass
class Collection:
    """One collection in a copy."""

    documents: int
    sha256: str
    indexes: list[dict[str, Any]]


@dataclass
class Manifest:
    """What a copy holds. `master` tells the master key without giving it away."""

    taken: str
    master: str
    clock_offset: float = 0.0
    journals: dict[str, dict[str, Any]] = field(default_factory=dict)
    databases: dict[str, dict[str, Collection]] = field(default_factory=dict)


def told_of(master: bytes) -> str:
    """A mark by which a master key is known again."""
    return hashlib.sha256(b"ansvar copy\0" + master).hexdigest()[:16]


async def take(url: str, file: Path, manifest: Manifest, *, snapshot: bool) -> Manifest:
    """Copy every database of ours to `file`, whole or not at all.

    `snapshot`: all is read as of one moment while the services go on, which takes a replica set
    (MongoDB 5.0 or newer). Without it nothing may write meanwhile.
    """
    writing = file.with_name(f"{file.name}.part")
    client = connect(url)
    try:
        with tarfile.open(writing, "w:gz", compresslevel=1) as tar:
            async with _reading(client, snapshot) as session:
                for name in sorted(await client.list_database_names()):
                    if name.startswith(PREFIX):
                        manifest.databases[name] = await _take_all(client[name], tar, session)
            manifest.taken = datetime.now(UTC).isoformat()
            said = json.dumps(asdict(manifest), indent=1).encode()
            _add(tar, MANIFEST, io.BytesIO(said), len(said))
        writing.replace(file)
    finally:
        client.close()
        writing.unlink(missing_ok=True)
    return manifest


@asynccontextmanager
async def _reading(client: Any, snapshot: bool) -> Any:
    if not snapshot:
        yield None
        return
    async with await client.start_session(snapshot=True) as session:
        yield session


async def _take_all(database: Any, tar: tarfile.TarFile, session: Any) -> dict[str, Collection]:
    taken = {}
    for name in sorted(await database.list_collection_names()):
        with tempfile.TemporaryFile() as out:
            count, digest = 0, hashlib.sha256()
            async for document in database[name].find({}, session=session):
                raw = bson.encode(document)
                out.write(raw)
                digest.update(raw)
                count += 1
            size = out.tell()
            out.seek(0)
            _add(tar, f"{database.name}/{name}.bson", out, size)
        taken[name] = Collection(count, digest.hexdigest(), await _indexes(database[name]))
    return taken


async def _indexes(collection: Any) -> list[dict[str, Any]]:
    found = await collection.index_information()
    kept = ("unique", "expireAfterSeconds", "sparse")
    return [
        {"keys": [list(part) for part in told["key"]]} | {k: told[k] for k in kept if k in told}
        for name, told in sorted(found.items())
        if name != "_id_"
    ]


def _add(tar: tarfile.TarFile, name: str, data: IO[bytes], size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, data)


def manifest_in(file: Path) -> Manifest:
    """What a copy says of itself; raises `CannotRestore` where a part of it is not what it says."""
    try:
        with tarfile.open(file) as tar:
            members = {member.name: member for member in tar.getmembers() if member.isfile()}
            told = json.loads(_inside(tar, members[MANIFEST]).read())
            told["databases"] = {
                database: {name: Collection(**one) for name, one in collections.items()}
                for database, collections in told["databases"].items()
            }
            manifest = Manifest(**told)
            for database, collections in manifest.databases.items():
                for name, one in collections.items():
                    data = _inside(tar, members[f"{database}/{name}.bson"])
                    if hashlib.file_digest(data, "sha256").hexdigest() != one.sha256:
                        raise CannotRestore(f"{file}: {database}/{name} is damaged")
    except (OSError, EOFError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise CannotRestore(f"{file} is no whole copy: {error!r}") from error
    return manifest


def _inside(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    found = tar.extractfile(member)
    assert found is not None
    return found


async def databases_at(url: str) -> list[str]:
    """Our databases that hold anything."""
    client = connect(url)
    try:
        with in_our_words():
            names = await client.list_database_names()
            return [
                name
                for name in sorted(names)
                if name.startswith(PREFIX) and await client[name].list_collection_names()
            ]
    finally:
        client.close()


async def put_back(url: str, file: Path, manifest: Manifest) -> int:
    """Replace our databases by those in the copy; how many documents it were.

    What a subject's key was destroyed for after the copy was taken stays destroyed, where the
    database of keys is still there.
    """
    client = connect(url)
    try:
        erased = [d async for d in client[f"{PREFIX}keys"]["keys"].find({"key": None})]
        for name in await databases_at(url):
            await client.drop_database(name)
        count = 0
        with tarfile.open(file) as tar:
            for database, collections in manifest.databases.items():
                for name, told in collections.items():
                    target = client[database][name]
                    await client[database].create_collection(name)
                    for index in told.indexes:
                        keys = [(field, order) for field, order in index.pop("keys")]
                        await target.create_index(keys, **index)
                    data = tar.extractfile(f"{database}/{name}.bson")
                    for portion in _portions(data):
                        await target.insert_many(portion, ordered=False)
                        count += len(portion)
        for document in erased:
            place = {"_id": document["_id"]}
            await client[f"{PREFIX}keys"]["keys"].replace_one(place, document, upsert=True)
        return count
    finally:
        client.close()


def _portions(data: Any) -> Iterator[list[dict[str, Any]]]:
    portion: list[dict[str, Any]] = []
    begun = 0
    for document in bson.decode_file_iter(data):
        portion.append(document)
        if len(portion) == PORTION or data.tell() - begun > PORTION_BYTES:
            yield portion
            portion, begun = [], data.tell()
    if portion:
        yield portion


async def drop(url: str, service: str) -> None:
    """Take one service's database away."""
    client = connect(url)
    try:
        with in_our_words():
            await client.drop_database(f"{PREFIX}{service}")
    finally:
        client.close()
