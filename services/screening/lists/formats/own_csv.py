"""An own list, CSV: `id,schema,name` and, where known, further columns.

`aliases`, `weak_aliases`, `birth_date`, `country` and `identifiers` can hold several values between
semicolons; an identifier is `kind:number`, with the country in brackets. `programme`,
`publication` and `listed_on` say why an entry is listed, and where one can read it.
"""

import re

from services.screening.domain import EntryKind
from services.screening.lists.dates import birth_of
from services.screening.lists.draft import Draft
from services.screening.lists.reader import Files, Read, Reader, only
from services.screening.lists.records import UnreadableList
from services.screening.lists.tables import Row, table

KINDS = {
    "person": EntryKind.PERSON,
    "company": EntryKind.ORGANISATION,
    "organisation": EntryKind.ORGANISATION,
    "organization": EntryKind.ORGANISATION,
    "vessel": EntryKind.VESSEL,
    "": EntryKind.UNKNOWN,
    "legalentity": EntryKind.UNKNOWN,
}
IDENTIFIER = re.compile(r"(?:(?P<kind>[\w-]+):)?(?P<number>[^()]+)(?:\((?P<country>\w\w)\))?")
KNOWN = frozenset({"passport", "id", "registration", "tax", "vat", "bic", "imo", "lei"})
HEAD = re.compile(r"id[,;]schema[,;]name\b")


def read(source: str, files: Files) -> Read:
    data = only(files)
    delimiter = ";" if b";" in data.partition(b"\n")[0] else ","
    drafts = (_draft(source, row) for row in table(data, ("id", "schema", "name"), delimiter))
    return None, (draft.entry() for draft in drafts)


def _draft(source: str, row: Row) -> Draft:
    id, schema = row["id"], row["schema"].lower()
    if not id:
        raise UnreadableList("an entry has no id")
    if schema not in KINDS:
        raise UnreadableList(f"entry {id:.60} has the schema {schema!r:.60}, which is none here")
    draft = Draft(source, id, KINDS[schema])
    draft.name(row["name"])
    for column, strong in (("aliases", True), ("weakaliases", False)):
        for name in _several(row, column):
            draft.name(name, strong=strong)
    for date in _several(row, "birthdate"):
        draft.born(birth_of(date))
    for country in _several(row, "country"):
        draft.country(country)
    for said in _several(row, "identifiers"):
        found = IDENTIFIER.fullmatch(said)
        if found is None:
            raise UnreadableList(f"entry {id:.60} has an identifier that is none: {said!r:.60}")
        kind = (found["kind"] or "other").lower()
        number = found["number"].strip()
        draft.number(kind if kind in KNOWN else "other", number, found["country"] or "")
    draft.gender(row.get("gender", ""))
    draft.programme(row.get("programme", ""))
    draft.publication = row.get("publication", "")
    draft.listed_on = row.get("listedon", "")
    return draft


def _several(row: Row, column: str) -> list[str]:
    return [part.strip() for part in row.get(column, "").split(";") if part.strip()]


READER = Reader("own-csv", ("own",), lambda head: HEAD.match(head) is not None, read, main=True)
