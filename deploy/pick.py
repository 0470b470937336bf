"""Picks from requirements.lock what one service needs: `python deploy/pick.py screening`.

The lock names every package of the whole project with its hashes, and pip can only install all of
a file whose hashes it shall require. So pip is asked, without installing anything, what the
service needs at the locked versions, and those entries of the lock are printed. `build` instead of
a service picks what builds the package itself.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)", re.M)


EVERYWHERE = "traces"
"""An extra that every image has: traces are switched on by a setting, not by another image."""


def asked_for(service: str) -> list[str]:
    """What pyproject says that the service needs."""
    project = tomllib.loads(Path("pyproject.toml").read_text())
    if service == "build":
        build: list[str] = project["build-system"]["requires"]
        return build
    described = project["project"]
    needed: list[str] = [
        *described["dependencies"],
        *described["optional-dependencies"].get(service, []),
        *described["optional-dependencies"][EVERYWHERE],
    ]
    return needed


def needed(asked: list[str], lock: str) -> set[str]:
    """The names of all packages that these need at the locked versions, on this machine."""
    pins = "".join(f"{found['name']}=={found['version']}\n" for found in PIN.finditer(lock))
    with tempfile.TemporaryDirectory() as folder:
        constraints, report = Path(folder, "pins.txt"), Path(folder, "report.json")
        constraints.write_text(pins)
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet"),
                *("--dry-run", "--ignore-installed", "--report", str(report)),
                *("-c", str(constraints), *asked),
            ],
            check=True,
            stdout=sys.stderr,
        )
        found = json.loads(report.read_text())["install"]
    return {canonical(one["metadata"]["name"]) for one in found}


def picked(lock: str, names: set[str]) -> str:
    """The entries of the lock, hashes included, for these packages."""
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.M)
    return "".join(
        entry for entry in entries if (pin := PIN.match(entry)) and canonical(pin["name"]) in names
    )


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    everything = Path("requirements.lock").read_text()
    sys.stdout.write(picked(everything, needed(asked_for(sys.argv[1]), everything)))
