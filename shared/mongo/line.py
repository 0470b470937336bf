"""The line to MongoDB: how one connects, what one is told, and in which words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
)

from shared.store import Conflict, Outage

PIECE = 50
"""Ids per `$in`: the embedded database takes 150 ms for 500 of them, 4 ms for 50."""

WRITE_CONFLICT, NAMESPACE_EXISTS, DUPLICATE = 112, 48, 11000


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


def pieces(ids: Iterable[str]) -> Iterator[list[str]]:
    everything = list(ids)
    for start in range(0, len(everything), PIECE):
        yield everything[start : start + PIECE]
