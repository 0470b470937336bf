"""Listed entries, arranged so that those who may resemble a party are found and judged quickly."""

import math
import threading
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from services.screening.domain import EntryKind, ListedEntry
from services.screening.matching.alike import HOW
from services.screening.matching.circumstances import Circumstances, circumstances, known
from services.screening.matching.columns import Ints, Keys, asked
from services.screening.matching.evidence import (
    birth_reason,
    country_reason,
    gender_reason,
    number_of,
    number_reason,
    same_numbers,
)
from services.screening.matching.explain import Link, reasons
from services.screening.matching.finding import desk_for
from services.screening.matching.judging import BEATEN, Sheet, judge, sheet
from services.screening.matching.linking import HOW as HOW_COLUMN
from services.screening.matching.linking import OURS, THEIRS, links_for
from services.screening.matching.names import Kind, Name, name_of
from services.screening.matching.policy import Policy
from services.screening.matching.shelf import ENTRY, PLACE, STRONG, Shelf, shelve
from services.screening.matching.subject import Subject
from services.screening.matching.weights import weights_of
from shared.events.words import Reason
from shared.reasons import in_english

KINDS: tuple[Kind, ...] = ("person", "organisation")


class Likeness(NamedTuple):
    """A listed entry that resembles the party, with the score and its reasons."""

    entry: ListedEntry
    score: float
    reasons: tuple[Reason, ...]

    @property
    def explanation(self) -> tuple[str, ...]:
        """The reasons in English."""
        return tuple(map(in_english, self.reasons))


class Arranged(NamedTuple):
    """Everything of an index that is numbers: a shelf for each kind of party, what is known of
    the entries, and which numbers of theirs belong to which."""

    shelves: tuple[Shelf, ...]
    lists: Circumstances
    number_keys: Keys
    number_entries: Ints


class _Judged(NamedTuple):
    """A listed name against a name of the party, and the words of them that go together."""

    odds: float
    name: Name
    line: int
    links: list[list[int]]


class _Tools(threading.local):
    """Where the searches of one thread lay out their work."""

    def __init__(self, shelves: tuple[Shelf, ...]) -> None:
        self.desks = [desk_for(shelf) for shelf in shelves]
        self.links = links_for()
        self.sheet = sheet()


def arrange(entries: Sequence[ListedEntry], policy: Policy) -> Arranged:
    numbers = sorted(
        (number_key(number_of(one.number)), at)
        for at, entry in enumerate(entries)
        for one in entry.identifiers
    )
    return Arranged(
        tuple(_shelf(entries, kind, policy) for kind in KINDS),
        circumstances(entries),
        np.array([key for key, _ in numbers], np.uint32),
        np.array([at for _, at in numbers], np.int32),
    )


def _shelf(entries: Sequence[ListedEntry], kind: Kind, policy: Policy) -> Shelf:
    """The names of all entries that a party of one kind can be; of two that are the same one."""
    held: list[tuple[Name, tuple[bool, int, int]]] = []
    for at, entry in enumerate(entries):
        if not _could_be(kind, entry):
            continue
        names: dict[tuple[object, ...], tuple[Name, tuple[bool, int, int]]] = {}
        for place, listed in enumerate(entry.names):
            name = name_of(listed.text, kind)
            before = names.get((name.tokens, name.form))
            if name.tokens and (before is None or (listed.strong and not before[1][0])):
                names[name.tokens, name.form] = name, (listed.strong, at, place)
        held += names.values()
    return shelve(
        [name for name, _ in held],
        [weights_of(name, kind, policy) for name, _ in held],
        [stands for _, stands in held],
    )


def _could_be(kind: Kind, entry: ListedEntry) -> bool:
    if kind == "person":
        return entry.kind in (EntryKind.PERSON, EntryKind.UNKNOWN)
    return entry.kind is not EntryKind.PERSON


def _best(found: Sheet, count: int, least: float, most: int | None, name: Name) -> list[_Judged]:
    """What `judge` wrote of names that reach these odds, the greatest first; taken off the sheet,
    as the next search writes on it."""
    odds = found.odds[:count]
    order = np.argsort(-odds, kind="stable")[:most].tolist()
    sums = odds.tolist()
    return [
        _Judged(sums[at], name, int(found.lines[at]), found.links[at, : found.counts[at]].tolist())
        for at in order
        if sums[at] >= least and sums[at] > BEATEN
    ]


def number_key(number: str) -> int:
    return zlib.crc32(number.encode())


class Index:
    """Never changes: a new version of a list gets a new index. Threads may search at once."""

    def __init__(
        self, entries: Iterable[ListedEntry], policy: Policy, arranged: Arranged | None = None
    ) -> None:
        self.entries: Sequence[ListedEntry] = (
            entries if isinstance(entries, Sequence) else tuple(entries)
        )
        self._policy = policy
        self._held = arranged or arrange(self.entries, policy)
        self._tools = _Tools(self._held.shelves)
        self._candidates = [
            policy.candidates_among(len(one.name_facts)) for one in self._held.shelves
        ]

    def holds(self, entry_id: str) -> bool:
        """Whether an entry is among these at all."""
        return entry_id in self._ids

    @cached_property
    def _ids(self) -> frozenset[str]:
        kept: frozenset[str] | None = getattr(self.entries, "ids", None)
        return kept or frozenset(entry.entry_id for entry in self.entries)

    @property
    def size(self) -> int:
        """Names held, those of unknown kind twice."""
        return sum(len(shelf.name_facts) for shelf in self._held.shelves)

    def search(
        self, subject: Subject, threshold: float | None = None, most: int | None = None
    ) -> list[Likeness]:
        """The entries whose score reaches the threshold, the most alike first.

        Without a threshold it is the policy's for this kind of party and the list of the entry.
        """
        if not subject.names:
            return []
        if threshold is None:
            lowest = self._policy.lowest_threshold(subject.kind)
            judged = self._worth_a_look(self._judged(subject, odds_of(lowest), None), subject.kind)
        else:
            judged = self._judged(subject, odds_of(threshold), most)
        ranked = sorted(judged.items(), key=lambda pair: -pair[1].odds)[:most]
        found = [self._likeness(subject, entry, one) for entry, one in ranked]
        if subject.numbers:
            for entry in self._with_its_numbers(subject) - judged.keys():
                found.append(self._by_number_alone(subject, entry))
        return sorted(found, key=lambda one: (-one.score, one.entry.place))[:most]

    def _worth_a_look(self, judged: dict[int, _Judged], kind: Kind) -> dict[int, _Judged]:
        """Those that reach the threshold of their list."""
        return {
            entry: one
            for entry, one in judged.items()
            if one.odds >= odds_of(self._policy.threshold_of(self.entries[entry].source, kind))
        }

    def _judged(self, subject: Subject, least: float, most: int | None) -> dict[int, _Judged]:
        """For each entry that reaches these odds, the name of it that comes nearest; of one name
        of the party the best `most`, unless numbers can still turn their order."""
        best: dict[int, _Judged] = {}
        number = KINDS.index(subject.kind)
        shelf, tools, policy = self._held.shelves[number], self._tools, self._policy
        party = known(subject.birth, subject.countries, subject.gender)
        if subject.numbers:
            least_named, most = least - policy.identifier.most, None
        else:
            least_named = least
        for name in subject.names:
            count = judge(
                asked(name, weights_of(name, subject.kind, policy)), party,
                shelf, self._held.lists, tools.desks[number], tools.links,
                subject.kind == "person", self._candidates[number],
                policy.weights("listed", subject.kind), tools.sheet,
            )  # fmt: skip
            for one in _best(tools.sheet, count, least_named, most, name):
                entry = int(shelf.name_facts[one.line, ENTRY])
                held = best.get(entry)
                if held is None or one.odds > held.odds:
                    best[entry] = one
        if not subject.numbers:
            return best
        counted = {
            entry: one._replace(odds=one.odds + self._by_numbers(subject, entry))
            for entry, one in best.items()
        }
        return {entry: one for entry, one in counted.items() if one.odds >= least}

    def _by_numbers(self, subject: Subject, entry: int) -> float:
        reason = number_reason(subject.numbers, self.entries[entry])
        if reason is None:
            return 0.0
        weights = self._policy.identifier
        return weights.same if reason.code == "number-same" else weights.other

    def _likeness(self, subject: Subject, number: int, one: _Judged) -> Likeness:
        shelf = self._held.shelves[KINDS.index(subject.kind)]
        entry = self.entries[number]
        facts = shelf.name_facts[one.line]
        theirs = entry.names[int(facts[PLACE])].text
        made = [Link(line[OURS], line[THEIRS], HOW[line[HOW_COLUMN]]) for line in one.links]
        said = reasons(one.name, theirs, shelf.texts(one.line), made, strong=bool(facts[STRONG]))
        return Likeness(entry, score_of(one.odds), (*said, *self._besides(subject, entry)))

    def _besides(self, subject: Subject, entry: ListedEntry) -> list[Reason]:
        found = (
            birth_reason(subject.birth, entry.births),
            country_reason(subject.countries, entry.countries),
            gender_reason(subject.gender, entry.gender),
            number_reason(subject.numbers, entry),
        )
        return [one for one in found if one is not None]

    def _with_its_numbers(self, subject: Subject) -> set[int]:
        keys, entries = self._held.number_keys, self._held.number_entries
        found = set[int]()
        for one in subject.numbers:
            key = np.uint32(number_key(one.number))
            start, end = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
            found.update(entries[start:end].tolist())
        return {entry for entry in found if same_numbers(subject.numbers, self.entries[entry])}

    def _by_number_alone(self, subject: Subject, number: int) -> Likeness:
        """The same number under quite another name: a person must look."""
        entry = self.entries[number]
        besides = self._besides(subject, entry)
        weights = self._policy.weights_of_circumstances(subject.kind)
        odds = sum(weights.get(one.code, 0.0) for one in besides)
        odds += self._policy.identifier.same / 2
        other = Reason(code="name-other", theirs=entry.name)
        return Likeness(entry, score_of(odds), (other, *besides))


def score_of(odds: float) -> float:
    """Six digits, so that two good hits never tie at 1."""
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds)))), 6)


def odds_of(score: float) -> float:
    """The log-odds from which that score is reached."""
    if score <= 0.0:
        return -math.inf
    return math.inf if score >= 1.0 else math.log(score / (1.0 - score)) - 1e-6
