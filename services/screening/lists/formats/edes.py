"""Published cases of the EU's Early Detection and Exclusion System (EDES), JSON.

Before the document stands a line that keeps browsers from running it. Only cases that were
published are in it: a handful. It comes in pages, which are files of one list.
"""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from services.screening.domain import EntryKind
from services.screening.lists.draft import Draft, entries_of
from services.screening.lists.objects import document, text
from services.screening.lists.reader import Files, Read, Reader
from services.screening.lists.records import UnreadableList

PUBLICATION = "https://ec.europa.eu/edes"


def read(source: str, files: Files) -> Read:
    cases: list[Any] = []
    totals = set[int]()
    for _, data in sorted(files.items()):
        found = document(data if data.lstrip().startswith(b"{") else data.partition(b"\n")[2])
        these = found.get("content") if isinstance(found, dict) else None
        if not isinstance(these, list):
            raise UnreadableList("the document has no list of cases called content")
        cases += these
        if isinstance(total := found.get("totalElements"), int):
            totals.add(total)
    if totals and max(totals) > len(cases):
        raise UnreadableList(f"these are {len(cases)} of {max(totals)} cases: pages are missing")
    drafts: dict[str, Draft] = {}
    for case in cases:
        _add(drafts, source, case)
    return None, entries_of(drafts.values())


def _add(drafts: dict[str, Draft], source: str, case: Any) -> None:
    """Cases have no number of their own: the same operator in the same country is one entry."""
    name = text(case.get("ecOpName")) if isinstance(case, dict) else ""
    if not name:
        raise UnreadableList("a case has no ecOpName")
    country = text(case.get("ecOpCountryCode"))
    id = hashlib.sha256(f"{country}|{name.casefold()}".encode()).hexdigest()[:16]
    draft = drafts.setdefault(
        id, Draft(source, id, EntryKind.ORGANISATION, publication=PUBLICATION)
    )
    for part in name.split("*"):
        draft.name(part)
    draft.country(country)
    since, until = _day(case.get("from")), _day(case.get("to"))
    draft.listed_on = since.isoformat() if since else draft.listed_on
    what = text(case.get("typeLabel")) or "published case"
    draft.programme(f"{what}, from {since or 'an unknown day'} to {until or 'an unknown day'}")


def _day(milliseconds: Any) -> date | None:
    if not isinstance(milliseconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).date()
    except (OverflowError, OSError, ValueError):
        return None


READER = Reader(
    "edes-json",
    ("edes",),
    lambda head: '"ecOpName"' in head,
    read,
    main=True,
)
