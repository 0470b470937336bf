"""The questions of a measurement, made from the lists, and the lists without what is asked for."""

import random
from collections.abc import Iterable, Sequence

from bench.made import Case, collapse, disguised, innocents, left_out, recombined
from services.screening.domain import ListedEntry
from services.screening.matching.names import Kind, name_of

KINDS: tuple[Kind, ...] = ("person", "organisation")


def made(
    entries: Sequence[ListedEntry], seed: int, size: int, half: int
) -> tuple[dict[str, list[Case]], list[ListedEntry]]:
    """Questions about parties of one half, and the lists without the aliases that are asked for.

    Innocents who bear a listed name word for word are set apart: whoever goes by names alone has
    to ask about them.
    """
    chance = random.Random(seed)
    twins = collapse(entries)
    mine = [one for one in twins if one.half() == half]
    chance.shuffle(mine)
    alias, without = left_out(mine[size:], chance)
    alias = alias[:size]
    asked = {place for case in alias for place in case.right}
    kept = [without.get(one.place, one) if one.place in asked else one for one in entries]
    treated = list(disguised(mine[:size], chance, lightly=True))
    mutated = list(disguised(mine[:size], chance, lightly=False))
    borne = _borne(entries)
    innocent = list(innocents(8 * size, chance))
    return {
        "treated": treated,
        "mutated": mutated,
        "unseen alias": alias,
        "innocent": [one for one in innocent if _words(one.said, one.kind) not in borne],
        "namesake": [one for one in innocent if _words(one.said, one.kind) in borne],
        "recombined": list(recombined(twins, 4 * size, chance)),
    }, kept


def _borne(entries: Iterable[ListedEntry]) -> set[tuple[str, ...]]:
    return {
        _words(listed.text, kind) for entry in entries for listed in entry.names for kind in KINDS
    }


def _words(said: str, kind: Kind) -> tuple[str, ...]:
    """The sounds of a name's words, in no order."""
    return tuple(sorted(one.fold for one in name_of(said, kind).tokens))
