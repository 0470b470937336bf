"""Questions and pairs from CSV files, as the engine compares them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.screening.domain import EntryKind, ListedEntry
from services.screening.matching import Policy, Subject
from services.screening.matching.circumstances import circumstances, known
from services.screening.matching.columns import asked
from services.screening.matching.describing import FEATURES
from services.screening.matching.evidence import ANY_KIND, Number, number_of
from services.screening.matching.finding import desk_for
from services.screening.matching.index import score_of
from services.screening.matching.judging import FIRST_ALONE, judge, sheet
from services.screening.matching.linking import links_for
from services.screening.matching.names import Kind, Name, name_of
from services.screening.matching.shelf import shelve
from services.screening.matching.weights import weights_of
from shared.command.says import Trouble

COLUMNS = ("id", "name")
PAIR_COLUMNS = ("name1", "name2")
LONGEST_FIELD = 1_000_000
NOTHING_KNOWN = circumstances([ListedEntry.of("own", "1", EntryKind.UNKNOWN, ())])
"""Of the one entry that a pair is compared as: no birth, no country, no gender."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the file: who is asked about."""

    id: str
    subject: Subject


def rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The lines of a CSV file as columns → text. Raises `Trouble` that says what is missing."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [one for one in needed if one not in (reader.fieldnames or ())]
            if missing:
                raise Trouble(f"{path} has no column {', '.join(missing)}")
            for row in reader:
                yield {key: value or "" for key, value in row.items() if isinstance(key, str)}
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise Trouble(f"{path} cannot be read as CSV in UTF-8: {problem}") from problem


def kind_of(schema: str) -> Kind:
    """Everything but a person has a name made like that of an organisation."""
    return "person" if schema.strip().lower() == "person" else "organisation"


def question(row: dict[str, str], *, names_only: bool) -> Question:
    kind = kind_of(row.get("schema", ""))
    said = dict.fromkeys((row["name"], *_parts(row.get("aliases", ""))))
    names = tuple(name for one in said if (name := name_of(one, kind)).tokens)
    if names_only:
        return Question(row["id"], Subject(kind, names))
    countries = frozenset(one.upper() for one in _parts(row.get("country", "")))
    return Question(
        row["id"],
        Subject(
            kind,
            names,
            row.get("birth_date", "").strip() or None,
            countries,
            frozenset(_number(one) for one in _parts(row.get("identifiers", ""))),
            row.get("gender", "").strip() or None,
        ),
    )


def _number(said: str) -> Number:
    """A number may have its register before a colon: `imo:9187629`."""
    register, colon, number = said.rpartition(":")
    kind = register.strip().lower() if colon else ANY_KIND
    return Number(kind or ANY_KIND, number_of(number), None)


def _parts(said: str) -> list[str]:
    return [part for one in said.split(";") if (part := one.strip())]


def alike(one: str, other: str, schema: str, policy: Policy) -> float:
    """How likely two names are of the same party, by the names alone, in either order."""
    kind = kind_of(schema)
    ours, theirs = name_of(one, kind), name_of(other, kind)
    if not ours.tokens or not theirs.tokens:
        return 0.0
    both = features_of(ours, theirs, kind, policy) + features_of(theirs, ours, kind, policy)
    return score_of(float(both @ policy.weights("names", kind)) / 2)


def features_of(ours: Name, theirs: Name, kind: Kind, policy: Policy) -> NDArray[np.float32]:
    """What comparing two names amounts to; see `matching.describing.FEATURES`."""
    shelf = shelve([theirs], [weights_of(theirs, kind, policy)], [(True, 0, 0)])
    written = sheet()
    judge(
        asked(ours, weights_of(ours, kind, policy)), known(None, (), None), shelf, NOTHING_KNOWN,
        desk_for(shelf), links_for(), kind == "person", FIRST_ALONE,
        policy.weights("listed", kind), written,
    )  # fmt: skip
    return written.numbers[0, : len(FEATURES)]
