"""Answers to a file of questions, by one process or by several that map the same index."""

import gc
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain, islice
from pathlib import Path

import orjson

from services.screening.matching import Index, load_policy
from services.screening.matching.kept import open_index
from services.screening.measuring.questions import question

MOST_HITS = 10
"""Hits of a question that are written, the best first."""
CHUNK = 250
"""Questions that a process takes at once."""
LONG = 500
"""Questions from which starting more processes takes less time than it saves."""

Row = dict[str, str]
Answered = tuple[bytes, list[float]]


@cache
def _index(folder: Path) -> Index:
    return open_index(folder, load_policy())


def make_ready(folder: Path) -> float:
    """Answer one question of each kind, so that no question of the file waits for the kernels;
    the seconds that took."""
    start = time.perf_counter()
    for schema in ("Person", "Organization"):
        row = {"id": "", "schema": schema, "name": "Ready Steady Go"}
        answers((row,), folder, 0.0, names_only=False)
    return time.perf_counter() - start


def answers(some: tuple[Row, ...], folder: Path, least: float, *, names_only: bool) -> Answered:
    """A line of JSON for each question, and the seconds that each took."""
    index, lines, took = _index(folder), list[bytes](), list[float]()
    for row in some:
        start = time.perf_counter()
        asked = question(row, names_only=names_only)
        found = index.search(asked.subject, least, MOST_HITS)
        took.append(time.perf_counter() - start)
        hits = [
            {
                "list": one.entry.source,
                "entry_id": one.entry.entry_id,
                "name": one.entry.name,
                "score": one.score,
                "explanation": list(one.explanation),
            }
            for one in found
        ]
        lines.append(orjson.dumps({"id": asked.id, "hits": hits}) + b"\n")
    return b"".join(lines), took


def in_chunks(
    work: Callable[[tuple[Row, ...]], Answered], questions: Iterable[Row], processes: int
) -> Iterator[Answered]:
    """The answers in the order of the questions; a short file is left to one process."""
    waiting = iter(questions)
    first = tuple(islice(waiting, LONG))
    waiting = chain(first, waiting)
    chunks = iter(lambda: tuple(islice(waiting, CHUNK)), ())
    if processes == 1 or len(first) < LONG:
        yield from map(work, chunks)
        return
    # Copies of this process, which has no threads: the kernels are loaded and the index is mapped.
    # What it holds is not looked through for garbage, which would also copy it.
    gc.freeze()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(work, chunks)
