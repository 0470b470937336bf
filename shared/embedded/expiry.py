"""Documents of the embedded database that have expired go, found by their index.

The stand-in's own sweep reads every document of a collection that has an expiring index, and
nobody writes meanwhile: 1.7 s for 100 000, a minute for an hour of events (`make soak` showed it).
A real one goes by the index; so does this.
"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

AT_ONCE = 500
"""Documents that go in one command: about 0.15 s in which nobody else writes."""

LOOKED = 60.0
"""Seconds between two looks, as a real one does."""

OWN = ("admin", "config", "local")
"""Databases of the server itself."""


def go_on_expiring(url: str, stop: threading.Event) -> None:
    """Look again and again until `stop` is set; where a look fails, the next one does its work."""
    with MongoClient[dict[str, Any]](url, directConnection=True) as client:
        while not stop.wait(LOOKED):
            with suppress(PyMongoError):
                expire(client)


def expire(client: MongoClient[dict[str, Any]], now: datetime | None = None) -> int:
    """Delete what has expired at `now` (UTC), in every database; returns how many documents.

    A collection that goes away meanwhile is left out: the next look will not find it.
    """
    at = now or datetime.now(UTC)
    gone = 0
    for name in client.list_database_names():
        if name in OWN:
            continue
        for collection in client[name].list_collection_names():
            with suppress(PyMongoError):
                gone += _expire(client[name][collection], at)
    return gone


def _expire(collection: Collection[dict[str, Any]], at: datetime) -> int:
    gone = 0
    for field, seconds, covered in _lasting(collection):
        before = at - timedelta(seconds=seconds)
        while True:
            old: dict[str, Any] = {field: {"$lt": before}, **covered}
            found = [one["_id"] for one in collection.find(old, {"_id": 1}).limit(AT_ONCE)]
            went = collection.delete_many({"_id": {"$in": found}}).deleted_count if found else 0
            if not went:
                break
            gone += went
    return gone


def _lasting(
    collection: Collection[dict[str, Any]],
) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """Field, seconds and filter of each index by which documents expire."""
    for index in collection.list_indexes():
        seconds = index.get("expireAfterSeconds")
        if seconds is not None and len(index["key"]) == 1:
            yield next(iter(index["key"])), seconds, dict(index.get("partialFilterExpression", {}))
