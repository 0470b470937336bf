"""Says in plain words why an entry resembles a party."""

from services.screening.matching.compare import Alikeness, Link
from services.screening.matching.evidence import Evidence
from services.screening.matching.names import Name, Token

HOW = {
    "same": "“{ours}” is the same",
    "sound": "“{ours}” sounds like “{theirs}”",
    "called": "“{ours}” is another form of “{theirs}”",
    "spelling": "“{ours}” is spelt nearly like “{theirs}”",
    "vowels": "“{ours}” differs from “{theirs}” in vowels only",
    "initial": "“{ours}” can be short for “{theirs}”",
    "joined": "“{ours}” is “{theirs}” written as one word or as two",
}


def explain(
    ours: Name, theirs: Name, alike: Alikeness, strong: bool, evidence: tuple[Evidence, ...]
) -> tuple[str, ...]:
    alias = "name" if strong else "weak alias"
    lines = [f"“{ours.said}” resembles the listed {alias} “{theirs.said}”"]
    if ours.said.casefold() == theirs.said.casefold():
        lines = [f"“{ours.said}” is the listed {alias}"]
    else:
        lines += [_linked(link, ours.tokens, theirs.tokens) for link in alike.links]
        lines += _alone(ours.tokens, alike, "ours", "only the party's name has {}")
        lines += _alone(theirs.tokens, alike, "theirs", "only the listed name has {}")
    return (*lines, *(one.words for one in evidence))


def _linked(link: Link, ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> str:
    return HOW[link.how].format(ours=_words(link.ours, ours), theirs=_words(link.theirs, theirs))


def _words(mask: int, tokens: tuple[Token, ...]) -> str:
    return " ".join(token.text for i, token in enumerate(tokens) if mask >> i & 1)


def _alone(tokens: tuple[Token, ...], alike: Alikeness, side: str, words: str) -> list[str]:
    met = 0
    for link in alike.links:
        met |= link.ours if side == "ours" else link.theirs
    alone = [f"“{token.text}”" for i, token in enumerate(tokens) if not met >> i & 1]
    return [words.format(", ".join(alone))] if alone else []
