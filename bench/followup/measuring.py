"""The year from its first contract to its reports, and what it took."""

import asyncio
import random
import secrets
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from bench.followup.ladders import missing, told, twice
from bench.followup.people import Year
from bench.followup.replicas import Replica
from services.audits.app import AGGREGATES
from shared.clock import Clock
from shared.embedded.patience import be_patient
from shared.embedded.stack import Stack

STEPS = 26


async def measure(contracts: int = 2_000, seed: int = 7, steps: int = STEPS) -> dict[str, object]:
    be_patient()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack")
        await asyncio.to_thread(stack.__enter__)
        try:
            return await _measure(contracts, seed, steps, stack, Path(folder))
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)


async def _measure(
    contracts: int, seed: int, steps: int, stack: Stack, folder: Path
) -> dict[str, object]:
    keys, clock = (secrets.token_bytes(32), secrets.token_hex(32)), Clock(folder / "clock.json")
    replicas = tuple(Replica(stack, folder, keys, clock) for _ in range(2))
    await replicas[0].keyring.prepare()
    await replicas[0].store.prepare(AGGREGATES)
    running = [asyncio.create_task(one.commands.run()) for one in replicas]
    began = time.perf_counter()
    try:
        async with replicas[0].client() as first, replicas[1].client() as second:
            year = Year(replicas, (first, second), random.Random(seed), contracts, clock)
            async with year.timed("contracts"):
                await year.tell(year.signed())
            async with year.timed("plan"):
                proposed = await year.plan()
            for _ in range(steps):
                await year.fortnight()
            async with year.timed("reports"):
                figures = await year.read("/reports/figures")
                for by in ("contract", "supplier", "category", "clause", "buyer"):
                    await year.read("/reports/state", by=by)
                paper = await first.get("/reports/state", params={"format": "pdf", "by": "clause"})
                paper.raise_for_status()
            facts = await told(replicas[0].store)
            took = time.perf_counter() - began
    finally:
        for task in running:
            task.cancel()
        for one in replicas:
            one.close()
    kinds = Counter(type(fact).__name__ for fact in facts)
    return {
        "contracts": contracts,
        "seconds": round(took, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "load": psutil.getloadavg()[0],
        "by_work": {name: round(seconds, 1) for name, seconds in year.seconds.items()},
        "http_requests": year.asked,
        "asked_again": year.repeated,
        "refused": dict(year.refused),
        "year_plan": proposed,
        "facts": dict(sorted(kinds.items())),
        "actions_left_to_lapse": len(year.missed),
        "steps_twice": twice(facts),
        "ladders_incomplete": missing(facts, clock.now()),
        "figures": dict(figures["rows"]),
        "memory_mb": round(psutil.Process().memory_info().rss / 2**20),
    }
