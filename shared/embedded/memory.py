"""How much memory is free on this machine, within the limit of its container if it has one."""

from pathlib import Path

MEMINFO = Path("/proc/meminfo")
CONTAINER = Path("/sys/fs/cgroup")


def free_memory(meminfo: Path = MEMINFO, container: Path = CONTAINER) -> int | None:
    """Bytes that could be had now; None where the system does not tell."""
    if not meminfo.exists():
        return None
    lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
    free = int(lines["MemAvailable"].split()[0]) * 1024
    limit = container / "memory.max"
    if limit.exists() and (most := limit.read_text().strip()) != "max":
        used = int((container / "memory.current").read_text())
        free = min(free, int(most) - used)
    return free
