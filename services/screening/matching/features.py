"""What a comparison of two names amounts to, as the numbers that the policy weighs.

Each is small and means one thing, so that a weight in the policy can be read and questioned.
"""

from rapidfuzz.distance import OSA

from services.screening.matching.compare import Alikeness, Weights
from services.screening.matching.names import Kind, Name, Token

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
)


def features_of(
    ours: Name,
    our_weights: Weights,
    theirs: Name,
    their_weights: Weights,
    alike: Alikeness,
) -> tuple[float, ...]:
    our_met = their_met = 0
    spelling = worst = first = initials = called = short = 0.0
    words = 0
    for link in alike.links:
        our_met |= link.ours
        their_met |= link.theirs
        if link.how == "same":
            words += 1
            continue
        if link.how == "initial":
            initials += 1
            continue
        words += 1
        missing = 1.0 - link.like
        worst = max(worst, missing)
        if link.how == "called":
            called += 1
            continue
        one = ours.tokens[link.ours.bit_length() - 1]
        other = theirs.tokens[link.theirs.bit_length() - 1]
        length = max(len(one.text), len(other.text))
        if link.how == "spelling":
            spelling += missing * length
            first += one.fold[0] != other.fold[0]
            short += length <= 4
    our_left, our_lost = _left(ours.tokens, our_weights, our_met)
    their_left, their_lost = _left(theirs.tokens, their_weights, their_met)
    both = min(our_lost, their_lost)
    contradiction = 0.0
    if our_left and their_left:
        contradiction = min(both, 1.0) * (
            1.0 - OSA.normalized_similarity(_joined(our_left), _joined(their_left))
        )
    numbers = _numbers(our_left) != _numbers(their_left)
    forms = bool(ours.form and theirs.form and ours.form != theirs.form)
    most = max(len(ours.tokens), len(theirs.tokens))
    return (
        1.0,
        max(alike.ours, alike.theirs),
        min(alike.ours, alike.theirs),
        min(both, 2.0),
        min(max(our_lost, their_lost), 3.0),
        contradiction,
        min(spelling, 6.0),
        worst,
        first,
        initials,
        called,
        float(words < 2 < most + 1),
        float(most == 1),
        float(numbers),
        float(forms),
        _whole(ours, theirs),
        float(_patronymic(our_left) and _patronymic(their_left)),
        short,
        max(0.0, min(spelling, 6.0) - 1.5),
        float(bool(our_left and their_left and (_initial(our_left) or _initial(their_left)))),
    )


def _left(tokens: tuple[Token, ...], weights: Weights, met: int) -> tuple[list[Token], float]:
    left, lost = [], 0.0
    for i, token in enumerate(tokens):
        if not met >> i & 1:
            left.append(token)
            lost += weights[i]
    return left, lost


def _joined(tokens: list[Token]) -> str:
    return "".join(token.fold for token in tokens)


def _numbers(tokens: list[Token]) -> set[str]:
    return {token.text for token in tokens if token.digits}


def _patronymic(tokens: list[Token]) -> bool:
    return any(token.patronymic for token in tokens)


def _initial(tokens: list[Token]) -> bool:
    return any(len(token.text) == 1 for token in tokens)


def _whole(ours: Name, theirs: Name) -> float:
    return float(OSA.normalized_similarity(ours.run, theirs.run))


__all__ = ["FEATURES", "Kind", "features_of"]
