"""Compiled: one search, from a name to the numbers of each listed name that comes near."""

import numpy as np

from services.screening.matching.circumstances import (
    CIRCUMSTANCES,
    Circumstances,
    Known,
    describe_circumstances,
)
from services.screening.matching.columns import Asked, Floats, Ints
from services.screening.matching.compiled import kernel
from services.screening.matching.describing import COUNT, FEATURES, describe
from services.screening.matching.finding import Desk, find
from services.screening.matching.linking import Links, link, prepare, put_away
from services.screening.matching.shelf import ENTRY, STRONG, Shelf

ALL = (*FEATURES, *CIRCUMSTANCES)
MOST_LINES = 64
"""Listed names that are compared with one name."""
WORDS = FEATURES.index("words")


@kernel
def judge(
    asked: Asked,
    party: Known,
    shelf: Shelf,
    lists: Circumstances,
    desk: Desk,
    links: Links,
    person: bool,
    most: int,
    lines: Ints,
    out: Floats,
) -> int:
    """Write the listed names that come near and their numbers, a line each; their count."""
    count = find(asked, shelf, desk, lines, most)
    prepare(asked, links)
    for n in range(count):
        line = lines[n]
        numbers = out[n]
        describe(asked, shelf, line, links, numbers)
        describe_circumstances(
            party,
            lists,
            shelf.name_facts[line, ENTRY],
            shelf.name_facts[line, STRONG] != 0,
            int(numbers[WORDS]),
            person,
            numbers,
            COUNT,
        )
    put_away(asked, links)
    return count


def sheet() -> tuple[Ints, Floats]:
    """Where `judge` writes."""
    return np.zeros(MOST_LINES, np.int32), np.zeros((MOST_LINES, len(ALL)), np.float32)


@kernel
def link_one(asked: Asked, shelf: Shelf, line: int, links: Links) -> int:
    """Which words go with which, in the first lines of `links.words`; their count."""
    prepare(asked, links)
    count = link(asked, shelf, line, links)
    put_away(asked, links)
    return count


@kernel
def describe_one(asked: Asked, shelf: Shelf, line: int, links: Links, out: Floats) -> None:
    """Compare with one name of the shelf and write the features."""
    prepare(asked, links)
    describe(asked, shelf, line, links, out)
    put_away(asked, links)
