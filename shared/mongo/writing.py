"""What one commit writes: aggregates, records, the journal, the inbox, and what waits."""

from typing import Any

from pymongo import DeleteOne, InsertOne, ReplaceOne

from shared.documents import (
    block_document,
    held_document,
    inbox_document,
    later_document,
    state_document,
)
from shared.domain import Aggregate, Stored
from shared.envelope import Block
from shared.mongo.line import PIECE, pieces
from shared.sealing import (
    Keys,
)
from shared.store import Conflict, Key, Work


async def write(
    db: Any, work: Work, block: Block | None, keys: Keys, session: Any, place: int
) -> None:
    """Write what a batch of messages changes, within a transaction; `place` orders what waits."""
    await _refuse_stale_reads(db, work, session)
    by_kind: dict[type[Stored], list[Aggregate]] = {}
    for (kind, _), aggregate in work.saved.items():
        by_kind.setdefault(kind, []).append(aggregate)
    for kind, aggregates in by_kind.items():
        await _write_kind(db[kind.__name__], aggregates, keys, session)
    await _write_records(db, work, keys, session)
    if block is not None:
        await db.journal.insert_one(block_document(block), session=session)
        await db.parcels.insert_one({"c": block.c}, session=session)
    if work.inbox:
        await db.inbox.insert_one(inbox_document(work.inbox), session=session)
    await _write_waiting(db, work, keys, session, place)


async def _refuse_stale_reads(db: Any, work: Work, session: Any) -> None:
    """What was read from memory and not saved must still be what the database holds."""
    unsaved = {key: v for key, v in work.read.items() if key not in work.saved}
    for kind in {key[0] for key in unsaved}:
        ids = [id for known, id in unsaved if known is kind]
        for piece in pieces(ids):
            cursor = db[kind.__name__].find(
                {"_id": {"$in": piece}}, {"version": 1}, session=session
            )
            now = {d["_id"]: d["version"] for d in await cursor.to_list(PIECE)}
            if any(now.get(id) != unsaved[kind, id] for id in piece):
                raise Conflict(f"{kind.__name__} was changed since it was read")


async def _write_kind(
    collection: Any, aggregates: list[Aggregate], keys: Keys, session: Any
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


async def _write_records(db: Any, work: Work, keys: Keys, session: Any) -> None:
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
        await db[written.__name__].insert_many(documents, ordered=False, session=session)
    for written in {key[0] for key in last}:
        writes = [write for (kind, _), write in last.items() if kind is written]
        await db[written.__name__].bulk_write(writes, ordered=False, session=session)


async def _write_waiting(db: Any, work: Work, keys: Keys, session: Any, place: int) -> None:
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
        result = await db.deadlines.bulk_write(fired, ordered=False, session=session)
        if result.deleted_count != len(fired):
            raise Conflict("a deadline was moved or cancelled since it was read")
    if later:
        await db.deadlines.bulk_write(list(later.values()), ordered=False, session=session)
    effects: dict[str, Any] = {
        id: DeleteOne({"_id": id, "cause": cause}) for id, cause in work.done
    }
    for id, effect, message in work.effects:
        document = later_document(id, effect, message, keys) | {"tries": 0, "from": 0.0}
        effects[id] = ReplaceOne({"_id": id}, document, upsert=True)
    if effects:
        await db.effects.bulk_write(list(effects.values()), ordered=False, session=session)
    waiting: list[Any] = [DeleteOne({"_id": id}) for id in work.released]
    for number, held in enumerate(work.held):
        document = held_document(held, place + number)
        if held.message.original_id:
            waiting.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
        else:
            waiting.append(InsertOne(document))
    if waiting:
        await db.held.bulk_write(waiting, ordered=True, session=session)
