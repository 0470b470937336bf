"""Listed entries, arranged so that those who may resemble a party are found without all others.

Every word of every name leads to the names that hold it: by its sound, by its consonants, and by
what is left when one letter is taken away, so that words with a typo meet.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from services.screening.domain import EntryKind, ListedEntry
from services.screening.matching.compare import Alikeness, Weights, compare, weights_of
from services.screening.matching.evidence import (
    Evidence,
    birth_evidence,
    country_evidence,
    number_evidence,
    number_of,
    same_numbers,
)
from services.screening.matching.explain import explain
from services.screening.matching.names import Kind, Name, Token, bones, name_of, token
from services.screening.matching.policy import Policy
from services.screening.matching.subject import Subject

SHORTEST_TO_CUT = 4
"""Letters from which a word is also found with one of them missing."""
NEAR = 0.8
"""What a word that is only near counts against one that is the same, when candidates are chosen."""
LEAST_MET = 0.4
"""Share of a name's weight that must be met by words before names are compared exactly."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A listed entry that resembles the party, with the score and its reasons."""

    entry: ListedEntry
    score: float
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    entry: int
    name: Name
    strong: bool
    weights: Weights
    weight: float


class Index:
    """Never changes: a new version of a list gets a new index."""

    def __init__(self, entries: Iterable[ListedEntry], policy: Policy) -> None:
        self.entries = tuple(entries)
        self._policy = policy
        self._ids = frozenset(entry.entry_id for entry in self.entries)
        self._lines: list[_Line] = []
        self._by_sound: dict[str, list[int]] = defaultdict(list)
        self._by_join: dict[str, list[int]] = defaultdict(list)
        self._by_number: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            kind: Kind = "person" if entry.kind is EntryKind.PERSON else "organisation"
            for listed in entry.names:
                self._add(number, name_of(listed.text, kind), listed.strong, kind)
            for identifier in entry.identifiers:
                self._by_number[number_of(identifier.number)].append(number)
        self._by_bones: dict[str, list[str]] = defaultdict(list)
        self._cut: dict[str, list[str]] = defaultdict(list)
        for sound in self._by_sound:
            if len(consonants := bones(sound)) >= 3:
                self._by_bones[consonants].append(sound)
            for cut in _cuts(sound):
                self._cut[cut].append(sound)

    def _add(self, entry: int, name: Name, strong: bool, kind: Kind) -> None:
        if not name.tokens:
            return
        weights = weights_of(name, kind, self._policy)
        line = len(self._lines)
        self._lines.append(_Line(entry, name, strong, weights, sum(weights)))
        for sound in {one.fold for one in name.tokens}:
            self._by_sound[sound].append(line)
        for one, other in pairwise(name.tokens):
            self._by_join[one.text + other.text].append(line)

    def holds(self, entry_id: str) -> bool:
        """Whether an entry is among these at all."""
        return entry_id in self._ids

    def search(self, subject: Subject) -> list[Likeness]:
        """Every entry whose score reaches the threshold, the most alike first."""
        best: dict[int, Likeness] = {}
        for name in subject.names:
            weights = weights_of(name, subject.kind, self._policy)
            for line in self._candidates(name, weights, subject):
                found = self._judge(subject, name, weights, line)
                held = best.get(line.entry)
                if found and (held is None or found.score > held.score):
                    best[line.entry] = found
        for entry in self._with_its_numbers(subject):
            if entry not in best and subject.names:
                best[entry] = self._by_number_alone(subject, entry)
        return sorted(best.values(), key=lambda one: (-one.score, one.entry.place))

    # ------------------------------------------------------------ candidates

    def _candidates(self, name: Name, weights: Weights, subject: Subject) -> list[_Line]:
        """Lines of which enough words are near, those with the rarest ones first."""
        met: dict[int, float] = defaultdict(float)
        for one, worth in zip(name.tokens, weights, strict=True):
            _add_up(met, self._reached(one), worth)
        for (one, other), (w, x) in zip(pairwise(name.tokens), pairwise(weights), strict=True):
            joined = token(one.text + other.text)
            lines = self._by_sound.get(joined.fold, ())
            _add_up(met, dict.fromkeys(lines, 1.0), w + x)
        lines_of, ours = self._lines, sum(weights)
        worthy = []
        for number, sum_met in met.items():
            line = lines_of[number]
            share = sum_met / min(ours, line.weight)
            if share >= LEAST_MET and subject.could_be(self.entries[line.entry]):
                worthy.append((share, -number))
        chosen = heapq.nlargest(self._policy.candidates, worthy)
        return [lines_of[-number] for _, number in chosen]

    def _reached(self, one: Token) -> dict[int, float]:
        """The lines that hold a word, or one that it may be, and how near that is."""
        reached: dict[int, float] = {}
        for sound in self._near(one):
            for line in self._by_sound[sound]:
                reached[line] = NEAR
        for line in self._by_join.get(one.text, ()):
            reached[line] = 1.0
        for line in self._by_sound.get(one.fold, ()):
            reached[line] = 1.0
        return reached

    def _near(self, one: Token) -> set[str]:
        """Sounds of listed words that a word may be, other than its own."""
        if len(one.text) == 1:
            return set()
        found = set(self._by_bones.get(one.bones, ()))
        for cut in _cuts(one.fold):
            if cut in self._by_sound:
                found.add(cut)
            found.update(self._cut.get(cut, ()))
        found.update(self._cut.get(one.fold, ()))
        found.discard(one.fold)
        return found

    # ------------------------------------------------------------ judgement

    def _judge(
        self, subject: Subject, name: Name, weights: Weights, line: _Line
    ) -> Likeness | None:
        policy = self._policy
        alike = compare(name, weights, line.name, line.weights, subject.kind)
        if alike.score < 0.5:
            return None
        entry = self.entries[line.entry]
        evidence = self._evidence(subject, entry)
        odds = policy.steep * (alike.score - policy.middle)
        odds += sum(one.weight for one in evidence)
        supported = any(one.supports for one in evidence)
        if not line.strong:
            odds += policy.weak_supported if supported else policy.weak_alone
        if alike.words < 2 and subject.kind == "person" and not supported:
            odds += policy.one_word_alone
        if name.form and line.name.form and name.form != line.name.form:
            odds += policy.legal_form_differs
        score = 1.0 / (1.0 + math.exp(-odds))
        if score < policy.threshold[subject.kind]:
            return None
        reasons = explain(name, line.name, alike, line.strong, evidence)
        return Likeness(entry, round(score, 4), reasons)

    def _evidence(self, subject: Subject, entry: ListedEntry) -> tuple[Evidence, ...]:
        found = (
            birth_evidence(subject.birth, entry.births, self._policy),
            country_evidence(subject.countries, entry.countries, self._policy),
            number_evidence(subject.numbers, entry, self._policy),
        )
        return tuple(one for one in found if one is not None)

    def _alike(self, ours: Name, theirs: Name, kind: Kind) -> Alikeness:
        weights = (weights_of(name, kind, self._policy) for name in (ours, theirs))
        return compare(ours, next(weights), theirs, next(weights), kind)

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
        name = name_of(listed.name, subject.kind)
        alike = max(
            (self._alike(ours, name, subject.kind) for ours in subject.names),
            key=lambda one: one.score,
        )
        evidence = self._evidence(subject, listed)
        odds = self._policy.steep * (
            max(alike.score, self._policy.middle - 0.2) - self._policy.middle
        )
        odds += sum(one.weight for one in evidence)
        words = (f"the names differ: the list has “{listed.name}”", *(e.words for e in evidence))
        return Likeness(listed, round(1.0 / (1.0 + math.exp(-odds)), 4), words)


def _add_up(met: dict[int, float], reached: dict[int, float], worth: float) -> None:
    rare = worth * (1.0 + 1.0 / math.log(2.0 + len(reached)))
    for line, near in reached.items():
        met[line] += rare * near


def _cuts(word: str) -> Iterator[str]:
    if len(word) >= SHORTEST_TO_CUT:
        for i in range(len(word)):
            yield word[:i] + word[i + 1 :]
