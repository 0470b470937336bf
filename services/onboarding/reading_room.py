"""Where documents are read: in processes of their own, with a limit of time and memory.

A document is bytes from a stranger. The libraries that open it run in a few worker processes that
hold no keys and no connections; one that hangs or takes too much is ended, and only the document
that did it is lost to it. What comes back is checked JSON, never pickled objects.
"""

import asyncio
import logging
import os
import sys
from typing import Protocol

import orjson

from services.onboarding.readers import LARGEST, NotUnderstood, Reading
from services.onboarding.readers.reading import Region

log = logging.getLogger("ansvar.onboarding.reading")

LONGEST = 30.0
"""Seconds for one document; the largest of the official samples takes a tenth of one."""

LONGEST_START = 60.0
"""Seconds that a new process has for its imports; a busy machine takes its time."""

READY = b"ready"
"""What a process says once it can read."""

MOST_ANSWER = 64_000_000
"""Bytes of a reading."""

MOST_MEMORY = 1_000_000_000
"""Bytes of address space of one worker."""

READ_BY_ONE = 200
"""Documents after which a worker makes room for a fresh one, with whatever it has leaked."""

NUMBER = 8
"""Bytes of the length that goes before each message."""


class ReadingRoom(Protocol):
    """Reads documents without letting them near us."""

    async def read(self, data: bytes) -> Reading:
        """What the document says. Raises `NotUnderstood` with a plain reason."""

    async def count(self, data: bytes) -> int:
        """How many pages there are to show."""

    async def picture(self, data: bytes, page: int) -> bytes:
        """A page (from 1 on) as PNG. Raises `NotUnderstood`."""

    async def redact(self, data: bytes, regions: tuple[Region, ...]) -> bytes:
        """The file without these regions. Raises `NotUnderstood`."""


class Workers:
    """A small pool of reading processes. They start when the first document comes."""

    def __init__(self, most: int = 2, *, longest: float = LONGEST) -> None:
        self._places = asyncio.Semaphore(most)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._longest = longest

    async def read(self, data: bytes) -> Reading:
        said, _ = await self._ask({"do": "read"}, data)
        return Reading.model_validate(said["reading"])

    async def count(self, data: bytes) -> int:
        said, _ = await self._ask({"do": "count"}, data)
        return int(str(said["pages"]))

    async def picture(self, data: bytes, page: int) -> bytes:
        _, picture = await self._ask({"do": "picture", "page": page}, data)
        return picture

    async def redact(self, data: bytes, regions: tuple[Region, ...]) -> bytes:
        asked = [region.model_dump() for region in regions]
        _, file = await self._ask({"do": "redact", "regions": asked}, data)
        return file

    async def _ask(self, task: dict[str, object], data: bytes) -> tuple[dict[str, object], bytes]:
        """Have a process do something with a file. Raises `NotUnderstood` with a plain reason."""
        if len(data) > LARGEST:
            raise NotUnderstood(f"the file has {len(data)} bytes; at most {LARGEST} are read")
        async with self._places:
            worker = await self._take()
            try:
                async with asyncio.timeout(self._longest):
                    answer, file = await worker.ask(task, data)
            except TimeoutError as error:
                reason = f"reading it took longer than {self._longest:.0f} seconds"
                raise NotUnderstood(reason) from error
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                reason = "the program that read it broke down: it is damaged, or made to do harm"
                raise NotUnderstood(reason) from error
            finally:
                await self._put_back(worker)
        if "defect" in answer:
            log.error("a reader broke down", extra={"where": answer["defect"]})
        if "reason" in answer:
            raise NotUnderstood(str(answer["reason"]))
        return answer, file

    async def _take(self) -> "_Worker":
        while self._idle:
            worker = self._idle.pop()
            if worker.lives:
                return worker
            self._all.discard(worker)
        worker = await _Worker.start()
        self._all.add(worker)
        return worker

    async def _put_back(self, worker: "_Worker") -> None:
        """One that owes an answer still would give it to the next document."""
        if worker.lives and not worker.busy and worker.read < READ_BY_ONE:
            self._idle.append(worker)
            return
        self._all.discard(worker)
        await worker.end()

    async def close(self) -> None:
        """End all workers."""
        for worker in list(self._all):
            await worker.end()
        self._all.clear()
        self._idle.clear()


class _Worker:
    """One process, one document at a time: a task and a file in, an answer and a file out."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.read = 0
        self.busy = False

    @classmethod
    async def start(cls) -> "_Worker":
        # Only what an interpreter needs: the environment of a service holds its keys.
        environment = {
            name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ
        }
        # A number-crunching library claims address space for every core, and it is limited here.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.onboarding.reading_desk",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(LONGEST_START):
                await process.stdout.readexactly(len(READY))
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            process.kill()
            raise RuntimeError("a process that reads documents does not start") from error
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.returncode is None

    async def ask(self, task: dict[str, object], data: bytes) -> tuple[dict[str, object], bytes]:
        out, back = self._process.stdin, self._process.stdout
        assert out is not None
        assert back is not None
        self.read += 1
        self.busy = True
        wanted = orjson.dumps(task)
        out.write(len(wanted).to_bytes(NUMBER) + wanted + len(data).to_bytes(NUMBER))
        out.write(data)
        await out.drain()
        answer: dict[str, object] = orjson.loads(await self._part(back))
        file = await self._part(back)
        self.busy = False
        return answer, file

    @staticmethod
    async def _part(back: asyncio.StreamReader) -> bytes:
        size = int.from_bytes(await back.readexactly(NUMBER))
        if size > MOST_ANSWER:
            raise ConnectionError("an answer beyond all measure")
        return await back.readexactly(size)

    async def end(self) -> None:
        if self.lives:
            self._process.kill()
        await self._process.wait()
