"""The files of the watched folder that were taken: they lie there in clear, beside what is kept.

What must not be kept is taken away there too.
"""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from services.onboarding.intake import REFUSED, TAKEN, shelf_mark


class Taken(Protocol):
    async def remove(self, digest: str) -> int:
        """Take away every copy of a file; returns how many there were."""


class TakenFolder:
    """`folder` is the watched one; without it nothing lies anywhere."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def remove(self, digest: str) -> int:
        return await asyncio.to_thread(self._remove, digest)

    def _remove(self, digest: str) -> int:
        removed = 0
        for shelf in (TAKEN, REFUSED):
            if self._folder is None:
                break
            for path in (self._folder / shelf).glob(f"*/{shelf_mark(digest)}*"):
                if not path.is_symlink() and path.is_file() and _digest(path) == digest:
                    path.unlink()
                    removed += 1
        return removed


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()
