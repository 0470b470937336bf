"""The days of a year, one after another, and what came of them."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.year.desk import Desk
from bench.year.happenings import Region, founded, happens
from bench.year.lawful import problems_of, problems_of_swap
from bench.year.people import People

SCALE_OF = 2_000
"""Contracts for which `A_YEAR` says how often things happen."""

MOST_TOLD = 20


@dataclass
class Year:
    """What came of it. `problems` is empty where every case is in a lawful state."""

    desk: Desk
    weeks: int
    contracts: int
    seed: int
    founding: float
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def outcomes(self) -> dict[str, dict[str, int]]:
        """Cases by track and by how they ended, or where they are."""
        found: dict[str, Counter[str]] = {}
        for case in self.desk.cases:
            found.setdefault(case.track.value, Counter())[case.stage.value] += 1
        return {track: dict(sorted(found[track].items())) for track in sorted(found)}

    def told(self) -> dict[str, Any]:
        count, said = self.desk.count, Counter(type(e).__name__ for e in self.desk.history)
        handled = count.commands + len(self.desk.history)
        return {
            "weeks": self.weeks,
            "contracts": self.contracts,
            "seed": self.seed,
            "cases": self.outcomes,
            "facts_told": count.facts,
            "commands": count.commands,
            "refused": count.refused,
            "announced": dict(said.most_common()),
            "set_aside": len(self.desk.breaches.rejected) + len(self.desk.chains.rejected),
            "parked": len(self.desk.breaches.parked) + len(self.desk.chains.parked),
            "founding_s": round(self.founding, 1),
            "seconds": round(self.seconds, 1),
            "commands_and_facts_per_s": round(handled / max(self.seconds, 0.001)),
            "unlawful": self.problems[:MOST_TOLD],
        }


async def play(*, weeks: int, contracts: int, seed: int) -> Year:
    """The same seed gives the same year."""
    chance, desk = random.Random(seed), Desk()
    region, people = Region(chance), People(desk, chance)
    begun = time.perf_counter()
    await desk.tell(*founded(region, contracts))
    year = Year(desk, weeks, contracts, seed, founding=time.perf_counter() - begun)
    begun = time.perf_counter()
    for _ in range(weeks * 7):
        await desk.tell(*happens(region, desk.now.date(), contracts / SCALE_OF))
        await people.work()
        await desk.pass_day()
    year.seconds = time.perf_counter() - begun
    year.problems = [problem for case in desk.cases for problem in problems_of(case, desk)]
    year.problems += [p for one in desk.replacements for p in problems_of_swap(one, desk)]
    year.problems += [f"set aside: {reason}" for reason in desk.breaches.rejected]
    year.problems += [f"set aside: {reason}" for reason in desk.chains.rejected]
    return year
