"""What clients of yente ask, made ready to be compared: FollowTheMoney's words for a party."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from services.screening.asked import LONGEST_NAME, MOST_NAMES
from services.screening.matching import Subject, subject_of
from services.screening.matching.evidence import ANY_KIND, Number, number_of
from services.screening.yente import EntityExample
from shared.domain import Rejected
from shared.events.words import PartyDescription, PartyKind

GENDERS = ("male", "female")
MOST_BIRTHS = 3
MOST_VALUES = 100

PERSON, FIRMS, EITHER = (
    {"Person"},
    {"Organization", "Company", "PublicBody", "Vessel", "Airplane", "Vehicle", "Asset"},
    {"Thing", "LegalEntity"},
)
NAMES = ("name", "alias", "previousName", "weakAlias", "abbreviation", "legalName")
NAME_PARTS = ("firstName", "secondName", "middleName", "fatherName", "lastName")
"""In the order in which they make a name where no whole one is given."""
COUNTRIES = ("country", "nationality", "jurisdiction", "citizenship", "mainCountry")
NUMBERS = {
    "registrationNumber": "registration",
    "taxNumber": "tax",
    "vatCode": "vat",
    "innCode": "tax",
    "ogrnCode": "registration",
    "idNumber": "id",
    "passportNumber": "passport",
    "leiCode": "lei",
    "imoNumber": "imo",
    "swiftBic": "bic",
    "dunsCode": ANY_KIND,
}


def understood(id: str, asked: EntityExample) -> EntityExample:
    """The query as it is compared. Raises `Rejected` that names the field that is wrong."""
    place = f"queries.{id[:100]}"
    if asked.schema_ not in PERSON | FIRMS | EITHER:
        known = ", ".join(sorted(PERSON | FIRMS | EITHER))
        raise Rejected(
            f"names of this schema are not compared; it is one of {known}", field=f"{place}.schema"
        )
    said = {name: _texts(values) for name, values in asked.properties.items()}
    kept = {**_names(said, f"{place}.properties"), **_known_besides(said)}
    example = EntityExample(id=asked.id, schema_=asked.schema_, properties={**kept})
    if not any(subject.names for subject in subjects_of(example)):
        raise Rejected(
            "a name with letters is needed to compare anything with the lists",
            field=f"{place}.properties.name",
        )
    return example


def _names(said: dict[str, list[str]], place: str) -> dict[str, list[str]]:
    names = {name: said[name] for name in (*NAMES, *NAME_PARTS) if said.get(name)}
    for name, values in names.items():
        if max(map(len, values)) > LONGEST_NAME:
            raise Rejected(f"a name has at most {LONGEST_NAME} characters", field=f"{place}.{name}")
    if sum(map(len, names.values())) > MOST_NAMES:
        raise Rejected(f"at most {MOST_NAMES} names", field=place)
    return names


def _known_besides(said: dict[str, list[str]]) -> dict[str, list[str]]:
    """What of the rest can be compared; what cannot is left out."""
    kept: dict[str, list[str]] = {}
    kept["birthDate"] = [one for one in said.get("birthDate", ()) if _is_date(one)][:MOST_BIRTHS]
    for name in COUNTRIES:
        kept[name] = [one.lower() for one in said.get(name, ()) if _is_country(one)]
    for name in NUMBERS:
        kept[name] = [one for one in said.get(name, ()) if number_of(one)]
    kept["gender"] = [one for one in said.get("gender", ()) if one.lower() in GENDERS][:1]
    return {name: values[:MOST_VALUES] for name, values in kept.items() if values}


def subjects_of(asked: EntityExample) -> list[Subject]:
    """Who may be meant: a person or a firm where the schema does not say, by each date of birth."""
    said = {name: _texts(values) for name, values in asked.properties.items()}
    names = [one for field in NAMES for one in said.get(field, ())] or [_put_together(said)]
    kinds = [
        kind
        for kind, others in ((PartyKind.PERSON, FIRMS), (PartyKind.COMPANY, PERSON))
        if asked.schema_ not in others
    ]
    countries = frozenset(one.upper() for field in COUNTRIES for one in said.get(field, ()))
    numbers = frozenset(
        Number(kind, number_of(one), None)
        for field, kind in NUMBERS.items()
        for one in said.get(field, ())
    )
    gender = next(iter(said.get("gender", ())), None)
    births: list[str | None] = [*said.get("birthDate", ())] or [None]
    return [
        replace(
            subject_of(
                PartyDescription(
                    party_id="", kind=kind, name=names[0], aliases=tuple(names[1:]), birth_date=born
                )
            ),
            countries=countries,
            numbers=numbers,
            gender=gender,
        )
        for kind in kinds
        for born in births
    ]


def letters(asked: EntityExample) -> int:
    """Characters of all its names."""
    return sum(
        len(one)
        for field in (*NAMES, *NAME_PARTS)
        for one in _texts(asked.properties.get(field, ()))
    )


def _texts(values: str | Iterable[Any]) -> list[str]:
    """Texts and numbers as texts; nested things and nothings are none.

    Half a character (a lone surrogate, which JSON can say) becomes a question mark.
    """
    given = [values] if isinstance(values, str) else values
    texts = (str(one).strip() for one in given if isinstance(one, str | int | float))
    return [text.encode("utf-8", "replace").decode() for text in texts if text]


def _put_together(said: dict[str, list[str]]) -> str:
    return " ".join(said[part][0] for part in NAME_PARTS if said.get(part))


def _is_date(text: str) -> bool:
    """`1968`, `1968-04` or `1968-04-12`, of a day that there was."""
    whole = {4: f"{text}-01-01", 7: f"{text}-01", 10: text}.get(len(text), "")
    try:
        date.fromisoformat(whole)
    except ValueError:
        return False
    return True


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isalpha()
