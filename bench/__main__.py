"""`make bench`: every figure with the baseline of the same run, as JSON lines."""

import asyncio
import json
import platform

import psutil

from bench import blast, intake, system, taking, way


def main() -> None:
    machine = {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "load_before": psutil.getloadavg()[0],
    }
    print(json.dumps({"machine": machine}))  # noqa: T201
    print(json.dumps({"intake": intake.measure()}))  # noqa: T201
    print(json.dumps({"system": system.measure()}))  # noqa: T201
    print(json.dumps({"taking": taking.measure()}))  # noqa: T201
    print(json.dumps({"way": asyncio.run(way.measure(6000, 2000))}))  # noqa: T201
    print(json.dumps({"region": asyncio.run(blast.measure())}))  # noqa: T201


if __name__ == "__main__":
    main()
