"""Compiled: what a comparison of two names amounts to, as the numbers that the policy weighs.

Each is small and means one thing, so that a weight in the policy can be read and questioned.
"""

from services.screening.matching.alike import (
    INITIAL,
    JOINED,
    NICKNAME,
    SAME,
    SPELLING,
    likeness,
)
from services.screening.matching.columns import (
    END,
    FLAGS,
    SOUND_AT,
    START,
    Asked,
    Floats,
)
from services.screening.matching.compiled import inlined
from services.screening.matching.finding import Desk
from services.screening.matching.linking import HOW, OURS, RUN, THEIRS, Links, link
from services.screening.matching.names import DIGITS, PATRONYMIC
from services.screening.matching.shelf import FORM, Shelf

FEATURES = (
    "one",  # always 1: how likely it is before anything is compared
    "more",  # share of the name that is met best
    "less",  # share of the name that is met least
    "left_both",  # weight of words that both names have left over: they contradict each other
    "left_most",  # weight of words left over in one of them
    "contradiction",  # how different the words left over on both sides are
    "spelling",  # letters by which words that go together differ
    "worst",  # the least likeness of words that go together
    "first_letter",  # words that go together and begin differently
    "initials",  # words met by an initial only
    "called",  # words met by another form of a given name only
    "one_word",  # at most one word met, of names that have more
    "single",  # both are one word
    "numbers",  # numbers in the names differ
    "form",  # legal forms of different kinds
    "whole",  # likeness of the names written without blanks
    "patronymics",  # two different patronymics
    "short_changed",  # short words that go together and differ
    "far",  # letters that differ, beyond what one slip explains
    "initial_apart",  # an initial that stands for none of the other name's words
    "rarity",  # how rare the words are that go together
    "rare_ours",  # how rare our words are that are left over
    "rare_theirs",  # how rare their words are that are left over
    "rare_share",  # share of the rarity of the name that is met least
    "joined",  # words written as one or as two
    "words",  # words that go together, up to 4
    "exact",  # share of the words that go together which are the same
    "patronymic_left",  # a patronymic that only one of them has
    "rare_both",  # rarity of words that both have left over
    "rare_more",  # share of the rarity of the name that is met best
    "rarity_less",  # rarity of the words that go together, where little is left over
    "rarity_exact",  # the same, where they are the same words
    "less_square",  # that nearly everything is met tells more than that much is
    "single_rare",  # both are one word, and a rare one
)
COUNT = len(FEATURES)
MOST_RARE = 30.0
"""Rarity of a name's words together from which more says nothing more."""


@inlined
def describe(asked: Asked, shelf: Shelf, line: int, desk: Desk, links: Links, out: Floats) -> int:
    """Compare with a name of the shelf, write the features; the count of links."""
    first = shelf.name_ends[line]
    theirs = shelf.name_ends[line + 1] - first
    ours = len(asked.weights)
    ids = shelf.name_words[first : first + theirs]
    weights = shelf.name_weights[first : first + theirs]
    count = link(asked, shelf, line, desk, links)
    our_words, our_weights, our_rarities = asked.words, asked.weights, asked.words.rarities
    our_facts, our_sounds = our_words.facts, our_words.sounds
    their_facts, their_sounds = shelf.words.facts, shelf.words.sounds
    rarities, pairs, likes, dim = shelf.words.rarities, links.words, links.likes, links.dim
    out[:] = 0
    met, their_met = 0, 0
    spelling, words, same = 0.0, 0, 0
    rarity, total, their_total = 0.0, 0.0, 0.0
    our_share, their_share, our_rare, their_rare = 0.0, 0.0, 0.0, 0.0
    for n in range(count):
        like = likes[n]
        how = pairs[n, HOW]
        long = 0
        short = 0
        begins, other = 0, 0
        for i in range(ours):
            if pairs[n, OURS] >> i & 1:
                our_share += like * our_weights[i]
                our_rare += like * our_rarities[i] * our_weights[i]
                long = max(long, our_facts[i, END] - our_facts[i, START])
                begins = our_sounds[our_facts[i, SOUND_AT]]
        for j in range(theirs):
            if pairs[n, THEIRS] >> j & 1:
                word = ids[j]
                their_share += like * weights[j]
                their_rare += like * rarities[ids[j]] * weights[j]
                rarity += like * rarities[ids[j]]
                short = max(short, their_facts[word, END] - their_facts[word, START])
                other = their_sounds[their_facts[word, SOUND_AT]]
        met |= pairs[n, OURS]
        their_met |= pairs[n, THEIRS]
        if how == INITIAL:
            out[9] += 1
            continue
        words += 1
        if how == SAME:
            same += 1
            continue
        out[7] = max(out[7], 1 - like)
        if how == NICKNAME:
            out[10] += 1
        elif how == JOINED:
            out[24] += 1
        elif how == SPELLING:
            spelling += (1 - like) * max(long, short)
            out[8] += begins != other
            out[17] += max(long, short) <= 4
    lost, their_lost, dimmest = 0.0, 0.0, 0.0
    numbers, apart, patronymic, their_patronymic = False, False, False, False
    our_left, their_left = False, False
    weight, their_weight = 0.0, 0.0
    for i in range(ours):
        weight += our_weights[i]
        total += our_rarities[i] * our_weights[i]
        if met >> i & 1:
            continue
        our_left = True
        lost += our_weights[i]
        out[21] += our_rarities[i] * our_weights[i] / 10
        numbers |= our_facts[i, FLAGS] & DIGITS != 0
        patronymic |= our_facts[i, FLAGS] & PATRONYMIC != 0
        apart |= our_facts[i, END] - our_facts[i, START] == 1
        for j in range(theirs):
            if not their_met >> j & 1:
                dimmest = max(dimmest, dim[i, j])
    for j in range(theirs):
        word = ids[j]
        their_weight += weights[j]
        their_total += rarities[ids[j]] * weights[j]
        if their_met >> j & 1:
            continue
        their_left = True
        their_lost += weights[j]
        out[22] += rarities[ids[j]] * weights[j] / 10
        numbers |= their_facts[word, FLAGS] & DIGITS != 0
        their_patronymic |= their_facts[word, FLAGS] & PATRONYMIC != 0
        apart |= their_facts[word, END] - their_facts[word, START] == 1
    our_share /= weight
    their_share /= their_weight
    both = min(lost, their_lost)
    form, other_form = asked.form, shelf.name_facts[line, FORM]
    out[0] = 1
    out[1], out[2] = max(our_share, their_share), min(our_share, their_share)
    out[3], out[4] = min(both, 2.0), min(max(lost, their_lost), 3.0)
    out[5] = min(both, 1.0) * (1 - dimmest)
    out[6] = min(spelling, 6.0)
    out[11] = words < 2 and max(ours, theirs) > 1
    out[12] = max(ours, theirs) == 1
    out[13] = numbers
    out[14] = form != 0 and other_form != 0 and form != other_form
    start, end = shelf.run_ends[line], shelf.run_ends[line + 1]
    out[15] = likeness(links.masks, RUN, links.lengths[RUN], shelf.runs, start, end)
    out[16] = patronymic and their_patronymic
    out[18] = max(0.0, min(spelling, 6.0) - 1.5)
    out[19] = apart and our_left and their_left
    out[20] = min(rarity, MOST_RARE) / 10
    our_rare, their_rare = our_rare / max(total, 0.1), their_rare / max(their_total, 0.1)
    out[23] = min(our_rare, their_rare)
    out[25] = min(words, 4)
    out[26] = same / max(words, 1)
    out[27] = patronymic != their_patronymic
    out[28] = min(out[21], out[22])
    out[29] = max(our_rare, their_rare)
    out[30] = out[20] * out[23]
    out[31] = out[30] * out[26]
    out[32] = out[2] * out[2]
    out[33] = out[12] * out[20]
    return count
