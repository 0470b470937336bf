"""The United States' lists (OFAC: SDN and consolidated) in CSV.

Three files without headers belong together: the entries, their other names, their addresses.
`-0-` stands for nothing. Dates, countries and numbers of an entry are in the text of its remarks.
"""

import re
from collections.abc import Iterator

from services.screening.lists import ofac
from services.screening.lists.dates import birth_of
from services.screening.lists.draft import Draft, entries_of
from services.screening.lists.reader import Files, Read, Reader
from services.screening.lists.records import UnreadableList
from services.screening.lists.tables import rows

NOTHING = "-0-"

ENTRY, ALIAS, ADDRESS = 12, 5, 6
"""How many cells a row of each file has."""

OLD_ALIAS = re.compile(r"[afn]\.k\.a\.,? '([^']+)'")
"""Weak aliases stand in the remarks, strong ones in a file of their own."""
NUMBER = re.compile(
    r"(?:alt\. )?(?P<what>[A-Za-z][A-Za-z./# ()-]*?) (?P<number>(?:IMO )?(?=\S*\d)[A-Z0-9][\w./-]*)"
    r"(?: \((?P<country>[^)]+)\))?(?: \([^)]*\))*"
)
REMARK = re.compile(r"(?:alt\. )?(DOB|nationality|citizen|Gender) (.+)")
PROGRAMMES = re.compile(r"[\[\]]")

HEAD = re.compile(r'\d+,"(?:[^"]|"")+",(?:-0- ?|"\w+"),(?:-0- ?|"[^"]+"),(?:[^\n]*,){7}')
"""How the file of the entries begins."""


def read(source: str, files: Files) -> Read:
    drafts: dict[str, Draft] = {}
    for row in _rows(files, ENTRY):
        draft = Draft(source, row[0], ofac.KINDS.get(row[2].lower(), Draft("", "").kind))
        draft.publication = ofac.PUBLICATION
        if row[0] in drafts:
            raise UnreadableList(f"the entry {row[0]} is in the file twice")
        drafts[row[0]] = draft
        draft.name(_name(draft, row[1]))
        for programme in PROGRAMMES.split(row[3]):
            draft.programme(programme)
        draft.country(row[9])
        _remarks(draft, row[11])
    for row in _rows(files, ALIAS):
        draft = _of(drafts, row[0])
        draft.name(_name(draft, row[3]))
    for row in _rows(files, ADDRESS):
        _of(drafts, row[0]).country(row[4])
    return None, entries_of(drafts.values())


def _rows(files: Files, width: int) -> Iterator[list[str]]:
    """The rows of the file of this width, which tells what it is when its name does not."""
    found = [data for data in files.values() if _width(data) == width]
    if not found and width == ENTRY:
        raise UnreadableList("the file of the entries is missing (sdn.csv or cons_prim.csv)")
    for data in found:
        for line, row in rows(data):
            if len(row) != width:
                raise UnreadableList(
                    f"line {line} has {len(row)} cells, not {width}: the file breaks off or is "
                    f"damaged there"
                )
            yield ["" if cell.strip() == NOTHING else cell.strip() for cell in row]


def _width(data: bytes) -> int:
    return next((len(row) for _, row in rows(data)), 0)


def _of(drafts: dict[str, Draft], id: str) -> Draft:
    if id not in drafts:
        raise UnreadableList(f"a row names the entry {id:.20}, which the list does not have")
    return drafts[id]


def _name(draft: Draft, said: str) -> str:
    return ofac.straight(said) if draft.kind == ofac.KINDS["individual"] else said


def _remarks(draft: Draft, said: str) -> None:
    for alias in OLD_ALIAS.findall(said):
        draft.name(_name(draft, alias), strong=False)
    for remark in said.rstrip(". ").split("; "):
        if found := REMARK.fullmatch(remark):
            what, value = found.groups()
            if what == "DOB":
                draft.born(birth_of(value))
            elif what == "Gender":
                draft.gender(value)
            else:
                draft.country(value)
        elif (found := NUMBER.match(remark)) and (kind := ofac.kind_of_number(found["what"])):
            number = ofac.number_of(kind, found["number"])
            draft.number(kind, number, found["country"] or "")


READER = Reader(
    "ofac-csv",
    ofac.SOURCES,
    lambda head: HEAD.match(head) is not None,
    read,
    together=(
        ("sdn.csv", "alt.csv", "add.csv"),
        ("cons_prim.csv", "cons_alt.csv", "cons_add.csv"),
    ),
    named=ofac.NAMED,
)
