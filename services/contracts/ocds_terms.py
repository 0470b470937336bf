"""The terms of a contract that OCDS 1.1 has in its extensions, and ours `ansvar_terms`.

Lots: https://extensions.open-contracting.org/en/extensions/lots/ ; our own extension lies in
samples/ocds. What is not there is not spoken of.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.contracts.domain import Act, Agreement, Confidentiality, Forum, Option, Place
from services.contracts.parties import Wrong
from services.contracts.release import Day
from shared.events.contracts import Mandate, OmittedClause
from shared.events.words import ChainRole, FollowUp, Lot, Measure, Rung
from shared.identifiers import WrongNumber, check, party_id_of

OPEN = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


class ReleasedFollowUp(BaseModel):
    model_config = OPEN

    method: str = Field(min_length=1, max_length=100)
    everyMonths: int = Field(ge=1, le=60)
    role: str = "contract_manager"
    firstWorkingDays: int = Field(default=30, ge=0, le=250)


class ReleasedRung(BaseModel):
    model_config = OPEN

    measure: Measure
    workingDays: int = Field(default=0, ge=0, le=250)
    detail: str = ""


class ClauseTerms(BaseModel):
    """What a clause of our extension `ansvar_clauses` may say besides its rights and days."""

    model_config = OPEN

    reach: tuple[ChainRole, ...] = ()
    evidence: tuple[str, ...] = ()
    followUp: ReleasedFollowUp | None = None
    ladder: tuple[ReleasedRung, ...] = ()
    approvalWorkingDays: int | None = Field(default=None, ge=0, le=1000)
    maxTier: int | None = Field(default=None, ge=0, le=20)
    maxShare: float | None = Field(default=None, ge=0, le=100)


class JointBuyer(BaseModel):
    """Another buyer of a joint contract, by the number of its register, such as DK-CVR-29190623."""

    model_config = OPEN

    id: str
    name: str = ""
    may: tuple[Act, ...] = ()


class ReleasedOption(BaseModel):
    model_config = OPEN

    description: str = ""
    months: int | None = Field(default=None, ge=0, le=600)
    until: Day = None
    used: bool = False


class Terms(BaseModel):
    """Our extension `ansvar_terms` of a contract."""

    model_config = OPEN

    units: tuple[str, ...] | None = None
    steeringGroup: str | None = None
    agreement: Agreement | None = None
    frameworkId: str | None = None
    confidentiality: Confidentiality | None = None
    forum: Forum | None = None
    jointBuyers: tuple[JointBuyer, ...] | None = None
    options: tuple[ReleasedOption, ...] | None = None
    places: tuple[Place, ...] | None = None
    omittedClauses: tuple[OmittedClause, ...] | None = None


def terms_of(release: dict[str, Any], contract: dict[str, Any], place: str) -> dict[str, Any]:
    """Fields of a `Deal`. Raises `Wrong` for a field of our extension that is not right."""
    try:
        terms = Terms.model_validate(contract.get("ansvar_terms") or {})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise Wrong(f"{place}.ansvar_terms.{field}", first["msg"]) from error
    return {
        "lots": _lots(release, contract),
        "cpv": _codes(contract),
        "options": _options(contract, terms),
        "places": terms.places,
        "units": terms.units,
        "steering_group": terms.steeringGroup,
        "agreement": terms.agreement,
        "framework_id": terms.frameworkId,
        "confidentiality": terms.confidentiality,
        "forum": terms.forum,
        "joint": _joint(terms, place),
        "omitted": terms.omittedClauses,
    }


def clause_terms_of(raw: Any, place: str) -> dict[str, Any]:
    """Fields of a `Clause`. Raises `Wrong`."""
    try:
        terms = ClauseTerms.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Wrong(".".join([place, *map(str, first["loc"])]), first["msg"]) from error
    plan = terms.followUp
    return {
        "reach": tuple(role.value for role in terms.reach),
        "evidence": terms.evidence,
        "follow_up": plan
        and FollowUp(
            method=plan.method,
            every_months=plan.everyMonths,
            role=plan.role,
            first_working_days=plan.firstWorkingDays,
        ),
        "ladder": tuple(
            Rung(measure=one.measure.value, working_days=one.workingDays, detail=one.detail)
            for one in terms.ladder
        ),
        "approval_working_days": terms.approvalWorkingDays,
        "max_tier": terms.maxTier,
        "max_share": terms.maxShare,
    }


def _joint(terms: Terms, place: str) -> tuple[Mandate, ...] | None:
    if terms.jointBuyers is None:
        return None
    found = []
    for number, buyer in enumerate(terms.jointBuyers):
        field = f"{place}.ansvar_terms.jointBuyers.{number}.id"
        scheme, _, value = buyer.id.rpartition("-")
        try:
            party_id = party_id_of([check(scheme, value)])
        except WrongNumber as wrong:
            raise Wrong(field, str(wrong)) from wrong
        if party_id is None:
            raise Wrong(field, "a buyer has a number of its register, such as DK-CVR-29190623")
        found.append(Mandate(buyer_id=party_id, name=buyer.name, may=tuple(buyer.may)))
    return tuple(found)


def _lots(release: dict[str, Any], contract: dict[str, Any]) -> tuple[Lot, ...] | None:
    """Those of the contract's items or award; their titles stand in the tender."""
    award = next(
        (a for a in _many(release, "awards") if a.get("id") == contract.get("awardID")), {}
    )
    named = [item.get("relatedLot") for item in _many(contract, "items")]
    named += list(award.get("relatedLots") or contract.get("relatedLots") or ())
    ids = dict.fromkeys(str(id) for id in named if id)
    if not ids:
        return None
    tender = release.get("tender")
    known = {
        str(lot.get("id")): lot for lot in _many(tender if isinstance(tender, dict) else {}, "lots")
    }
    return tuple(Lot(lot_id=id, title=str(known.get(id, {}).get("title") or "")) for id in ids)


def _codes(contract: dict[str, Any]) -> tuple[str, ...] | None:
    """All CPV codes of the contract's own items."""
    found = []
    for item in _many(contract, "items"):
        more = item.get("additionalClassifications")
        for code in (item.get("classification"), *(more if isinstance(more, list) else ())):
            if isinstance(code, dict) and code.get("scheme") == "CPV" and code.get("id"):
                found.append(str(code["id"])[:8])
    return tuple(dict.fromkeys(found)) or None


def _options(contract: dict[str, Any], terms: Terms) -> tuple[Option, ...] | None:
    """Ours, else that the period may be extended (OCDS Period.maxExtentDate)."""
    if terms.options is not None:
        return tuple(Option(**one.model_dump()) for one in terms.options)
    period = contract.get("period")
    latest = period.get("maxExtentDate") if isinstance(period, dict) else None
    if not latest:
        return None
    return (Option(description="extension", until=ReleasedOption(until=latest).until),)


def _many(held: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = held.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
