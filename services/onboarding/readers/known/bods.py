"""Beneficial ownership statements (BODS 0.4): who owns a company, and where nobody is named.

A later statement about the same record replaces the earlier one, and a closed one ends it. An
interested party that is not specified is an unknown owner, not a clean one.
"""

from datetime import date
from typing import Any

from services.onboarding.domain import Field
from shared.countries import alpha2

from ..reading import NotUnderstood, Number, OwnedCompany, Owner, Reading, Who

KIND = "ownership"
KINDS = (KIND,)
CONTENT = ("json",)
MOST_STATEMENTS = 10_000

BY_WEIGHT = ("shareholding", "votingRights", "rightsToSurplusAssetsOnDissolution")
"""Of several interests of one owner, the one that says how much it owns. They are not added."""

SAME_RIGHTS = ("rightsToProfitOrIncome",)
"""Other ways to say how much somebody owns."""

NO_SHARE = (0.0, 0.0)
"""Of an interest that is beside the one that says how much: to appoint the board, a nominee."""


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
    issued = max(filter(None, (_day(one.get("statementDate")) for one in value)), default=None)
    owned: dict[str, list[Owner]] = {}
    for record in records.values():
        details = _dict(record.get("recordDetails"))
        subject = str(details.get("subject"))
        if record["recordType"] != "relationship" or subject not in companies:
            continue
        if owners := _owners(details, records, companies, issued):
            owned.setdefault(subject, []).extend(owners)
    main = next(
        (str(one["declarationSubject"]) for one in value if one.get("declarationSubject")), ""
    )
    about = companies.get(main) or next(iter(companies.values()), None)
    problems = [] if main in owned else ["it names no owner of the company that it is about"]
    return Reading(
        kind=KIND,
        reader="bods 0.4",
        about=about or Who(),
        issued=issued,
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
    places = _list(details.get("addresses"))
    registered = [one for one in places if one.get("type") == "registered"]
    place = next(iter(registered or places), {})
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
        address_country=alpha2(_text(_dict(place.get("country")).get("code"))[:2]),
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


def _owners(
    details: dict[str, Any],
    records: dict[str, dict[str, Any]],
    companies: dict[str, Who],
    issued: date | None,
) -> list[Owner]:
    """The interests of one party in a company: how much, and beside it what else it may do."""
    said = _list(details.get("interests"))
    interests = [one for one in said if _holds(one, issued)]
    if said and not interests:
        return []
    who, reason = _party(details.get("interestedParty"), records, companies)
    main = _weightiest(interests)
    shown = [(main, _share(_dict(main.get("share"))))]
    for one in interests:
        kind, share = one.get("type"), _share(_dict(one.get("share")))
        if kind == "votingRights" and one is not main and share != shown[0][1]:
            shown.append((one, share))
        elif kind not in (*BY_WEIGHT, *SAME_RIGHTS) and one is not main:
            shown.append((one, NO_SHARE))
    return [
        Owner(
            who=who,
            minimum=share[0],
            maximum=share[1],
            interest=_text(one.get("type")) or "unknownInterest",
            direct=one.get("directOrIndirect") != "indirect",
            reason_unknown=reason,
            starts=_day(one.get("startDate")),
            ends=_day(one.get("endDate")),
        )
        for one, share in shown
    ]


def _holds(interest: dict[str, Any], issued: date | None) -> bool:
    """Whether it held on the day of the statement; one that is to end still does."""
    ends = _day(interest.get("endDate"))
    if interest.get("endDate") and ends is None:
        return False
    return ends is None or (issued is not None and issued < ends)


def _party(
    party: Any, records: dict[str, dict[str, Any]], companies: dict[str, Who]
) -> tuple[Who | None, str | None]:
    """Who has an interest, or the reason why nobody is named."""
    if isinstance(party, dict):
        return None, _text(party.get("reason")) or "not specified"
    record = records.get(str(party))
    if record is None:
        return None, "the statement about this owner is missing"
    unknown = _text(_dict(record.get("recordDetails")).get("personType"))
    if party in companies:
        return companies[str(party)], None
    if unknown in ("unknownPerson", "anonymousPerson") or not _person(record).name:
        return None, unknown or "not named"
    return _person(record), None


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
