"""The names of all listed parties of one kind, arranged to be asked."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.screening.matching.columns import (
    END,
    START,
    Bytes,
    Floats,
    Ints,
    Longs,
    Words,
    as_bytes,
    pairs_of,
    words_of,
)
from services.screening.matching.names import Name, form_number, token
from services.screening.matching.table import Table, table
from services.screening.matching.weights import Weights

LENGTH = 0.6
"""How much long names are held back: 0 not at all, 1 in proportion to their length."""
FORM, STRONG, ENTRY, PLACE = range(4)
"""Columns of `Shelf.name_facts`: form, strong or weak, whose name, and which of theirs."""


class Shelf(NamedTuple):
    """`near` leads to words, `joined` (from two words written as one) to names, `holding` from
    words to names: those of word `w` are `holding[ends[w]:ends[w + 1]]`. `name_…` has a line for
    each name, its words lie one after the other."""

    words: Words
    near: Table
    joined: Table
    holding_ends: Longs
    holding: Ints
    name_ends: Ints
    name_words: Ints
    name_weights: Floats
    name_facts: Ints
    name_norms: Floats
    runs: Bytes
    run_ends: Ints

    def texts(self, line: int) -> list[str]:
        """The words of a name in Latin letters, in their order."""
        words = self.name_words[self.name_ends[line] : self.name_ends[line + 1]]
        letters, places = self.words.letters, self.words.facts[words, START : END + 1].tolist()
        return [letters[start:end].tobytes().decode() for start, end in places]


def shelve(
    names: Sequence[Name],
    weights: Sequence[Weights],
    stands: Sequence[tuple[bool, int, int]],
) -> Shelf:
    """Names with the weights of their words; whether each is strong, whose, and which of theirs."""
    numbers: dict[str, int] = {}
    held = np.fromiter(
        (numbers.setdefault(one.text, len(numbers)) for name in names for one in name.tokens),
        np.int32,
    )
    words = words_of([token(text) for text in numbers])
    ends = np.cumsum([0, *(len(name.tokens) for name in names)], dtype=np.int32)
    lines = np.repeat(np.arange(len(names), dtype=np.int32), np.diff(ends))
    order = np.argsort(held, kind="stable")
    holding_ends = np.searchsorted(held[order], np.arange(len(numbers) + 1))
    pairs = [
        (pair, line) for line, name in enumerate(names) for pair, _, _ in pairs_of(name.tokens)
    ]
    facts = [(form_number(name), *one) for name, one in zip(names, stands, strict=True)]
    totals = np.array([sum(one) for one in weights], np.float64)
    runs = [name.run for name in names]
    return Shelf(
        words,
        table(words),
        table(words_of([one for one, _ in pairs]), np.array([line for _, line in pairs], np.int32)),
        holding_ends.astype(np.int64),
        lines[order],
        ends,
        held,
        np.fromiter((one for name in weights for one in name), np.float32, len(held)),
        np.array(facts, np.int32).reshape(len(names), PLACE + 1),
        (1 / np.maximum(totals, 0.5) ** LENGTH).astype(np.float32),
        as_bytes("".join(runs)),
        np.cumsum([0, *map(len, runs)], dtype=np.int32),
    )
