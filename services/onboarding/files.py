"""Where the bytes of documents lie: once for each content, found by its hash."""

from typing import Protocol


class FileStore(Protocol):
    """Files by the SHA-256 of their bytes. A file is written before the fact that names it."""

    async def put(self, sha256: str, data: bytes) -> None:
        """Keep a file. The same bytes again change nothing."""

    async def get(self, sha256: str) -> bytes | None:
        """The bytes of a file, or None if there is none or it was erased."""

    async def erase(self, sha256: str) -> None:
        """Destroy a file for good: the same bytes do not come back."""
