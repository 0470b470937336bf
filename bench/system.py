"""How long the embedded system takes to be usable, and what it costs when nothing happens.

    python -m bench.system

Start: from `ansvar up` to the first console page that answers, on a machine that has started it
once before. Idle: share of one core that all its processes use over a while without any work.
The baseline of the idle figure is a broker and database alone, in the same run.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from shared.embedded.readiness import free_ports
from shared.embedded.stack import Stack

START_LIMIT = 300.0
SETTLING, WATCHED = 5.0, 15.0


def start(data: Path, port: int) -> tuple[subprocess.Popen[bytes], float]:
    """The system, and the seconds until a console page was there."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "shared.command", "up", "--data", str(data), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    while time.perf_counter() - began < START_LIMIT:
        try:
            page = httpx.get(f"http://127.0.0.1:{port}/sign-in", timeout=2, trust_env=False)
            if page.status_code == httpx.codes.OK:
                return process, time.perf_counter() - began
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    process.terminate()
    raise TimeoutError(f"no console page within {START_LIMIT} s")


def busy(pid: int) -> tuple[float, float]:
    """Share of a core and megabytes of memory that a process and its children use."""
    root = psutil.Process(pid)
    family = [root, *root.children(recursive=True)]
    time.sleep(SETTLING)
    before = sum(sum(one.cpu_times()[:2]) for one in family)
    time.sleep(WATCHED)
    after = sum(sum(one.cpu_times()[:2]) for one in family)
    return (after - before) / WATCHED, sum(one.memory_info().rss for one in family) / 2**20


def measure() -> dict[str, float]:
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        with Stack(Path(folder) / "bare") as bare:
            shares = [busy(pid) for pid in bare.pids.values()]
        figures["bare_idle_share_of_core"] = sum(share for share, _ in shares)
        for name in ("first", "warm"):
            (port,) = free_ports(1)
            process, seconds = start(Path(folder) / "system", port)
            figures[f"{name}_start_seconds"] = seconds
            if name == "warm":
                share, memory = busy(process.pid)
                figures["idle_share_of_core"], figures["memory_mb"] = share, memory
            process.terminate()
            process.wait(30)
    return {name: round(figure, 3) for name, figure in figures.items()}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))  # noqa: T201
