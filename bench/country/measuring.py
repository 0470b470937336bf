"""Starts the system, plays the country on it, and tells what that took beside a bare copy."""

import asyncio
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

from bench.country.playing import Played
from bench.country.world import Country, firms
from bench.system import start
from bench.way import Run
from shared.command.running import Running, what_runs
from shared.embedded.patience import be_patient
from shared.embedded.readiness import free_ports
from shared.embedded.secrets import ISSUER_KEY
from shared.issuer import Issuer

BARE = 4_000
"""Facts through the bare copy's two hops."""

STOPS_IN = 60.0
MB = 2**20


async def measure(
    buyers: int = 1, contracts: int = 50, invoices: int = 2_000, seed: int = 7
) -> dict[str, object]:
    be_patient()
    async with Run("bench.bare", 500) as run:
        await run.throughput(BARE // 4)
        bare = 2 * await run.throughput(BARE // 2)
    with tempfile.TemporaryDirectory() as folder:
        data, (port,) = Path(folder) / "ansvar", free_ports(1)
        system, started = await asyncio.to_thread(start, data, port)
        try:
            running = what_runs(data)
            country = Country(buyers, contracts, seed)
            played = Played(country, running, Issuer(data / ISSUER_KEY))
            cpu = _cpu(system, running)
            began = time.perf_counter()
            await played.play(invoices)
            took = time.perf_counter() - began
            used = {name: now - cpu[name] for name, now in _cpu(system, running).items()}
            memory = {name: one.memory_info().rss / MB for name, one in _all(system, running)}
            await played.close()
        finally:
            system.terminate()
            await asyncio.to_thread(system.wait, STOPS_IN)
        disk = {part: _bytes(data / part) / MB for part in ("mongo", "kafka")}
    facts, seconds = sum(played.facts.values()), sum(played.seconds.values())
    return {
        "buyers": buyers,
        "contracts": buyers * contracts,
        "parties": len({firm.number for one in country.signed for firm in firms(one)}),
        "invoices": buyers * invoices,
        "facts": facts,
        "seconds": round(took, 1),
        "facts_per_second": round(facts / seconds, 1),
        "bare_facts_per_second": round(bare, 1),
        "ratio": round(facts / seconds / bare, 3),
        "cpu_ms_per_fact": {name: round(1e3 * some / facts, 2) for name, some in used.items()},
        "by_work": {
            work: {"seconds": round(some, 1), "facts": played.facts[work]}
            for work, some in played.seconds.items()
        },
        "refused": played.refused,
        "memory_mb": {name: round(some) for name, some in memory.items()},
        "disk_mb": {name: round(some, 1) for name, some in disk.items()},
        "start_seconds": round(started, 1),
        "load": round(psutil.getloadavg()[0], 1),
    }


def _all(system: subprocess.Popen[bytes], running: Running) -> list[tuple[str, psutil.Process]]:
    services = psutil.Process(system.pid)
    beside = set(running.processes.values())
    readers = [one for one in services.children(recursive=True) if one.pid not in beside]
    named = [(name, psutil.Process(pid)) for name, pid in running.processes.items()]
    return [("services", services), *named, *((f"reader {n}", r) for n, r in enumerate(readers))]


def _cpu(system: subprocess.Popen[bytes], running: Running) -> dict[str, float]:
    found = {"services": 0.0, "readers": 0.0, **dict.fromkeys(running.processes, 0.0)}
    for name, process in _all(system, running):
        times = process.cpu_times()
        found["readers" if name.startswith("reader ") else name] += times.user + times.system
    return found


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
