"""The only file that knows the driver: stores, keys, files and leases in MongoDB.

What was measured on the embedded stand-in shapes it: the journal is one document per commit,
what is not yet sent is one small document per commit, the inbox one document per batch with a
unique index over its ids, `$in` is asked in pieces, and nothing is sorted on `_id`.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from bson import ObjectId
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorGridFSBucket
from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, timeout
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
)

from shared import access, journal
from shared.access import AccessEntry, closed_now, note_opened
from shared.documents import (
    NewerShape,
    block_document,
    block_of,
    held_document,
    held_of,
    inbox_document,
    later_document,
    outcome_of,
    state_document,
    unknown_in,
    upgraded,
)
from shared.domain import Aggregate, Stored
from shared.envelope import Block, Due, Entry, Errand, Held, Outcome
from shared.sealing import (
    HeldBack,
    KeyName,
    KeyRing,
    Keys,
    names_in_values,
    plan_of,
    unseal_values,
)
from shared.settings import ServiceSettings
from shared.steps import by_steps
from shared.store import Conflict, Key, Outage, Work, only_values

S = TypeVar("S", bound=Stored)

PIECE = 50
"""Ids per `$in`: the embedded database takes 150 ms for 500 of them, 4 ms for 50."""

CACHED = 20_000
"""Aggregates kept in memory per service."""

INBOX_DAYS = 90
WRITE_CONFLICT, NAMESPACE_EXISTS, DUPLICATE = 112, 48, 11000

SERVICE_COLLECTIONS = ("journal", "parcels", "inbox", "held", "deadlines", "effects", "leases")


def connect(url: str) -> Any:
    """A client on which nothing waits for ever: 5 s for an operation, 8 s for a socket."""
    return AsyncIOMotorClient(
        url,
        timeoutMS=5_000,
        socketTimeoutMS=8_000,
        serverSelectionTimeoutMS=3_000,
        maxPoolSize=8,
        tz_aware=True,
    )


def indexes_of(kinds: Iterable[type[Stored]]) -> list[tuple[str, str, dict[str, Any]]]:
    """Collection, fields (a space between) and options of every index that a service needs."""
    ours: list[tuple[str, str, dict[str, Any]]] = [
        ("journal", "c", {}),
        ("journal", "e.key", {}),
        ("parcels", "sent c", {}),
        ("inbox", "ids", {"unique": True}),
        ("inbox", "at", {"expireAfterSeconds": INBOX_DAYS * 86_400}),
        ("held", "n", {}),
        ("AccessEntry", "recorded", {"expireAfterSeconds": access.KEPT_DAYS * 86_400}),
        ("deadlines", "at", {}),
        ("effects", "from", {}),
        ("effects", "owner", {}),
    ]
    for kind in kinds:
        for field in kind.indexes:
            ours.append((kind.__name__, field, {"unique": True} if field in kind.unique else {}))
        if kind.lasts is not None:
            field, seconds = kind.lasts
            ours.append((kind.__name__, field, {"expireAfterSeconds": seconds}))
    return ours


class About(NamedTuple):
    """What a database says of itself. Without a replica set it knows no transactions."""

    version: tuple[int, ...]
    replica_set: str
    now: datetime


async def about_database(url: str) -> About:
    """Raises `Outage` where it does not answer."""
    client = connect(url)
    try:
        with in_our_words():
            hello = await client.admin.command("hello")
            build = await client.admin.command("buildInfo")
        version = tuple(int(part) for part in build["version"].split("-")[0].split(".")[:3])
        return About(version, str(hello.get("setName", "")), hello["localTime"].replace(tzinfo=UTC))
    finally:
        client.close()


async def ping(url: str) -> bool:
    """Whether a database answers at this address."""
    client = connect(url)
    try:
        await client.admin.command("ping")
    except PyMongoError:
        return False
    finally:
        client.close()
    return True


@contextmanager
def in_our_words() -> Iterator[None]:
    """The driver's many errors as the two that matter here. Conflicts come in three shapes."""
    try:
        yield
    except DuplicateKeyError as error:
        raise Conflict("a document with this id exists") from error
    except BulkWriteError as error:
        codes = {failure["code"] for failure in error.details["writeErrors"]}
        if codes <= {DUPLICATE, WRITE_CONFLICT}:
            raise Conflict("a document with this id exists") from error
        raise
    except ConnectionFailure as error:
        raise Outage(repr(error)[:200]) from error
    except PyMongoError as error:
        if error.timeout:
            raise Outage(repr(error)[:200]) from error
        labels = ("TransientTransactionError", "UnknownTransactionCommitResult")
        if any(map(error.has_error_label, labels)) or _code(error) in (WRITE_CONFLICT, 251):
            raise Conflict(repr(error)[:200]) from error
        raise


def _code(error: PyMongoError) -> int | None:
    return error.code if isinstance(error, OperationFailure) else None


def _query(kind: type[Stored], where: dict[str, Any], *more: str) -> dict[str, Any]:
    """Refused where a field has no index. The embedded database uses the index of the first field,
    and nearly everything is of one buyer.
    """
    for field in (*where, *more):
        if field not in kind.indexes:
            raise ValueError(f"{kind.__name__}.{field} has no index")
    only_values(where)
    return {field: where[field] for field in sorted(where, key="buyer_id".__eq__)}


def _pieces(ids: Iterable[str]) -> Iterator[list[str]]:
    everything = list(ids)
    for start in range(0, len(everything), PIECE):
        yield everything[start : start + PIECE]


BESIDE = "beside "
"""How collections are called that are filled beside those that serve: `ansvar console rebuild`."""

RENAMING = 120.0
"""Seconds for one collection: the embedded database takes half a second to eight for one with seven
indexes (each is a file of its own), which is longer than any other question may take."""


class _Ordered:
    """The lists of one field, read between two places in their order."""

    def __init__(self, collection: Any, field: str, sort: str, descending: bool) -> None:
        self._collection, self._field = collection, field
        self._sort, self._descending = sort, descending

    async def read(
        self, name: str, after: str | None, until: str | None, limit: int, *only: str
    ) -> list[dict[str, Any]]:
        begins, ends = ("$lt", "$gte") if self._descending else ("$gt", "$lte")
        between = {op: place for op, place in ((begins, after), (ends, until)) if place is not None}
        query = {self._field: name} | ({self._sort: between} if between else {})
        cursor = self._collection.find(query, only or None)
        found = cursor.sort(self._sort, -1 if self._descending else 1).limit(limit)
        return list(await found.to_list(limit))

    async def places(
        self, name: str, after: str | None, until: str | None, limit: int
    ) -> list[str]:
        there = await self.read(name, after, until, limit, self._sort)
        return [document[self._sort] for document in there]


class _Beside:
    """A database in which all collections have another name: one that is filled beside it."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def __getitem__(self, name: str) -> Any:
        return self._db[BESIDE + name]

    def __getattr__(self, name: str) -> Any:
        return self._db[BESIDE + name]

    async def list_collection_names(self) -> list[str]:
        names = await self._db.list_collection_names()
        return [name.removeprefix(BESIDE) for name in names if name.startswith(BESIDE)]

    async def create_collection(self, name: str) -> None:
        await self._db.create_collection(BESIDE + name)


class MongoStore:
    """One service's database: a `Store`, the journal for the relay, deadlines and leases.

    `beside`: the same again in collections of other names, to be filled while the first serve.
    """

    def __init__(self, url: str, service: str, keyring: KeyRing, *, beside: bool = False) -> None:
        self.service = service
        self.keyring = keyring
        self.client = connect(url)
        self._database = self.client[f"ansvar_{service}"]
        self.db: Any = _Beside(self._database) if beside else self._database
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
            for piece in _pieces(missing):
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
            ordered = _Ordered(self.db[kind.__name__], field, sort, descending)
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
            for piece in _pieces(dict.fromkeys(values)):
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
            for piece in _pieces(ids):
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
        await self._refuse_stale_reads(work, session)
        by_kind: dict[type[Stored], list[Aggregate]] = {}
        for (kind, _), aggregate in work.saved.items():
            by_kind.setdefault(kind, []).append(aggregate)
        for kind, aggregates in by_kind.items():
            await self._write_kind(self.db[kind.__name__], aggregates, keys, session)
        await self._write_records(work, keys, session)
        if block is not None:
            await self.db.journal.insert_one(block_document(block), session=session)
            await self.db.parcels.insert_one({"c": block.c}, session=session)
        if work.inbox:
            await self.db.inbox.insert_one(inbox_document(work.inbox), session=session)
        await self._write_waiting(work, keys, session)

    async def _refuse_stale_reads(self, work: Work, session: Any) -> None:
        """What was read from memory and not saved must still be what the database holds."""
        unsaved = {key: v for key, v in work.read.items() if key not in work.saved}
        for kind in {key[0] for key in unsaved}:
            ids = [id for known, id in unsaved if known is kind]
            for piece in _pieces(ids):
                cursor = self.db[kind.__name__].find(
                    {"_id": {"$in": piece}}, {"version": 1}, session=session
                )
                now = {d["_id"]: d["version"] for d in await cursor.to_list(PIECE)}
                if any(now.get(id) != unsaved[kind, id] for id in piece):
                    raise Conflict(f"{kind.__name__} was changed since it was read")

    async def _write_kind(
        self, collection: Any, aggregates: list[Aggregate], keys: Keys, session: Any
    ) -> None:
        new, old = [], []
        for aggregate in aggregates:
            document = state_document(aggregate, keys) | {"version": aggregate.version + 1}
            if aggregate.version:
                place = {"_id": aggregate.id, "version": aggregate.version}
                old.append(ReplaceOne(place, document))
            else:
                new.append(document)
        if new:  # an upsert would cost four times as much
            await collection.insert_many(new, ordered=False, session=session)
        if old:
            result = await collection.bulk_write(old, ordered=False, session=session)
            if result.matched_count != len(old):
                raise Conflict(f"{collection.name} was changed since it was read")

    async def _write_records(self, work: Work, keys: Keys, session: Any) -> None:
        last: dict[Key, Any] = {}
        new: dict[Key, dict[str, Any]] = {}
        for key, record in work.records:
            place = {"_id": key[1]}
            new.pop(key, None)
            last.pop(key, None)
            if record is None:
                last[key] = DeleteOne(place)
            elif key in work.absent:  # an upsert would cost four times as much
                new[key] = state_document(record, keys)
            else:
                last[key] = ReplaceOne(place, state_document(record, keys), upsert=True)
        for written in {key[0] for key in new}:
            documents = [document for (kind, _), document in new.items() if kind is written]
            await self.db[written.__name__].insert_many(documents, ordered=False, session=session)
        for written in {key[0] for key in last}:
            writes = [write for (kind, _), write in last.items() if kind is written]
            await self.db[written.__name__].bulk_write(writes, ordered=False, session=session)

    async def _write_waiting(self, work: Work, keys: Keys, session: Any) -> None:
        """Deadlines, effects, and messages that wait; what has come of them is taken away."""
        later: dict[str, Any] = {}
        for id, at, reminder, message in work.due:
            if at is None or reminder is None:
                later[id] = DeleteOne({"_id": id})
                continue
            document = later_document(id, reminder, message, keys) | {"at": at.timestamp()}
            later[id] = ReplaceOne({"_id": id}, document, upsert=True)
        if work.fired:
            fired = [DeleteOne({"_id": i, "at": at.timestamp()}) for i, at in work.fired]
            result = await self.db.deadlines.bulk_write(fired, ordered=False, session=session)
            if result.deleted_count != len(fired):
                raise Conflict("a deadline was moved or cancelled since it was read")
        if later:
            await self.db.deadlines.bulk_write(list(later.values()), ordered=False, session=session)
        effects: dict[str, Any] = {
            id: DeleteOne({"_id": id, "cause": cause}) for id, cause in work.done
        }
        for id, effect, message in work.effects:
            document = later_document(id, effect, message, keys) | {"tries": 0, "from": 0.0}
            effects[id] = ReplaceOne({"_id": id}, document, upsert=True)
        if effects:
            await self.db.effects.bulk_write(list(effects.values()), ordered=False, session=session)
        waiting: list[Any] = [DeleteOne({"_id": id}) for id in work.released]
        for number, held in enumerate(work.held):
            document = held_document(held, self._place + number)
            if held.message.original_id:
                waiting.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
            else:
                waiting.append(InsertOne(document))
        if waiting:
            await self.db.held.bulk_write(waiting, ordered=True, session=session)

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


# ---------------------------------------------------------------- keys and files


class MongoKeyRing:
    """Keys in a database of their own, each wrapped with the master key (AES-256-GCM)."""

    FRESH = 60.0
    """Seconds that a key is believed without asking: so long a destroyed one may still open."""

    def __init__(
        self,
        url: str,
        master: bytes,
        database: str = "ansvar_keys",
        before: Iterable[bytes] = (),
    ) -> None:
        """`before` are master keys that some keys may still be wrapped with, until `rewrap`."""
        self.client = connect(url)
        self._keys = self.client[database]["keys"]
        self._master = AESGCM(master)
        self._before = [AESGCM(one) for one in before]
        self._known: OrderedDict[KeyName, tuple[float, bytes | None]] = OrderedDict()

    @classmethod
    def of(cls, settings: ServiceSettings) -> "MongoKeyRing":
        """The keys of a system, where its settings say that they lie."""
        url = settings.keys_url or settings.mongo_url
        return cls(url, settings.key("master"), before=settings.masters_before())

    async def prepare(self) -> None:
        with in_our_words():
            await self._keys.create_index("subject")

    async def keys(self, names: Iterable[KeyName], *, create: bool) -> Keys:
        now, found, missing = time.monotonic(), dict[KeyName, bytes | None](), list[KeyName]()
        for name in names:
            held = self._known.get(name)
            if held and now - held[0] < self.FRESH:
                found[name] = held[1]
            else:
                missing.append(name)
        if missing:
            found |= await self._read(missing)
            absent = [name for name in missing if name not in found]
            if absent and create:
                found |= await self._create(absent)
            for name in missing:
                if name in found:
                    self._known[name] = (now, found[name])
            while len(self._known) > CACHED:
                self._known.popitem(last=False)
        return found

    async def _read(self, names: list[KeyName]) -> dict[KeyName, bytes | None]:
        found: dict[KeyName, bytes | None] = {}
        with in_our_words():
            for piece in _pieces([":".join(name) for name in names]):
                async for d in self._keys.find({"_id": {"$in": piece}}):
                    key_class, _, subject = d["_id"].partition(":")
                    found[key_class, subject] = self._unwrapped(d)
        return found

    async def _create(self, names: list[KeyName]) -> dict[KeyName, bytes | None]:
        documents = [self._wrapped(":".join(name), secrets.token_bytes(32)) for name in names]
        with suppress(Conflict), in_our_words():  # another process may have made some of them
            await self._keys.insert_many(documents, ordered=False)
        return await self._read(names)

    def _wrapped(self, id: str, key: bytes) -> dict[str, Any]:
        nonce = secrets.token_bytes(12)
        sealed = nonce + self._master.encrypt(nonce, key, id.encode())
        return {"_id": id, "subject": id.partition(":")[2], "key": sealed}

    def _unwrapped(self, document: dict[str, Any]) -> bytes | None:
        sealed = document.get("key")
        if sealed is None:
            return None
        return self._unwrapped_by(document)[0]

    def _unwrapped_by(self, document: dict[str, Any]) -> tuple[bytes, AESGCM]:
        """The key, and the master key that it was wrapped with."""
        sealed, id = document["key"], document["_id"]
        for master in (self._master, *self._before):
            with suppress(InvalidTag):
                return master.decrypt(sealed[:12], sealed[12:], id.encode()), master
        raise ValueError(
            f"the key {id} was wrapped with a master key that is not known here: name the one "
            "before in ANSVAR_MASTER_KEY_BEFORE"
        )

    async def rewrap(self) -> int:
        """Wrap every key that an earlier master key wraps with the current one: how many were.

        Services that know both masters go on meanwhile. A key that is destroyed meanwhile stays so.
        """
        done = 0
        with in_our_words():
            async for d in self._keys.find({"key": {"$ne": None}}):
                key, master = self._unwrapped_by(d)
                if master is self._master:
                    continue
                wrapped = self._wrapped(d["_id"], key)["key"]
                lies = {"_id": d["_id"], "key": d["key"]}
                changed = await self._keys.update_one(lies, {"$set": {"key": wrapped}})
                done += changed.modified_count
        return done

    async def subjects(self) -> list[str]:
        """Everybody for whom there is or was a key."""
        with in_our_words():
            found = {d["subject"] async for d in self._keys.find({}, {"subject": 1})}
        return sorted(found)

    async def hold(self, subject: str, reason: str) -> None:
        """Let nobody destroy the keys of a person, such as while a case is in court."""
        with in_our_words():
            await self._keys.update_many({"subject": subject}, {"$set": {"held": reason}})

    async def release(self, subject: str) -> None:
        with in_our_words():
            await self._keys.update_many({"subject": subject}, {"$unset": {"held": ""}})

    async def destroy(self, subject: str) -> None:
        """Erase a person: what was sealed with its keys can never be read again.

        Raises `HeldBack` where somebody holds the person's data.
        """
        with in_our_words():
            async for known in self._keys.find({"subject": subject}, {"held": 1}):
                if known.get("held"):
                    raise HeldBack(f"{subject} is held and cannot be erased: {known['held']}")
            gone = {"key": None, "destroyed": datetime.now(UTC)}
            await self._keys.update_many({"subject": subject}, {"$set": gone})
        self._known.clear()

    def close(self) -> None:
        self.client.close()


class MongoFiles:
    """Files by the SHA-256 of their bytes, sealed with a key of their own, in GridFS.

    GridFS is outside transactions: a file is written before the fact that names it. `brought` is
    when somebody brought it last: until long after that, nobody may take it for an orphan.
    """

    def __init__(self, store: MongoStore) -> None:
        self._bucket = AsyncIOMotorGridFSBucket(store.db, bucket_name="files")
        self._files = store.db["files.files"]
        self._chunks = store.db["files.chunks"]
        self._keyring = store.keyring

    async def put(self, sha256: str, data: bytes) -> None:
        """Keep a file. The same bytes again change nothing."""
        name = ("file", sha256)
        key = (await self._keyring.keys([name], create=True))[name]
        if key is None:
            raise Conflict("the key of this file was destroyed")
        with in_our_words():
            now = datetime.now(UTC)
            # In one step with looking whether it is there: `remove` takes away what is not brought.
            brought = {"$set": {"metadata.brought": now}}
            known = await self._files.update_one({"filename": sha256}, brought)
            if not known.matched_count:
                sealed = await asyncio.to_thread(_sealed, data, key, sha256)
                await self._bucket.upload_from_stream(sha256, sealed, metadata={"brought": now})

    async def get(self, sha256: str) -> bytes | None:
        """The bytes of a file, or None if there is none or it was erased."""
        name = ("file", sha256)
        key = (await self._keyring.keys([name], create=False)).get(name)
        with in_our_words():
            if key is None or await self._files.find_one({"filename": sha256}) is None:
                return None
            stream = await self._bucket.open_download_stream_by_name(sha256)
            sealed: bytes = await stream.read()
        return await asyncio.to_thread(_opened, sealed, key, sha256)

    async def old(self, before: datetime, after: str, limit: int) -> list[str]:
        """Hashes of files that nobody has brought since `before`, in their order."""
        with in_our_words():
            query = {"filename": {"$gt": after}, "metadata.brought": {"$lt": before}}
            found = self._files.find(query, {"filename": 1}).sort("filename", 1).limit(limit)
            return list(dict.fromkeys([d["filename"] async for d in found]))

    async def remove(self, sha256: str, before: datetime) -> bool:
        """Take a file away, unless somebody has brought it since `before`."""
        with in_our_words():
            query = {"filename": sha256, "metadata.brought": {"$lt": before}}
            gone = await self._files.find_one_and_delete(query, projection={"_id": 1})
            if gone is None:
                return False
            await self._chunks.delete_many({"files_id": gone["_id"]})
        return True

    async def remove_pieces(self, before: datetime) -> int:
        """Take away chunks whose file was never finished, or was taken away half."""
        removed = 0
        with in_our_words():
            query = {"files_id": {"$lt": ObjectId.from_datetime(before)}, "n": 0}
            begun = [d["files_id"] async for d in self._chunks.find(query, {"files_id": 1})]
            for start in range(0, len(begun), PIECE):
                ids = begun[start : start + PIECE]
                there = self._files.find({"_id": {"$in": ids}}, {"_id": 1})
                whole = {d["_id"] async for d in there}
                for id in ids:
                    if id not in whole:
                        removed += (await self._chunks.delete_many({"files_id": id})).deleted_count
        return removed

    async def erase(self, sha256: str) -> None:
        """Destroy a file's key, so that it cannot be read or kept again, and then the file."""
        await self._keyring.destroy(sha256)
        with in_our_words():
            async for found in self._files.find({"filename": sha256}, {"_id": 1}):
                await self._bucket.delete(found["_id"])


def _sealed(data: bytes, key: bytes, sha256: str) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, data, sha256.encode())


def _opened(sealed: bytes, key: bytes, sha256: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], sha256.encode())
