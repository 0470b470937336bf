"""Where clients of yente ask: `POST /match/{dataset}` and `GET /search/{dataset}`.

Nothing of a question is kept. Scores are ours: without a `threshold` it is the policy's, from
which a person would be asked to look. Parameters of yente that are not named here are let be.
"""

import asyncio
from collections.abc import Collection
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from services.screening.asked import MOST_CHARACTERS, InForce, lists_in_force, search
from services.screening.domain import ListedEntry
from services.screening.list_api import LIST_READERS
from services.screening.matching import Likeness, Subject
from services.screening.matching.policy import Policy
from services.screening.sources import sources
from services.screening.watchlists import Watchlists, matches
from services.screening.yente import (
    SCHEMAS,
    EntityExample,
    EntityMatches,
    EntityMatchQuery,
    EntityMatchResponse,
    EntityResponse,
    ScoredEntityResponse,
    SearchResponse,
    TotalSpec,
    entity,
    explanations,
    matcher,
)
from services.screening.yente_asked import letters, subjects_of, understood
from shared.domain import Rejected, Unknown
from shared.http import Api, Desk, ServiceDesk

EVERYTHING = frozenset({"default", "all", "sanctions"})
"""Names of collections that clients of OpenSanctions ask for: here all lists in force."""
LEAST_SHOWN = 0.1
"""The score from which a result is shown where no `cutoff` is given."""
MOST_RESULTS = 500
"""As yente's MAX_MATCHES."""

Several = Annotated[list[str], Field(max_length=200)]


class MatchParams(BaseModel):
    """Parameters of yente that mean something here; any others are let be.

    Results below `cutoff` are not shown, those from `threshold` on are said to match.
    """

    limit: int = Field(default=5, ge=1, le=MOST_RESULTS)
    threshold: float | None = Field(default=None, ge=0, le=1)
    cutoff: float = Field(default=LEAST_SHOWN, ge=0, le=1)
    include_dataset: Several = []
    exclude_dataset: Several = []
    include_schema: Several = []
    exclude_schema: Several = []
    exclude_entity_ids: Several = []

    @property
    def least(self) -> float:
        return self.cutoff if self.threshold is None else min(self.cutoff, self.threshold)

    def wants(self, one: ScoredEntityResponse) -> bool:
        """Whether the filters let a result through."""
        if one.id in self.exclude_entity_ids or one.schema_ in self.exclude_schema:
            return False
        return not self.include_schema or one.schema_ in self.include_schema


yente_api = Api("screening")


@yente_api.post("/match/{dataset}", roles=LIST_READERS)
async def match(
    dataset: str, body: EntityMatchQuery, desk: Desk, params: Annotated[MatchParams, Query()]
) -> EntityMatchResponse:
    """Compare up to 100 parties with a list by its name, or with all lists (`default`).

    The answer has yente's shape; there is one algorithm, whichever is asked for. `x-lists` names
    the versions that were compared with. A query without a name is refused: an empty answer to
    it would look like a clean one.
    """
    asked = await asyncio.to_thread(_prepared, body)
    included, excluded = params.include_dataset, params.exclude_dataset
    lists = await _lists(desk, dataset, included, excluded)
    policy: Policy = desk.adapters["watchlists"].policy
    responses = {}
    for id, (example, subjects) in asked.items():
        nearest = _nearest(await search(lists, subjects, params.least))
        scored = (
            _scored(held, one, _threshold(params.threshold, policy, one, subjects))
            for held, one in nearest
        )
        shown = [one for one in scored if params.wants(one)]
        responses[id] = EntityMatches(
            results=shown[: params.limit], total=TotalSpec(value=len(shown)), query=example
        )
    desk.response.headers["x-batch-size"] = str(len(responses))
    return EntityMatchResponse(responses=responses, matcher=matcher(), limit=params.limit)


def _prepared(body: EntityMatchQuery) -> dict[str, tuple[EntityExample, list[Subject]]]:
    """Each query as it is understood, and who may be meant by it."""
    found = {}
    for id, example in body.queries.items():
        kept = understood(id, example)
        found[id] = kept, subjects_of(kept)
    if sum(letters(kept) * len(these) for kept, these in found.values()) > MOST_CHARACTERS:
        raise Rejected(
            f"all names have at most {MOST_CHARACTERS} characters together, counted once for each "
            f"date of birth and each kind of party that may be meant",
            field="queries",
        )
    return found


class SearchParams(BaseModel):
    """Parameters of yente that mean something here; any others are let be."""

    q: str = Field(min_length=1, max_length=1000)
    schema_: str = Field(default="Thing", max_length=100, alias="schema")
    limit: int = Field(default=10, ge=0, le=MOST_RESULTS)
    offset: int = Field(default=0, ge=0, le=9_499)
    include_dataset: Several = []
    exclude_dataset: Several = []
    exclude_schema: Several = []
    countries: Several = []

    def wants(self, entry: ListedEntry) -> bool:
        """Whether the filters let an entry through."""
        if SCHEMAS[entry.kind] in self.exclude_schema:
            return False
        wanted = {one.upper() for one in self.countries}
        return not wanted or not wanted.isdisjoint(entry.countries)


@yente_api.get("/search/{dataset}", roles=LIST_READERS)
async def search_names(
    dataset: str, desk: Desk, params: Annotated[SearchParams, Query()]
) -> SearchResponse:
    """Entries whose names resemble a text, the most alike first; its shape is yente's."""
    example = EntityExample(schema_=params.schema_, properties={"name": [params.q]})
    try:
        example = understood("q", example)
    except Rejected as wrong:
        schema_wrong = (wrong.field or "").endswith("schema")
        raise Rejected(wrong.reason, field="schema" if schema_wrong else "q") from wrong
    lists = await _lists(desk, dataset, params.include_dataset, params.exclude_dataset)
    nearest = _nearest(await search(lists, subjects_of(example), LEAST_SHOWN))
    found = [EntityResponse(**entity(one.entry)) for _, one in nearest if params.wants(one.entry)]
    return SearchResponse(
        results=found[params.offset : params.offset + params.limit],
        limit=params.limit,
        offset=params.offset,
        total=TotalSpec(value=len(found)),
    )


async def _lists(
    desk: ServiceDesk, dataset: str, included: Collection[str], excluded: Collection[str]
) -> list[InForce]:
    if dataset not in EVERYTHING and dataset not in sources():
        raise Unknown("list", dataset)
    names = [name for name in sources() if dataset in (name, *EVERYTHING)]
    if included and not EVERYTHING & set(included):
        names = [name for name in names if name in included]
    names = [name for name in names if name not in excluded]
    watchlists: Watchlists = desk.adapters["watchlists"]
    lists = await lists_in_force(watchlists, desk.service.store, names)
    desk.response.headers["x-lists"] = ",".join(f"{one.source}={one.ref.version}" for one in lists)
    return lists


def _nearest(
    found: Collection[list[tuple[InForce, Likeness]]],
) -> list[tuple[InForce, Likeness]]:
    """Each entry once, with the best of its scores, the most alike first."""
    best: dict[str, tuple[InForce, Likeness]] = {}
    for these in found:
        for held, one in these:
            before = best.get(one.entry.place)
            if before is None or before[1].score < one.score:
                best[one.entry.place] = held, one
    return sorted(best.values(), key=lambda pair: (-pair[1].score, pair[1].entry.place))


def _threshold(
    asked: float | None, policy: Policy, one: Likeness, subjects: list[Subject]
) -> float:
    """What was asked for, or that of the list for whatever the party may be."""
    if asked is not None:
        return asked
    return min(policy.threshold_of(one.entry.source, subject.kind) for subject in subjects)


def _scored(held: InForce, one: Likeness, threshold: float) -> ScoredEntityResponse:
    (found,) = matches([one], held.source, held.ref.version).values()
    told = explanations(found.reasons)
    return ScoredEntityResponse(
        **entity(one.entry),
        score=one.score,
        match=one.score >= threshold,
        features={code: line.score for code, line in told.items()},
        explanations=told,
    )
