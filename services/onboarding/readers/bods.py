"""Beneficial ownership statements (BODS 0.4): who owns a company, and where nobody is named.

A later statement about the same record replaces the earlier one, and a closed one ends it. An
interested party that is not specified is an unknown owner, not a clean one.
"""

from datetime import date
from typing import Any

from services.onboarding.domain import Field

from .countries import alpha2
from .reading import NotUnderstood, Number, OwnedCompany, Owner, Reading, Who

KIND = "ownership"
MOST_STATEMENTS = 10_000

BY_WEIGHT = ("shareholding", "votingRights", "rightsToSurplusAssetsOnDissolution")
"""Of several interests of one owner, the one that says how much it owns. They are not added."""


def fits(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) for one in value)
        and any("statementId" in one and "recordType" in one for one in value)
    )


def read(value: Any) -> Reading:
    if len(value) > MOST_STATEMENTS:
        raise NotUnderstood(f"{len(value)} statements; at most {MOST_STATEMENTS} are read")
    records = _records(value)
    companies = {id: _company(r) for id, r in records.items() if r["recordType"] == "entity"}
    owned: dict[str, list[Owner]] = {}
    for record in records.values():
        details = _dict(record.get("recordDetails"))
        subject = details.get("subject")
        if record["recordType"] != "relationship" or subject not in companies:
            continue
        if owner := _owner(details, records, companies):
            owned.setdefault(str(subject), []).append(owner)
    main = next(
        (str(one["declarationSubject"]) for one in value if one.get("declarationSubject")), ""
    )
    about = companies.get(main) or next(iter(companies.values()), None)
    problems = [] if main in owned else ["it names no owner of the company that it is about"]
    return Reading(
        kind=KIND,
        reader="bods 0.4",
        about=about or Who(),
        issued=max(filter(None, (_day(one.get("statementDate")) for one in value)), default=None),
        fields=(Field(name="statements", value=str(len(value)), method="json"),),
        owned=tuple(
            OwnedCompany(company=companies[id], owners=tuple(owners))
            for id, owners in owned.items()
        ),
        problems=tuple(problems),
    )


def _records(value: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The records as the last statement about each leaves them."""
    records: dict[str, dict[str, Any]] = {}
    for statement in sorted(value, key=lambda one: str(one.get("statementDate", ""))):
        id, kind = statement.get("recordId"), statement.get("recordType")
        if not isinstance(id, str) or kind not in ("entity", "person", "relationship"):
            continue
        if statement.get("recordStatus") == "closed":
            records.pop(id, None)
        else:
            records[id] = statement
    return records


def _company(record: dict[str, Any]) -> Who:
    details = _dict(record.get("recordDetails"))
    jurisdiction = _dict(details.get("jurisdiction"))
    place = next(iter(_list(details.get("addresses"))), {})
    town = " ".join(filter(None, (_text(place.get("postCode")),)))
    return Who(
        name=_text(details.get("name")),
        numbers=tuple(
            Number(text=_text(one.get("id")), scheme=_text(one.get("scheme")))
            for one in _list(details.get("identifiers"))
            if one.get("id")
        ),
        country=alpha2(_text(jurisdiction.get("code"))[:2]),
        address=" ".join(filter(None, (_text(place.get("address")), town))) or None,
    )


def _person(record: dict[str, Any]) -> Who:
    """Name, birth date and nationality. Numbers of persons are not taken over at all."""
    details = _dict(record.get("recordDetails"))
    names = _list(details.get("names"))
    legal = [name for name in names if name.get("type") in ("legal", "individual")] or names
    nationality = next(iter(_list(details.get("nationalities"))), {})
    return Who(
        name=_text(legal[0].get("fullName")) if legal else "",
        person=True,
        country=alpha2(_text(nationality.get("code"))),
        birth_date=_text(details.get("birthDate"))[:10] or None,
    )


def _owner(
    details: dict[str, Any], records: dict[str, dict[str, Any]], companies: dict[str, Who]
) -> Owner | None:
    interests = [one for one in _list(details.get("interests")) if not one.get("endDate")]
    if _list(details.get("interests")) and not interests:
        return None
    interest = _weightiest(interests)
    minimum, maximum = _share(_dict(interest.get("share")))
    party = details.get("interestedParty")
    who, reason = None, None
    if isinstance(party, dict):
        reason = _text(party.get("reason")) or "not specified"
    elif record := records.get(str(party)):
        unknown = _dict(record.get("recordDetails")).get("personType")
        if party in companies:
            who = companies[str(party)]
        elif unknown in ("unknownPerson", "anonymousPerson") or not _person(record).name:
            reason = _text(unknown) or "not named"
        else:
            who = _person(record)
    else:
        reason = "the statement about this owner is missing"
    return Owner(
        who=who,
        minimum=minimum,
        maximum=maximum,
        interest=_text(interest.get("type")) or "unknownInterest",
        direct=interest.get("directOrIndirect") != "indirect",
        reason_unknown=reason,
    )


def _weightiest(interests: list[dict[str, Any]]) -> dict[str, Any]:
    for kind in BY_WEIGHT:
        for interest in interests:
            if interest.get("type") == kind:
                return interest
    return interests[0] if interests else {}


def _share(share: dict[str, Any]) -> tuple[float, float]:
    """The interval of a share. What is not stated may be anything."""
    exact = _number(share.get("exact"))
    if exact is not None:
        return exact, exact
    low = _number(share.get("minimum", share.get("exclusiveMinimum")))
    high = _number(share.get("maximum", share.get("exclusiveMaximum")))
    return (0.0 if low is None else low), (100.0 if high is None else high)


def _number(value: Any) -> float | None:
    number = float(value) if isinstance(value, int | float) else None
    return number if number is not None and 0 <= number <= 100 else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None


def _text(value: Any) -> str:
    return value.strip()[:500] if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
