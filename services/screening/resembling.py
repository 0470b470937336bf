"""The other way round: a party as something to be found, a listing as the one who asks."""

from dataclasses import replace

from services.screening.domain import (
    EntryKind,
    ListedEntry,
    ListedIdentifier,
    ListedName,
)
from services.screening.matching import Subject, subject_of
from services.screening.matching.evidence import Number, number_of
from services.screening.matching.names import Kind, name_of
from shared.events.base import is_natural_person
from shared.events.words import PartyDescription, PartyKind
from shared.sealing import ERASED

PARTIES = "portfolio"
"""What the source of an entry is called that is a party of ours."""
MOST_BIRTHS = 3


def entry_of(party: PartyDescription) -> ListedEntry | None:
    """A party as an entry; None where it has no name to compare, or was erased."""
    subject = subject_of(party)
    if not subject.names or (is_natural_person(party.party_id) and party.name == ERASED):
        return None
    said = dict.fromkeys((party.name, *party.aliases))
    return ListedEntry.of(
        PARTIES,
        party.party_id,
        EntryKind.PERSON if party.kind is PartyKind.PERSON else EntryKind.ORGANISATION,
        tuple(ListedName(text=text) for text in said),
        births=(party.birth_date,) if party.birth_date else (),
        countries=tuple(sorted(subject.countries)),
        identifiers=tuple(
            ListedIdentifier(kind=one.kind, number=one.number, country=one.country)
            for one in sorted(subject.numbers, key=lambda one: (one.kind, one.number))
        ),
    )


def party_asked(entry: ListedEntry) -> Subject:
    """The party of an entry as it is compared with listings: what `subject_of` made of it."""
    kind: Kind = "person" if entry.kind is EntryKind.PERSON else "organisation"
    names = (name_of(one.text, kind) for one in entry.names)
    return Subject(
        kind=kind,
        names=tuple(name for name in names if name.tokens),
        birth=next(iter(entry.births), None),
        countries=frozenset(entry.countries),
        numbers=frozenset(Number(o.kind, o.number, o.country) for o in entry.identifiers),
    )


def listing_asked(entry: ListedEntry) -> list[Subject]:
    """Who may be meant by a listing: a person or a firm, by each day of birth that it names."""
    kinds: list[Kind] = []
    if entry.kind in (EntryKind.PERSON, EntryKind.UNKNOWN):
        kinds.append("person")
    if entry.kind is not EntryKind.PERSON:
        kinds.append("organisation")
    births = [one for one in entry.births if "/" not in one][:MOST_BIRTHS]
    subjects = []
    for kind in kinds:
        names = (name_of(one.text, kind) for one in entry.names)
        subject = Subject(
            kind=kind,
            names=tuple(dict.fromkeys(name for name in names if name.tokens)),
            countries=frozenset(one.upper() for one in entry.countries),
            numbers=frozenset(
                Number(o.kind, number_of(o.number), o.country) for o in entry.identifiers
            ),
            gender=entry.gender,
        )
        subjects += [replace(subject, birth=birth) for birth in births or (None,)]
    return [one for one in subjects if one.names]
