"""A party as it is compared: names made ready once, and what else is known of it."""

from dataclasses import dataclass

from services.screening.matching.evidence import Number, number_of
from services.screening.matching.names import Kind, Name, name_of
from shared.events.words import Identifier, PartyDescription, PartyKind

WORLDWIDE = {"lei": "lei", "imo": "imo", "duns": "other"}
"""Schemes that belong to no country → the words that lists' numbers have here."""


@dataclass(frozen=True, slots=True)
class Subject:
    kind: Kind
    names: tuple[Name, ...]
    birth: str | None = None
    countries: frozenset[str] = frozenset()
    numbers: frozenset[Number] = frozenset()
    gender: str | None = None


def subject_of(party: PartyDescription) -> Subject:
    kind: Kind = "person" if party.kind is PartyKind.PERSON else "organisation"
    names = dict.fromkeys((party.name, *party.aliases))
    ready = (name_of(said, kind) for said in names)
    return Subject(
        kind=kind,
        names=tuple(name for name in ready if name.tokens),
        birth=party.birth_date,
        countries=frozenset({party.country.upper()} if party.country else ()),
        numbers=frozenset(_number(one) for one in party.identifiers),
    )


def _number(identifier: Identifier) -> Number:
    """`dk-cvr` is a registration in DK, `vat-de` a VAT number there."""
    scheme = identifier.scheme.lower()
    number = number_of(identifier.value)
    if scheme in WORLDWIDE:
        return Number(WORLDWIDE[scheme], number, None)
    first, _, rest = scheme.partition("-")
    if first == "vat":
        return Number("vat", number, rest.upper() or None)
    return Number("registration", number, first.upper() if len(first) == 2 else None)
