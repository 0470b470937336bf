"""Takes away files that no document names.

A file is kept before the fact that names it, so a death in between leaves one that nobody knows;
so do files of an archive that turned out bad, and files that carried a virus. What was brought
within the last hours is let be: its document may still be on its way.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from services.onboarding.domain import Document
from shared.store import Store

UNNAMED_FOR = timedelta(hours=24)
"""Real time since a file was brought last. An effect that keeps files is retried each hour at the
latest, and brings them again.
"""

AT_ONCE = 500


class Orphanage(Protocol):
    """The files by the time at which they were brought last."""

    async def old(self, before: datetime, after: str, limit: int) -> list[str]:
        """Hashes of files that nobody has brought since, in the order of their hashes."""

    async def remove(self, sha256: str, before: datetime) -> bool:
        """Take a file away, unless somebody has brought it in the meantime."""

    async def remove_pieces(self, before: datetime) -> int:
        """Take away pieces of files that were never finished; returns how many."""


class Sweep:
    def __init__(
        self, store: Store, files: Orphanage, *, unnamed_for: timedelta = UNNAMED_FOR
    ) -> None:
        self._store, self._files, self._unnamed_for = store, files, unnamed_for

    async def away(self) -> tuple[int, int]:
        """How many files and how many pieces were taken away."""
        # Real time: the business clock of a demonstration runs ahead, uploads do not.
        before = datetime.now(UTC) - self._unnamed_for
        gone, last = 0, ""
        while hashes := await self._files.old(before, last, AT_ONCE):
            for sha256 in hashes:
                if not await self._is_named(sha256):
                    gone += await self._files.remove(sha256, before)
            last = hashes[-1]
        return gone, await self._files.remove_pieces(before)

    async def _is_named(self, sha256: str) -> bool:
        named = await self._store.search(Document, {"sha256": sha256}, limit=100)
        return any(document.stored for document in named)
