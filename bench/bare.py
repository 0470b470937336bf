"""The bare copy: the same documents, transactions and sends as `bench.services`, and nothing else.

No framework, no reading, no deciding, no checking: two loops that copy what arrives. What ours
costs beyond this is the price of everything that makes the way safe.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReplaceOne
from pymongo.errors import PyMongoError

from shared.embedded.patience import be_patient

KAFKA, MONGO = os.environ["ANSVAR_KAFKA_URL"], os.environ["ANSVAR_MONGO_URL"]
COLLECTIONS = ("journal", "parcels", "inbox", "deadlines")


async def write(
    client: Any,
    db: Any,
    collection: str,
    states: dict[str, dict[str, Any]],
    before: dict[str, int],
    entries: list[dict[str, object]],
    place: int,
    ids: list[str],
) -> None:
    async with await client.start_session() as session, session.start_transaction():
        new = [d for k, d in states.items() if k not in before]
        old = [
            ReplaceOne({"_id": k, "version": {"$gt": 0}}, d)
            for k, d in states.items()
            if k in before
        ]
        if new:
            await db[collection].insert_many(new, ordered=False, session=session)
        if old:
            await db[collection].bulk_write(old, ordered=False, session=session)
        await db.journal.insert_one({"c": place, "e": entries, "dead": []}, session=session)
        await db.parcels.insert_one({"c": place}, session=session)
        await db.inbox.insert_one({"ids": ids, "at": 1.5, "outcomes": []}, session=session)


async def written(once: Callable[[], Awaitable[None]]) -> None:
    """Written, also where the database gave it up because the machine was too busy for it."""
    while True:
        try:
            return await once()
        except PyMongoError as error:
            if not error.has_error_label("TransientTransactionError"):
                raise


async def hop(name: str, topic: str, out: str, collection: str, type_: str) -> None:
    client: AsyncIOMotorClient = AsyncIOMotorClient(MONGO, timeoutMS=20_000)  # type: ignore[type-arg]
    db = client[f"bare_{name}"]
    for made in (*COLLECTIONS, collection):
        await db.create_collection(made)
    await db.journal.create_index("c")
    await db.journal.create_index("e.key")
    await db.parcels.create_index("c")
    await db.inbox.create_index("ids", unique=True)
    producer = AIOKafkaProducer(
        bootstrap_servers=KAFKA, enable_idempotence=True, acks="all", max_batch_size=1 << 18
    )
    await producer.start()
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=KAFKA,
        group_id=f"bare-{name}",
        group_instance_id=f"bare-{name}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    print("up", flush=True)  # noqa: T201
    versions: dict[str, int] = {}

    async def send(entries: list[dict[str, object]], place: int) -> None:
        sending = []
        for e in entries:
            told = {
                "ce_specversion": "1.0",
                "ce_id": e["id"],
                "ce_source": name,
                "ce_type": type_,
                "ce_time": e["time"],
                "ce_subject": e["key"],
                "ce_correlationid": e["correlation"],
                "ce_causationid": e["cause"],
                "ce_sequence": e["number"],
                "ce_prevhash": e["prevhash"],
                "content-type": "application/json",
            }
            headers = [(k, str(v).encode()) for k, v in told.items()]
            key = str(e["key"]).encode()
            sending.append(await producer.send(out, e["body"], key=key, headers=headers))
        await asyncio.gather(*sending)
        await db.parcels.delete_one({"c": place})

    task: asyncio.Task[None] | None = None
    while True:
        fetched = await consumer.getmany(timeout_ms=15, max_records=500)
        records = [record for part in fetched.values() for record in part]
        if not records:
            continue
        ids, entries, states = [], [], {}
        place = time.time_ns() // 1000 << 10
        before = dict(versions)
        for record in records:
            headers = {k: v.decode() for k, v in record.headers}
            key = record.key.decode()
            number = versions[key] = versions.get(key, 0) + 1
            ids.append(headers["ce_id"])
            states[key] = {
                "_id": key,
                "version": number,
                "number": number,
                "head": "0" * 64,
                "block": place,
                "name": "n" * 20,
                "times": number,
            }
            entries.append(
                {
                    "id": f"{name}/{collection}/{key}/{number}",
                    "type": type_,
                    "topic": out,
                    "kind": collection,
                    "key": key,
                    "number": number,
                    "prevhash": "0" * 64,
                    "hash": "1" * 64,
                    "cause": headers["ce_id"],
                    "correlation": headers.get("ce_correlationid", headers["ce_id"]),
                    "time": "2026-11-22T08:00:00.000000+00:00",
                    "body": record.value[:420],
                }
            )
        await written(partial(write, client, db, collection, states, before, entries, place, ids))
        if task:
            await task
        task = asyncio.create_task(send(entries, place))
        await consumer.commit()


async def main() -> None:
    be_patient()
    await asyncio.gather(
        hop(
            "onboarding",
            "contracts.v1",
            "onboarding.v1",
            "Party",
            "ansvar.onboarding.PartyRegistered.v1",
        ),
        hop(
            "screening",
            "onboarding.v1",
            "screening.v1",
            "Screening",
            "ansvar.screening.PartyScreened.v1",
        ),
    )


if __name__ == "__main__":
    asyncio.run(main())
