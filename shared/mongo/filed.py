"""Files, sealed with a key of their own."""

import asyncio
import secrets
from datetime import UTC, datetime

from bson import ObjectId
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from motor.motor_asyncio import AsyncIOMotorGridFSBucket

from shared.mongo.line import PIECE, in_our_words
from shared.mongo.store import MongoStore
from shared.store import Conflict


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
