"""Says why an entry resembles a party: which names, which of their words, and what besides."""

from collections.abc import Sequence
from typing import NamedTuple

from services.screening.matching.names import Name
from shared.events.words import Reason


class Link(NamedTuple):
    """Words of ours that go with words of theirs, as bit masks, and how; see `alike.HOW`."""

    ours: int
    theirs: int
    how: str


def reasons(
    ours: Name, theirs: str, their_words: Sequence[str], links: Sequence[Link], *, strong: bool
) -> tuple[Reason, ...]:
    """The names first, then their words."""
    weak = "" if strong else "-weak"
    if ours.said.casefold() == theirs.casefold():
        return (Reason(code=f"name-same{weak}", ours=ours.said, theirs=theirs),)
    our_words = [token.text for token in ours.tokens]
    lines = [Reason(code=f"name-like{weak}", ours=ours.said, theirs=theirs)]
    lines += [_linked(link, our_words, their_words) for link in links]
    if alone := _alone(our_words, [link.ours for link in links]):
        lines.append(Reason(code="word-only-ours", ours=alone))
    if alone := _alone(their_words, [link.theirs for link in links]):
        lines.append(Reason(code="word-only-theirs", theirs=alone))
    return tuple(lines)


def _linked(link: Link, ours: Sequence[str], theirs: Sequence[str]) -> Reason:
    mine, listed = _words(link.ours, ours), _words(link.theirs, theirs)
    code = f"word-{link.how}"
    if link.how == "initial" and len(listed) < len(mine):
        code = "word-initial-theirs"
    return Reason(code=code, ours=mine, theirs=listed)


def _words(mask: int, words: Sequence[str]) -> str:
    if not mask & (mask - 1):
        return words[mask.bit_length() - 1]
    return " ".join(word for i, word in enumerate(words) if mask >> i & 1)


def _alone(words: Sequence[str], masks: Sequence[int]) -> str:
    """The words that no link has, in quotation marks."""
    met = 0
    for mask in masks:
        met |= mask
    if met == (1 << len(words)) - 1:
        return ""
    return ", ".join(f"“{word}”" for i, word in enumerate(words) if not met >> i & 1)
