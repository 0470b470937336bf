"""Compares two names: which words go with which, and what is left over on either side.

Words are assigned to each other so that the sum of their likeness is the greatest: order does not
matter, a word counts once, two or three words may go with one that joins them.
"""

from functools import cache, lru_cache
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from services.screening.matching.names import Kind, Name, Token
from services.screening.matching.policy import Policy
from services.screening.matching.words import words as common

Weights = tuple[float, ...]
How = Literal["same", "sound", "called", "spelling", "vowels", "initial", "joined"]

LEAST_LIKE = 0.6
"""Likeness of two words below which they are different words."""
SHORT, LEAST_LIKE_SHORT = 4, 0.74
"""Letters up to which a word may have one typo and no more."""
LEAST_LIKE_PATRONYMIC = 0.85
"""Their endings are alike by themselves."""
FUZZY_FROM = 3
"""Letters; shorter words must agree, or sound the same."""
SOUND, VOWELS, INITIAL, JOINED, CALLED = 0.97, 0.88, 0.72, 0.97, 0.85
LEAST_JOINED = 0.85
MOST_LINKS = 16
"""Above so many possible pairs the assignment is greedy, so that an odd name takes bounded time."""


class Link(NamedTuple):
    """Words of ours that go with words of theirs, as bit masks."""

    ours: int
    theirs: int
    like: float
    how: How
    worth: float


class Alikeness(NamedTuple):
    """Which words of two names go together. Shares are of each name's weight."""

    links: tuple[Link, ...]
    ours: float
    theirs: float

    @property
    def words(self) -> int:
        """Words, no initials, that go together."""
        return sum(link.how != "initial" for link in self.links)


APART = Alikeness((), 0.0, 0.0)


@lru_cache(maxsize=400_000)
def like(one: Token, other: Token) -> tuple[float, How] | None:
    """How much alike two words are, or None for different ones."""
    a, b = one.text, other.text
    if a == b:
        return 1.0, "same"
    if one.fold == other.fold and (a[0] == b[0] or len(one.fold) > 2):
        return SOUND, "sound"
    shorter, longer = sorted((len(a), len(b)))
    if shorter == 1:
        return (INITIAL, "initial") if a[0] == b[0] else None
    if one.digits or other.digits:
        return None
    if one.called and one.called == other.called:
        return max(CALLED, OSA.normalized_similarity(a, b)), "called"
    if shorter < FUZZY_FROM:
        return None
    if one.bones == other.bones and len(one.bones) >= 3:
        return VOWELS, "vowels"
    spelt = max(
        OSA.normalized_similarity(a, b), OSA.normalized_similarity(one.fold, other.fold) - 0.02
    )
    least = LEAST_LIKE_SHORT if longer <= SHORT else LEAST_LIKE
    if one.patronymic and other.patronymic:
        least = LEAST_LIKE_PATRONYMIC
    return (spelt, "spelling") if spelt >= least else None


def weights_of(name: Name, kind: Kind, policy: Policy) -> Weights:
    """How much each word tells of whom is meant.

    A patronymic between two other words is often left out, and tells less than they do.
    """
    generic, last = common().generic, len(name.tokens) - 1
    weights = []
    for place, token in enumerate(name.tokens):
        if kind == "organisation" and token.text in generic:
            weights.append(policy.generic_weight)
        elif token.particle:
            weights.append(policy.particle_weight)
        elif kind == "person" and 0 < place < last and token.patronymic:
            weights.append(policy.patronymic_weight)
        else:
            weights.append(policy.short_weight if len(token.text) <= 2 else 1.0)
    return tuple(weights)


def compare(ours: Name, our_weights: Weights, theirs: Name, their_weights: Weights) -> Alikeness:
    """Names and the weights of their words; see `weights_of`."""
    links = []
    for i, one in enumerate(ours.tokens):
        for j, other in enumerate(theirs.tokens):
            alike = like(one, other)
            if alike is not None:
                worth = alike[0] * (our_weights[i] + their_weights[j])
                links.append(Link(1 << i, 1 << j, alike[0], alike[1], worth))
    if not _all_met(links, len(ours.tokens), len(theirs.tokens)):
        links += _joins(ours.tokens, theirs.tokens, our_weights, their_weights, swap=False)
        links += _joins(theirs.tokens, ours.tokens, their_weights, our_weights, swap=True)
    if not links:
        return APART
    chosen = _assigned(links, len(ours.tokens))
    ours_met = theirs_met = 0.0
    for link in chosen:
        ours_met += link.like * _weight(link.ours, our_weights)
        theirs_met += link.like * _weight(link.theirs, their_weights)
    return Alikeness(chosen, ours_met / sum(our_weights), theirs_met / sum(their_weights))


def _all_met(links: list[Link], ours: int, theirs: int) -> bool:
    """Whether every word of both is the same as one of the other."""
    our_met = their_met = 0
    for link in links:
        if link.how in ("same", "sound"):
            our_met |= link.ours
            their_met |= link.theirs
    return our_met.bit_count() == ours and their_met.bit_count() == theirs


def _weight(mask: int, weights: Weights) -> float:
    if not mask & (mask - 1):
        return weights[mask.bit_length() - 1]
    return sum(w for i, w in enumerate(weights) if mask >> i & 1)


def _joins(
    apart: tuple[Token, ...],
    whole: tuple[Token, ...],
    apart_weights: Weights,
    whole_weights: Weights,
    *,
    swap: bool,
) -> list[Link]:
    """Two or three words next to each other that make one of the other name."""
    links: list[Link] = []
    if len(apart) < 2:
        return links
    longest = max([len(other.text) for other in whole], default=0) + 1
    for span in (2, 3):
        for i in range(len(apart) - span + 1):
            pieces = apart[i : i + span]
            length = sum([len(one.text) for one in pieces])
            if length > longest:
                continue
            joined = "".join(one.text for one in pieces)
            for j, other in enumerate(whole):
                if abs(len(other.text) - length) > 1:
                    continue
                spelt = OSA.normalized_similarity(joined, other.text, score_cutoff=LEAST_JOINED)
                if spelt:
                    many, one_bit = ((1 << span) - 1) << i, 1 << j
                    weight = sum(apart_weights[i : i + span]) + whole_weights[j]
                    masks = (one_bit, many) if swap else (many, one_bit)
                    alike = spelt * JOINED
                    links.append(Link(*masks, alike, "joined", alike * weight))
    return links


def _assigned(links: list[Link], tokens: int) -> tuple[Link, ...]:
    """The set of links that use every word at most once and are worth the most together."""
    if not _contested(links):
        return tuple(links)
    if len(links) > MOST_LINKS:
        return _greedy(links)
    by_first: list[list[Link]] = [[] for _ in range(tokens)]
    for link in links:
        by_first[(link.ours & -link.ours).bit_length() - 1].append(link)

    @cache
    def best(at: int, ours: int, theirs: int) -> tuple[float, tuple[Link, ...]]:
        if at == tokens:
            return 0.0, ()
        found = best(at + 1, ours, theirs)
        for link in by_first[at]:
            if not (link.ours & ours or link.theirs & theirs):
                worth, rest = best(at + 1, ours | link.ours, theirs | link.theirs)
                if worth + link.worth > found[0]:
                    found = worth + link.worth, (link, *rest)
        return found

    return best(0, 0, 0)[1]


def _contested(links: list[Link]) -> bool:
    """Whether some word is in more than one link."""
    ours = theirs = 0
    for link in links:
        if link.ours & ours or link.theirs & theirs:
            return True
        ours, theirs = ours | link.ours, theirs | link.theirs
    return False


def _greedy(links: list[Link]) -> tuple[Link, ...]:
    ours = theirs = 0
    taken = []
    for link in sorted(links, key=lambda link: -link.worth):
        if not (link.ours & ours or link.theirs & theirs):
            taken.append(link)
            ours, theirs = ours | link.ours, theirs | link.theirs
    return tuple(taken)
