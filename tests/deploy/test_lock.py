"""The lock is in step with pyproject: every requirement is met by exactly what is pinned."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def asked_for() -> Iterator[Requirement]:
    project = PROJECT["project"]
    groups = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
        PROJECT["build-system"]["requires"],
    ]
    return (Requirement(line) for group in groups for line in group)


def pinned() -> dict[str, list[str]]:
    """Versions by name; more than one where they depend on the machine."""
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;]+)", LOCK, re.M):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def test_every_requirement_is_met_by_what_is_pinned() -> None:
    there = pinned()
    unmet = [
        str(asked)
        for asked in asked_for()
        if asked.name != "ansvar"  # the extra `embedded` asks for our own others
        and not any(
            asked.specifier.contains(version, prereleases=True)
            for version in there.get(canonicalize_name(asked.name), [])
        )
    ]
    assert not unmet, f"run `make lock`: {', '.join(unmet)}"


def test_every_pin_has_hashes_and_none_names_an_address() -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.M)
    assert not [block.split()[0] for block in blocks[1:] if "--hash=sha256:" not in block]
    assert not re.search(r"https?:|://", LOCK)
