"""The virus scanner: clamd, over its own protocol, or none.

A file is sent in pieces (`INSTREAM` in clamd(8)); the scanner never sees our disk, and a file
never lies on it in clear.
"""

import asyncio
import struct
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

PIECE = 1 << 18
TIMEOUT = 60.0
"""Seconds for the whole of one file. clamd itself gives up after 120 (MaxScanTime)."""

LONGEST_ANSWER = 4_096


class ScannerAway(Exception):
    """The scanner gave no answer about a file, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Scanner(Protocol):
    """`in_use` is false where the installation has no scanner: then files go on unscanned.

    `patience` is how long a file waits for a scanner that is away before a person must look.
    """

    @property
    def in_use(self) -> bool: ...
    @property
    def patience(self) -> timedelta: ...

    async def scan(self, data: bytes) -> str:
        """What was found; nothing in a clean file. Raises `ScannerAway`."""


class Unscanned:
    """No scanner."""

    in_use = False
    patience = timedelta(0)

    async def scan(self, data: bytes) -> str:
        raise ScannerAway("this installation has no virus scanner")


class Clamd:
    """clamd at `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""

    in_use = True

    def __init__(self, url: str, *, patience: timedelta, timeout: float = TIMEOUT) -> None:
        place = urlsplit(url)
        if not (place.scheme == "tcp" and place.hostname) and not (
            place.scheme == "unix" and place.path
        ):
            raise ValueError(
                "ANSVAR_CLAMD_URL has the form tcp://host:3310 or unix:///run/clamav/clamd.ctl"
            )
        self._place = place
        self.patience = patience
        self._timeout = timeout

    async def scan(self, data: bytes) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._ask(data)
        except TimeoutError as late:
            raise ScannerAway(f"no answer within {self._timeout:.0f} seconds") from late
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise ScannerAway(f"it cannot be reached: {type(error).__name__}") from error
        return _verdict(answer)

    async def _ask(self, data: bytes) -> str:
        if self._place.scheme == "unix":
            back, out = await asyncio.open_unix_connection(self._place.path, limit=LONGEST_ANSWER)
        else:
            host, port = self._place.hostname, self._place.port or 3310
            back, out = await asyncio.open_connection(host, port, limit=LONGEST_ANSWER)
        try:
            try:
                out.write(b"zINSTREAM\0")
                for start in range(0, len(data), PIECE):
                    piece = data[start : start + PIECE]
                    out.write(struct.pack("!I", len(piece)) + piece)
                    await out.drain()
                out.write(struct.pack("!I", 0))
                await out.drain()
            except ConnectionError:
                # It stops reading where a file is beyond its own limit, and says so before.
                return (await back.readuntil(b"\0")).decode("utf-8", "replace").rstrip("\0")
            return (await back.readuntil(b"\0")).decode("utf-8", "replace").rstrip("\0")
        finally:
            out.close()


def _verdict(answer: str) -> str:
    """`stream: OK`, `stream: Eicar-Test-Signature FOUND`, or an error."""
    said = answer.removeprefix("stream: ").strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:200]
    raise ScannerAway(f"it said: {said[:200]}")
