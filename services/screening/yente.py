"""The shapes of yente's matching API (opensanctions/yente), so that its clients work unchanged.

A query is an entity in the words of FollowTheMoney. What of it is understood is given back in
`query`; impossible dates and properties that are not compared are left out there.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.screening.domain import EntryKind, ListedEntry
from shared.events.words import Reason
from shared.reasons import SPEAKS, in_english

MOST_QUERIES = 100
"""As yente's MAX_BATCH."""
SCHEMAS = {
    EntryKind.PERSON: "Person",
    EntryKind.ORGANISATION: "Organization",
    EntryKind.VESSEL: "Vessel",
    EntryKind.UNKNOWN: "LegalEntity",
}
LISTED_NUMBERS = {
    "passport": "passportNumber",
    "id": "idNumber",
    "registration": "registrationNumber",
    "tax": "taxNumber",
    "vat": "vatCode",
    "bic": "swiftBic",
    "imo": "imoNumber",
    "lei": "leiCode",
}
DEBARMENT = frozenset({"world-bank", "edes"})
"""Lists of who may not be given contracts; the others freeze assets."""


class EntityExample(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    id: str | None = None
    schema_: str = Field(alias="schema", max_length=100)
    properties: dict[str, str | list[Any]]


class EntityMatchQuery(BaseModel):
    """`weights` and `config` are those of yente's algorithms: they change nothing here."""

    weights: dict[str, float] = {}
    config: dict[str, Any] = {}
    queries: dict[str, EntityExample] = Field(min_length=1, max_length=MOST_QUERIES)


class FeatureResult(BaseModel):
    """A reason: 1 where it speaks for the candidate, 0 where against."""

    score: float
    detail: str
    query: str | None = None
    candidate: str | None = None


class EntityResponse(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    id: str
    caption: str
    schema_: str = Field(alias="schema")
    properties: dict[str, list[str]]
    datasets: list[str]
    referents: list[str] = []
    target: bool = True
    first_seen: str | None = None
    last_seen: str | None = None
    last_change: str | None = None


class ScoredEntityResponse(EntityResponse):
    """`features` is what clients of before yente 5 read, `explanations` what later ones do."""

    score: float
    match: bool
    features: dict[str, float]
    explanations: dict[str, FeatureResult]


class TotalSpec(BaseModel):
    value: int
    relation: str = "eq"


class EntityMatches(BaseModel):
    status: int = 200
    results: list[ScoredEntityResponse]
    total: TotalSpec
    query: EntityExample


class FeatureDoc(BaseModel):
    description: str
    coefficient: float = 1.0
    url: str | None = None


class EntityMatchResponse(BaseModel):
    responses: dict[str, EntityMatches]
    matcher: dict[str, FeatureDoc]
    limit: int


class SearchResponse(BaseModel):
    results: list[EntityResponse]
    facets: dict[str, Any] = {}
    limit: int
    offset: int = 0
    total: TotalSpec


# -------------------------------------------------------------------- what is answered


def entity(entry: ListedEntry) -> dict[str, Any]:
    """A listed entry in the words of FollowTheMoney."""
    person = entry.kind is EntryKind.PERSON
    properties = {
        "name": [one.text for one in entry.names if one.strong],
        "weakAlias": [one.text for one in entry.names if not one.strong],
        "birthDate": list(entry.births),
        "nationality" if person else "country": [one.lower() for one in entry.countries],
        "gender": [entry.gender] if entry.gender else [],
        "programId": list(entry.programmes),
        "sourceUrl": [entry.publication] if entry.publication else [],
        "createdAt": [entry.listed_on] if entry.listed_on else [],
        "topics": ["debarment" if entry.source in DEBARMENT else "sanction"],
    }
    for number in entry.identifiers:
        properties.setdefault(LISTED_NUMBERS.get(number.kind, "idNumber"), []).append(number.number)
    return {
        "id": f"{entry.source}-{entry.entry_id}",
        "caption": entry.name,
        "schema_": SCHEMAS[entry.kind],
        "properties": {name: values for name, values in properties.items() if values},
        "datasets": [entry.source],
    }


def explanations(reasons: Iterable[Reason]) -> dict[str, FeatureResult]:
    """By the code of the reason; several with one code are told together."""
    told: dict[str, FeatureResult] = {}
    for one in (one for one in reasons if one.code in SPEAKS):
        line, before = in_english(one), told.get(one.code)
        told[one.code] = FeatureResult(
            score=1.0 if SPEAKS[one.code] == "for" else 0.0,
            detail=f"{before.detail}; {line}" if before else line,
            query=one.ours or None,
            candidate=one.theirs or None,
        )
    return told


def matcher() -> dict[str, FeatureDoc]:
    """Every reason that can be given."""
    return {
        code: FeatureDoc(
            description=in_english(Reason(code=code, ours="…", theirs="…")),
            coefficient=1.0 if speaks == "for" else -1.0,
        )
        for code, speaks in SPEAKS.items()
    }
