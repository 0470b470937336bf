"""Stored documents and indexes brought to what this release wants, beside everything that runs.

Reading upgrades a document by itself, so that old and new ones are the same to the rules; what is
saved is saved in the new shape. `apply` does that for the rest, so that a later release need not
know the old shape any more. It is safe to kill and to run twice at once: a document says itself
which shape it has, is replaced only as long as it is as it was read, and what was done is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.documents import SHAPE, shape_of, upgraded
from shared.domain import Stored
from shared.mongo import MongoStore, in_our_words, indexes_of

MOST_PASSES = 20
"""Times that the documents of a kind are gone through: those that somebody saved meanwhile are
looked at again."""


@dataclass
class Standing:
    """How far one service is. `newer`: documents that only a newer release understands."""

    service: str
    missing: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    old: dict[str, int] = field(default_factory=dict)
    newer: dict[str, int] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return not (self.missing or self.old)


async def standing(store: MongoStore, kinds: Iterable[type[Stored]]) -> Standing:
    """What `apply` would do. Of indexes, those that nothing asks for any more are named too."""
    kinds = tuple(kinds)
    found = Standing(store.service, await store.missing_indexes(kinds))
    found.obsolete = await _obsolete(store, kinds)
    with in_our_words():
        for kind in kinds:
            shapes: dict[int, int] = {}
            query = {} if kind.shape > 1 else {SHAPE: {"$gt": kind.shape}}
            async for document in store.db[kind.__name__].find(query, {SHAPE: 1}):
                shape = shape_of(document)
                shapes[shape] = shapes.get(shape, 0) + 1
            if old := sum(count for shape, count in shapes.items() if shape < kind.shape):
                found.old[kind.__name__] = old
            if newer := sum(count for shape, count in shapes.items() if shape > kind.shape):
                found.newer[kind.__name__] = newer
    return found


async def apply(store: MongoStore, kinds: Iterable[type[Stored]]) -> dict[str, int]:
    """Make what is missing and rewrite what is old. Returns how many documents of each kind were.

    Raises `Outage` where the database is away; what was done until then stays done.
    """
    kinds = tuple(kinds)
    await store.prepare(kinds)
    rewritten = {kind.__name__: await _rewrite(store, kind) for kind in kinds if kind.shape > 1}
    return {name: count for name, count in rewritten.items() if count}


async def drop_obsolete(store: MongoStore, kinds: Iterable[type[Stored]]) -> list[str]:
    """Take away the indexes that this release does not ask for; not while an older one runs."""
    kinds = tuple(kinds)
    gone = await _obsolete(store, kinds)
    with in_our_words():
        for name in gone:
            collection, _, fields = name.partition(".")
            await store.db[collection].drop_index([(one, 1) for one in fields.split()])
    return gone


async def _rewrite(store: MongoStore, kind: type[Stored]) -> int:
    count = 0
    for _ in range(MOST_PASSES):
        again = 0
        with in_our_words():
            old = {"$or": [{SHAPE: {"$lt": kind.shape}}, {SHAPE: None}]}
            async for document in store.db[kind.__name__].find(old):
                if await _replaced(store.db[kind.__name__], kind, document):
                    count += 1
                else:
                    again += 1  # somebody saved it since it was read
        if not again:
            break
    return count


async def _replaced(collection: Any, kind: type[Stored], document: dict[str, Any]) -> bool:
    place = {"_id": document["_id"], SHAPE: document.get(SHAPE)}
    new = upgraded(kind, dict(document))
    if "version" in document:
        # Who holds the old one in memory must find that it has changed.
        place["version"] = document["version"]
        new["version"] = document["version"] + 1
    return bool((await collection.replace_one(place, new)).matched_count)


async def _obsolete(store: MongoStore, kinds: tuple[type[Stored], ...]) -> list[str]:
    """Indexes on the collections of these kinds that none of them asks for."""
    wanted = {(collection, fields) for collection, fields, _ in indexes_of(kinds)}
    names = {kind.__name__ for kind in kinds}
    found = []
    with in_our_words():
        for name in sorted(names & set(await store.db.list_collection_names())):
            for index in await store.db[name].list_indexes().to_list(100):
                fields = " ".join(index["key"])
                if fields != "_id" and (name, fields) not in wanted:
                    found.append(f"{name}.{fields}")
    return found
