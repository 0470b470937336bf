"""Compiled: how much alike two words are, and by which rule.

The one place where words are compared: what is not alike here is alike nowhere.
"""

import numpy as np
from numpy.typing import NDArray

from services.screening.matching.columns import (
    BONES,
    CALLED,
    END,
    FLAGS,
    SOUND_AT,
    SOUND_END,
    START,
    Bytes,
    Ints,
)
from services.screening.matching.compiled import inlined
from services.screening.matching.names import DIGITS, PATRONYMIC

NONE, SAME, SOUND, NICKNAME, VOWELS, SPELLING, INITIAL, JOINED = range(8)
"""How two words go together; NONE: not at all, and their likeness says how different they are."""
HOW = ("", "same", "sound", "called", "vowels", "spelling", "initial", "joined")

LEAST_LIKE = 0.6
"""Likeness of two words below which they are different words."""
SHORT, LEAST_LIKE_SHORT = 4, 0.74
"""Letters up to which a word may have one slip and no more."""
LEAST_LIKE_PATRONYMIC = 0.85
"""Their endings are alike by themselves."""
FUZZY_FROM = 3
"""Letters; shorter words must agree, or sound the same."""
SOUND_LIKE, VOWELS_LIKE, INITIAL_LIKE, CALLED_LIKE, JOINED_LIKE = 0.97, 0.88, 0.72, 0.85, 0.97
FOLDED = 0.02
"""What is taken off where words are alike by their sounds and not by their letters."""
LONGEST = 64
"""Letters of a word or run that are looked at: a machine word holds a bit for each."""

Masks = NDArray[np.uint64]


@inlined
def set_masks(masks: Masks, at: int, letters: Bytes, start: int, end: int) -> int:
    """Note in line `at` where each letter of a text stands; the text's length."""
    length = min(end - start, LONGEST)
    for i in range(length):
        masks[at, letters[start + i] & 127] |= np.uint64(1) << np.uint64(i)
    return length


@inlined
def clear_masks(masks: Masks, at: int, letters: Bytes, start: int, end: int) -> None:
    for i in range(start, min(end, start + LONGEST)):
        masks[at, letters[i] & 127] = np.uint64(0)


@inlined
def likeness(masks: Masks, at: int, length: int, letters: Bytes, start: int, end: int) -> float:
    """1 less the letters to insert, leave out, change or exchange with the next, as a share of
    the longer text (optimal string alignment; Hyyrö 2003, a bit for each letter)."""
    other = min(end - start, LONGEST)
    if length == 0 or other == 0:
        return 1.0 if length == other else 0.0
    one = np.uint64(1)
    vp, vn, d0, before = ~np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    last = np.uint64(length - 1)
    distance = length
    for i in range(start, start + other):
        now = masks[at, letters[i] & 127]
        exchanged = (((~d0) & now) << one) & before
        d0 = ((((now & vp) + vp) ^ vp) | now | vn) | exchanged
        hp = vn | ~(d0 | vp)
        hn = d0 & vp
        distance += int((hp >> last) & one) - int((hn >> last) & one)
        hp = (hp << one) | one
        hn = hn << one
        vp = hn | ~(d0 | hp)
        vn = hp & d0
        before = now
    return 1.0 - distance / max(length, other)


@inlined
def alike(
    facts: Ints,
    mine: int,
    letters: Bytes,
    their_facts: Ints,
    other: int,
    their_letters: Bytes,
    by_letters: float,
    by_sounds: float,
) -> tuple[float, int]:
    """The likeness of two words, 0 to 1, and how they go together."""
    first = letters[facts[mine, START]] == their_letters[their_facts[other, START]]
    length = facts[mine, END] - facts[mine, START]
    long = their_facts[other, END] - their_facts[other, START]
    like, how = max(by_letters, by_sounds - FOLDED), NONE
    if by_letters == 1.0:
        like, how = 1.0, SAME
    elif by_sounds == 1.0 and (first or facts[mine, SOUND_END] - facts[mine, SOUND_AT] > 2):
        like, how = SOUND_LIKE, SOUND
    elif length == 1 or long == 1:
        if first:
            like, how = INITIAL_LIKE, INITIAL
        else:
            like = 0.0
    elif (facts[mine, FLAGS] | their_facts[other, FLAGS]) & DIGITS:
        how = NONE
    elif facts[mine, CALLED] and facts[mine, CALLED] == their_facts[other, CALLED]:
        like, how = max(CALLED_LIKE, by_letters), NICKNAME
    elif length >= FUZZY_FROM and long >= FUZZY_FROM:
        if facts[mine, BONES] and facts[mine, BONES] == their_facts[other, BONES]:
            like, how = VOWELS_LIKE, VOWELS
        else:
            least = LEAST_LIKE
            if max(length, long) <= SHORT:
                least = LEAST_LIKE_SHORT
            elif facts[mine, FLAGS] & their_facts[other, FLAGS] & PATRONYMIC:
                least = LEAST_LIKE_PATRONYMIC
            if like >= least:
                how = SPELLING
    return like, how
