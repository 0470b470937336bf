"""`python -m bench.million LISTS`: a million names, asked from either side.

The names are given and family names of the lists, put together anew, so that they are as alike as
real ones; planted among them are the parties that are asked for. One question is a name against a
million listed ones, and just as well a new listing against a million suppliers: the index is the
same, and who is on it makes no difference to it.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.made import Case, born, collapse, disguised, recombined
from services.screening.domain import EntryKind, ListedEntry, ListedName
from services.screening.lists import read_all
from services.screening.matching import load_policy
from services.screening.matching.kept import keep_index, open_index

COUNTRIES = ("DK", "SE", "DE", "PL", "TR", "AE", "CN", "RU", "IR", "UA")
LOOKED_AT = 10


def crowd(lists: list[ListedEntry], count: int, chance: random.Random) -> Iterator[ListedEntry]:
    """Parties with names like listed ones."""
    for number, case in enumerate(recombined(collapse(lists), count, chance)):
        yield ListedEntry.of(
            "own",
            str(number),
            EntryKind.PERSON,
            (ListedName(text=case.said),),
            births=(born(chance),),
            countries=(chance.choice(COUNTRIES),),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--planted", type=int, default=2_000)
    said = parser.parse_args()
    chance = random.Random(3)
    listed = [one for file in read_all(said.lists) for one in file.entries]
    twins = [one for one in collapse(listed) if one.entries[0].kind is EntryKind.PERSON]
    planted = chance.sample(twins, min(said.planted, len(twins)))
    entries = [entry for one in planted for entry in one.entries]
    entries += crowd(listed, said.count, chance)
    with tempfile.TemporaryDirectory(prefix="ansvar-million-") as place:
        folder = Path(place) / "index"
        start = time.perf_counter()
        keep_index(entries, load_policy(), folder)
        built = time.perf_counter() - start
        size = sum(file.stat().st_size for file in folder.iterdir())
        searched = size - (folder / "entries.jsonl").stat().st_size
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        index = open_index(folder, load_policy())
        loaded = time.perf_counter() - start
        figures: dict[str, object] = {
            "names": index.size,
            "built_s": round(built, 1),
            "searched_mb": round(searched / 1e6),
            "loaded_ms": round(loaded * 1000, 1),
            "resident_before_mb": before // 1024,
        }
        for name, lightly in (("treated", True), ("mutated", False)):
            cases = list(disguised(planted, chance, lightly=lightly))
            figures[name] = _asked(index.search, cases)
    print(json.dumps(figures, indent=2))  # noqa: T201


def _asked(search: object, cases: list[Case]) -> dict[str, float]:
    assert callable(search)
    search(cases[0].subject, 0.0, LOOKED_AT)
    took, found = [], 0
    for case in cases:
        start = time.perf_counter()
        hits = search(case.subject, None, LOOKED_AT)
        took.append(time.perf_counter() - start)
        found += any(hit.entry.place in case.right for hit in hits)
    p50, p99 = np.percentile(took, (50, 99)) * 1000
    return {
        "questions": len(cases),
        "found": round(found / len(cases), 4),
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
    }


if __name__ == "__main__":
    main()
