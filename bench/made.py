"""Test sets made from the lists themselves: listed parties in disguise, and innocent ones.

Twins (the same party on two lists) count as one, so that finding either is right. Parties are
split in two halves by their identity: weights are learned on one, quality is measured on the other.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bench.cultures import CULTURES, FORMS, TRADES
from services.screening.domain import EntryKind, ListedEntry
from services.screening.matching import Subject
from services.screening.matching.names import Kind, latin, name_of


@dataclass(frozen=True)
class Case:
    """A question, the twins that are the right answer (none for an innocent), and what was done."""

    said: str
    kind: Kind
    right: frozenset[str] = frozenset()
    birth: str | None = None
    country: str | None = None
    change: str = ""

    @property
    def subject(self) -> Subject:
        name = name_of(self.said, self.kind)
        countries = frozenset({self.country} if self.country else ())
        return Subject(self.kind, (name,) if name.tokens else (), self.birth, countries)

    def by_name_alone(self) -> "Case":
        return Case(self.said, self.kind, self.right, change=self.change)


@dataclass
class Twins:
    """One party, as all lists together describe it."""

    entries: list[ListedEntry] = field(default_factory=list)

    @property
    def places(self) -> frozenset[str]:
        return frozenset(one.place for one in self.entries)

    def half(self) -> int:
        return zlib.crc32(min(self.places).encode()) & 1


def collapse(entries: Sequence[ListedEntry]) -> list[Twins]:
    """Entries that share a name, and a year of birth where both have one, are one party."""
    above = list(range(len(entries)))

    def top(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    met: dict[tuple[object, ...], int] = {}
    for at, entry in enumerate(entries):
        kind: Kind = "person" if entry.kind is EntryKind.PERSON else "organisation"
        years = {birth[:4] for birth in entry.births} or {""}
        for listed in entry.names:
            words = tuple(sorted(one.fold for one in name_of(listed.text, kind).tokens))
            if len(words) < (2 if kind == "person" else 1):
                continue
            for year in years if kind == "person" else ("",):
                above[top(at)] = top(met.setdefault((kind, words, year), at))
    groups: dict[int, Twins] = defaultdict(Twins)
    for at, entry in enumerate(entries):
        groups[top(at)].entries.append(entry)
    return list(groups.values())


LETTERS = "abcdefghijklmnoprstuvyz"
SOUNDS = (
    *(("y", "i"), ("i", "y"), ("j", "y"), ("y", "j"), ("kh", "h"), ("h", "kh"), ("sh", "ch")),
    *(("ou", "u"), ("u", "ou"), ("oo", "u"), ("ee", "i"), ("q", "k"), ("k", "q"), ("c", "k")),
    *(("v", "w"), ("w", "v"), ("ph", "f"), ("f", "ph"), ("dh", "d"), ("th", "t"), ("ei", "ey")),
    *(("a", "e"), ("e", "a"), ("o", "u"), ("zh", "j"), ("ts", "tz"), ("ks", "x"), ("x", "ks")),
    *(("ss", "s"), ("ll", "l"), ("mm", "m"), ("dd", "d"), ("l", "ll"), ("s", "z"), ("z", "s")),
)


def _typo(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    match chance.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :] if len(word) > 3 else word + word[-1]
        case 1 | 2 as more:
            return word[:at] + chance.choice(LETTERS) + word[at + more - 1 :]
        case _:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def typo(words: list[str], chance: random.Random) -> list[str]:
    long = [i for i, word in enumerate(words) if len(word) > 3] or [0]
    at = chance.choice(long)
    if len(words[at]) > 1:
        words[at] = _typo(words[at], chance)
    return words


def two_typos(words: list[str], chance: random.Random) -> list[str]:
    return typo(typo(words, chance), chance)


def sound(words: list[str], chance: random.Random) -> list[str]:
    for _ in range(chance.choice((1, 2))):
        at = chance.randrange(len(words))
        fits = [pair for pair in SOUNDS if pair[0] in words[at]]
        if fits:
            words[at] = words[at].replace(*chance.choice(fits), 1)
    return words


def order(words: list[str], chance: random.Random) -> list[str]:
    return [words[-1], *words[:-1]]


def dropped(words: list[str], chance: random.Random) -> list[str]:
    if len(words) > 2:
        del words[chance.randrange(1, len(words) - 1)]
    return words


def joined(words: list[str], chance: random.Random) -> list[str]:
    if len(words) > 1:
        at = chance.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    return words


def split(words: list[str], chance: random.Random) -> list[str]:
    long = [i for i, word in enumerate(words) if len(word) > 6]
    if long:
        at = chance.choice(long)
        cut = chance.randrange(3, len(words[at]) - 2)
        words[at : at + 1] = [words[at][:cut], words[at][cut:]]
    return words


def initial(words: list[str], chance: random.Random) -> list[str]:
    if len(words) > 2:
        at = chance.randrange(0, len(words) - 1)
        words[at] = words[at][:1]
    return words


def added(words: list[str], chance: random.Random) -> list[str]:
    words.insert(1, chance.choice(("ali", "maria", "ivanovich", "karim", "lee", "john", "group")))
    return words


CHANGES: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    typo, two_typos, sound, dropped, joined, split, initial, added,
)  # fmt: skip


WRONG_COUNTRY, SWAPPED, WRONG_YEAR, WRONG_DAY = 0.06, 0.02, 0.02, 0.02
"""How often a supplier is registered in another country than the list knows, and how often a date
of birth is written down wrongly. Chosen, not measured: nobody has published such figures."""
ELSEWHERE = ("AE", "CY", "TR", "DE", "GB", "CH", "HK", "DK")


def _known(entry: ListedEntry, chance: random.Random) -> tuple[str | None, str | None]:
    """What a supplier would say of itself: mostly the day, at times the year; mostly a country."""
    exact = [birth for birth in entry.births if len(birth) == 10]
    birth = chance.choice(exact) if exact else None
    if birth is None and entry.births and "/" not in entry.births[0]:
        birth = f"{entry.births[0][:4]}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    if birth:
        birth = _written(birth, chance)
    country = chance.choice(entry.countries) if entry.countries else None
    if country and chance.random() < WRONG_COUNTRY:
        country = chance.choice(ELSEWHERE)
    return birth, country if chance.random() < 0.8 else None


def _written(birth: str, chance: random.Random) -> str:
    """A date of birth as somebody writes it down."""
    year, month, day = birth.split("-")
    luck = chance.random()
    if luck < 0.15:
        return year
    luck -= 0.15
    if luck < SWAPPED and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if luck < SWAPPED + WRONG_YEAR:
        return f"{int(year) + chance.choice((-1, 1))}-{month}-{min(int(day), 28):02}"
    if luck < SWAPPED + WRONG_YEAR + WRONG_DAY:
        return f"{year}-{month}-{chance.randint(1, 28):02}"
    return birth


def _kind(entry: ListedEntry) -> Kind:
    return "person" if entry.kind is EntryKind.PERSON else "organisation"


def _strong(entry: ListedEntry, kind: Kind) -> list[str]:
    said = [one.text for one in entry.names if one.strong]
    least = 2 if kind == "person" else 1
    return [one for one in said if len(name_of(one, kind).tokens) >= least]


def disguised(twins: Sequence[Twins], chance: random.Random, *, lightly: bool) -> Iterator[Case]:
    for one in twins:
        entry = chance.choice(one.entries)
        kind = _kind(entry)
        names = _strong(entry, kind)
        if not names:
            continue
        words = latin(chance.choice(names)).replace(",", " ").replace("-", " ").split()
        change = order if lightly else chance.choice(CHANGES)
        if not lightly and chance.random() < 0.5:
            words = order(words, chance)
        if not lightly or chance.random() < 0.5:
            words = change(words, chance)
        if not lightly and chance.random() < 0.3:
            words = sound(words, chance)
        birth, country = _known(entry, chance)
        said = " ".join(words).upper() if chance.random() < 0.3 else " ".join(words).title()
        yield Case(said, kind, one.places, birth, country, "" if lightly else change.__name__)


def left_out(
    twins: Sequence[Twins], chance: random.Random
) -> tuple[list[Case], dict[str, ListedEntry]]:
    """An alias that the lists lose, as a question; and the entries without it."""
    cases, without = [], {}
    for one in twins:
        entry = chance.choice(one.entries)
        kind = _kind(entry)
        names = _strong(entry, kind)
        if len(names) < 2:
            continue
        alias = chance.choice(names[1:])
        words = _words(alias, kind)
        if words == _words(names[0], kind):
            continue
        kept = {}
        for twin in one.entries:
            stay = tuple(n for n in twin.names if _words(n.text, kind) != words)
            if not stay:
                break
            kept[twin.place] = twin.model_copy(update={"names": stay})
        else:
            if not any(_related(alias, n.text) for e in kept.values() for n in e.names):
                continue
            without.update(kept)
            birth, country = _known(entry, chance)
            cases.append(Case(alias, kind, one.places, birth, country, script(alias)))
    return cases, without


RELATED = 55.0
"""Per cent of likeness below which an alias is another name altogether, an acronym or a
translation, which nothing can find that compares spellings."""


def _related(one: str, other: str) -> bool:
    return fuzz.token_sort_ratio(latin(one), latin(other)) >= RELATED


def _words(said: str, kind: Kind) -> tuple[str, ...]:
    return tuple(sorted(one.text for one in name_of(said, kind).tokens))


def script(said: str) -> str:
    for letter in said:
        for start, end, name in (
            (0x370, 0x3FF, "Greek"), (0x400, 0x52F, "Cyrillic"), (0x590, 0x5FF, "Hebrew"),
            (0x600, 0x6FF, "Arabic"), (0x900, 0xDFF, "Indic"), (0xE00, 0xE7F, "Thai"),
            (0x3040, 0x9FFF, "Han"), (0xAC00, 0xD7AF, "Hangul"),
        ):  # fmt: skip
            if start <= ord(letter) <= end:
                return name
    return "Latin"


def innocents(count: int, chance: random.Random) -> Iterator[Case]:
    for _ in range(count):
        culture = chance.choice(CULTURES)
        if chance.random() < 0.3:
            stem = chance.choice((chance.choice(culture.family), chance.choice(culture.places)))
            trade, form = chance.choice(TRADES), chance.choice(FORMS)
            yield Case(f"{stem} {trade} {form}", "organisation", country=culture.country)
            continue
        words = [chance.choice(culture.given), chance.choice(culture.family)]
        if chance.random() < 0.3:
            words.insert(1, chance.choice(culture.given))
        yield Case(" ".join(words), "person", birth=born(chance), country=culture.country)


def recombined(twins: Sequence[Twins], count: int, chance: random.Random) -> Iterator[Case]:
    """Given names of one listed person and family names of another."""
    first, last, whole = list[str](), list[str](), set[tuple[str, ...]]()
    for one in twins:
        for entry in one.entries:
            if entry.kind is EntryKind.PERSON:
                for said in _strong(entry, "person"):
                    words = latin(said).replace(",", " ").split()
                    whole.add(tuple(sorted(words)))
                    if len(words) > 1 and script(said) == "Latin":
                        first.append(words[0])
                        last.append(words[-1])
    made = 0
    while made < count:
        given, family = chance.choice(first), chance.choice(last)
        if given != family and tuple(sorted((given, family))) not in whole:
            made += 1
            yield Case(f"{given} {family}".title(), "person", birth=born(chance))


def born(chance: random.Random) -> str:
    return f"{chance.randint(1940, 2003)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
