"""The EU's consolidated list of financial sanctions (FSF), CSV 1.1.

An entry has many rows, each with one name, birth, address or number. The columns do not say which
aliases are weak; as in the XML, a remark can.
"""

from services.screening.domain import EntryKind
from services.screening.lists.dates import birth_of, day_of
from services.screening.lists.draft import Draft, entries_of
from services.screening.lists.formats.eu_xml import IDENTIFIERS, KINDS, LOW_QUALITY
from services.screening.lists.reader import Files, Read, Reader, only
from services.screening.lists.records import UnreadableList
from services.screening.lists.tables import Row, table

NEEDS = ("Entity_LogicalId", "Entity_SubjectType", "NameAlias_WholeName")

LETTERS = {"p": EntryKind.PERSON, "e": EntryKind.ORGANISATION} | KINDS
"""Either column of the kind can hold the letter or the word, by the age of the file."""


def read(source: str, files: Files) -> Read:
    drafts: dict[str, Draft] = {}
    generated = ""
    for row in table(only(files), NEEDS, ";"):
        id = row["entitylogicalid"]
        if not id:
            raise UnreadableList("a row has no Entity_LogicalId")
        generated = generated or row.get("filegenerationdate", "")
        draft = drafts.setdefault(id, Draft(source, id, _kind(row)))
        _add(draft, row)
    return day_of(generated), entries_of(drafts.values())


def _kind(row: Row) -> EntryKind:
    said = (row["entitysubjecttype"], row.get("entitysubjecttypeclassificationcode", ""))
    return next((LETTERS[word.lower()] for word in said if word.lower() in LETTERS), KINDLESS)


KINDLESS = EntryKind.UNKNOWN


def _add(draft: Draft, row: Row) -> None:
    parts = (row.get(f"namealias{part}name", "") for part in ("first", "middle", "last"))
    weak = LOW_QUALITY.search(row.get("namealiasremark", "")) is not None
    draft.name(row["namealiaswholename"] or " ".join(parts), strong=not weak)
    draft.gender(row.get("namealiasgender", ""))
    draft.born(birth_of(row.get("birthdatebirthdate", "") or row.get("birthdateyear", "")))
    for column in ("citizenshipcountryiso2code", "addresscountryiso2code"):
        draft.country(row.get(column, ""))
    number = row.get("identificationlatinnumber", "") or row.get("identificationnumber", "")
    kind = IDENTIFIERS.get(row.get("identificationtypecode", ""), "other")
    draft.number(kind, number, row.get("identificationcountryiso2code", ""))
    draft.programme(row.get("entityregulationprogramme", ""))
    draft.publication = draft.publication or row.get("entityregulationpublicationurl", "")
    draft.listed_on = draft.listed_on or row.get("entitydesignationdate", "")


READER = Reader(
    "eu-fsf-csv",
    ("eu",),
    lambda head: head.lower().startswith("filegenerationdate;"),
    read,
)
