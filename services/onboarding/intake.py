"""The watched folder: what lies in `<folder>/<buyer id>/` for a moment comes in by itself.

A file is moved to `<folder>/.taken/` only after it was committed, so that a kill at any step
leaves it where it was, and taking it again changes nothing. The folder is looked at rather than
watched for changes, because shares of other machines do not tell of any. A folder with a manifest
(see `manifest`) is taken as a whole.
"""

import asyncio
import logging
import os
import re
import stat
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.onboarding.commands import CheckManifest, ReceiveFile
from services.onboarding.files import FileStore
from services.onboarding.listed import ANSWER, LARGEST_MANIFEST, Listed, manifest_in
from services.onboarding.manifest import Manifest, WrongManifest
from services.onboarding.taking import NOT_KEPT, take, too_large
from services.onboarding.unpacking import LARGEST_CONTAINER
from shared.envelope import Outcome
from shared.store import Outage

log = logging.getLogger("ansvar.onboarding.intake")

LOOK = 0.5
"""Seconds between two looks."""

SETTLED = 1.0
"""Seconds for which nothing about a file may have changed before it is taken."""

EMPTY_SETTLED = 60.0
"""An empty file is mostly one whose writer has not begun."""

AT_ONCE = 200
"""Files of one look; the rest waits for the next."""

TAKEN, REFUSED = ".taken", ".refused"
BUYER = re.compile(r"[a-z0-9][a-z0-9-]{2,99}")
UNFINISHED = re.compile(r"^[.~]|\.(part|partial|tmp|crdownload|filepart)$", re.IGNORECASE)

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A file that lies still, and how it lay there."""

    path: Path
    buyer_id: str
    seen: tuple[int, int, int]


class Intake:
    """One folder of one system."""

    def __init__(
        self,
        folder: Path,
        files: FileStore,
        tell: Callable[[ReceiveFile], Awaitable[Outcome]],
        *,
        check: Callable[[CheckManifest], Awaitable[Outcome]] | None = None,
        settled: float = SETTLED,
        sender_id: Callable[[str], str] = lambda address: "",
    ) -> None:
        self.folder = folder
        self._files = files
        self._tell, self._check = tell, check
        self._settled = settled
        self._sender_id = sender_id
        self._passed_over: set[str] = set()

    async def run(self) -> None:
        """Look at the folder for ever. Outages are waited out; nothing is set aside for one."""
        while True:
            try:
                await self.look()
            except Outage as outage:
                log.warning("the intake waits for the database", extra={"outage": str(outage)})
            except OSError as error:
                log.error("the intake folder cannot be read", extra={"reason": str(error)})
            await asyncio.sleep(LOOK)

    async def look(self) -> int:
        """Take what lies still; returns how many files were taken."""
        taken = 0
        for found in await asyncio.to_thread(self._find):
            if isinstance(found, Listed):
                taken += await self._take_listed(found)
            else:
                taken += await self._take(found)
        return taken

    def _find(self) -> list[Found | Listed]:
        self.folder.mkdir(parents=True, exist_ok=True)
        found: list[Found | Listed] = []
        for entry in sorted(os.scandir(self.folder), key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if not entry.is_dir(follow_symlinks=False) or not BUYER.fullmatch(entry.name):
                self._pass_over(entry.name, "it is not the folder of a buyer")
                continue
            for folder, names in _folders_below(Path(entry.path)):
                if manifest := manifest_in(folder):
                    if listed := self._listed(manifest, entry.name):
                        found.append(listed)
                    continue
                for path in (folder / name for name in names):
                    if len(found) >= AT_ONCE:
                        return found
                    if seen := self._lies_still(path):
                        found.append(Found(path, entry.name, seen))
        return found

    def _listed(self, path: Path, buyer_id: str) -> Listed | None:
        """A manifest that lies still and to which no answer lies beside it yet."""
        seen = self._lies_still(path)
        if seen is None:
            return None
        with path.open("rb") as file:
            listed = Listed(path, buyer_id, file.read(LARGEST_MANIFEST + 1), seen[2] / 1e9)
        return None if listed.answered else listed

    async def _take_listed(self, listed: Listed) -> int:
        """All files of a manifest, or an answer that says what is wrong with it."""
        try:
            there = await asyncio.to_thread(self._beside, listed)
            manifest = listed.read({name: found is not None for name, found in there.items()})
            if manifest is None:
                return 0
            await self._must_be_known(listed.check(manifest))
        except WrongManifest as wrong:
            await self._refuse_listed(listed, wrong)
            return 0
        return await self._take_all(listed, manifest, there)

    async def _must_be_known(self, command: CheckManifest) -> None:
        """Ask the service whether it knows what the manifest names. Raises `WrongManifest`."""
        if self._check is None:
            return
        outcome = await self._check(command)
        error = outcome.error
        problems = [error] if error else (outcome.result or {}).get("problems", [])
        if problems:
            raise WrongManifest(problems)

    def _beside(self, listed: Listed) -> dict[str, Found | None]:
        """The files beside a manifest; None for those that do not lie still yet."""
        names = next((n for f, n in _folders_below(listed.folder) if f == listed.folder), [])
        there: dict[str, Found | None] = {}
        for name in names:
            if name not in (listed.path.name, ANSWER):
                seen = self._lies_still(listed.folder / name)
                there[name] = seen and Found(listed.folder / name, listed.buyer_id, seen)
        return there

    async def _take_all(
        self, listed: Listed, manifest: Manifest, there: dict[str, Found | None]
    ) -> int:
        """First every file is committed. Then the manifest is moved, then the files: what a kill
        leaves of them is taken once more, which changes nothing.
        """
        done: list[tuple[Found, str, str]] = []
        for entry in manifest.files:
            found = there[entry.file]
            assert found is not None
            sender_id = self._sender_id(entry.sender) if entry.sender else ""
            told = await self._tell_of(found, **listed.known(entry, sender_id))
            if told is None:
                return 0  # it changed meanwhile: the folder is looked at again
            done.append((found, *told))
        seen = _lay(listed.path.lstat())
        own = Found(listed.path, listed.buyer_id, seen)
        await asyncio.to_thread(self._put_away, own, listed.digest, TAKEN)
        (listed.folder / ANSWER).unlink(missing_ok=True)
        for found, digest, shelf in done:
            await asyncio.to_thread(self._put_away, found, digest, shelf)
        return len(done)

    async def _refuse_listed(self, listed: Listed, wrong: WrongManifest) -> None:
        """Nothing of the folder is taken. The answer lies beside the manifest, and an officer has
        it to look at, as a document that waits.
        """
        log.warning("a manifest is wrong", extra={"problems": len(wrong.problems)})
        outcome = await self._tell(
            ReceiveFile(
                buyer_id=listed.buyer_id,
                sha256=listed.digest,
                name=listed.path.name,
                media_type="application/json",
                size=len(listed.data),
                channel="folder",
                refused=f"the manifest is wrong, nothing of its folder was taken: {wrong}"[:1_000],
            )
        )
        if outcome.error is None:
            await asyncio.to_thread(listed.answer, wrong)

    def _lies_still(self, path: Path) -> tuple[int, int, int] | None:
        """By the time of the last change of the file itself, which no copying program sets back."""
        try:
            status = path.lstat()
        except FileNotFoundError:
            return None  # its writer has renamed it, or another process has taken it
        if not stat.S_ISREG(status.st_mode):
            self._pass_over(str(path), "it is no ordinary file")
            return None
        wait = self._settled if status.st_size else max(self._settled, EMPTY_SETTLED)
        return _lay(status) if time.time() - status.st_ctime >= wait else None

    def _pass_over(self, name: str, why: str) -> None:
        if name not in self._passed_over:
            self._passed_over.add(name)
            log.warning("passed over in the intake folder: %s", why, extra={"file": name})

    async def _take(self, found: Found) -> bool:
        told = await self._tell_of(found)
        if told is None:
            return False
        await asyncio.to_thread(self._put_away, found, *told)
        return True

    async def _tell_of(self, found: Found, **known: Any) -> tuple[str, str] | None:
        """Keep a file and have it committed. Its hash, and the shelf where it belongs: none where
        it must not come back. None at all where it has moved or changed.
        """
        opened = await asyncio.to_thread(self._read, found)
        if opened is None:
            return None
        data, digest, size = opened
        refusals: list[str] = []

        async def tell(command: ReceiveFile) -> Outcome:
            refusals.append(command.refused)
            return await self._tell(command)

        if data is None:
            outcome = await tell(
                ReceiveFile(
                    buyer_id=found.buyer_id,
                    sha256=digest,
                    name=found.path.name,
                    media_type="application/octet-stream",
                    size=size,
                    channel="folder",
                    refused=too_large(size, LARGEST_CONTAINER),
                    **known,
                )
            )
        else:
            outcome = await take(
                data,
                name=found.path.name,
                buyer_id=found.buyer_id,
                channel="folder",
                files=self._files,
                tell=tell,
                **known,
            )
        if outcome.error is not None:
            log.error("the intake refused a file", extra={"reason": outcome.error["reason"]})
        if any(refused.startswith(NOT_KEPT) for refused in refusals):
            return digest, ""
        return digest, REFUSED if outcome.error is not None else TAKEN

    def _read(self, found: Found) -> tuple[bytes | None, str, int] | None:
        """The bytes (None where there are too many), their hash and number; None if it moved."""
        try:
            # Not blocking, not through links: what lies there may have been swapped since.
            handle = os.open(found.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            self._pass_over(str(found.path), f"it does not open: {error.strerror}")
            return None
        with os.fdopen(handle, "rb") as file:
            if _lay(os.fstat(file.fileno())) != found.seen:
                return None
            digest, kept, size = sha256(), bytearray(), 0
            while piece := file.read(PIECE):
                digest.update(piece)
                size += len(piece)
                if size <= LARGEST_CONTAINER:
                    kept += piece
            if _lay(os.fstat(file.fileno())) != found.seen:
                return None
        return (bytes(kept) if size <= LARGEST_CONTAINER else None), digest.hexdigest(), size

    def _put_away(self, found: Found, digest: str, shelf: str) -> None:
        """Out of the way, under a name that no other file has. One that was written again while it
        was taken stays, and is taken as what it has become.
        """
        target = self.folder / (shelf or TAKEN) / found.buyer_id
        target.mkdir(parents=True, exist_ok=True)
        try:
            if _lay(found.path.lstat()) != found.seen:
                return
            if not shelf:
                found.path.unlink()
            else:
                found.path.replace(target / f"{shelf_mark(digest)}{found.path.name[-200:]}")
        except FileNotFoundError:
            log.info("somebody else has moved a file that was taken", extra={"sha256": digest})


def shelf_mark(digest: str) -> str:
    """How the name of a file begins where it was put away."""
    return f"{digest[:12]}-"


def _folders_below(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    for directory, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield Path(directory), sorted(name for name in names if not UNFINISHED.search(name))


def _lay(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_ctime_ns
