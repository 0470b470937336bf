"""`python -m bench.learning LISTS`: learns the weights of a policy from made-up questions.

Half of the listed parties serve for learning, the other half for `python -m bench.screening`. A
logistic regression per kind of party: weights that can be read, and that nobody tuned by hand.
Pairs of names with a label (columns schema, name1, name2, is_match) teach the weights of two
names alone.
"""

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.made import Case
from bench.questions import made
from services.screening.lists import read_all
from services.screening.matching import load_policy
from services.screening.matching.circumstances import CIRCUMSTANCES, known
from services.screening.matching.columns import asked
from services.screening.matching.describing import FEATURES
from services.screening.matching.finding import desk_for
from services.screening.matching.index import KINDS, Arranged, arrange
from services.screening.matching.judging import judge, sheet
from services.screening.matching.linking import links_for
from services.screening.matching.names import Kind, name_of
from services.screening.matching.policy import Policy
from services.screening.matching.shelf import ENTRY
from services.screening.matching.weights import weights_of
from services.screening.measuring.questions import features_of, kind_of

HALF = 0
RULED = {"weak_alone": -6.0, "weak_supported": -2.0}
"""Weights that are a rule and not learned: a weak alias counts with other evidence only. No
question asks by a weak alias, so that there is nothing to learn it from."""
HARDEST = 6
"""Wrong listed names of a question that teach something: those that look best."""
ROUNDS = 3
STRONG = 4
"""How often a pair counts whose label is beyond doubt."""
PENALTY, PAIR_PENALTY = 1.0, 1.0
Floats = NDArray[np.float64]


class Lesson:
    """What came near to the questions on one kind of party: a line for each listed name."""

    def __init__(self) -> None:
        self.numbers: list[Floats] = []
        self.right: list[NDArray[np.bool_]] = []

    def add(self, numbers: Floats, right: NDArray[np.bool_]) -> None:
        self.numbers.append(numbers)
        self.right.append(right)

    def examples(self, weights: Floats) -> tuple[Floats, Floats]:
        """Of each question the right name that looks best, and the hardest wrong ones."""
        lines, labels = [], []
        for numbers, right in zip(self.numbers, self.right, strict=True):
            odds = numbers @ weights
            wrong = np.flatnonzero(~right)
            hardest = wrong[np.argsort(-odds[wrong])[:HARDEST]]
            lines.append(numbers[hardest])
            labels += [0.0] * len(hardest)
            if right.any():
                lines.append(numbers[[int(np.argmax(np.where(right, odds, -np.inf)))]])
                labels.append(1.0)
        return np.concatenate(lines), np.array(labels)


def lessons(
    held: Arranged, places: Sequence[str], cases: Sequence[Case], policy: Policy
) -> dict[Kind, Lesson]:
    found: dict[Kind, Lesson] = {kind: Lesson() for kind in KINDS}
    desks, links = [desk_for(shelf) for shelf in held.shelves], links_for()
    out = sheet()
    for case in cases:
        name = name_of(case.said, case.kind)
        if not name.tokens:
            continue
        number = KINDS.index(case.kind)
        shelf = held.shelves[number]
        countries = (case.country,) if case.country else ()
        count = judge(
            asked(name, weights_of(name, case.kind, policy)),
            known(case.birth, countries, None),
            shelf, held.lists, desks[number], links,
            case.kind == "person", policy.candidates, policy.weights("listed", case.kind), out,
        )  # fmt: skip
        entries = shelf.name_facts[out.lines[:count], ENTRY]
        right = np.array([places[entry] in case.right for entry in entries], np.bool_)
        found[case.kind].add(out.numbers[:count].astype(np.float64), right)
    return found


def regression(lines: Floats, labels: Floats, penalty: float) -> Floats:
    """Weights of a logistic regression by Newton's method, with a penalty on their squares."""
    weights = np.zeros(lines.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(lines @ weights, -30, 30)))
        slope = lines.T @ (chance - labels) + penalty * weights
        curve = (lines * (chance * (1 - chance))[:, None]).T @ lines
        step = np.linalg.solve(curve + penalty * np.eye(len(weights)), slope)
        weights -= step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def learned(lesson: Lesson, before: Floats) -> Floats:
    weights = before
    for _ in range(ROUNDS):
        weights = regression(*lesson.examples(weights), PENALTY)
    return weights


def pairs(file: Path, policy: Policy) -> Iterator[tuple[Kind, Floats, float]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            kind = kind_of(row["schema"])
            ours, theirs = name_of(row["name1"], kind), name_of(row["name2"], kind)
            if ours.tokens and theirs.tokens:
                same = row["is_match"].strip().lower() in ("true", "1", "yes")
                numbers = features_of(ours, theirs, kind, policy).astype(np.float64)
                numbers = (numbers + features_of(theirs, ours, kind, policy)) / 2
                for _ in range(STRONG if row.get("quality") == "STRONG" else 1):
                    yield kind, numbers, float(same)


def names_alone(file: Path, policy: Policy) -> dict[Kind, Floats]:
    """The kinds of party learn together, each with a small difference of its own."""
    examples = list(pairs(file, policy))
    lines = np.array([numbers for _, numbers, _ in examples])
    labels = np.array([label for _, _, label in examples])
    common = regression(lines, labels, PAIR_PENALTY)
    return dict.fromkeys(KINDS, common)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path, nargs="+")
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--size", type=int, default=1200)
    parser.add_argument("--policy", type=Path, required=True, help="The file that is changed.")
    said = parser.parse_args()
    policy = load_policy()
    entries = [one for file in read_all(said.lists) for one in file.entries]
    questions, kept = made(entries, said.seed, said.size, HALF)
    cases = [case for each in questions.values() for case in each]
    cases += [case.by_name_alone() for case in cases]
    found = lessons(arrange(kept, policy), [one.place for one in kept], cases, policy)
    changed = json.loads(said.policy.read_text("utf-8"))
    for kind, lesson in found.items():
        before = policy.weights("listed", kind).astype(np.float64)
        weights = learned(lesson, before)
        names = (*FEATURES, *CIRCUMSTANCES)
        found_weights = dict(zip(names, np.round(weights, 3).tolist(), strict=True))
        changed["listed"][kind] = {**found_weights, **RULED}
    if said.pairs:
        for kind, weights in names_alone(said.pairs, policy).items():
            alone = np.round(weights, 3).tolist()
            changed["names"][kind] = dict(zip(FEATURES, alone, strict=True))
    said.policy.write_text(json.dumps(changed, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
