"""The United Kingdom's list of sanctions, XML."""

from datetime import date

from services.screening.domain import EntryKind, ListedEntry
from services.screening.lists import uk
from services.screening.lists.dates import birth_of, day_of
from services.screening.lists.draft import Draft
from services.screening.lists.reader import Files, Read, Reader, is_xml, only
from services.screening.lists.records import Part, Records, UnreadableList


def read(source: str, files: Files) -> Read:
    entries: list[ListedEntry] = []
    generated: list[date | None] = []

    def take(record: Part) -> None:
        if record.tag == "DateGenerated":
            generated.append(day_of(record.text[:10]))
        else:
            entries.append(_entry(source, record))

    Records("* Designations", frozenset({"DateGenerated", "Designation"}), take).read(only(files))
    return (generated[0] if generated else None), entries


def _entry(source: str, record: Part) -> ListedEntry:
    id = record.text_of("UniqueID")
    if not id:
        raise UnreadableList("a designation has no UniqueID")
    kind = uk.KINDS.get(record.text_of("IndividualEntityShip").lower(), EntryKind.UNKNOWN)
    draft = Draft(source, id, kind, publication=uk.PUBLICATION)
    for names in record.all("Names"):
        for name in names.all("Name"):
            parts = (name.text_of(f"Name{number}") for number in uk.NAME_PARTS)
            draft.name(" ".join(parts), strong=not uk.is_weak(name.text_of("AliasStrength")))
    for text in record.texts("NameNonLatinScript"):
        draft.name(text)
    for birth in record.texts("DOB"):
        draft.born(birth_of(birth))
    for tag in ("Nationality", "AddressCountry", "CurrentBelievedFlagOfShip"):
        for country in record.texts(tag):
            draft.country(country)
    for tag, number in (
        ("PassportNumber", "passport"),
        ("NationalIdentifierNumber", "id"),
        ("BusinessRegistrationNumber", "registration"),
        ("IMONumber", "imo"),
    ):
        for text in record.texts(tag):
            draft.number(number, text)
    for text in record.texts("Gender"):
        draft.gender(text)
    draft.programme(record.text_of("RegimeName"))
    designated = day_of(record.text_of("DateDesignated"))
    draft.listed_on = designated.isoformat() if designated else ""
    return draft.entry()


READER = Reader("uk-xml", ("uk",), is_xml("Designations"), read, main=True)
