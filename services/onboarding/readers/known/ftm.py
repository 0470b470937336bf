"""Owners as FollowTheMoney entities, one JSON object on a line: `Ownership`, `Directorship`,
`UnknownLink`.

An owner that is not in the file is an unknown owner. Links of a kind that is not known say that
there is an interest, and not how large it is.
"""

import re
from datetime import date
from typing import Any

from services.onboarding.domain import Field
from shared.countries import alpha2

from ..reading import NotUnderstood, Number, OwnedCompany, Owner, Reading, Who

KIND = "ownership"
KINDS = (KIND,)
CONTENT = ("json",)
MOST_ENTITIES = 10_000

COMPANIES = ("Company", "Organization", "LegalEntity", "PublicBody")
LINKS = {
    "Ownership": ("owner", "asset"),
    "Directorship": ("director", "organization"),
    "UnknownLink": ("subject", "object"),
}
"""Schema → who has the interest, and in whom."""

NUMBERS = {"registrationNumber": "", "leiCode": "lei", "vatCode": "", "dunsCode": "duns"}

EXACT = re.compile(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*")
RANGE = re.compile(
    r"\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*(?:-|\u2013|to)\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*"
)
ABOVE = re.compile(r"\s*(?:>=?|over|above|more than)\s*(\d{1,3}(?:[.,]\d+)?)\s*%?\s*", re.I)

Entity = dict[str, Any]


def fits(value: Any) -> bool:
    entities = value if isinstance(value, list) else [value]
    return (
        bool(entities)
        and all(_is_entity(one) for one in entities)
        and any(one["schema"] in LINKS for one in entities)
    )


def read(value: Any) -> Reading:
    entities: list[Entity] = value if isinstance(value, list) else [value]
    if len(entities) > MOST_ENTITIES:
        raise NotUnderstood(f"{len(entities)} entities; at most {MOST_ENTITIES} are read")
    parties = {one["id"]: _who(one) for one in entities if one["schema"] in (*COMPANIES, "Person")}
    issued = max(filter(None, (_day(one.get("last_change")) for one in entities)), default=None)
    owned: dict[str, list[Owner]] = {}
    owners: set[str] = set()
    for link in entities:
        if link["schema"] not in LINKS:
            continue
        having, had = (_said(link, field) for field in LINKS[link["schema"]])
        ends = _day(_said(link, "endDate"))
        if had not in parties or parties[had].person:
            continue
        if ends is not None and (issued is None or ends <= issued):
            continue
        owned.setdefault(had, []).extend(_owners(link, parties.get(having)))
        owners.add(having)
    tops = [id for id in owned if id not in owners]
    about = parties[next(iter(tops or owned))] if owned else None
    problems = [] if owned else ["it names no owner of any company"]
    if len(tops) > 1:
        problems.append(f"it speaks of {len(tops)} companies: say which one it is about")
    return Reading(
        kind=KIND,
        reader="ftm",
        about=about or Who(),
        issued=issued,
        fields=(Field(name="statements", value=str(len(entities)), method="json"),),
        owned=tuple(OwnedCompany(company=parties[id], owners=tuple(o)) for id, o in owned.items()),
        problems=tuple(problems),
    )


def _is_entity(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("id"), str)
        and isinstance(one.get("schema"), str)
        and isinstance(one.get("properties"), dict)
    )


def _who(entity: Entity) -> Who:
    """Numbers of persons are not taken over at all."""
    person = entity["schema"] == "Person"
    places = (
        ("nationality", "citizenship", "country")
        if person
        else (
            "jurisdiction",
            "country",
            "mainCountry",
        )
    )
    numbers = tuple(
        Number(text=text, scheme=scheme)
        for field, scheme in NUMBERS.items()
        if not person and (text := _said(entity, field))
    )
    countries = (alpha2(_said(entity, field)) for field in places)
    return Who(
        name=_said(entity, "name"),
        numbers=numbers,
        country=next(filter(None, countries), None),
        address=(_said(entity, "address") or None) if not person else None,
        person=person,
        birth_date=(_said(entity, "birthDate")[:10] or None) if person else None,
    )


def _owners(link: Entity, who: Who | None) -> list[Owner]:
    """What a link says: an interest, and beside it that somebody only holds for another."""
    if who is not None and not (who.name or who.numbers):
        who = None
    minimum, maximum, interest = 0.0, 100.0, "unknownInterest"
    if link["schema"] == "Ownership":
        minimum, maximum = _share(_said(link, "percentage"))
        interest = "shareholding"
    elif link["schema"] == "Directorship":
        chair = "chair" in _said(link, "role").casefold()
        minimum, maximum, interest = 0.0, 0.0, "boardChair" if chair else "boardMember"
    one = Owner(
        who=who,
        minimum=minimum,
        maximum=maximum,
        interest=interest,
        reason_unknown=None if who else "the file does not say who it is",
        starts=_day(_said(link, "startDate")),
        ends=_day(_said(link, "endDate")),
    )
    role = f"{_said(link, 'role')} {_said(link, 'ownershipType')}".casefold()
    if interest != "shareholding" or "nominee" not in role:
        return [one]
    nominee = {"interest": "nominee", "minimum": 0.0, "maximum": 0.0}
    return [one, one.model_copy(update=nominee)]


def _share(text: str) -> tuple[float, float]:
    """The interval of a percentage; what cannot be read may be anything."""
    if found := EXACT.fullmatch(text):
        low = high = _number(found[1])
    elif found := RANGE.fullmatch(text):
        low, high = _number(found[1]), _number(found[2])
    elif found := ABOVE.fullmatch(text):
        low, high = _number(found[1]), 100.0
    else:
        return 0.0, 100.0
    return (low, high) if 0 <= low <= high <= 100 else (0.0, 100.0)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _said(entity: Entity, field: str) -> str:
    """The first value of a property; links may hold whole entities instead of ids."""
    values = entity["properties"].get(field)
    first = values[0] if isinstance(values, list) and values else values
    if isinstance(first, dict):
        first = first.get("id")
    return first.strip()[:500] if isinstance(first, str) else ""


def _day(value: Any) -> date | None:
    """A day; of a year or month alone, its first."""
    text = value[:10] if isinstance(value, str) else ""
    if re.fullmatch(r"\d{4}", text):
        text += "-01-01"
    elif re.fullmatch(r"\d{4}-\d{2}", text):
        text += "-01"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
