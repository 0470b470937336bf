"""Firms and individuals that the World Bank has debarred, JSON.

Other names stand inside the name, an end in 2999 stands for no end.
"""

import re
from datetime import date
from typing import Any

from services.screening.domain import EntryKind
from services.screening.lists.dates import day_of
from services.screening.lists.draft import Draft, entries_of
from services.screening.lists.objects import document, text
from services.screening.lists.reader import Files, Read, Reader, only
from services.screening.lists.records import UnreadableList

PUBLICATION = "https://www.worldbank.org/en/projects-operations/procurement/debarred-firms"

FOR_EVER = 2900
"""Years from here on stand for a debarment without an end."""

ALIASES = re.compile(
    r"\(?\b(?:also known as|formerly known as|doing business as"
    r"|[afn]\.?/?k\.?/?a\.?|d\.?/?b\.?/?a\.?)"
    r"(?=[\s:])[\s:]*",
    re.IGNORECASE,
)
PERSON = re.compile(r"^(?:mr|mrs|ms|miss|dr)\b\.?\s*", re.IGNORECASE)
FOOTNOTE = re.compile(r"\s*\*\d*\s*|\s*\[\d+\]\s*")


def read(source: str, files: Files) -> Read:
    found = document(only(files))
    try:
        firms = found["response"]["ZPROCSUPP"]
    except (KeyError, TypeError) as error:
        raise UnreadableList("the document has no response with ZPROCSUPP") from error
    if not isinstance(firms, list):
        raise UnreadableList("ZPROCSUPP is no list of firms")
    drafts: dict[str, Draft] = {}
    for firm in firms:
        _add(drafts, source, firm)
    return None, entries_of(drafts.values())


def _add(drafts: dict[str, Draft], source: str, firm: Any) -> None:
    """A firm that was debarred more than once is one entry."""
    if not isinstance(firm, dict) or not (id := text(firm.get("SUPP_ID"))):
        raise UnreadableList("a firm has no SUPP_ID")
    draft = drafts.setdefault(id, Draft(source, id, publication=PUBLICATION))
    said = text(firm.get("SUPP_NAME"))
    if PERSON.match(said):
        draft.kind = EntryKind.PERSON
    for name in ALIASES.split(said):
        name = PERSON.sub("", FOOTNOTE.sub(" ", name).strip(" ()\"',;"))
        draft.name(name)
    draft.country(text(firm.get("COUNTRY_NAME")))
    since, until = (day_of(text(firm.get(f"DEBAR_{end}_DATE"))) for end in ("FROM", "TO"))
    draft.programme(_programme(text(firm.get("DEBAR_REASON")), since, until))
    draft.listed_on = since.isoformat() if since else draft.listed_on


def _programme(reason: str, since: date | None, until: date | None) -> str:
    period = f"debarred from {since or 'an unknown day'}"
    if until is not None and until.year < FOR_EVER:
        period += f" to {until}"
    return f"{reason} ({period})" if reason else period


READER = Reader(
    "world-bank-json",
    ("world-bank",),
    lambda head: head.startswith("{") and '"ZPROCSUPP"' in head,
    read,
    main=True,
)
