"""A service's database: what it keeps, its journal, what waits, and leases."""

import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from pymongo import ReturnDocument, timeout
from pymongo.errors import (
    CollectionInvalid,
    DuplicateKeyError,
    OperationFailure,
)

from shared import journal
from shared.access import AccessEntry, closed_now, note_opened
from shared.documents import (
    NewerShape,
    block_of,
    held_of,
    outcome_of,
    unknown_in,
    upgraded,
)
from shared.domain import Aggregate, Stored
from shared.envelope import Block, Due, Entry, Errand, Held, Outcome
from shared.mongo.beside import BESIDE, RENAMING, Beside
from shared.mongo.indexes import SERVICE_COLLECTIONS, indexes_of
from shared.mongo.line import NAMESPACE_EXISTS, PIECE, connect, in_our_words, pieces
from shared.mongo.lists import Ordered
from shared.mongo.writing import write
from shared.sealing import (
    KeyRing,
    Keys,
    names_in_values,
    plan_of,
    unseal_values,
)
from shared.steps import by_steps
from shared.store import Conflict, Key, Outage, Work, only_values

S = TypeVar("S", bound=Stored)

CACHED = 20_000
"""Aggregates kept in memory per service."""


def _query(kind: type[Stored], where: dict[str, Any], *more: str) -> dict[str, Any]:
    """Refused where a field has no index. The embedded database uses the index of the first field,
    and nearly everything is of one buyer.
    """
    for field in (*where, *more):
        if field not in kind.indexes:
            raise ValueError(f"{kind.__name__}.{field} has no index")
    only_values(where)
    return {field: where[field] for field in sorted(where, key="buyer_id".__eq__)}


class MongoStore:
    """One service's database: a `Store`, the journal for the relay, deadlines and leases.

    `beside`: the same again in collections of other names, to be filled while the first serve.
    """

    def __init__(self, url: str, service: str, keyring: KeyRing, *, beside: bool = False) -> None:
        self.service = service
        self.keyring = keyring
        self.client = connect(url)
        self._database = self.client[f"ansvar_{service}"]
        self.db: Any = Beside(self._database) if beside else self._database
        self._cache: OrderedDict[Key, Aggregate] = OrderedDict()
        self._place = 0
        self._writer = secrets.randbelow(journal.WRITERS + 1)  # in containers all have one pid

    async def prepare(self, kinds: Iterable[type[Stored]]) -> None:
        """Make collections and indexes. The embedded database makes none within a transaction."""
        with in_our_words():
            kinds = (*kinds, AccessEntry)
            there = set(await self.db.list_collection_names())
            for name in (*SERVICE_COLLECTIONS, *(kind.__name__ for kind in kinds)):
                if name not in there:
                    try:
                        await self.db.create_collection(name)
                    except CollectionInvalid:
                        continue  # another replica that starts just now made it
                    except OperationFailure as error:
                        if error.code != NAMESPACE_EXISTS:
                            raise
            for collection, fields, options in indexes_of(kinds):
                keys = [(field, 1) for field in fields.split()]
                await self.db[collection].create_index(keys, **options)

    async def missing_indexes(self, kinds: Iterable[type[Stored]]) -> list[str]:
        """The indexes that `prepare` would make, as `collection.field`."""
        with in_our_words():
            there = {
                (name, " ".join(index["key"]))
                for name in await self.db.list_collection_names()
                for index in await self.db[name].list_indexes().to_list(100)
            }
        wanted = [(collection, field) for collection, field, _ in indexes_of(kinds)]
        return [f"{name}.{field}" for name, field in wanted if (name, field) not in there]

    def close(self) -> None:
        self.client.close()

    async def ping(self) -> None:
        with in_our_words():
            await self.client.admin.command("ping")

    # ------------------------------------------------------------ reading

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        found: dict[str, Any] = {}
        missing = []
        for id in ids:
            held = self._cache.get((kind, id)) if cached else None
            if held is None:
                missing.append(id)
            else:
                found[id] = held
        documents: list[dict[str, Any]] = []
        with in_our_words():
            for piece in pieces(missing):
                cursor = self.db[kind.__name__].find({"_id": {"$in": piece}})
                documents += await cursor.to_list(len(piece))
        found |= {one.id: one for one in await self._opened(kind, documents)}
        return found

    async def search(
        self,
        kind: type[S],
        where: dict[str, Any],
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 1000,
        after: str | None = None,
    ) -> list[S]:
        query = _query(kind, where, *([sort] if sort else ()))
        if sort and len(where) == 1 and (field := next(iter(where))) in kind.stepped:
            name = where[field]
            ordered = Ordered(self.db[kind.__name__], field, sort, descending)
            with in_our_words():
                documents = await by_steps(ordered.read, ordered.places, name, limit, after)
            return await self._opened(kind, documents)
        if sort and after is not None:
            query[sort] = {"$lt" if descending else "$gt": after}
        with in_our_words():
            cursor = self.db[kind.__name__].find(query)
            if sort:
                cursor = cursor.sort(sort, -1 if descending else 1)
            documents = await cursor.limit(limit).to_list(limit)
        return await self._opened(kind, documents)

    async def search_any(
        self, kind: type[S], field: str, values: Iterable[str], *, limit: int = 10_000
    ) -> list[S]:
        _query(kind, {field: ""})
        found: dict[str, dict[str, Any]] = {}
        with in_our_words():
            for piece in pieces(dict.fromkeys(values)):
                cursor = self.db[kind.__name__].find({field: {"$in": piece}})
                found |= {d["_id"]: d for d in await cursor.limit(limit).to_list(limit)}
                if len(found) >= limit:
                    break
        return await self._opened(kind, list(found.values())[:limit])

    async def ids(self, kind: type[S], where: dict[str, Any], *, limit: int) -> set[str]:
        query = _query(kind, where)
        with in_our_words():
            cursor = self.db[kind.__name__].find(query, {"_id": 1}).limit(limit)
            return {document["_id"] for document in await cursor.to_list(limit)}

    async def _opened(self, kind: type[S], documents: list[dict[str, Any]]) -> list[S]:
        """Documents as what they are. Keys are asked for only where a kind holds personal data."""
        try:
            documents = [upgraded(kind, document) for document in documents]
        except NewerShape as newer:
            raise Outage(str(newer)) from newer
        unknown = []
        for document in documents:
            document["id"] = document.pop("_id")
            unknown.append(unknown_in(kind, document))
        if plan_of(kind):
            sealed = [names_in_values(document) for document in documents]
            closed = closed_now()
            names = {name for name in set().union(*sealed) if name[0] not in closed}
            keys = await self.keyring.keys(names, create=False) if names else {}
            note_opened(names)
            documents = [
                unseal_values(document, keys, closed) if within else document
                for document, within in zip(documents, sealed, strict=True)
            ]
        found = [kind.model_validate(document) for document in documents]
        for one, fields in zip(found, unknown, strict=True):
            if fields:
                one.keep_unknown(fields)
        return found

    async def documents(self, kind: type[Stored]) -> AsyncIterator[dict[str, Any]]:
        """All documents of a kind as they lie there, sealed: for administration alone."""
        with in_our_words():
            async for document in self.db[kind.__name__].find({}):
                yield document

    async def known(self, ids: list[str]) -> dict[str, Outcome]:
        known: dict[str, Outcome] = {}
        with in_our_words():
            for piece in pieces(ids):
                wanted = set(piece)
                async for batch in self.db.inbox.find({"ids": {"$in": piece}}):
                    known.update((id, Outcome()) for id in wanted.intersection(batch["ids"]))
                    for kept in batch["outcomes"]:
                        if kept["id"] in wanted:
                            known[kept["id"]] = outcome_of(kept)
        return known

    async def held(self, why: str | None = None) -> list[Held]:
        with in_our_words():
            query = {"why": why} if why else {}
            documents = await self.db.held.find(query).sort("n", 1).to_list(None)
        return [held_of(document) for document in documents]

    async def due(self, now: datetime, limit: int) -> list[Due]:
        with in_our_words():
            query = {"at": {"$lte": now.timestamp()}}
            documents = await self.db.deadlines.find(query).sort("at", 1).to_list(limit)
        return [
            Due(
                id=d["_id"],
                at=datetime.fromtimestamp(d["at"], UTC),
                type=d["type"],
                body=d["body"],
                correlation=d["corr"],
                cause=d["cause"],
            )
            for d in documents
        ]

    async def next_deadline(self, until: datetime) -> datetime | None:
        """The earliest deadline up to a moment. Without that bound the embedded database reads
        all of them to sort them: 0.8 s where 8 000 wait.
        """
        with in_our_words():
            query = {"at": {"$lte": until.timestamp()}}
            first = await self.db.deadlines.find(query).sort("at", 1).limit(1).to_list(1)
        return datetime.fromtimestamp(first[0]["at"], UTC) if first else None

    # ------------------------------------------------------------ one commit

    async def commit(self, work: Work) -> Block | None:
        names = journal.names_to_write(work)
        keys = await self.keyring.keys(names, create=True) if names else {}
        self._place = max(time.time_ns() // 1000 << 10 | self._writer, self._place + 1024)
        block = journal.write(self.service, work, keys, self._place)
        if block is not None:
            self._place = block.c
        try:
            with in_our_words():
                async with (
                    await self.client.start_session() as session,
                    session.start_transaction(),
                ):
                    await self._write(work, block, keys, session)
        except (Conflict, Outage):
            self._cache.clear()
            raise
        for key, aggregate in work.saved.items():
            aggregate.version += 1
            self._cache[key] = aggregate
            self._cache.move_to_end(key)
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return block

    async def _write(self, work: Work, block: Block | None, keys: Keys, session: Any) -> None:
        await write(self.db, work, block, keys, session, self._place)

    async def note_access(self, entries: list[AccessEntry]) -> None:
        """Write down who is shown whose data, before it is shown."""
        recorded = datetime.now(UTC)
        documents = [
            {"_id": one.id, "recorded": recorded} | one.model_dump(exclude={"id"})
            for one in entries
        ]
        with in_our_words():
            await self.db.AccessEntry.insert_many(documents)

    # ------------------------------------------------------------ for the relay

    async def unsent(self, limit: int) -> list[int]:
        """The places of blocks that were not sent yet, in their order."""
        with in_our_words():
            waiting = self.db.parcels.find({"sent": None})
            parcels = await waiting.sort("c", 1).limit(limit).to_list(limit)
        return [parcel["c"] for parcel in parcels]

    async def block(self, place: int) -> Block | None:
        """What was written at a place; of two writers, where chance gave them the same one."""
        with in_our_words():
            documents = await self.db.journal.find({"c": place}).to_list(None)
        blocks = [block_of(document) for document in documents]
        entries = [entry for block in blocks for entry in block.entries]
        return (
            Block(place, entries, [d for block in blocks for d in block.dead]) if blocks else None
        )

    async def sent(self, places: list[int]) -> None:
        """The broker has acknowledged these blocks just now."""
        now = {"$set": {"sent": time.time()}}
        with in_our_words():
            for start in range(0, len(places), PIECE):
                some = places[start : start + PIECE]
                await self.db.parcels.update_many({"sent": None, "c": {"$in": some}}, now)

    async def sent_lately(self) -> list[int]:
        """The places of the blocks that were sent last, in their order."""
        with in_our_words():
            parcels = await self.db.parcels.find({"sent": {"$gt": 0}}).to_list(None)
        return sorted(parcel["c"] for parcel in parcels)

    async def forget_sent(self, seconds: float) -> None:
        """Cross out what was sent longer ago, or by a clock that has jumped."""
        now = time.time()
        old = {"$or": [{"sent": {"$lt": now - seconds}}, {"sent": {"$gt": now + seconds}}]}
        with in_our_words():
            await self.db.parcels.delete_many(old)

    async def blocks(self, since: float = 0.0) -> AsyncIterator[Block]:
        """The journal from a real time (seconds) on, in its order."""
        with in_our_words():
            place = int(since * 1_000_000) << 10
            async for document in self.db.journal.find({"c": {"$gte": place}}).sort("c", 1):
                yield block_of(document)

    async def chains(self, keys: Iterable[str]) -> list[Entry]:
        """Every fact of the aggregates with these ids, each chain in its order."""
        wanted = set(keys)
        found: list[Entry] = []
        with in_our_words():
            for key in sorted(wanted):
                async for document in self.db.journal.find({"e.key": key}).sort("c", 1):
                    found += [e for e in block_of(document).entries if e.key == key]
        return sorted(found, key=lambda entry: (entry.kind, entry.key, entry.number))

    async def heads(self, kinds: Iterable[type[Aggregate]]) -> dict[tuple[str, str], str]:
        """The last hash that each aggregate with a journal holds of itself."""
        heads: dict[tuple[str, str], str] = {}
        with in_our_words():
            for kind in kinds:
                async for d in self.db[kind.__name__].find({}, {"head": 1, "number": 1}):
                    if d.get("number"):
                        heads[kind.__name__, d["_id"]] = d["head"]
        return heads

    async def lease(self, name: str, owner: str, seconds: float) -> bool:
        """Take or keep a lease for so long; whether it is ours."""
        now = time.time()
        # A lease that lasts longer than any can was given by a clock that has jumped.
        other = [{"until": {"$lt": now}}, {"until": {"$gt": now + 4 * seconds}}]
        free = {"_id": name, "$or": [*other, {"owner": owner}]}
        change = {"$set": {"owner": owner, "until": now + seconds}}
        with in_our_words():
            try:
                await self.db.leases.find_one_and_update(free, change, upsert=True)
            except DuplicateKeyError:
                return False
        return True

    async def give_back(self, name: str, owner: str) -> None:
        with in_our_words():
            await self.db.leases.delete_one({"_id": name, "owner": owner})

    # ------------------------------------------------------------ while another is filled beside

    async def post(self, name: str, seconds: float) -> None:
        """Put up a notice for other processes, which holds so long."""
        with in_our_words():
            until = {"$set": {"until": time.time() + seconds}}
            await self._database.leases.update_one({"_id": name}, until, upsert=True)

    async def take_down(self, name: str) -> None:
        with in_our_words():
            await self._database.leases.delete_one({"_id": name})

    async def notices(self) -> set[str]:
        """The names of those that hold."""
        now = time.time()
        with in_our_words():
            there = await self._database.leases.find({}).to_list(None)
        return {d["_id"] for d in there if now < d.get("until", 0.0)}

    def forget(self) -> None:
        """Forget what is kept in memory of a database that another has replaced."""
        self._cache.clear()

    async def take_place(self, kinds: Iterable[type[Stored]]) -> None:
        """Put the collections beside in the place of those that serve, with what was handled."""
        with in_our_words():
            for name in (*(kind.__name__ for kind in kinds), "inbox", "held"):
                place = f"{self._database.name}.{name}"
                source = f"{self._database.name}.{BESIDE}{name}"
                with timeout(RENAMING):
                    await self.client.admin.command(
                        {"renameCollection": source, "to": place, "dropTarget": True}
                    )
        await self.clear_beside()

    async def clear_beside(self) -> None:
        """Take away what was begun beside."""
        with in_our_words():
            for name in await self._database.list_collection_names():
                if name.startswith(BESIDE):
                    with timeout(RENAMING):
                        await self._database.drop_collection(name)

    # ------------------------------------------------------------ for those who do effects

    async def claim_errand(self, owner: str, seconds: float) -> Errand | None:
        now = time.time()
        change = {"$set": {"from": now + seconds, "owner": owner}, "$inc": {"tries": 1}}
        with in_our_words():
            d = await self.db.effects.find_one_and_update(
                {"from": {"$lte": now}},
                change,
                sort=[("from", 1)],
                return_document=ReturnDocument.AFTER,
            )
        if d is None:
            return None
        return Errand(
            id=d["_id"],
            type=d["type"],
            body=d["body"],
            correlation=d["corr"],
            cause=d["cause"],
            tries=d["tries"],
            not_before=d["from"],
        )

    async def postpone_errand(self, id: str, seconds: float, problem: str) -> None:
        with in_our_words():
            change = {"from": time.time() + seconds, "problem": problem[:300]}
            await self.db.effects.update_one({"_id": id}, {"$set": change})

    async def release_errands(self, owner: str, doing: frozenset[str] = frozenset()) -> None:
        """Give free what this owner has claimed and is not doing."""
        with in_our_words():
            change = {"$set": {"from": 0.0}, "$unset": {"owner": ""}}
            await self.db.effects.update_many(
                {"owner": owner, "_id": {"$nin": list(doing)}}, change
            )

    async def finish_errand(self, errand: Errand) -> None:
        with in_our_words():
            await self.db.effects.delete_one({"_id": errand.id, "cause": errand.cause})

    async def counts(self) -> dict[str, float]:
        """How long the small queues are."""
        with in_our_words():
            first = await self.db.parcels.find({"sent": None}).sort("c", 1).limit(1).to_list(1)
            waiting = await self.db.held.find({}, {"why": 1}).to_list(10_000)
            effects = await self.db.effects.find({}, {"_id": 1}).to_list(10_000)
            depth = await self.db.parcels.find({"sent": None}, {"_id": 1}).to_list(10_000)
        oldest = time.time() - (first[0]["c"] >> 10) / 1e6 if first else 0.0
        return {
            "relay_age": max(oldest, 0.0),
            "relay_depth": len(depth),
            "parked": sum(d["why"] == "parked" for d in waiting),
            "held": len(waiting),
            "effects": len(effects),
        }
