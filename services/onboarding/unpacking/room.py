"""Where containers are opened: a process for each, with a limit of time and memory.

A process of its own costs a tenth of a second; containers are few, and nothing of one is left when
the next comes.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import orjson

from .parts import LARGEST_CONTAINER, LARGEST_PART, MOST_PARTS, NotOpened, Part

LONGEST = 60.0
"""Seconds until the next part is there; of processor time a container has less anyway."""

LONGEST_LINE = 65_536


class UnpackingRoom(Protocol):
    """Opens containers without letting them near us."""

    def open(self, data: bytes) -> AsyncIterator[Part]:
        """The parts, one at a time. Raises `NotOpened`, perhaps after some of them."""


class Unpackers:
    """At most so many containers are opened at the same time."""

    def __init__(self, most: int = 2, *, longest: float = LONGEST) -> None:
        self._places = asyncio.Semaphore(most)
        self._longest = longest

    async def open(self, data: bytes) -> AsyncIterator[Part]:
        if len(data) > LARGEST_CONTAINER:
            raise NotOpened(f"it has {len(data)} bytes; at most {LARGEST_CONTAINER} are opened")
        async with self._places, _process() as process:
            feeding = asyncio.create_task(_feed(process, data))
            try:
                for _ in range(MOST_PARTS + 1):
                    part = await self._next(process)
                    if part is None:
                        return
                    yield part
            finally:
                feeding.cancel()

    async def _next(self, process: asyncio.subprocess.Process) -> Part | None:
        """The time that the caller takes for a part is not the process's."""
        try:
            async with asyncio.timeout(self._longest):
                return await _part(process)
        except TimeoutError as error:
            reason = f"opening it took longer than {self._longest:.0f} seconds"
            raise NotOpened(reason) from error
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            reason = "the program that opened it broke down: it is damaged, or made to do harm"
            raise NotOpened(reason) from error


@asynccontextmanager
async def _process() -> AsyncIterator[asyncio.subprocess.Process]:
    # Only what an interpreter needs: the environment of a service holds its keys.
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ
    }
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.onboarding.unpacking.desk",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
        limit=LONGEST_LINE,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    with suppress(ConnectionError):  # it has ended: what it said tells why
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()


async def _part(process: asyncio.subprocess.Process) -> Part | None:
    """The next part, None after the last one. Raises `NotOpened` with the reason of the process."""
    back = process.stdout
    assert back is not None
    head = orjson.loads(await back.readuntil(b"\n"))
    if head.get("end"):
        if reason := head.get("reason"):
            raise NotOpened(str(reason))
        return None
    if not 0 <= head["size"] <= LARGEST_PART:
        raise ValueError("a part beyond all measure")
    data = await back.readexactly(head["size"])
    return Part(str(head["name"]), data, str(head["path"]), str(head["problem"]))
