"""Compiled: which words of two names go with which.

Words are given to each other from the greatest worth down: order does not matter, a word counts
once, and two or three words may go with one that joins them.
"""

from typing import NamedTuple

import numpy as np

from services.screening.matching.alike import (
    JOINED,
    JOINED_LIKE,
    NONE,
    SAME,
    SOUND,
    Masks,
    alike,
    clear_masks,
    likeness,
    set_masks,
)
from services.screening.matching.columns import (
    END,
    MOST_LINES,
    SOUND_AT,
    SOUND_END,
    START,
    Asked,
    Bytes,
    Floats,
    Ints,
    Words,
)
from services.screening.matching.compiled import inlined
from services.screening.matching.finding import Desk, clear_word, set_word
from services.screening.matching.names import MOST_TOKENS
from services.screening.matching.shelf import Shelf

LEAST_JOINED = 0.85
"""Likeness of two words written as one with another one."""
SLACK = 1
"""Letters by which they may differ in length."""
MOST_LINKS = 96
"""Possible pairs of words that are looked at, so that an odd name takes bounded time."""
MOST_KNOWN = MOST_LINES * MOST_TOKENS
RUN, SPARE = 2 * MOST_TOKENS, 2 * MOST_TOKENS + 1
"""The lines of the masks for the whole name, and for what is looked at in passing."""
OURS, THEIRS, HOW = range(3)
"""Columns of `Links.words`: the words on each side as bits, and how they go together."""


class Links(NamedTuple):
    """The links of one pair of names, `count` of them from the greatest worth down, and before
    that all possible ones. `dim[i, j]` is the likeness of words that do not go together.

    Names that are compared with one name share words: `known_likes` and `known_hows` have a line
    for each listed word that was met, `known[0]` lines in all.
    """

    words: Ints
    likes: Floats
    worths: Floats
    dim: Floats
    masks: Masks
    lengths: Ints
    spare: Bytes
    own: Ints
    known: Ints
    known_likes: Floats
    known_hows: Ints


def links_for() -> Links:
    return Links(
        np.zeros((MOST_LINKS, 3), np.int32),
        np.zeros(MOST_LINKS, np.float32),
        np.zeros(MOST_LINKS, np.float32),
        np.zeros((MOST_TOKENS, MOST_TOKENS), np.float32),
        np.zeros((SPARE + 1, 128), np.uint64),
        np.zeros(SPARE + 1, np.int32),
        np.zeros(256, np.uint8),
        np.arange(MOST_TOKENS, dtype=np.int32),
        np.zeros(1, np.int32),
        np.zeros((MOST_KNOWN, MOST_TOKENS), np.float32),
        np.zeros((MOST_KNOWN, MOST_TOKENS), np.int32),
    )


@inlined
def prepare(asked: Asked, desk: Desk, links: Links) -> None:
    """Set our words; `put_away` clears them."""
    desk.question[0] += 1
    links.known[0] = 0
    links.lengths[RUN] = set_masks(links.masks, RUN, asked.run, 0, len(asked.run))
    for row in range(len(asked.weights)):
        set_word(asked.words, row, links.masks, 2 * row, links.lengths)


@inlined
def put_away(asked: Asked, links: Links) -> None:
    clear_masks(links.masks, RUN, asked.run, 0, len(asked.run))
    for row in range(len(asked.weights)):
        clear_word(asked.words, row, links.masks, 2 * row)


@inlined
def link(asked: Asked, shelf: Shelf, line: int, desk: Desk, links: Links) -> int:
    """Find the links with a name of the shelf; their count."""
    first = shelf.name_ends[line]
    theirs = shelf.name_ends[line + 1] - first
    ours = len(asked.weights)
    ids = shelf.name_words[first : first + theirs]
    weights = shelf.name_weights[first : first + theirs]
    facts, letters, our_weights = asked.words.facts, asked.words.letters, asked.weights
    their_facts, their_letters = shelf.words.facts, shelf.words.letters
    sounds, masks, lengths, dim = shelf.words.sounds, links.masks, links.lengths, links.dim
    seen, places, question = desk.seen, desk.places, desk.question[0]
    known, likes, hows = links.known, links.known_likes, links.known_hows
    possible, ours_met, theirs_met = 0, 0, 0
    for j in range(theirs):
        word = ids[j]
        if seen[word] != question:
            seen[word], places[word] = question, known[0]
            start, end = their_facts[word, START], their_facts[word, END]
            at, to = their_facts[word, SOUND_AT], their_facts[word, SOUND_END]
            for i in range(ours):
                by_letters = likeness(masks, 2 * i, lengths[2 * i], their_letters, start, end)
                by_sounds = likeness(masks, 2 * i + 1, lengths[2 * i + 1], sounds, at, to)
                likes[known[0], i], hows[known[0], i] = alike(
                    facts, i, letters, their_facts, word, their_letters, by_letters, by_sounds
                )
            known[0] += 1
        place = places[word]
        for i in range(ours):
            like, how = likes[place, i], hows[place, i]
            dim[i, j] = like
            if how != NONE:
                worth = like * (our_weights[i] + weights[j])
                possible = _add(links, possible, 1 << i, 1 << j, how, like, worth)
            if how in (SAME, SOUND):
                ours_met |= 1 << i
                theirs_met |= 1 << j
    if ours_met != (1 << ours) - 1 or theirs_met != (1 << theirs) - 1:
        own = links.own[:ours]
        possible = _joined(
            asked.words, own, our_weights, shelf.words, ids, weights,
            theirs_met, links, possible, False,
        )  # fmt: skip
        possible = _joined(
            shelf.words, ids, weights, asked.words, own, our_weights,
            ours_met, links, possible, True,
        )  # fmt: skip
    return _assign(links, possible)


@inlined
def _add(
    links: Links, count: int, ours: int, theirs: int, how: int, like: float, worth: float
) -> int:
    if count < MOST_LINKS:
        links.words[count, OURS], links.words[count, THEIRS] = ours, theirs
        links.words[count, HOW] = how
        links.likes[count], links.worths[count] = like, worth
        count += 1
    return count


@inlined
def _joined(
    apart: Words,
    apart_ids: Ints,
    apart_weights: Floats,
    whole: Words,
    whole_ids: Ints,
    whole_weights: Floats,
    met: int,
    links: Links,
    count: int,
    swapped: bool,
) -> int:
    """Two words, or three in a row, that make one of the other name which nothing meets.

    `swapped` if it is their words that stand apart.
    """
    words, facts, whole_facts = len(apart_ids), apart.facts, whole.facts
    for j in range(len(whole_ids)):
        if met >> j & 1:
            continue
        start, end = whole_facts[whole_ids[j], START], whole_facts[whole_ids[j], END]
        least, most = end - start - SLACK, end - start + SLACK
        for i in range(words):
            first = facts[apart_ids[i], END] - facts[apart_ids[i], START]
            if first >= most:
                continue
            for k in range(words):
                second = facts[apart_ids[k], END] - facts[apart_ids[k], START]
                third = k + 1 if k == i + 1 and k + 1 < words else -1
                length = first + second
                if k == i or length > most:
                    continue
                if length < least:
                    if third < 0:
                        continue
                    length += facts[apart_ids[third], END] - facts[apart_ids[third], START]
                    if length < least or length > most:
                        continue
                else:
                    third = -1
                like = _like_joined(apart, apart_ids, i, k, third, whole, start, end, links)
                if like >= LEAST_JOINED:
                    like *= JOINED_LIKE
                    weight = whole_weights[j] + apart_weights[i] + apart_weights[k]
                    many, one = 1 << i | 1 << k, 1 << j
                    if third >= 0:
                        weight += apart_weights[third]
                        many |= 1 << third
                    ours, theirs = (one, many) if swapped else (many, one)
                    count = _add(links, count, ours, theirs, JOINED, like, like * weight)
    return count


@inlined
def _like_joined(
    apart: Words,
    ids: Ints,
    first: int,
    second: int,
    third: int,
    whole: Words,
    start: int,
    end: int,
    links: Links,
) -> float:
    length, facts = 0, apart.facts
    for k in (first, second, third):
        if k >= 0:
            for n in range(facts[ids[k], START], facts[ids[k], END]):
                if length < len(links.spare):
                    links.spare[length] = apart.letters[n]
                    length += 1
    held = set_masks(links.masks, SPARE, whole.letters, start, end)
    like = likeness(links.masks, SPARE, held, links.spare, 0, length)
    clear_masks(links.masks, SPARE, whole.letters, start, end)
    return like


@inlined
def _assign(links: Links, possible: int) -> int:
    """Bring the links that use every word once to the front; their count."""
    count, ours, theirs = 0, 0, 0
    words, likes, worths = links.words, links.likes, links.worths
    while True:
        best = -1
        for n in range(count, possible):
            if words[n, OURS] & ours or words[n, THEIRS] & theirs:
                continue
            if best < 0 or worths[n] > worths[best]:
                best = n
        if best < 0:
            return count
        for column in range(3):
            kept = words[count, column]
            words[count, column] = words[best, column]
            words[best, column] = kept
        like, worth = likes[count], worths[count]
        likes[count], worths[count] = likes[best], worths[best]
        likes[best], worths[best] = like, worth
        ours |= words[count, OURS]
        theirs |= words[count, THEIRS]
        count += 1
