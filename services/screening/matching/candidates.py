"""Finds the few listed names that a name may be, among all of them, without comparing each.

Two sources, added up. Words: every word leads to the names that hold it, or a word of the same
sound, of the same consonants, or with one letter more, less or changed; rare words count more.
Letters: the runs of three letters that two names share, which finds what several slips have
made of a word. Both are arrays that are read in one go.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.screening.matching.compare import Weights
from services.screening.matching.names import Name, Token, fold

SHORTEST_TO_CUT = 4
"""Letters from which a word is also found with one of them missing."""
SAME, BONES, CUT = 1.0, 0.75, 0.8
"""What a word that is only near counts against one that is the same."""
LETTERS = 0.9
"""What all runs of letters count against all words."""
NEAR_BEST = 0.35
"""Share of the best candidate's sum below which nothing is worth a comparison."""
COMMON = 0.08
"""Share of all names above which a run of letters says nothing."""
LENGTH = 0.6
"""How much long names are held back: 0 not at all, 1 in proportion to their length."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Postings:
    """For each key, the names that hold it and what it is worth there."""

    def __init__(self, held: dict[str, list[int]], names: int, norms: Floats) -> None:
        self.keys = {key: number for number, key in enumerate(held)}
        counts = np.fromiter((len(lines) for lines in held.values()), np.int64, len(held))
        self.ends = np.concatenate(([0], np.cumsum(counts))).tolist()
        flat = (line for lines in held.values() for line in lines)
        self.lines = np.fromiter(flat, np.int64, int(counts.sum()))
        self.rarity: list[float] = np.log((names + 1.0) / (counts + 0.5)).tolist()
        self.worth = 1.0 / norms[self.lines]

    def add(self, key: int, much: float, lines: list[Ints], worths: list[Floats]) -> None:
        start, end = self.ends[key], self.ends[key + 1]
        lines.append(self.lines[start:end])
        worths.append(self.worth[start:end] * much)


class Candidates:
    """Names by their number. Never changes."""

    def __init__(self, names: Sequence[Name], weights: Sequence[Weights]) -> None:
        self._names = len(names)
        words: dict[str, list[int]] = defaultdict(list)
        runs: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(names):
            for sound in {one.fold for one in name.tokens} | set(_joins(name.tokens)):
                words[sound].append(number)
            for run in {run for one in name.tokens for run in _runs(one.fold)}:
                runs[run].append(number)
        most = max(50.0, COMMON * self._names)
        runs = {run: lines for run, lines in runs.items() if len(lines) <= most}
        lengths = np.fromiter((sum(one) for one in weights), np.float64, self._names)
        letters = np.fromiter((max(4, len(one.run)) for one in names), np.float64, self._names)
        self._words = Postings(words, self._names, np.maximum(lengths, 0.5) ** LENGTH)
        self._runs = Postings(runs, self._names, letters**LENGTH)
        self._by_bones: dict[str, list[int]] = defaultdict(list)
        self._cut: dict[str, list[int]] = defaultdict(list)
        for sound, number in self._words.keys.items():
            for cut in _cuts(sound):
                self._cut[cut].append(number)
        for one in {one for name in names for one in name.tokens}:
            if len(one.bones) >= 3:
                self._by_bones[one.bones].append(self._words.keys[one.fold])
        self._near = lru_cache(maxsize=100_000)(self._find_near)

    def best(self, name: Name, weights: Weights, most: int) -> list[int]:
        """The numbers of the names that are worth a comparison, in no order."""
        lines: list[Ints] = []
        worths: list[Floats] = []
        length = max(sum(weights), 0.5) ** (1 - LENGTH)
        for one, weight in zip(name.tokens, weights, strict=True):
            for key, near in self._near(one):
                rarity = self._words.rarity[key]
                self._words.add(key, weight * near * rarity / length, lines, worths)
        for one, other in pairwise(name.tokens):
            joined = self._words.keys.get(fold(one.text + other.text))
            if joined is not None:
                self._words.add(joined, 2 * self._words.rarity[joined] / length, lines, worths)
        much = LETTERS / max(4, len(name.run)) ** (1 - LENGTH)
        for run in {run for one in name.tokens for run in _runs(one.fold)}:
            held = self._runs.keys.get(run)
            if held is not None:
                self._runs.add(held, much * self._runs.rarity[held], lines, worths)
        if not lines:
            return []
        sums = np.bincount(np.concatenate(lines), np.concatenate(worths), self._names)
        worthy = np.flatnonzero(sums > NEAR_BEST * sums.max())
        if len(worthy) > most:
            worthy = worthy[np.argpartition(sums[worthy], -most)[-most:]]
        found: list[int] = worthy.tolist()
        return found

    def _find_near(self, one: Token) -> tuple[tuple[int, float], ...]:
        """Listed words that a word may be, and how near they are."""
        near: dict[int, float] = {}
        keys = self._words.keys
        if len(one.text) > 1:
            if len(one.bones) >= 3:
                near.update(dict.fromkeys(self._by_bones.get(one.bones, ()), BONES))
            near.update(dict.fromkeys(self._cut.get(one.fold, ()), CUT))
            for cut in _cuts(one.fold):
                near.update(dict.fromkeys(self._cut.get(cut, ()), CUT))
                if cut in keys:
                    near[keys[cut]] = CUT
        if one.fold in keys:
            near[keys[one.fold]] = SAME
        return tuple(near.items())


def _joins(tokens: tuple[Token, ...]) -> Iterator[str]:
    for one, other in pairwise(tokens):
        yield fold(one.text + other.text)
    if 2 < len(tokens) < 6:
        yield fold("".join(one.text for one in tokens))


@lru_cache(maxsize=200_000)
def _runs(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[i : i + 3] for i in range(len(padded) - 2))


def _cuts(word: str) -> Iterator[str]:
    if len(word) >= SHORTEST_TO_CUT:
        for i in range(len(word)):
            yield word[:i] + word[i + 1 :]
