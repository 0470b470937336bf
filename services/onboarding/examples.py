"""What people corrected, as a test of readers: is it read right now?"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from services.onboarding.readers import NotUnderstood, read_document


@dataclass(frozen=True)
class Outcome:
    """How many values are right, which are not, and how many examples have no file here."""

    right: int
    wrong: tuple[str, ...]
    absent: int


def check(examples: bytes, folder: Path) -> Outcome:
    """Compare what the readers see today with what people saw. `examples` is a page of them."""
    files = {sha256(f.read_bytes()).hexdigest(): f for f in folder.rglob("*") if f.is_file()}
    right, absent = 0, 0
    wrong: list[str] = []
    for example in orjson.loads(examples)["items"]:
        file = files.get(example["sha256"])
        if file is None:
            absent += 1
            continue
        values = _values(file)
        for correction in example["corrections"]:
            if correction["right"] in values.get(correction["name"], ()):
                right += 1
            else:
                wrong.append(_told(file, correction, values))
    return Outcome(right, tuple(wrong), absent)


def _values(file: Path) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    try:
        fields = read_document(file.read_bytes()).fields
    except NotUnderstood:
        return {}
    for field in fields:
        values.setdefault(field.name, []).append(field.value)
    return values


def _told(file: Path, correction: dict[str, Any], values: dict[str, list[str]]) -> str:
    seen = ", ".join(values.get(correction["name"], ())) or "nothing"
    return f"{file.name}: {correction['name']} is {correction['right']!r}, read as {seen!r}"
