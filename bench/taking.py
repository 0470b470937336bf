"""How fast a busy day's folder is taken in, what it takes, and how long each kind is read.

    python -m bench.taking

The folder holds two hundred mixed files, twenty of them made to do harm (`tests.onboarding.mixed`).
The baseline keeps the same bytes in the same run and does nothing else: a hash of each, and the
sealed file in GridFS.
"""

import asyncio
import json
import statistics
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from services.onboarding.reading_room import Workers
from shared.embedded.stack import Stack
from shared.mongo import MongoFiles, MongoKeyRing, MongoStore
from tests.onboarding.alone import Alone, Memory
from tests.onboarding.mixed import PAPERS, Laid, kinds_of_samples, mixed_folder

LIMIT = 150.0
"""Seconds for the folder; the whole run stays below three minutes."""

LOOK = 1.0
"""Seconds between two looks, so that asking is no work beside taking in."""

READ_TIMES = 3


async def bare(url: str, master: bytes, folder: list[Laid]) -> float:
    """Seconds for hashes and files alone. The keys of files are the same ones: the same master."""
    keyring = MongoKeyRing(url, master)
    await keyring.prepare()
    store = MongoStore(url, "bare", keyring)
    files = MongoFiles(store)
    began = time.perf_counter()
    for laid in folder:
        await files.put(sha256(laid.data).hexdigest(), laid.data)
    took = time.perf_counter() - began
    store.close()
    keyring.close()
    return took


def taken(alone: Alone, folder: list[Laid]) -> float:
    """Seconds until every file has its answer."""
    for laid in folder:
        alone.lay(laid.name, laid.data)
    began = time.perf_counter()
    while time.perf_counter() - began < LIMIT:
        if not alone.waiting() and not alone.documents(state="received"):
            took = time.perf_counter() - began
            if len(alone.documents()) < len(folder):
                raise AssertionError("files are gone from the folder and have no document")
            return took
        time.sleep(LOOK)
    raise TimeoutError(f"{alone.waiting()} files wait still after {LIMIT:.0f} s: {alone.log_end}")


async def readings() -> dict[str, float]:
    """Milliseconds for one document of each kind, in a process that reads."""
    room, kinds = Workers(1), kinds_of_samples()
    took: dict[str, list[float]] = {}
    await room.read(PAPERS[0].read_bytes())
    for path in PAPERS * READ_TIMES:
        data = path.read_bytes()
        began = time.perf_counter()
        await room.read(data)
        took.setdefault(kinds[path.name], []).append((time.perf_counter() - began) * 1_000)
    await room.close()
    return {kind: round(statistics.median(each), 1) for kind, each in sorted(took.items())}


def measure() -> dict[str, object]:
    folder = mixed_folder()
    with tempfile.TemporaryDirectory() as name, Stack(Path(name, "stack")) as stack:
        alone = Alone(stack, Path(name))
        alone.prepare()
        alone.start()
        try:
            alone.wait()
            baseline = asyncio.run(bare(stack.mongo_url, alone.master, folder))
            with Memory(alone.pid) as memory:
                ours = taken(alone, folder)
        finally:
            alone.stop()
    megabytes = sum(len(laid.data) for laid in folder) / 1e6
    return {
        "files": len(folder),
        "megabytes": round(megabytes, 1),
        "bare_seconds": round(baseline, 2),
        "ours_seconds": round(ours, 2),
        "ours_files_per_second": round(len(folder) / ours, 1),
        "ratio": round(ours / baseline, 1),
        "most_memory_mb": round(memory.most / 1e6),
        "read_ms_by_kind": asyncio.run(readings()),
    }


def main() -> None:
    print(json.dumps(measure(), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
