"""Compiled: the few listed names that a name may be, among all of them.

Each word of the name leads to the listed words that it may be, and those to names; rare words
count more. A pair of words also leads to where it is written as one, and a word to where it is
written as two.
"""

from typing import NamedTuple

import numpy as np

from services.screening.matching.alike import (
    INITIAL,
    NONE,
    Masks,
    alike,
    clear_masks,
    likeness,
    set_masks,
)
from services.screening.matching.circumstances import (
    SUPPORTS,
    Circumstances,
    Known,
    birth_outcome,
)
from services.screening.matching.columns import (
    END,
    MOST_LINES,
    SOUND_AT,
    SOUND_END,
    START,
    Asked,
    Floats,
    Ints,
    Keys,
    Words,
)
from services.screening.matching.compiled import inlined, kernel
from services.screening.matching.shelf import ENTRY, LENGTH, Shelf
from services.screening.matching.table import MOST_KEYS, Table, drawer, keys_of, pair_keys_of

NEAR_BEST = 0.3
"""Share of the best name's sum below which nothing is worth a comparison."""
LEAST_OWN = 0.3
"""Share of what the name itself would sum up to, for the same."""
PAIR_RARITY = 9.0
"""Of two words together; see `Token.rarity`."""
SAME_AGE = 1.4
"""What a sum is multiplied by where a date of birth agrees: among a million, many share a name."""
PAIR = 0.8
"""What a pair that is written as one counts against a word that is the same."""


class Desk(NamedTuple):
    """Where one search lays out its work: sums and masks are zero before and after it.

    A word or name was seen for the same question if the number of that question stands there.
    `led` is where the keys of one word led to; `places` says where what was found about a listed
    word is noted (see `linking`).
    """

    question: Ints
    seen: Ints
    seen_names: Ints
    led: Ints
    sums: Floats
    names: Ints
    keys: Keys
    masks: Masks
    lengths: Ints
    places: Ints
    kept: Floats


def desk_for(shelf: Shelf) -> Desk:
    words, names = len(shelf.words.facts), len(shelf.name_facts)
    return Desk(
        np.zeros(1, np.int32),
        np.zeros(words, np.int32),
        np.zeros(names, np.int32),
        np.zeros(max(words, names), np.int32),
        np.zeros(names, np.float32),
        np.zeros(names, np.int32),
        np.zeros(MOST_KEYS, np.uint32),
        np.zeros((2, 128), np.uint64),
        np.zeros(2, np.int32),
        np.zeros(words, np.int32),
        np.zeros(MOST_LINES, np.float32),
    )


@kernel
def find(
    asked: Asked,
    party: Known,
    shelf: Shelf,
    lists: Circumstances,
    desk: Desk,
    lines: Ints,
    most: int,
) -> int:
    """Write the names worth a comparison, in no order; their count."""
    met = 0
    for row in range(len(asked.weights)):
        met = _by_word(asked, row, shelf, desk, met)
        met = _by_pairs_of_theirs(asked, row, shelf, desk, met)
    for pair in range(len(asked.pair_weights)):
        met = _by_pair(asked, pair, shelf, desk, met)
    own, weight = np.float32(0), np.float32(0)
    for row in range(len(asked.weights)):
        own += asked.weights[row] * asked.words.rarities[row]
        weight += asked.weights[row]
    own /= max(weight, np.float32(0.5)) ** np.float32(LENGTH)
    return _best(party, shelf, lists, desk, met, own * np.float32(LEAST_OWN), lines, most)


@kernel
def set_word(words: Words, row: int, masks: Masks, at: int, lengths: Ints) -> None:
    """Set the letters of a word in line `at`, and its sounds in the next."""
    facts = words.facts
    lengths[at] = set_masks(masks, at, words.letters, facts[row, START], facts[row, END])
    lengths[at + 1] = set_masks(
        masks, at + 1, words.sounds, facts[row, SOUND_AT], facts[row, SOUND_END]
    )


@kernel
def clear_word(words: Words, row: int, masks: Masks, at: int) -> None:
    facts = words.facts
    clear_masks(masks, at, words.letters, facts[row, START], facts[row, END])
    clear_masks(masks, at + 1, words.sounds, facts[row, SOUND_AT], facts[row, SOUND_END])


@inlined
def _led_to(table: Table, count: int, seen: Ints, desk: Desk) -> int:
    """Write what the first keys of the desk lead to, each once; how many that is."""
    heads, held, values = table
    keys, led, found = desk.keys, desk.led, 0
    desk.question[0] += 1
    question = desk.question[0]
    for k in range(count):
        key = keys[k]
        head = drawer(heads, key)
        for at in range(heads[head], heads[head + 1]):
            value = values[at]
            if held[at] == key and seen[value] != question:
                seen[value] = question
                led[found] = value
                found += 1
    return found


@kernel
def _by_word(asked: Asked, row: int, shelf: Shelf, desk: Desk, met: int) -> int:
    """Add up the names with a word that ours may be."""
    words, led = asked.words, desk.led
    found = _led_to(shelf.near, keys_of(words, row, desk.keys), desk.seen, desk)
    set_word(words, row, desk.masks, 0, desk.lengths)
    facts, letters, masks, lengths = words.facts, words.letters, desk.masks, desk.lengths
    their_facts, their_letters, sounds = shelf.words.facts, shelf.words.letters, shelf.words.sounds
    for n in range(found):
        word = led[n]
        start, end = their_facts[word, START], their_facts[word, END]
        at, to = their_facts[word, SOUND_AT], their_facts[word, SOUND_END]
        by_letters = likeness(masks, 0, lengths[0], their_letters, start, end)
        by_sounds = likeness(masks, 1, lengths[1], sounds, at, to)
        like, how = alike(
            facts, row, letters, their_facts, word, their_letters, by_letters, by_sounds
        )
        if how not in (NONE, INITIAL):
            worth = like * like * asked.weights[row] * shelf.words.rarities[word]
            met = _add(shelf, desk, word, np.float32(worth), met)
    clear_word(words, row, masks, 0)
    return met


@kernel
def _by_pairs_of_theirs(asked: Asked, row: int, shelf: Shelf, desk: Desk, met: int) -> int:
    """Add up the names that write our word as two."""
    sums, names, led = desk.sums, desk.names, desk.led
    worth = np.float32(asked.weights[row] * PAIR_RARITY * PAIR)
    count = pair_keys_of(asked.words, row, desk.keys)
    for n in range(_led_to(shelf.joined, count, desk.seen_names, desk)):
        name = led[n]
        if sums[name] == 0:
            names[met] = name
            met += 1
        sums[name] += worth
    return met


@kernel
def _by_pair(asked: Asked, pair: int, shelf: Shelf, desk: Desk, met: int) -> int:
    """Add up the names that write two of our words as one."""
    led, rarities = desk.led, shelf.words.rarities
    worth = asked.pair_weights[pair] * PAIR / 2
    count = pair_keys_of(asked.pairs, pair, desk.keys)
    for n in range(_led_to(shelf.near, count, desk.seen, desk)):
        met = _add(shelf, desk, led[n], np.float32(worth * rarities[led[n]]), met)
    return met


@kernel
def _add(shelf: Shelf, desk: Desk, word: int, worth: np.float32, met: int) -> int:
    sums, names, holding = desk.sums, desk.names, shelf.holding
    for n in range(shelf.holding_ends[word], shelf.holding_ends[word + 1]):
        name = holding[n]
        if sums[name] == 0:
            names[met] = name
            met += 1
        sums[name] += worth
    return met


@kernel
def _best(
    party: Known,
    shelf: Shelf,
    lists: Circumstances,
    desk: Desk,
    met: int,
    least: np.float32,
    lines: Ints,
    most: int,
) -> int:
    """The names with the greatest sums, those of the same age before others; the sums are taken
    off the desk."""
    sums, names, kept, norms = desk.sums, desk.names, desk.kept, shelf.name_norms
    greatest = np.float32(0)
    for n in range(met):
        sums[names[n]] *= norms[names[n]]
        greatest = max(greatest, sums[names[n]])
    least, count, lowest = max(least, greatest * np.float32(NEAR_BEST)), 0, 0
    for n in range(met):
        name = names[n]
        total = sums[name]
        sums[name] = 0
        if total < least:
            continue
        if birth_outcome(party, lists, shelf.name_facts[name, ENTRY]) <= SUPPORTS:
            total *= np.float32(SAME_AGE)
        if count < most:
            lines[count], kept[count] = name, total
            count += 1
            if count < most:
                continue
        elif total > kept[lowest]:
            lines[lowest], kept[lowest] = name, total
        else:
            continue
        lowest = 0
        for i in range(1, most):
            if kept[i] < kept[lowest]:
                lowest = i
    return count
