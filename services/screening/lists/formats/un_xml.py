"""The consolidated list of the United Nations Security Council, XML."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.screening.domain import EntryKind, ListedEntry, ListedIdentifier, ListedName
from services.screening.lists.countries import code_of
from services.screening.lists.reader import Files, Read, Reader, is_xml, only
from services.screening.lists.records import Part, Records, UnreadableList

KINDS = {"INDIVIDUAL": EntryKind.PERSON, "ENTITY": EntryKind.ORGANISATION}

NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")

WEAK = frozenset({"low"})
"""Qualities of an alias that make it weak; `Good`, `a.k.a.` and `f.k.a.` are strong."""

PUBLICATION = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list"


def read(source: str, files: Files) -> Read:
    entries: list[ListedEntry] = []
    records = Records(
        "CONSOLIDATED_LIST",
        frozenset(KINDS),
        lambda record: entries.append(_entry(source, record)),
    )
    records.read(only(files))
    assert records.root is not None
    try:
        day = date.fromisoformat(records.root.get("dateGenerated")[:10])
    except ValueError:
        day = None
    return day, entries


def _entry(source: str, record: Part) -> ListedEntry:
    entry_id = record.text_of("REFERENCE_NUMBER") or record.text_of("DATAID")
    if not entry_id:
        raise UnreadableList("an entry has neither a REFERENCE_NUMBER nor a DATAID")
    names = tuple(dict.fromkeys(_names(record)))
    if not names:
        raise UnreadableList(f"entry {entry_id} has no name")
    births = [b for part in record.all("INDIVIDUAL_DATE_OF_BIRTH") if (b := _birth(part))]
    gender = record.text_of("GENDER").lower()
    return ListedEntry.of(
        source,
        entry_id,
        KINDS[record.tag],
        names,
        births=tuple(dict.fromkeys(births)),
        countries=_countries(record),
        identifiers=tuple(dict.fromkeys(_identifiers(record))),
        gender=gender if gender in ("male", "female") else None,
        programmes=tuple(filter(None, [record.text_of("UN_LIST_TYPE")])),
        publication=PUBLICATION,
        listed_on=record.text_of("LISTED_ON"),
    )


def _names(record: Part) -> Iterator[ListedName]:
    whole = " ".join(filter(None, (record.text_of(part) for part in NAME_PARTS)))
    if whole:
        yield ListedName(text=whole)
    for text in _split(record.text_of("NAME_ORIGINAL_SCRIPT")):
        yield ListedName(text=text)
    for alias in record.all(f"{record.tag}_ALIAS"):
        weak = alias.text_of("QUALITY").lower() in WEAK
        for text in _split(alias.text_of("ALIAS_NAME")):
            yield ListedName(text=text, strong=not weak)


def _split(text: str) -> Iterable[str]:
    """Several names can stand in one field, between semicolons."""
    return (name for name in (" ".join(part.split()) for part in text.split(";")) if name)


def _birth(part: Part) -> str:
    day, year = part.text_of("DATE"), part.text_of("YEAR")
    first, last = part.text_of("FROM_YEAR"), part.text_of("TO_YEAR")
    if first.isdigit() and last.isdigit():
        return f"{first}/{last}"
    if part.text_of("TYPE_OF_DATE").upper() == "APPROXIMATELY":
        year = year or day[:4]
        return year if year.isdigit() else ""
    try:
        return date.fromisoformat(day[:10]).isoformat()
    except ValueError:
        return year if year.isdigit() else ""


def _countries(record: Part) -> tuple[str, ...]:
    said = [value.text for part in record.all("NATIONALITY") for value in part.all("VALUE")]
    said += [part.text_of("COUNTRY") for part in record.all(f"{record.tag}_ADDRESS")]
    return tuple(dict.fromkeys(code for name in said if (code := code_of(name))))


def _identifiers(record: Part) -> Iterator[ListedIdentifier]:
    for part in record.all("INDIVIDUAL_DOCUMENT"):
        number = part.text_of("NUMBER")
        if number:
            said = part.text_of("TYPE_OF_DOCUMENT").lower()
            country = part.text_of("ISSUING_COUNTRY") or part.text_of("COUNTRY_OF_ISSUE")
            yield ListedIdentifier(
                kind="passport" if "pas" in said else "id",
                number=number,
                country=code_of(country),
            )


READER = Reader("un-xml", ("un",), is_xml("CONSOLIDATED_LIST"), read, main=True)
