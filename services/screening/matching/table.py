"""Compiled: under which numbers a word is held, so that words near it lead to the same ones.

A word is held under its sounds, its sounds with one letter left out, those of six letters and
more with two left out, its consonants, and the given names that it is used for. Two words with a
slip or two between them share one of these numbers.
"""

from typing import NamedTuple

import numpy as np

from services.screening.matching.columns import (
    BONES,
    CALLED,
    SOUND_AT,
    SOUND_END,
    Bytes,
    Ints,
    Keys,
    Longs,
    Words,
)
from services.screening.matching.compiled import kernel

ONE_OUT_FROM, TWO_OUT_FROM = 3, 6
"""Sounds from which a word is held with one and with two of them left out."""
LONGEST_TWO, LONGEST_CUT = 12, 24
"""Sounds up to which that is done."""
PAIR_OUT_FROM = 7
"""Sounds from which two words written as one are held with one of them left out."""
MOST_KEYS = 3 + LONGEST_CUT + LONGEST_TWO * (LONGEST_TWO - 1) // 2
BONES_MARK, CALLED_MARK = np.uint32(0x5BD1E995), np.uint32(0x1B873593)
FULL = 8
"""Numbers in one drawer of a table."""


class Table(NamedTuple):
    """`values[i]` is held under `keys[i]`; drawer `d` are those from `heads[d]` to `heads[d + 1]`,
    the numbers that begin with the same `bits`."""

    heads: Ints
    keys: Keys
    values: Ints


@kernel
def hashed(sounds: Bytes, start: int, end: int, out: int, other: int) -> np.uint32:
    """A number for a text without two of its letters (FNV-1a, mixed); -1 leaves nothing out."""
    key = np.uint32(2166136261)
    for i in range(start, end):
        if i != out and i != other:
            key = (key ^ np.uint32(sounds[i])) * np.uint32(16777619)
    return mixed(key)


@kernel
def mixed(key: np.uint32) -> np.uint32:
    """Every bit counts in the first ones, which choose the drawer."""
    key ^= key >> np.uint32(16)
    key *= np.uint32(0x85EBCA6B)
    key ^= key >> np.uint32(13)
    key *= np.uint32(0xC2B2AE35)
    return key ^ (key >> np.uint32(16))


@kernel
def keys_of(words: Words, word: int, keys: Keys) -> int:
    """Write the numbers of a word; their count."""
    facts = words.facts
    start = facts[word, SOUND_AT]
    end = facts[word, SOUND_END]
    length, count = end - start, 1
    keys[0] = hashed(words.sounds, start, end, -1, -1)
    if facts[word, BONES]:
        keys[count] = mixed(np.uint32(facts[word, BONES]) ^ BONES_MARK)
        count += 1
    if facts[word, CALLED]:
        keys[count] = mixed(np.uint32(facts[word, CALLED]) ^ CALLED_MARK)
        count += 1
    if ONE_OUT_FROM <= length <= LONGEST_CUT:
        for one in range(start, end):
            keys[count] = hashed(words.sounds, start, end, one, -1)
            count += 1
    if TWO_OUT_FROM <= length <= LONGEST_TWO:
        for one in range(start, end):
            for other in range(one + 1, end):
                keys[count] = hashed(words.sounds, start, end, one, other)
                count += 1
    return count


@kernel
def pair_keys_of(pairs: Words, pair: int, keys: Keys) -> int:
    """Write the numbers of two words written as one, by sounds and consonants; their count."""
    facts = pairs.facts
    start, end = facts[pair, SOUND_AT], facts[pair, SOUND_END]
    keys[0] = hashed(pairs.sounds, start, end, -1, -1)
    count = 1
    if facts[pair, BONES]:
        keys[count] = mixed(np.uint32(facts[pair, BONES]) ^ BONES_MARK)
        count += 1
    if PAIR_OUT_FROM <= end - start <= LONGEST_CUT:
        for one in range(start, end):
            keys[count] = hashed(pairs.sounds, start, end, one, -1)
            count += 1
    return count


@kernel
def all_keys(words: Words, plain: bool, own: Keys, keys: Keys, values: Longs) -> int:
    """Write the numbers of all words one after the other, and which word each is of."""
    met = 0
    for word in range(len(words.facts)):
        count = pair_keys_of(words, word, own) if plain else keys_of(words, word, own)
        for i in range(count):
            keys[met], values[met] = own[i], word
            met += 1
    return met


def table(words: Words, values: Ints | None = None) -> Table:
    """Words under all their numbers; or, with values of theirs, pairs under the plain ones."""
    most = 2 + LONGEST_CUT if values is not None else MOST_KEYS
    keys = np.zeros(max(1, len(words.facts)) * most, np.uint32)
    of = np.zeros(len(keys), np.int64)
    met = all_keys(words, values is not None, np.zeros(MOST_KEYS, np.uint32), keys, of)
    order = np.argsort(keys[:met], kind="stable")
    keys, of = keys[order], of[order]
    bits = max(1, int(np.ceil(np.log2(max(2, met / FULL)))))
    heads = np.searchsorted(keys >> np.uint32(32 - bits), np.arange(2**bits + 1))
    held = of if values is None else values[of]
    return Table(heads.astype(np.int32), keys, held.astype(np.int32))


@kernel
def drawer(heads: Ints, key: np.uint32) -> int:
    """The drawer in which a number is."""
    drawers, shift = len(heads) - 1, 32
    while drawers > 1:
        drawers >>= 1
        shift -= 1
    return int(key >> np.uint32(shift))
