"""Compares two names: which words go with which, and how much alike the names are in all.

Words are assigned to each other so that the sum of their likeness is the greatest: order does not
matter, a word counts once, two words may go with one that joins them.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from services.screening.matching.names import Kind, Name, Token
from services.screening.matching.policy import Policy
from services.screening.matching.words import words as common

Weights = tuple[float, ...]
How = Literal["same", "sound", "spelling", "vowels", "initial", "joined"]

LEAST_LIKE = 0.74
"""Likeness of two words below which they are different words: one typo in four letters."""
FUZZY_FROM = 4
"""Letters; shorter words must agree, or sound the same."""
SOUND, VOWELS, INITIAL, JOINED = 0.97, 0.86, 0.72, 0.97
PATRONYMICS = (
    "ovich",
    "evich",
    "ovitch",
    "evitch",
    "ovna",
    "evna",
    "avich",
    "ovych",
    "uly",
    "oglu",
)
MOST_LINKS = 40
"""Above so many possible pairs the assignment is greedy: no real name comes near, and the time
that an odd one takes stays bounded."""


@dataclass(frozen=True, slots=True)
class Link:
    """Words of ours that go with words of theirs, as bit masks."""

    ours: int
    theirs: int
    like: float
    how: How
    worth: float


@dataclass(frozen=True, slots=True)
class Alikeness:
    """How much alike two names are, 0..1, and by which words."""

    score: float
    links: tuple[Link, ...]
    words: int
    """Whole words, no initials or particles, that go together."""


@lru_cache(maxsize=300_000)
def like(one: Token, other: Token) -> tuple[float, How] | None:
    """How much alike two words are, or None for different ones."""
    if one.text == other.text:
        return 1.0, "same"
    if one.fold == other.fold and (one.text[0] == other.text[0] or len(one.fold) > 2):
        return SOUND, "sound"
    if len(one.text) == 1 or len(other.text) == 1:
        return (INITIAL, "initial") if one.text[0] == other.text[0] else None
    if one.text.isdigit() or other.text.isdigit():
        return None
    shorter = min(len(one.text), len(other.text))
    if shorter < FUZZY_FROM:
        return None
    spelt = max(
        OSA.normalized_similarity(one.text, other.text),
        OSA.normalized_similarity(one.fold, other.fold) - 0.02,
    )
    if one.bones == other.bones and len(one.bones) >= 3 and spelt < VOWELS:
        return VOWELS, "vowels"
    return (spelt, "spelling") if spelt >= LEAST_LIKE else None


def weight(token: Token, kind: Kind, policy: Policy) -> float:
    """How much a word tells of whom is meant."""
    if kind == "organisation" and token.text in common().generic:
        return policy.generic_weight
    if token.particle:
        return policy.particle_weight
    return policy.short_weight if len(token.text) <= 2 else 1.0


def weights_of(name: Name, kind: Kind, policy: Policy) -> Weights:
    """A patronymic between two other words is often left out, and tells less than they do."""
    last = len(name.tokens) - 1
    return tuple(
        policy.patronymic_weight
        if kind == "person" and 0 < place < last and token.text.endswith(PATRONYMICS)
        else weight(token, kind, policy)
        for place, token in enumerate(name.tokens)
    )


def compare(
    ours: Name, our_weights: Weights, theirs: Name, their_weights: Weights, kind: Kind
) -> Alikeness:
    """Names and the weights of their words; see `weights_of`."""
    links = _assigned(_links(ours, theirs, our_weights, their_weights), len(ours.tokens))
    if not links:
        return Alikeness(0.0, (), 0)
    ours_met = _met(links, our_weights, "ours") / sum(our_weights)
    theirs_met = _met(links, their_weights, "theirs") / sum(their_weights)
    more, less = max(ours_met, theirs_met), min(ours_met, theirs_met)
    words = sum(link.how != "initial" and not _all_particles(link, ours.tokens) for link in links)
    if kind == "organisation":
        score = 0.45 * more + 0.55 * less
    else:
        score = 0.75 * more + 0.25 * less
        if words < 2 and max(len(ours.tokens), len(theirs.tokens)) > 1 and links[0].how != "joined":
            score = min(score, 0.6)  # one name in common is what most people have with somebody
    return Alikeness(score, links, words)


def _all_particles(link: Link, tokens: tuple[Token, ...]) -> bool:
    return all(t.particle for i, t in enumerate(tokens) if link.ours >> i & 1)


def _met(links: tuple[Link, ...], weights: Weights, side: Literal["ours", "theirs"]) -> float:
    met = 0.0
    for link in links:
        mask = link.ours if side == "ours" else link.theirs
        met += link.like * sum(w for i, w in enumerate(weights) if mask >> i & 1)
    return met


def _links(ours: Name, theirs: Name, our_weights: Weights, their_weights: Weights) -> list[Link]:
    links = []
    for i, one in enumerate(ours.tokens):
        for j, other in enumerate(theirs.tokens):
            alike = like(one, other)
            if alike:
                worth = alike[0] * (our_weights[i] + their_weights[j])
                links.append(Link(1 << i, 1 << j, *alike, worth))
    links += _joins(ours.tokens, theirs.tokens, our_weights, their_weights, swap=False)
    links += _joins(theirs.tokens, ours.tokens, their_weights, our_weights, swap=True)
    return links


def _joins(
    apart: tuple[Token, ...],
    whole: tuple[Token, ...],
    apart_weights: Weights,
    whole_weights: Weights,
    *,
    swap: bool,
) -> list[Link]:
    """Two words next to each other that make one of the other name."""
    links = []
    for i in range(len(apart) - 1):
        joined = apart[i].text + apart[i + 1].text
        for j, other in enumerate(whole):
            if abs(len(other.text) - len(joined)) > 1 or joined[0] != other.text[0]:
                continue
            spelt = OSA.normalized_similarity(joined, other.text)
            if spelt >= 0.88:
                two, one = 3 << i, 1 << j
                worth = spelt * JOINED * (sum(apart_weights[i : i + 2]) + whole_weights[j])
                masks = (one, two) if swap else (two, one)
                links.append(Link(*masks, spelt * JOINED, "joined", worth))
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
