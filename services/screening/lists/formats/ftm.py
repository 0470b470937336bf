"""FollowTheMoney entities, one JSON object on a line: collections of OpenSanctions, own lists.

Papers and sanctions are entities of their own that point to whom they are about; an entity of a
collection that says so (`target: false`) is not listed itself but stands near somebody who is.
"""

from collections.abc import Iterator
from typing import Any

from services.screening.domain import EntryKind
from services.screening.lists.dates import birth_of
from services.screening.lists.draft import Draft
from services.screening.lists.objects import Object, lines, text
from services.screening.lists.reader import Files, Read, Reader, only
from services.screening.lists.records import UnreadableList

KINDS = {
    "Person": EntryKind.PERSON,
    "Organization": EntryKind.ORGANISATION,
    "Company": EntryKind.ORGANISATION,
    "PublicBody": EntryKind.ORGANISATION,
    "LegalEntity": EntryKind.UNKNOWN,
    "Vessel": EntryKind.VESSEL,
}
STRONG, WEAK = ("name", "alias", "previousName", "abbreviation"), ("weakAlias",)
PLACES = ("country", "nationality", "citizenship", "jurisdiction", "mainCountry", "flag")
NUMBERS = {
    "passportNumber": "passport",
    "idNumber": "id",
    "socialSecurityNumber": "id",
    "registrationNumber": "registration",
    "ogrnCode": "registration",
    "uscCode": "registration",
    "taxNumber": "tax",
    "innCode": "tax",
    "vatCode": "vat",
    "swiftBic": "bic",
    "leiCode": "lei",
    "imoNumber": "imo",
}


def read(source: str, files: Files) -> Read:
    drafts: dict[str, Draft] = {}
    pointing: list[Object] = []
    for number, entity in lines(only(files)):
        schema, id = text(entity.get("schema")), text(entity.get("id"))
        if not schema or not id:
            raise UnreadableList(f"line {number} is no entity: it has no schema or no id")
        if schema in KINDS and entity.get("target") is not False:
            draft = _draft(source, id, KINDS[schema], entity)
            if draft.names:
                drafts[id] = draft
        elif schema in ("Sanction", "Passport", "Identification"):
            pointing.append(entity)
    for entity in pointing:
        for id in (*_said(entity, "entity"), *_said(entity, "holder")):
            if id in drafts:
                _add(drafts[id], entity)
    return None, (draft.entry() for draft in drafts.values())


def _draft(source: str, id: str, kind: EntryKind, entity: Object) -> Draft:
    draft = Draft(source, id, kind)
    for fields, strong in ((STRONG, True), (WEAK, False)):
        for field in fields:
            for name in _said(entity, field):
                draft.name(name, strong=strong)
    for date in _said(entity, "birthDate"):
        draft.born(birth_of(date))
    for field in PLACES:
        for country in _said(entity, field):
            draft.country(country)
    for field, number in NUMBERS.items():
        for value in _said(entity, field):
            draft.number(number, value)
    for gender in _said(entity, "gender"):
        draft.gender(gender)
    for one in _inner(entity, "sanctions"):
        _add(draft, one)
    for programme in (*_said(entity, "programId"), *_said(entity, "program")):
        draft.programme(programme)
    draft.publication = next(_said(entity, "sourceUrl"), "")
    return draft


def _add(draft: Draft, entity: Object) -> None:
    """What a sanction or a paper says of whom it is about."""
    if entity.get("schema") == "Sanction":
        for programme in (*_said(entity, "program"), *_said(entity, "programId")):
            draft.programme(programme)
        draft.listed_on = draft.listed_on or next(_said(entity, "startDate"), "")
        draft.publication = draft.publication or next(_said(entity, "sourceUrl"), "")
        return
    kind = "passport" if entity.get("schema") == "Passport" else "id"
    for number in _said(entity, "number"):
        draft.number(kind, number, next(_said(entity, "country"), ""))


def _values(entity: Object, field: str) -> list[Any]:
    properties = entity.get("properties")
    found = properties.get(field) if isinstance(properties, dict) else None
    return found if isinstance(found, list) else []


def _said(entity: Object, field: str) -> Iterator[str]:
    return (said for value in _values(entity, field) if (said := text(value)))


def _inner(entity: Object, field: str) -> Iterator[Object]:
    """Entities within an entity, in files that are nested."""
    return (value for value in _values(entity, field) if isinstance(value, dict))


READER = Reader(
    "ftm-json-lines",
    ("own", "opensanctions"),
    lambda head: head.startswith("{") and '"schema"' in head and '"properties"' in head,
    read,
)
