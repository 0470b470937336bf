"""Words and names as columns of numbers, the form in which they are compared."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.screening.matching.names import Name, Token, form_number, joined

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Keys = NDArray[np.uint32]

FACTS = 7
START, END, SOUND_AT, SOUND_END, BONES, CALLED, FLAGS = range(FACTS)
"""Columns of `Words.facts`."""
MOST_LINES = 256
"""Listed names that are compared with one name, at most."""


class Words(NamedTuple):
    """`facts` has a line for each word: where its letters and its sounds are, numbers that are
    equal where its consonants are and the given names it is used for (0 for none), and flags."""

    letters: Bytes
    sounds: Bytes
    facts: Ints
    rarities: Floats


class Asked(NamedTuple):
    """A name that is asked for. `pairs` are its words written as one; see `pairs_of`."""

    words: Words
    pairs: Words
    weights: Floats
    pair_weights: Floats
    form: int
    run: Bytes


def words_of(tokens: Sequence[Token]) -> Words:
    facts, end, sound_end = [], 0, 0
    for one in tokens:
        length, sounds, bones_of, called, flags = one.facts
        start, sound = end, sound_end
        end, sound_end = end + length, sound_end + sounds
        facts.append((start, end, sound, sound_end, bones_of, called, flags))
    return Words(
        as_bytes("".join([one.text for one in tokens])),
        as_bytes("".join([one.fold for one in tokens])),
        np.array(facts, np.int32).reshape(len(tokens), FACTS),
        np.array([one.rarity for one in tokens], np.float32),
    )


def asked(name: Name, weights: Sequence[float]) -> Asked:
    """The words and pairs lie in the same arrays, as making an array takes longer than filling
    one so small."""
    tokens, pairs = name.tokens, pairs_of(name.tokens)
    count, both = len(tokens), len(tokens) + len(pairs)
    letters, sounds, facts, rarities = words_of([*tokens, *[pair for pair, _, _ in pairs]])
    said = np.array([*weights, *[weights[i] + weights[k] for _, i, k in pairs]], np.float32)
    return Asked(
        Words(letters, sounds, facts[:count], rarities[:count]),
        Words(letters, sounds, facts[count:both], rarities[count:both]),
        said[:count],
        said[count:],
        form_number(name),
        as_bytes(name.run),
    )


def pairs_of(tokens: Sequence[Token]) -> list[tuple[Token, int, int]]:
    """Two words as one, in either order, and which they are: neighbours, and the last and first."""
    last = len(tokens) - 1
    near = [(i, i + 1) for i in range(last)]
    if last > 1:
        near.append((0, last))
    return [
        (joined(tokens[i], tokens[k]), i, k)
        for one, other in near
        for i, k in ((one, other), (other, one))
    ]


def as_bytes(text: str) -> Bytes:
    """Letters as numbers, in an array that may be written to: kernels are compiled for one type
    of array, and the one that is mapped from a file is of that type."""
    return np.frombuffer(bytearray(text, "ascii"), np.uint8)
