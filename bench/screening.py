"""`python -m bench.screening LISTS`: how well and how fast screening finds, on made-up questions.

Writes the quality card, docs/quality.md. The reference (nomenklatura's logic-v2 on the same
candidates) is compared where it is installed; the product does not need it.
"""

import argparse
import importlib
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.made import Case
from bench.questions import made
from services.screening.domain import EntryKind, ListedEntry
from services.screening.lists import read_all
from services.screening.matching import ENGINE, Index, load_policy

HALF = 1
"""Of the parties; the weights of the policy were learned on the other half."""
LOOKED_AT = 8
REFERENCE_QUESTIONS = {"mutated": 200, "unseen alias": 200, "innocent": 1000}
"""Questions for logic-v2, which takes some fifty milliseconds for each."""
TIMED, TIMED_EACH = ("mutated", "unseen alias", "innocent"), 600


@dataclass(frozen=True)
class Answer:
    """The score of the best hit that is wrong, of the best that is right, and its place."""

    wrong: float
    right: float
    place: int | None
    took: float
    change: str


def ask(index: Index, case: Case) -> Answer:
    start = time.perf_counter()
    found = index.search(case.subject, 0.0, LOOKED_AT)
    took = time.perf_counter() - start
    right = [(at, one.score) for at, one in enumerate(found) if one.entry.place in case.right]
    wrong = max((one.score for one in found if one.entry.place not in case.right), default=0.0)
    place, score = right[0] if right else (None, -1.0)
    return Answer(wrong, score, place, took, case.change)


def alarm_line(answers: Sequence[Answer], of_ten_thousand: int) -> float:
    """The score that so many innocents of ten thousand exceed."""
    ranked = sorted((one.wrong for one in answers), reverse=True)
    return ranked[min(len(ranked) - 1, len(ranked) * of_ten_thousand // 10_000)]


def interval(hits: int, count: int) -> str:
    """Wilson's 95 % interval."""
    share, z = hits / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5
    half /= 1 + z * z / count
    return f"{share:.3f} ({middle - half:.3f}-{middle + half:.3f})"


def section(title: str, answers: dict[str, list[Answer]]) -> list[str]:
    lines = [f"## {title}", ""]
    lines.append("| questions | first | first five | at 10 alarms | at 50 | p50 ms | p99 ms |")
    lines.append("|---|---|---|---|---|---|---|")
    ten, fifty = (alarm_line(answers["innocent"], most) for most in (10, 50))
    for name, found in answers.items():
        count = len(found)
        p50, p99 = np.percentile([one.took * 1000 for one in found], (50, 99))
        shares = ["-"] * 4
        if name not in ("innocent", "namesake", "recombined"):
            first = sum(one.place == 0 for one in found)
            five = sum(one.place is not None and one.place < 5 for one in found)
            at_ten = sum(one.right > ten for one in found)
            at_fifty = sum(one.right > fifty for one in found)
            shares = [interval(hits, count) for hits in (first, five, at_ten, at_fifty)]
        lines.append(f"| {name} ({count}) | {' | '.join(shares)} | {p50:.2f} | {p99:.2f} |")
    hundred = alarm_line(answers["recombined"], 100)
    at_hundred = sum(one.right > hundred for one in answers["mutated"])
    least = min(load_policy().threshold.values())
    alarms = sum(one.wrong >= least for one in answers["innocent"])
    return [
        *lines,
        "",
        f"At 100 alarms per 10 000 recombined names: mutated "
        f"{interval(at_hundred, len(answers['mutated']))}. "
        f"At the policy's lowest threshold ({least}): "
        f"{alarms * 10_000 / len(answers['innocent']):.0f} of 10 000 innocents raise an alarm.",
        "",
    ]


def by_change(found: Sequence[Answer], line: float) -> list[str]:
    groups: dict[str, list[Answer]] = defaultdict(list)
    for one in found:
        groups[one.change].append(one)
    return [
        f"| {change} | {interval(sum(a.right > line for a in group), len(group))} | {len(group)} |"
        for change, group in sorted(groups.items())
    ]


def calibration(answers: dict[str, list[Answer]]) -> list[str]:
    """Of hits with about this score, how many were right."""
    pairs = [(a.right, True) for found in answers.values() for a in found if a.right >= 0]
    pairs += [(a.wrong, False) for found in answers.values() for a in found]
    lines = ["| score | right | hits |", "|---|---|---|"]
    for low, high in ((0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        inside = [right for score, right in pairs if low <= score < high]
        if inside:
            lines.append(f"| {low}-{high} | {sum(inside) / len(inside):.2f} | {len(inside)} |")
    return lines


def speed(index: Index, questions: dict[str, list[Case]]) -> list[str]:
    """How long one question takes as the service asks it, and how many a process answers."""
    cases = [case for name in TIMED for case in questions[name][:TIMED_EACH]]
    took = []
    for case in cases:
        subject = case.subject
        start = time.perf_counter()
        index.search(subject)
        took.append(time.perf_counter() - start)
    p50, p99 = np.percentile(took, (50, 99)) * 1000
    return [
        f"As the service asks ({len(cases)} full records, a third of them innocent): p50 "
        f"{p50:.2f} ms, p99 {p99:.2f} ms, {len(took) / sum(took):.0f} a second in one process.",
        "",
    ]


def reference(index: Index, questions: dict[str, list[Case]]) -> list[str]:
    """logic-v2 on the same candidates in the same run, or why there is none."""
    try:
        algorithm: Any = importlib.import_module("nomenklatura.matching").get_algorithm("logic-v2")
        model: Any = importlib.import_module("followthemoney").model
    except ImportError:
        return ["The reference (nomenklatura logic-v2) was not installed in this run."]
    config, theirs, took = algorithm.default_config(), dict[str, Any](), list[float]()
    scores: dict[str, list[tuple[float, float]]] = {}
    ours: dict[str, list[Answer]] = {}
    for name, most in REFERENCE_QUESTIONS.items():
        scores[name], ours[name] = [], []
        for number, case in enumerate(questions[name][:most]):
            ours[name].append(ask(index, case))
            start = time.perf_counter()
            asked = _entity(model, f"question-{name}-{number}", case.kind, [case.said])
            if case.birth and case.kind == "person":
                asked.add("birthDate", case.birth)
            if case.country:
                asked.add("country", case.country.lower())
            wrong = right = 0.0
            for one in index.search(case.subject, 0.0, 40):
                place = one.entry.place
                if place not in theirs:
                    theirs[place] = _listed(model, one.entry)
                score = algorithm.compare(asked, theirs[place], config).score
                if place in case.right:
                    right = max(right, score)
                else:
                    wrong = max(wrong, score)
            took.append(time.perf_counter() - start)
            scores[name].append((wrong, right))
    lines = ["| in the same run, at 50 alarms | logic-v2 | ours |", "|---|---|---|"]
    line = _line([wrong for wrong, _ in scores["innocent"]])
    our_line = alarm_line(ours["innocent"], 50)
    for name in ("mutated", "unseen alias"):
        hits = sum(right > line for _, right in scores[name])
        our_hits = sum(one.right > our_line for one in ours[name])
        count = len(scores[name])
        lines.append(
            f"| {name} ({count}) | {interval(hits, count)} | {interval(our_hits, count)} |"
        )
    mean = sum(took) / len(took) * 1000
    our_mean = sum(one.took for each in ours.values() for one in each) / len(took) * 1000
    return [
        *lines,
        "",
        f"Mean time of a question: logic-v2 {mean:.1f} ms behind our candidates, ours with "
        f"{LOOKED_AT} explained hits {our_mean:.2f} ms: {mean / our_mean:.0f} times as fast.",
    ]


def _line(wrong: list[float]) -> float:
    return sorted(wrong, reverse=True)[len(wrong) * 50 // 10_000]


def _entity(model: Any, id: str, kind: str, names: list[str]) -> Any:
    schema = {"person": "Person", "unknown": "LegalEntity"}.get(kind, "Organization")
    entity = model.make_entity(schema)
    entity.id = id
    for name in names:
        entity.add("name", name)
    return entity


def _listed(model: Any, entry: ListedEntry) -> Any:
    entity = _entity(model, entry.place, entry.kind.value, [name.text for name in entry.names])
    for birth in entry.births:
        if entry.kind is EntryKind.PERSON and "/" not in birth:
            entity.add("birthDate", birth)
    for country in entry.countries:
        entity.add("country", country.lower())
    return entity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--card", type=Path, default=Path("docs/quality.md"))
    said = parser.parse_args()
    entries = [one for file in read_all(said.lists) for one in file.entries]
    questions, kept = made(entries, said.seed, said.size, HALF)
    start = time.perf_counter()
    index = Index(kept, load_policy())
    built = time.perf_counter() - start
    full = {name: [ask(index, case) for case in cases] for name, cases in questions.items()}
    alone = {
        name: [ask(index, case.by_name_alone()) for case in cases]
        for name, cases in questions.items()
    }
    asked = [one for found in full.values() for one in found]
    card = [
        "# How well screening finds",
        "",
        f"Written by `python -m bench.screening`; engine {ENGINE}, policy "
        f"{load_policy().version}, seed {said.seed}. {len(entries)} entries with "
        f"{sum(len(one.names) for one in entries)} names; index built in {built:.1f} s.",
        "",
        "Shares with 95 % intervals. “At 10 alarms” is the share found by a score that only 10 of "
        "10 000 innocents exceed. Twins on several lists count as one party; these parties are "
        "not among those on which the weights were learned. An unseen alias is taken out of the "
        "lists first; aliases that resemble no other name of the party (acronyms, translations) "
        "are left out of the set. Kinds of change and innocents are made by the same program "
        "that made the training set, with another seed: strangers' noise may differ. Innocents who "
        "bear a listed name word for word are apart, as namesakes. Times here are those of a "
        f"question with {LOOKED_AT} explained hits.",
        "",
        *section("Full records: name, date of birth, country", full),
        *section("Names alone", alone),
        "## Mutated records by kind of change, at 10 alarms",
        "",
        "| change | found | questions |",
        "|---|---|---|",
        *by_change(full["mutated"], alarm_line(full["innocent"], 10)),
        "",
        "## Unseen aliases by script, at 10 alarms",
        "",
        "| script | found | questions |",
        "|---|---|---|",
        *by_change(full["unseen alias"], alarm_line(full["innocent"], 10)),
        "",
        "## Calibration, full records",
        "",
        *calibration(full),
        "",
        "## Speed, and the reference",
        "",
        *speed(index, questions),
        *reference(index, questions),
        "",
    ]
    said.card.write_text("\n".join(card), "utf-8")
    print(json.dumps({"card": str(said.card), "questions": len(asked)}))  # noqa: T201


if __name__ == "__main__":
    main()
