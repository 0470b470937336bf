"""Says why an entry resembles a party: which names, which of their words, and what besides."""

from collections.abc import Sequence
from typing import NamedTuple

from services.screening.matching.names import Name, Token
from shared.events.words import Reason


class Link(NamedTuple):
    """Words of ours that go with words of theirs, as bit masks, and how; see `alike.HOW`."""

    ours: int
    theirs: int
    how: str


def reasons(ours: Name, theirs: Name, links: Sequence[Link], *, strong: bool) -> tuple[Reason, ...]:
    """The names first, then their words."""
    said = {"ours": ours.said, "theirs": theirs.said}
    weak = "" if strong else "-weak"
    if ours.said.casefold() == theirs.said.casefold():
        return (Reason(code=f"name-same{weak}", **said),)
    lines = [Reason(code=f"name-like{weak}", **said)]
    lines += [_linked(link, ours.tokens, theirs.tokens) for link in links]
    if alone := _alone(ours.tokens, [link.ours for link in links]):
        lines.append(Reason(code="word-only-ours", ours=alone))
    if alone := _alone(theirs.tokens, [link.theirs for link in links]):
        lines.append(Reason(code="word-only-theirs", theirs=alone))
    return tuple(lines)


def _linked(link: Link, ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> Reason:
    mine, listed = _words(link.ours, ours), _words(link.theirs, theirs)
    code = f"word-{link.how}"
    if link.how == "initial" and len(listed) < len(mine):
        code = "word-initial-theirs"
    return Reason(code=code, ours=mine, theirs=listed)


def _words(mask: int, tokens: tuple[Token, ...]) -> str:
    return " ".join(token.text for i, token in enumerate(tokens) if mask >> i & 1)


def _alone(tokens: tuple[Token, ...], masks: list[int]) -> str:
    """The words that no link has, in quotation marks."""
    met = 0
    for mask in masks:
        met |= mask
    return ", ".join(f"“{token.text}”" for i, token in enumerate(tokens) if not met >> i & 1)
