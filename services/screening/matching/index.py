"""Listed entries, arranged so that those who may resemble a party are found and judged quickly."""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from services.screening.domain import EntryKind, ListedEntry
from services.screening.matching.candidates import Candidates
from services.screening.matching.compare import Alikeness, Weights, compare, weights_of
from services.screening.matching.evidence import (
    Evidence,
    birth_evidence,
    country_evidence,
    gender_evidence,
    number_evidence,
    number_of,
    same_numbers,
)
from services.screening.matching.explain import explain
from services.screening.matching.features import features_of
from services.screening.matching.names import Kind, Name, name_of
from services.screening.matching.policy import Policy
from services.screening.matching.subject import Subject

MOST_SAID = 30.0
"""Rarity of a name's words together from which more says nothing more."""
LEAST_MET = 0.42
"""Share of a name that must be met by words before anything else is looked at."""


class Likeness(NamedTuple):
    """A listed entry that resembles the party, with the score and its reasons."""

    entry: ListedEntry
    score: float
    explanation: tuple[str, ...]


class Line(NamedTuple):
    """One listed name. `rarities` says how rare each of its words is."""

    entry: int
    name: Name
    strong: bool
    weights: Weights
    rarities: tuple[float, ...]


class Judged(NamedTuple):
    """A line against a name of the party."""

    odds: float
    name: Name
    line: Line
    alike: Alikeness
    evidence: tuple[Evidence, ...]


class _Shelf:
    """The names of all entries that a party of one kind can be."""

    def __init__(self, entries: tuple[ListedEntry, ...], kind: Kind, policy: Policy) -> None:
        held = []
        for number, entry in enumerate(entries):
            if not _could_be(kind, entry):
                continue
            names: dict[tuple[object, ...], tuple[Name, bool]] = {}
            for listed in entry.names:
                name = name_of(listed.text, kind)
                if name.tokens:
                    before = names.setdefault((name.tokens, name.form), (name, listed.strong))
                    if listed.strong and not before[1]:
                        names[name.tokens, name.form] = name, True
            held += [(number, name, strong) for name, strong in names.values()]
        weights = [weights_of(name, kind, policy) for _, name, _ in held]
        self.candidates = Candidates([name for _, name, _ in held], weights)
        self.lines = [
            Line(number, name, strong, weights[at], tuple(one.rarity for one in name.tokens))
            for at, (number, name, strong) in enumerate(held)
        ]


class Index:
    """Never changes: a new version of a list gets a new index."""

    def __init__(self, entries: Iterable[ListedEntry], policy: Policy) -> None:
        self.entries = tuple(entries)
        self._policy = policy
        self._ids = frozenset(entry.entry_id for entry in self.entries)
        self._shelves: dict[Kind, _Shelf] = {
            "person": _Shelf(self.entries, "person", policy),
            "organisation": _Shelf(self.entries, "organisation", policy),
        }
        self._by_number: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for identifier in entry.identifiers:
                self._by_number[number_of(identifier.number)].append(number)

    def holds(self, entry_id: str) -> bool:
        """Whether an entry is among these at all."""
        return entry_id in self._ids

    @property
    def size(self) -> int:
        """Names held, those of unknown kind twice."""
        return sum(len(shelf.lines) for shelf in self._shelves.values())

    def search(
        self, subject: Subject, threshold: float | None = None, most: int | None = None
    ) -> list[Likeness]:
        """The entries whose score reaches the threshold, the most alike first.

        Without a threshold it is the policy's for this kind of party.
        """
        least = self._policy.threshold[subject.kind] if threshold is None else threshold
        judged = self.judged(subject)
        found = [
            Likeness(self.entries[entry], score, self._explained(one))
            for entry, one in sorted(judged.items(), key=lambda pair: -pair[1].odds)[:most]
            if (score := _score(one.odds)) >= least
        ]
        for entry in self._with_its_numbers(subject) - judged.keys():
            if subject.names:
                found.append(self._by_number_alone(subject, entry))
        return sorted(found, key=lambda one: (-one.score, one.entry.place))[:most]

    def judged(self, subject: Subject) -> dict[int, Judged]:
        """For each entry that comes near at all, the name of it that comes nearest."""
        best: dict[int, Judged] = {}
        evidence: dict[int, tuple[Evidence, ...]] = {}
        shelf = self._shelves[subject.kind]
        for name in subject.names:
            weights = weights_of(name, subject.kind, self._policy)
            for at in shelf.candidates.best(name, weights, self._policy.candidates):
                line = shelf.lines[at]
                alike = compare(name, weights, line.name, line.weights)
                if max(alike.ours, alike.theirs) < LEAST_MET:
                    continue
                if line.entry not in evidence:
                    evidence[line.entry] = self._evidence(subject, self.entries[line.entry])
                one = self._judge(subject.kind, name, weights, line, alike, evidence[line.entry])
                held = best.get(line.entry)
                if held is None or one.odds > held.odds:
                    best[line.entry] = one
        return best

    def _judge(
        self,
        kind: Kind,
        name: Name,
        weights: Weights,
        line: Line,
        alike: Alikeness,
        evidence: tuple[Evidence, ...],
    ) -> Judged:
        policy = self._policy
        features = features_of(name, weights, line.name, line.weights, alike)
        odds = policy.odds("listed", kind, (*features, rarity_of(alike, line)))
        supported = False
        for one in evidence:
            odds += one.weight
            supported = supported or one.supports
        if not line.strong:
            odds += policy.weak_supported if supported else policy.weak_alone
        if kind == "person" and not supported and alike.words < 2:
            odds += policy.one_word_alone
        return Judged(odds, name, line, alike, evidence)

    def _explained(self, one: Judged) -> tuple[str, ...]:
        return explain(one.name, one.line.name, one.alike, one.line.strong, one.evidence)

    def _evidence(self, subject: Subject, entry: ListedEntry) -> tuple[Evidence, ...]:
        found = (
            birth_evidence(subject.birth, entry.births, self._policy),
            country_evidence(subject.countries, entry.countries, self._policy),
            gender_evidence(subject.gender, entry.gender, self._policy),
            number_evidence(subject.numbers, entry, self._policy),
        )
        return tuple(one for one in found if one is not None)

    def _with_its_numbers(self, subject: Subject) -> set[int]:
        return {
            entry
            for one in subject.numbers
            for entry in self._by_number.get(one.number, ())
            if same_numbers(subject.numbers, self.entries[entry])
        }

    def _by_number_alone(self, subject: Subject, entry: int) -> Likeness:
        """The same number under quite another name: a person must look."""
        listed = self.entries[entry]
        evidence = self._evidence(subject, listed)
        odds = sum(one.weight for one in evidence) - self._policy.identifier.same / 2
        words = (f"the names differ: the list has “{listed.name}”", *(e.words for e in evidence))
        return Likeness(listed, _score(odds), words)


def rarity_of(alike: Alikeness, line: Line) -> float:
    """How rare the words are that the names have in common: the more so, the less by chance."""
    said = 0.0
    for link in alike.links:
        for i, rarity in enumerate(line.rarities):
            if link.theirs >> i & 1:
                said += rarity * link.like
    return min(said, MOST_SAID) / 10.0


def _could_be(kind: Kind, entry: ListedEntry) -> bool:
    if kind == "person":
        return entry.kind in (EntryKind.PERSON, EntryKind.UNKNOWN)
    return entry.kind is not EntryKind.PERSON


def _score(odds: float) -> float:
    """Six digits, so that two good hits never tie at 1."""
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds)))), 6)
