"""The EU's consolidated list of financial sanctions (FSF), XML 1.1."""

import re
from collections.abc import Iterable
from datetime import date

from services.screening.domain import EntryKind, ListedEntry, ListedIdentifier, ListedName
from services.screening.lists.reader import Files, Read, Reader, is_xml, only
from services.screening.lists.records import Part, Records, UnreadableList

NAMESPACE = "http://eu.europa.ec/fpi/fsd/export"

KINDS = {"person": EntryKind.PERSON, "enterprise": EntryKind.ORGANISATION}

IDENTIFIERS = {
    "passport": "passport",
    "diplomaticpassport": "passport",
    "travel": "passport",
    "id": "id",
    "ssn": "id",
    "regnumber": "registration",
    "tradelicense": "registration",
    "fiscalcode": "tax",
    "euvat": "vat",
    "swiftbic": "bic",
    "imo": "imo",
}
"""The list's identificationTypeCode → our words for a number."""

GENDERS = {"M": "male", "F": "female"}

LOW_QUALITY = re.compile(r"\blow quality\b", re.IGNORECASE)


def read(source: str, files: Files) -> Read:
    entries: list[ListedEntry] = []
    records = Records(
        f"{NAMESPACE} export",
        frozenset({"sanctionEntity"}),
        lambda record: entries.append(_entry(source, record)),
    )
    records.read(only(files))
    assert records.root is not None
    return _day(records.root.get("generationDate")), entries


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _entry(source: str, record: Part) -> ListedEntry:
    entry_id = record.get("logicalId") or record.get("euReferenceNumber")
    if not entry_id:
        raise UnreadableList("an entry has neither a logicalId nor an euReferenceNumber")
    subject = record.one("subjectType")
    names = _names(record)
    if not names:
        raise UnreadableList(f"entry {entry_id} has no name")
    regulations = list(record.all("regulation"))
    places = (*record.all("citizenship"), *record.all("address"))
    countries = (place.get("countryIso2Code").upper() for place in places)
    genders = (GENDERS.get(name.get("gender").upper()) for name in record.all("nameAlias"))
    return ListedEntry.of(
        source,
        entry_id,
        KINDS.get(subject.get("code") if subject else "", EntryKind.UNKNOWN),
        names,
        births=_once(_birth(part) for part in record.all("birthdate")),
        countries=_once(code for code in countries if code != "00"),
        identifiers=tuple(dict.fromkeys(map(_identifier, record.all("identification")))),
        gender=next((gender for gender in genders if gender), None),
        programmes=_once(regulation.get("programme") for regulation in regulations),
        publication=next((r.text_of("publicationUrl") for r in regulations), ""),
        listed_on=record.get("designationDate"),
    )


def _names(record: Part) -> tuple[ListedName, ...]:
    """Weak are those the list calls so; its quality is also written into remarks."""
    names = []
    for alias in record.all("nameAlias"):
        parts = (alias.get("firstName"), alias.get("middleName"), alias.get("lastName"))
        text = alias.get("wholeName") or " ".join(part for part in parts if part)
        doubtful = any(LOW_QUALITY.search(remark.text) for remark in alias.all("remark"))
        if text:
            names.append(
                ListedName(text=text, strong=alias.get("strong") != "false" and not doubtful)
            )
    return tuple(dict.fromkeys(names))


def _birth(part: Part) -> str:
    """In the precision known. A date that is only about right counts as its year."""
    year, month, day = part.get("year"), part.get("monthOfYear"), part.get("dayOfMonth")
    whole = part.get("birthdate")
    if whole and not year:
        year, month, day = whole[:4], whole[5:7], whole[8:10]
    if not year.isdigit() or int(year) == 0:
        return ""
    if part.get("circa") == "true" or not month.isdigit():
        return f"{int(year):04}"
    if not day.isdigit():
        return f"{int(year):04}-{int(month):02}"
    return f"{int(year):04}-{int(month):02}-{int(day):02}"


def _identifier(part: Part) -> ListedIdentifier:
    country = part.get("countryIso2Code").upper()
    return ListedIdentifier(
        kind=IDENTIFIERS.get(part.get("identificationTypeCode"), "other"),
        number=part.get("latinNumber") or part.get("number"),
        country=country if country not in ("", "00") else None,
    )


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


READER = Reader("eu-fsf-xml", ("eu",), is_xml("export", NAMESPACE), read, main=True)
