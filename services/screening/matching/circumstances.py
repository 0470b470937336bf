"""Compiled: what besides the name speaks for or against, as numbers that the policy weighs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.screening.domain import ListedEntry
from services.screening.matching.columns import Bytes, Floats, Ints
from services.screening.matching.compiled import inlined
from services.screening.matching.evidence import ORDER, date_parts

Shorts = NDArray[np.int16]

CIRCUMSTANCES = (
    *(f"birth_{outcome}" for outcome in ORDER),  # the strongest agreement with any listed date
    "country_same",
    "country_other",
    "gender_same",
    "gender_other",
    "weak_supported",  # a weak alias, with a date of birth or a country that agrees
    "weak_alone",  # a weak alias, with nothing that does
    "one_word_alone",  # at most one word met, with nothing that agrees
    "nothing_known",  # neither date of birth nor country can be compared
)
BIRTHS = len(ORDER)
DAY, MONTH, SWAPPED, YEAR, CLOSE, OTHER_DAY, NEXT_YEAR, OTHER_YEAR = range(BIRTHS)
SUPPORTS = YEAR
"""Up to this outcome a date of birth agrees."""
GENDERS = {"m": 1, "f": 2}


class Known(NamedTuple):
    """What is known of a party. Year, month and day are 0 where they are not."""

    birth: Shorts
    countries: Shorts
    gender: int


class Circumstances(NamedTuple):
    """What the lists know. A birth is from year, to year, month, day; those of entry `i` are
    `births[birth_ends[i]:birth_ends[i + 1]]`, and so on."""

    birth_ends: Ints
    births: Shorts
    country_ends: Ints
    countries: Shorts
    genders: Bytes


def known(birth: str | None, countries: Iterable[str], gender: str | None) -> Known:
    parts = date_parts(birth) if birth else None
    return Known(
        np.array([one or 0 for one in parts] if parts else [0, 0, 0], np.int16),
        np.array([country_number(one) for one in countries], np.int16),
        gender_number(gender),
    )


def circumstances(entries: Sequence[ListedEntry]) -> Circumstances:
    births = [[line for said in one.births if (line := _birth(said))] for one in entries]
    countries = [[country_number(code) for code in one.countries] for one in entries]
    return Circumstances(
        np.cumsum([0, *map(len, births)], dtype=np.int32),
        np.array([line for lines in births for line in lines], np.int16).reshape(-1, 4),
        np.cumsum([0, *map(len, countries)], dtype=np.int32),
        np.array([code for codes in countries for code in codes], np.int16),
        np.array([gender_number(one.gender) for one in entries], np.uint8),
    )


def _birth(said: str) -> tuple[int, int, int, int] | None:
    first, slash, last = said.partition("/")
    if slash:
        return (int(first), int(last), 0, 0) if first.isdigit() and last.isdigit() else None
    parts = date_parts(said)
    return (parts[0], parts[0], parts[1] or 0, parts[2] or 0) if parts else None


def country_number(code: str) -> int:
    """Two capital letters as a number; -1 for anything else, which is like nothing."""
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        return -1
    capitals = code.upper()
    return (ord(capitals[0]) - 65) * 26 + ord(capitals[1]) - 65


def gender_number(gender: str | None) -> int:
    return GENDERS.get(gender[0].lower(), 0) if gender else 0


@inlined
def describe_circumstances(
    party: Known, lists: Circumstances, entry: int, strong: bool, words: int, person: bool,
    out: Floats, at: int,
) -> None:  # fmt: skip
    """Write what is to be said of an entry from column `at` on."""
    outcome = birth_outcome(party, lists, entry)
    if outcome < BIRTHS:
        out[at + outcome] = 1
    supported, some = outcome <= SUPPORTS, outcome < BIRTHS
    start, end = lists.country_ends[entry], lists.country_ends[entry + 1]
    if len(party.countries) and end > start:
        some, same = True, False
        for i in range(start, end):
            for country in party.countries:
                same |= country >= 0 and country == lists.countries[i]
        out[at + BIRTHS + (0 if same else 1)] = 1
        supported |= same
    gender = lists.genders[entry]
    if party.gender and gender:
        out[at + BIRTHS + (2 if gender == party.gender else 3)] = 1
    if not strong:
        out[at + BIRTHS + (4 if supported else 5)] = 1
    out[at + BIRTHS + 6] = person and not supported and words < 2
    out[at + BIRTHS + 7] = not some


@inlined
def birth_outcome(party: Known, lists: Circumstances, entry: int) -> int:
    """The strongest agreement with any listed date of birth."""
    year, month, day = party.birth[0], party.birth[1], party.birth[2]
    best = BIRTHS
    if year == 0:
        return best
    for i in range(lists.birth_ends[entry], lists.birth_ends[entry + 1]):
        first, last = lists.births[i, 0], lists.births[i, 1]
        their_month, their_day = lists.births[i, 2], lists.births[i, 3]
        if year < first or year > last:
            apart = first - year if year < first else year - last
            exact = first == last and month > 0 and their_month > 0
            outcome = OTHER_YEAR if apart > 1 else (NEXT_YEAR if exact else CLOSE)
        elif month == 0 or their_month == 0:
            outcome = YEAR
        elif day == 0 or their_day == 0:
            outcome = MONTH if month == their_month else OTHER_DAY
        elif month == their_month and day == their_day:
            outcome = DAY
        else:
            outcome = SWAPPED if month == their_day and day == their_month else OTHER_DAY
        best = min(best, outcome)
    return best
