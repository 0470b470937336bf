"""Files that no document names are taken away, on a real database; those on their way are not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256

import pytest

from services.onboarding.domain import Document
from services.onboarding.sweep import Sweep
from shared.embedded.stack import Stack
from shared.envelope import Message
from shared.mongo import MongoFiles, MongoKeyRing, MongoStore
from shared.store import Work
from shared.testing import T0

from .papers import BUYER

AT_ONCE = timedelta(0)


@pytest.fixture
async def store(stack: Stack) -> AsyncIterator[MongoStore]:
    keyring = MongoKeyRing(stack.mongo_url, b"m" * 32)
    await keyring.prepare()
    store = MongoStore(stack.mongo_url, "swept", keyring)
    await store.client.drop_database("ansvar_swept")
    await store.prepare((Document,))
    yield store
    store.close()
    keyring.close()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


async def name(store: MongoStore, data: bytes, *, stored: bool = True) -> None:
    """A document that names a file."""
    document = Document.receive(
        buyer_id=BUYER,
        digest=digest(data),
        name="a.pdf",
        media_type="application/pdf",
        size=len(data),
        channel="upload",
        at=T0,
    )
    document.stored = stored
    document.take_announced()
    work = Work(saved={(Document, document.id): document})
    work.take_away(Message(id="told", type="ReceiveFile"))
    await store.commit(work)


async def test_only_files_without_a_document_are_taken_away(store: MongoStore) -> None:
    files = MongoFiles(store)
    named, orphan, infected = b"named" * 100_000, b"orphan" * 100_000, b"infected"
    for data in (named, orphan, infected):
        await files.put(digest(data), data)
    await name(store, named)
    await name(store, infected, stored=False)
    assert await Sweep(store, files, unnamed_for=AT_ONCE).away() == (2, 0)
    assert await files.get(digest(named)) == named
    assert await files.get(digest(orphan)) is None
    assert await files.get(digest(infected)) is None
    left = await store.db["files.chunks"].find({}).to_list(None)
    assert {one["n"] for one in left} == {0, 1}


async def test_a_file_that_was_brought_again_is_on_its_way(store: MongoStore) -> None:
    files = MongoFiles(store)
    await files.put(digest(b"a"), b"a")
    assert await Sweep(store, files, unnamed_for=timedelta(hours=1)).away() == (0, 0)
    (kept,) = await store.db["files.files"].find({}).to_list(None)
    long_ago = kept["metadata"]["brought"] - timedelta(days=2)
    again = {"$set": {"metadata.brought": long_ago}}
    await store.db["files.files"].update_one({"filename": digest(b"a")}, again)
    await files.put(digest(b"a"), b"a")
    assert await Sweep(store, files, unnamed_for=timedelta(hours=1)).away() == (0, 0)
    await store.db["files.files"].update_one({"filename": digest(b"a")}, again)
    assert await Sweep(store, files, unnamed_for=timedelta(hours=1)).away() == (1, 0)


async def test_pieces_of_a_file_that_was_never_finished_are_taken_away(store: MongoStore) -> None:
    """As a process leaves them that dies between the pieces and the file."""
    files = MongoFiles(store)
    for data in (b"whole" * 100_000, b"half" * 100_000):
        await files.put(digest(data), data)
    await name(store, b"whole" * 100_000)
    await store.db["files.files"].delete_one({"filename": digest(b"half" * 100_000)})
    # A moment is told in whole seconds in the id of a piece.
    assert await Sweep(store, files, unnamed_for=timedelta(seconds=-2)).away() == (0, 2)
    assert await files.get(digest(b"whole" * 100_000)) == b"whole" * 100_000
