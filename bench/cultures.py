"""Names of many cultures from which innocent parties are made; the words are in cultures.json."""

import json
from dataclasses import dataclass
from pathlib import Path

SAID = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))


@dataclass(frozen=True)
class Culture:
    country: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    places: tuple[str, ...]


CULTURES = tuple(
    Culture(
        one["country"],
        tuple(one["given"].split()),
        tuple(one["family"].split()),
        tuple(one["places"].split()),
    )
    for one in SAID["cultures"]
)
TRADES: tuple[str, ...] = tuple(SAID["trades"])
FORMS: tuple[str, ...] = tuple(SAID["forms"])
