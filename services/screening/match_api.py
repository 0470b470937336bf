"""Where parties are compared without being registered: one at once, many as a job."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.screening.asked import (
    LONGEST_NAME,
    MOST_NAMES,
    as_matches,
    lists_in_force,
    search,
)
from services.screening.domain import Match
from services.screening.domain.job import JobState, MatchChunk, MatchJob, chunk_id
from services.screening.hit_views import FoundView, found_view, reader_at
from services.screening.lines import LARGEST, lines_of
from services.screening.list_api import LIST_READERS
from services.screening.matching import ENGINE, subject_of
from services.screening.messages import ForgetMatchJob, StartMatching
from services.screening.watchlists import Watchlists
from shared.domain import Rejected, Unknown
from shared.events.words import Identifier, ListRef, PartyDescription, PartyKind
from shared.http import Api, Desk, Done, ServiceDesk

MATCHERS = ("officer", "admin", "integration")
"""Who may have many parties compared that nobody registered."""

BIRTH = r"^\d{4}(-\d\d(-\d\d)?)?$"

match_api = Api("screening")


class PartyBody(BaseModel):
    """Who is asked about: as a party is described, without an id."""

    kind: PartyKind = PartyKind.COMPANY
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    aliases: tuple[Annotated[str, Field(max_length=LONGEST_NAME)], ...] = Field(
        default=(), max_length=MOST_NAMES
    )
    birth_date: str | None = Field(default=None, pattern=BIRTH)
    country: str | None = Field(default=None, pattern="^[A-Za-z]{2}$")
    identifiers: tuple[Identifier, ...] = Field(default=(), max_length=MOST_NAMES)


class MatchView(BaseModel):
    """What was found, the most alike first. Nothing found is no proof: nothing was recorded."""

    compared: tuple[ListRef, ...]
    engine: str
    policy: str
    found: list[FoundView]


@match_api.post("/match", roles=LIST_READERS)
async def match_one(
    body: PartyBody,
    desk: Desk,
    threshold: Annotated[float | None, Query(ge=0, le=1)] = None,
) -> MatchView:
    """Compare one party with all lists in force. No trace of it is kept.

    Without a threshold it is the policy's, from which a registered party would be a hit.
    """
    watchlists: Watchlists = desk.adapters["watchlists"]
    subject = subject_of(PartyDescription(party_id="", **dict(body)))
    if not subject.names:
        raise Rejected("a name with letters is needed to compare anything", field="name")
    lists = await lists_in_force(watchlists, desk.service.store)
    (found,) = await search(lists, [subject], threshold)
    reader = reader_at(desk)
    return MatchView(
        compared=tuple(one.ref for one in lists),
        engine=ENGINE,
        policy=watchlists.policy.version,
        found=[found_view(match, reader) for match in as_matches(found)],
    )


# -------------------------------------------------------------------- many

LINES_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string"}} for kind in ("text/csv", "application/x-ndjson")
        },
    }
}


class JobView(BaseModel):
    """How a job goes. `problems` are lines that could not be compared: they are not clean."""

    id: str
    state: JobState
    started: datetime
    ended: datetime | None
    keep_until: datetime
    compared: tuple[ListRef, ...]
    threshold: float | None
    engine: str
    policy: str
    lines: int
    done: int
    hits: int
    problems: int
    problem: str


def job_view(job: MatchJob) -> JobView:
    told = job.model_dump(include=set(JobView.model_fields))
    return JobView(compared=job.lists, **told)


@match_api.post(
    "/match-jobs", roles=MATCHERS, max_body=LARGEST, status_code=202, openapi_extra=LINES_BODY
)
async def start_job(
    desk: Desk, threshold: Annotated[float | None, Query(ge=0, le=1)] = None
) -> Done:
    """Compare up to 10 000 parties with the lists in force: CSV, or one JSON object a line.

    Columns: id, schema, name, aliases, birth_date, country, gender, identifiers. The lines and
    what is found are kept sealed, for whoever asked, until `keep_until`.
    """
    lines = await asyncio.to_thread(lines_of, await desk.request.body())
    done = await desk.send(StartMatching(lines=tuple(lines), threshold=threshold))
    desk.response.headers["Location"] = f"match-jobs/{done.result['job_id']}"
    return done


@match_api.get("/match-jobs/{job_id}", roles=MATCHERS)
async def show_job(job_id: str, desk: Desk) -> JobView:
    """How far a job of the caller's has come."""
    return job_view(await _own(job_id, desk))


@match_api.get(
    "/match-jobs/{job_id}/results",
    roles=MATCHERS,
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}},
)
async def show_results(job_id: str, desk: Desk) -> StreamingResponse:
    """One JSON object for each line of the job, in their order, reasons in `Accept-Language`."""
    job = await _own(job_id, desk)
    job.must_be_readable()
    reader = reader_at(desk)
    store = desk.service.store

    async def told() -> AsyncIterator[str]:
        for number in range(job.chunks):
            id = chunk_id(job.id, number)
            for line in (await store.fetch(MatchChunk, [id]))[id].results:
                result: dict[str, Any] = json.loads(line)
                found = [found_view(Match(content="", **hit), reader) for hit in result["hits"]]
                result["hits"] = [one.model_dump(mode="json") for one in found]
                yield json.dumps(result, ensure_ascii=False) + "\n"

    headers = {"Vary": "Accept-Language"}
    return StreamingResponse(told(), media_type="application/x-ndjson", headers=headers)


@match_api.delete("/match-jobs/{job_id}", roles=MATCHERS)
async def forget_job(job_id: str, desk: Desk) -> Done:
    """Delete the lines and results of a job now. Its figures stay."""
    return await desk.send(ForgetMatchJob(job_id=job_id))


async def _own(job_id: str, desk: ServiceDesk) -> MatchJob:
    """A job is nobody else's business."""
    job = await desk.get(MatchJob, job_id)
    if job.started_by != desk.caller.subject:
        raise Unknown("matchjob", job_id)
    return job
