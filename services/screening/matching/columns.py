"""Words and names as columns of numbers, the form in which they are compared."""

import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.screening.matching.names import Name, Token, bones, form_number

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Keys = NDArray[np.uint32]

FACTS = 7
START, END, SOUND_AT, SOUND_END, BONES, CALLED, FLAGS = range(FACTS)
"""Columns of `Words.facts`."""
DIGITS, PATRONYMIC, PARTICLE = 1, 2, 4
BONES_FROM = 3
"""Consonants from which they tell something."""


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
        length, sounds, bones_of, called, flags = _facts_of(one)
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
    pairs = pairs_of(name.tokens)
    return Asked(
        words_of(name.tokens),
        words_of([pair for pair, _, _ in pairs]),
        np.array(weights, np.float32),
        np.array([weights[i] + weights[k] for _, i, k in pairs], np.float32),
        form_number(name),
        as_bytes(name.run),
    )


def pairs_of(tokens: Sequence[Token]) -> list[tuple[Token, int, int]]:
    """Two words as one, in either order, and which they are: neighbours, and the last and first."""
    last = len(tokens) - 1
    near = [*pairwise(range(last + 1)), *([(0, last)] if last > 1 else [])]
    return [
        (_joined(tokens[i], tokens[k]), i, k)
        for one, other in near
        for i, k in ((one, other), (other, one))
    ]


def _joined(one: Token, other: Token) -> Token:
    """Two words as one. Its sounds are theirs: where the words meet they may differ a little from
    those of the whole, which matters less than the time that takes."""
    fold = one.fold + (other.fold[1:] if one.fold[-1] == other.fold[0] else other.fold)
    return Token(one.text + other.text, fold, bones(fold))


def _facts_of(one: Token) -> tuple[int, int, int, int, int]:
    """Lengths of letters and sounds, and the last three of the facts."""
    flags = DIGITS * one.digits + PATRONYMIC * one.patronymic + PARTICLE * one.particle
    return len(one.text), len(one.fold), bones_number(one.bones), one.called, flags


def as_bytes(text: str) -> Bytes:
    """Letters as numbers, in an array that may be written to: kernels are compiled for one type
    of array, and the one that is mapped from a file is of that type."""
    return np.frombuffer(bytearray(text, "ascii"), np.uint8)


def bones_number(bones: str) -> int:
    """0 for too few consonants to tell anything."""
    return zlib.crc32(bones.encode()) & 0x7FFFFFFF or 1 if len(bones) >= BONES_FROM else 0
