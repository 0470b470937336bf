"""What besides the name speaks for or against: birth dates by precision, countries, numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from services.screening.domain import ListedEntry
from shared.events.words import Reason

PARENTHESES = re.compile(r"\([^)]*\)")
NOT_ALNUM = re.compile(r"[^0-9A-Z]")

SHORTEST_NUMBER = 5
GROUPS = {"tax": "registration", "vat": "registration", "other": "registration", "id": "passport"}
"""Kinds of numbers that lists take for each other."""
ANY_KIND = "any"
"""The register of a number of which nobody said the register."""
BirthOutcome = Literal[
    "day", "month", "swapped", "year", "close", "other_day", "next_year", "other_year"
]
UNIQUE = frozenset({"lei", "imo"})

ORDER: tuple[BirthOutcome, ...] = (
    "day",
    "month",
    "swapped",
    "year",
    "close",
    "other_day",
    "next_year",
    "other_year",
)
"""From the strongest agreement to the strongest disagreement."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a party: of which kind of register, and of which country where it has one."""

    kind: str
    number: str
    country: str | None


def number_of(text: str) -> str:
    """A number as it is compared: capitals and digits alone."""
    return NOT_ALNUM.sub("", PARENTHESES.sub("", text).upper())


def birth_reason(ours: str | None, theirs: Iterable[str]) -> Reason | None:
    """The strongest agreement with any date that the list gives."""
    if not ours or not (mine := date_parts(ours)):
        return None
    outcomes = [
        (ORDER.index(outcome), listed)
        for listed in theirs
        if (outcome := _compare(mine, listed)) is not None
    ]
    if not outcomes:
        return None
    place, listed = min(outcomes)
    outcome = ORDER[place]
    return Reason(code=f"birth-{outcome.replace('_', '-')}", ours=ours, theirs=listed)


Parts = tuple[int, int | None, int | None]


@lru_cache(maxsize=50_000)
def date_parts(text: str) -> Parts | None:
    """Year, month and day in the precision given; None for what can be no date."""
    pieces = text.strip().split("-")
    if len(pieces) > 3 or not all(piece.isascii() and piece.isdigit() for piece in pieces):
        return None
    year, month, day = (*map(int, pieces), None, None)[:3]
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return year or 0, month, day


def _compare(mine: Parts, listed: str) -> BirthOutcome | None:
    if "/" in listed:
        first, _, last = listed.partition("/")
        if not (first.isdigit() and last.isdigit()):
            return None
        if int(first) <= mine[0] <= int(last):
            return "year"
        return _years_apart(min(abs(mine[0] - int(first)), abs(mine[0] - int(last))), False)
    theirs = date_parts(listed)
    if theirs is None:
        return None
    if mine[0] != theirs[0]:
        return _years_apart(abs(mine[0] - theirs[0]), bool(mine[1] and theirs[1]))
    if not mine[1] or not theirs[1]:
        return "year"
    if not mine[2] or not theirs[2]:
        return "month" if mine[1] == theirs[1] else "other_day"
    if mine[1:] == theirs[1:]:
        return "day"
    return "swapped" if (mine[2], mine[1]) == theirs[1:] else "other_day"


def _years_apart(years: int, both_exact: bool) -> BirthOutcome:
    if years > 1:
        return "other_year"
    return "next_year" if both_exact else "close"


def country_reason(ours: frozenset[str], theirs: tuple[str, ...]) -> Reason | None:
    if not ours or not theirs:
        return None
    same = ours & set(theirs)
    if same:
        return Reason(code="country-same", ours=", ".join(sorted(same)))
    return Reason(code="country-other", ours=", ".join(sorted(ours)), theirs=", ".join(theirs))


def gender_reason(ours: str | None, theirs: str | None) -> Reason | None:
    if not ours or not theirs:
        return None
    same = ours[0].lower() == theirs[0].lower()
    return Reason(code="gender-same" if same else "gender-other")


def same_numbers(ours: frozenset[Number], entry: ListedEntry) -> list[str]:
    """Numbers of the same register that are equal. Short ones are equal by chance."""
    return sorted(
        {
            mine.number
            for mine in ours
            for one in entry.identifiers
            if len(mine.number) >= SHORTEST_NUMBER
            and number_of(one.number) == mine.number
            and (
                mine.kind == ANY_KIND
                or GROUPS.get(one.kind, one.kind) == GROUPS.get(mine.kind, mine.kind)
            )
            and (one.country is None or mine.country in (None, one.country))
        }
    )


def number_reason(ours: frozenset[Number], entry: ListedEntry) -> Reason | None:
    """Equal numbers are near certain. Another number that is unique worldwide speaks against it."""
    same = same_numbers(ours, entry)
    if same:
        return Reason(code="number-same", ours=", ".join(same))
    kinds = {one.kind for one in ours} & {one.kind for one in entry.identifiers} & UNIQUE
    return Reason(code="number-other", theirs=min(kinds).upper()) if kinds else None
