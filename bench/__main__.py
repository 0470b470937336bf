"""`make bench`: each figure with the baseline of the same run, kept as JSON and told as a page.

    python -m bench [NAME …] [--lists FOLDER] [--write]

Runs the measures of `bench.plan`, each in a process of its own so that its memory is its own, and
keeps what they print in `docs/figures`. `--write` writes docs/performance.md from what is kept.
"""

import argparse
import json
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bench.plan import MEASURES, Measure
from bench.telling import page

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs" / "figures"
LONGEST = 3_600
"""Seconds that one run may take."""


def machine() -> dict[str, object]:
    return {
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def run(measure: Measure, arguments: tuple[str, ...], lists: Path | None) -> dict[str, Any]:
    """One run, in a process of its own. Raises CalledProcessError where it fails."""
    given = (str(lists), *arguments) if measure.lists and lists else arguments
    load, began = psutil.getloadavg()[0], time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", measure.module, *given],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=LONGEST,
        check=True,
    )
    return {
        "command": " ".join(
            ("python -m", measure.module, *(("LISTS",) if measure.lists else ()), *arguments)
        ),
        "seconds": round(time.perf_counter() - began, 1),
        "load_before": round(load, 2),
        "figures": json.loads(done.stdout),
    }


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench")
    options.add_argument("names", nargs="*", help=", ".join(one.name for one in MEASURES))
    options.add_argument("--lists", type=Path, help="a folder of official lists (screening)")
    options.add_argument("--write", action="store_true", help="write docs/performance.md")
    asked = options.parse_args()
    known = {one.name: one for one in MEASURES}
    if unknown := [name for name in asked.names if name not in known]:
        options.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    KEPT.mkdir(exist_ok=True)
    for name in asked.names or () if asked.write else asked.names or known:
        one = known[name]
        if one.lists and asked.lists is None:
            told = {"skipped": f"{name} needs a folder of official lists: --lists FOLDER"}
            print(json.dumps(told), flush=True)  # noqa: T201
            continue
        found = {
            "measured": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            "runs": [run(one, arguments, asked.lists) for arguments in one.runs],
        }
        (KEPT / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        print(json.dumps({name: found}, ensure_ascii=False), flush=True)  # noqa: T201
    if asked.write:
        kept = {
            name: json.loads(file.read_text())
            for name in known
            if (file := KEPT / f"{name}.json").exists()
        }
        (ROOT / "docs" / "performance.md").write_text(page(kept))


if __name__ == "__main__":
    main()
