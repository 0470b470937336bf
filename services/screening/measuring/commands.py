"""`ansvar screen` and `ansvar compare`: files in, files out, and how long it took."""

import hashlib
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.command.says import Trouble, say

if TYPE_CHECKING:
    from services.screening.domain import ListedEntry

LEAST = 0.0003
"""The score from which a hit is written where no threshold is given: for ranking."""

Lists = Annotated[list[Path], typer.Option("--lists", help="Files or folders of official lists.")]
In = Annotated[Path, typer.Option("--in", help="A CSV file.", exists=True, dir_okay=False)]
Out = Annotated[Path, typer.Option("--out", help="Written anew.", dir_okay=False)]
Threshold = Annotated[float | None, typer.Option(help="A score between 0 and 1.", min=0, max=1)]


def screen(app: typer.Typer) -> None:
    app.command("screen")(screen_file)


def compare(app: typer.Typer) -> None:
    app.command("compare")(compare_file)


def screen_file(
    lists: Lists,
    questions: In,
    out: Out,
    threshold: Threshold = None,
    names_only: Annotated[bool, typer.Option("--names-only", help="Names alone count.")] = False,
    processes: Annotated[
        int, typer.Option(help="How many search a long file at once; all cores.", min=1, max=64)
    ] = len(os.sched_getaffinity(0)),
) -> None:
    """Compare every line of a CSV file with lists: one line of JSON each, hits ranked.

    Columns: id, schema, name, aliases, birth_date, country, gender, identifiers; several aliases
    or identifiers are separated by semicolons. Without a threshold the ten best hits are written.
    """
    # Here, because every other command of `ansvar` would wait for these imports too.
    from services.screening.measuring.answering import answers, in_chunks, make_ready
    from services.screening.measuring.questions import COLUMNS, rows

    folder = _kept(lists)
    say(f"first answer after {make_ready(folder):.2f} s")
    least = LEAST if threshold is None else threshold
    work = partial(answers, folder=folder, least=least, names_only=names_only)
    began, took = time.perf_counter(), list[float]()
    with out.open("wb") as file:
        for lines, times in in_chunks(work, rows(questions, COLUMNS), processes):
            file.write(lines)
            took += times
    say(_speed(took, time.perf_counter() - began))


def compare_file(pairs: In, out: Out, threshold: Threshold = None) -> None:
    """Compare the two names of every line of a CSV file (schema, name1, name2): adds `score`,
    and `match` where a threshold is given.
    """
    import csv

    from services.screening.matching import load_policy
    from services.screening.measuring.questions import PAIR_COLUMNS, alike, rows

    policy, took = load_policy(), list[float]()
    with out.open("w", encoding="utf-8", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows(pairs, PAIR_COLUMNS):
            start = time.perf_counter()
            score = alike(row["name1"], row["name2"], row.get("schema", ""), policy)
            took.append(time.perf_counter() - start)
            row["score"] = f"{score:.6f}"
            if threshold is not None:
                row["match"] = "true" if score >= threshold else "false"
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            writer.writerow(row)
    say(_speed(took, sum(took)))


def _kept(paths: Sequence[Path]) -> Path:
    """The folder with the index of these files, of an earlier run or a new one."""
    from services.screening.matching import ENGINE, load_policy
    from services.screening.matching.compiled import cache_home
    from services.screening.matching.kept import folder_in, keep_index, open_index

    policy = load_policy()
    seen = hashlib.sha256(ENGINE.encode())
    for file in sorted(one for path in paths for one in (path.rglob("*"), [path])[path.is_file()]):
        if file.is_file():
            seen.update(hashlib.file_digest(file.open("rb"), "sha256").digest())
    folder = folder_in(cache_home(), seen.hexdigest(), policy)
    began = time.perf_counter()
    if not folder.is_dir():
        entries = _entries(paths)
        read = time.perf_counter()
        keep_index(entries, policy, folder)
        say(f"read in {read - began:.2f} s, index made in {time.perf_counter() - read:.2f} s")
    start = time.perf_counter()
    index = open_index(folder, policy)
    took = time.perf_counter() - start
    say(f"{len(index.entries)} entries, {index.size} names: index loaded in {took:.3f} s")
    return folder


def _entries(paths: Sequence[Path]) -> "list[ListedEntry]":
    from services.screening.lists import UnreadableList, read_all

    absent = [str(path) for path in paths if not path.exists()]
    if absent:
        raise Trouble(f"there is no {', '.join(absent)}")
    entries: list[ListedEntry] = []
    try:
        for file in read_all(paths):
            say(f"{file.source}: {len(file.entries)} entries ({file.format})")
            entries += file.entries
    except UnreadableList as problem:
        raise Trouble(str(problem)) from problem
    if not entries:
        raise Trouble(f"no list was found in {', '.join(map(str, paths))}")
    return entries


def _speed(took: list[float], wall: float) -> str:
    """Time is that of each line alone; lines a second are what came out, files and all."""
    if not took:
        return "the file holds no lines"
    ranked = sorted(took)
    p50, p99 = (ranked[int(share * (len(ranked) - 1))] * 1000 for share in (0.5, 0.99))
    return (
        f"{len(took)} lines in {wall:.2f} s: {len(took) / wall:.0f} a second, "
        f"p50 {p50:.3f} ms, p99 {p99:.3f} ms"
    )
