"""Refuses a change of an event that would make what was said, or who listens, misunderstood.

Events grow, never change: old facts stay in journals and topics for ever, and services of another
version read new ones. Run as a program it compares the recorded shapes with those of the base:
the revision in ANSVAR_BASE, else where this branch left origin/main, else the commit before.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from docs.wire import WORDS, Json

SHAPES = "tests/event_shapes/shapes"
ROOT = Path(__file__).resolve().parent.parent

OWN_RULES = {*WORDS, "$defs", "$ref", "properties", "required", "default", "enum", "x-sealed"}
"""Keywords with a rule of their own below. All the others must stay as they are."""

_GONE = object()


def problems(before: Mapping[str, Json], now: Mapping[str, Json]) -> list[str]:
    """What is incompatible, in plain words, between two sets of recorded shapes by file name."""
    found = []
    for name, old in sorted(before.items()):
        fact = name.removesuffix(".json")
        new = now.get(name)
        if new is None:
            found.append(f"{fact}: the fact was removed, but journals and topics still hold it")
            continue
        for field in ("topic", "ce_type"):
            if old[field] != new[field]:
                found.append(f"{fact}: {field} was {old[field]!r}, is {new[field]!r}")
        found += [
            f"{fact}{place}: {what}"
            for place, what in _compare("", old["body"], new["body"], old["body"], new["body"])
        ]
    return found


def _resolved(schema: Json, whole: Json) -> Json:
    """The schema without its reference; what stands beside the reference is kept."""
    if "$ref" not in schema:
        return schema
    meant = whole["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return {**meant, **{name: value for name, value in schema.items() if name != "$ref"}}


def _compare(
    place: str, old: Json, new: Json, old_whole: Json, new_whole: Json, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    reference = old.get("$ref", "")
    if reference in above:
        return  # a model that holds itself: compared already
    above = (*above, reference) if reference else above
    old, new = _resolved(old, old_whole), _resolved(new, new_whole)
    yield from _own_rules(place, old, new)
    for keyword in sorted((old.keys() | new.keys()) - OWN_RULES):
        was, is_ = old.get(keyword), new.get(keyword)
        if _is_schema(was) and _is_schema(is_):
            yield from _compare(f"{place}[]", was, is_, old_whole, new_whole, above)
        elif _are_schemas(was) and _are_schemas(is_) and len(was) == len(is_):
            for one, other in zip(was, is_, strict=True):
                yield from _compare(place, one, other, old_whole, new_whole, above)
        elif was != is_:
            yield place, f"the type changed: {keyword} was {_text(was)}, is {_text(is_)}"
    yield from _fields(place, old, new, old_whole, new_whole, above)


def _own_rules(place: str, old: Json, new: Json) -> Iterator[tuple[str, str]]:
    if "default" in old and old["default"] != new.get("default", _GONE):
        now = _text(new["default"]) if "default" in new else "none"
        yield place, f"the default changed: was {_text(old['default'])}, is {now}"
    if "enum" in old:
        for value in [v for v in old["enum"] if v not in new.get("enum", ())]:
            yield place, f"the value {_text(value)} was removed"
    elif "enum" in new:
        yield place, "the type changed: only some values are allowed now"
    if "x-sealed" in old and old["x-sealed"] != new.get("x-sealed"):
        yield place, "its mark was removed or changed: personal data would travel in clear"


def _fields(
    place: str, old: Json, new: Json, old_whole: Json, new_whole: Json, above: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    were, are = old.get("properties", {}), new.get("properties", {})
    required = set(new.get("required", ()))
    for name, was in were.items():
        if name not in are:
            yield f"{place}.{name}", "the field was removed"
            continue
        if name in required and name not in old.get("required", ()):
            yield f"{place}.{name}", "it was optional and is required: older facts lack it"
        yield from _compare(f"{place}.{name}", was, are[name], old_whole, new_whole, above)
    for name in sorted((are.keys() - were.keys()) & required):
        yield f"{place}.{name}", "a new field is required: older facts lack it; give it a default"


def _is_schema(value: Any) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _are_schemas(value: Any) -> TypeGuard[list[Json]]:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# ------------------------------------------------------------ as a program


def recorded(folder: Path = ROOT / SHAPES) -> dict[str, Json]:
    """The recorded shapes of the work tree, by file name."""
    return {file.name: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}


def recorded_at(revision: str, repository: Path = ROOT) -> dict[str, Json]:
    """The recorded shapes as a revision has them."""
    listed = _git(repository, "ls-tree", "--name-only", revision, f"{SHAPES}/") or ""
    shapes = {}
    for path in listed.split():
        text = _git(repository, "show", f"{revision}:{path}")
        assert text is not None
        shapes[Path(path).name] = json.loads(text)
    return shapes


def base_of(repository: Path = ROOT) -> str | None:
    """The revision to compare with, or None in a repository that has none yet."""
    if named := os.environ.get("ANSVAR_BASE"):
        commit = _git(repository, "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}")
        if commit is None:
            raise SystemExit(f"ANSVAR_BASE names {named}, which is no revision here")
        return commit
    head = _git(repository, "rev-parse", "--verify", "--quiet", "HEAD")
    left = _git(repository, "merge-base", "HEAD", "origin/main")
    if left is not None and left != head:
        return left
    before = _git(repository, "rev-parse", "--verify", "--quiet", "HEAD~1")
    return before or head


def _git(repository: Path, *arguments: str) -> str | None:
    """What git answers, or None where it says no."""
    command = ["git", "-C", str(repository), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def main() -> int:
    base = base_of()
    if base is None:
        sys.stdout.write("there is no commit yet to compare the shapes of events with\n")
        return 0
    found = problems(recorded_at(base), recorded())
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    if found:
        sys.stderr.write(
            f"{len(found)} incompatible changes since {base[:12]}: events grow, never change; "
            "give a new field a default, or make a new fact\n"
        )
        return 1
    sys.stdout.write(f"all events still understand what was said at {base[:12]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
