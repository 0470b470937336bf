"""Compiled: one search, from a name to the numbers of each listed name that comes near."""

from typing import NamedTuple

import numpy as np

from services.screening.matching.circumstances import (
    CIRCUMSTANCES,
    Circumstances,
    Known,
    describe_circumstances,
)
from services.screening.matching.columns import MOST_LINES, Asked, Floats, Ints
from services.screening.matching.compiled import kernel
from services.screening.matching.describing import COUNT, FEATURES, describe
from services.screening.matching.finding import Desk, find
from services.screening.matching.linking import Links, prepare, put_away
from services.screening.matching.names import MOST_TOKENS
from services.screening.matching.shelf import ENTRY, STRONG, Shelf

ALL = (*FEATURES, *CIRCUMSTANCES)
WORDS = FEATURES.index("words")
BEATEN = np.float32(-1e30)
"""Odds of a name whose owner has another one that comes nearer."""


class Sheet(NamedTuple):
    """What `judge` writes, a line for each listed name that comes near: which it is, its numbers,
    their sum as the policy weighs them (log-odds), and the `counts` first words that go together
    (`linking.OURS` and the columns after it)."""

    lines: Ints
    numbers: Floats
    odds: Floats
    counts: Ints
    links: Ints


FIRST_ALONE = -1
"""In place of how many names may come near: compare with the first name of the shelf."""


def sheet() -> Sheet:
    return Sheet(
        np.zeros(MOST_LINES, np.int32),
        np.zeros((MOST_LINES, len(ALL)), np.float32),
        np.zeros(MOST_LINES, np.float32),
        np.zeros(MOST_LINES, np.int32),
        np.zeros((MOST_LINES, MOST_TOKENS, 3), np.int32),
    )


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
    weights: Floats,
    out: Sheet,
) -> int:
    """Write the listed names that come near; their count. Of two names of one entry, the one
    with the lesser sum has the odds `BEATEN`. With `most` = `FIRST_ALONE` the first name of the
    shelf is judged, near or not: a kernel of its own for that would take as long to compile."""
    if most == FIRST_ALONE:
        out.lines[0] = 0
        count = 1
    else:
        count = find(asked, party, shelf, lists, desk, out.lines, most)
    prepare(asked, desk, links)
    for n in range(count):
        line = out.lines[n]
        entry = shelf.name_facts[line, ENTRY]
        numbers = out.numbers[n]
        linked = describe(asked, shelf, line, desk, links, numbers)
        describe_circumstances(
            party,
            lists,
            entry,
            shelf.name_facts[line, STRONG] != 0,
            int(numbers[WORDS]),
            person,
            numbers,
            COUNT,
        )
        odds = np.float32(0)
        for i in range(len(weights)):
            odds += numbers[i] * weights[i]
        for before in range(n):
            if shelf.name_facts[out.lines[before], ENTRY] == entry:
                if out.odds[before] >= odds:
                    odds = BEATEN
                else:
                    out.odds[before] = BEATEN
        out.odds[n], out.counts[n] = odds, linked
        for i in range(linked):
            for column in range(3):
                out.links[n, i, column] = links.words[i, column]
    put_away(asked, links)
    return count
