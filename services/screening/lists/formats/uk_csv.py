"""The United Kingdom's list of sanctions, CSV: a line with its date, a header, rows of names.

An entry has a row for each of its names and addresses, with everything else said again.
"""

import re

from services.screening.domain import EntryKind
from services.screening.lists import uk
from services.screening.lists.dates import birth_of, day_of
from services.screening.lists.draft import Draft, entries_of
from services.screening.lists.reader import Files, Read, Reader, only
from services.screening.lists.records import UnreadableList
from services.screening.lists.tables import Row, rows, table

NEEDS = ("Unique ID", "Name 6", "Name 1", "Name type", "Designation Type")

DATED = re.compile(r"report date:?,?\s*", re.IGNORECASE)


def read(source: str, files: Files) -> Read:
    data = only(files)
    first = " ".join(next(rows(data), (0, []))[1])
    drafts: dict[str, Draft] = {}
    dated = DATED.match(first)
    for row in table(data, NEEDS, skip=1 if dated else 0):
        id = row["uniqueid"]
        if not id:
            raise UnreadableList("a row has no Unique ID")
        if id not in drafts:
            kind = uk.KINDS.get(row["designationtype"].lower(), EntryKind.UNKNOWN)
            drafts[id] = Draft(source, id, kind, publication=uk.PUBLICATION)
        _add(drafts[id], row)
    day = day_of(first[dated.end() :].strip()) if dated else None
    return day, entries_of(drafts.values())


def _add(draft: Draft, row: Row) -> None:
    parts = (row.get(f"name{number}", "") for number in uk.NAME_PARTS)
    draft.name(" ".join(parts), strong=not uk.is_weak(row.get("aliasstrength", "")))
    draft.name(row.get("namenonlatinscript", ""))
    for text in _several(row.get("dob", "")):
        draft.born(birth_of(text))
    for column in ("nationalityies", "addresscountry", "currentbelievedflagofship"):
        for text in _several(row.get(column, "")):
            draft.country(text)
    for column, kind in (
        ("passportnumber", "passport"),
        ("nationalidentifiernumber", "id"),
        ("businessregistrationnumbers", "registration"),
        ("imonumber", "imo"),
    ):
        for text in _several(row.get(column, "")):
            draft.number(kind, text)
    draft.gender(row.get("gender", ""))
    draft.programme(row.get("regimename", ""))
    designated = day_of(row.get("datedesignated", ""))
    draft.listed_on = designated.isoformat() if designated else draft.listed_on


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split("|")]


READER = Reader(
    "uk-csv",
    ("uk",),
    lambda head: "Unique ID,OFSI Group ID" in head,
    read,
)
