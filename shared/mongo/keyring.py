"""The keys of persons and files, in a database of their own."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.mongo.line import connect, in_our_words, pieces
from shared.sealing import (
    HeldBack,
    KeyName,
    Keys,
)
from shared.settings import ServiceSettings
from shared.store import Conflict


class MongoKeyRing:
    """Keys in a database of their own, each wrapped with the master key (AES-256-GCM)."""

    FRESH = 60.0
    """Seconds that a key is believed without asking: so long a destroyed one may still open."""

    KNOWN = 20_000
    """Keys kept in memory per process."""

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
            while len(self._known) > self.KNOWN:
                self._known.popitem(last=False)
        return found

    async def _read(self, names: list[KeyName]) -> dict[KeyName, bytes | None]:
        found: dict[KeyName, bytes | None] = {}
        with in_our_words():
            for piece in pieces([":".join(name) for name in names]):
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
