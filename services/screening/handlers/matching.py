"""Many parties against the lists, chunk by chunk, going on after a kill where they were."""

import hashlib
import json
from typing import Any

from services.screening.asked import InForce, as_matches, search
from services.screening.domain import ListVersion, Watchlist, watchlist_id
from services.screening.domain.job import JobState, MatchChunk, MatchJob, chunk_id, sealed_for
from services.screening.handlers.routes import router
from services.screening.limits import limits
from services.screening.matching import ENGINE
from services.screening.measuring.questions import question
from services.screening.messages import (
    DestroyJobKey,
    ForgetMatching,
    ForgetMatchJob,
    MatchPart,
    StartMatching,
)
from services.screening.sources import sources
from services.screening.watchlists import Watchlists
from shared.domain import Forbidden, Rejected, Unknown
from shared.sealing import KeyRing
from shared.unit import Unit

LINES_AT_ONCE = 200
MOST_HITS = 10
"""Hits of a line that are kept, the best first."""
MOST_RUNNING = 3
"""Jobs of one client at a time; the next ones wait with the client."""


@router.on(StartMatching)
async def start_matching(
    command: StartMatching, unit: Unit, watchlists: Watchlists
) -> dict[str, object]:
    """Take many parties in to be compared with the lists that are in force now."""
    if unit.caller is None:
        raise Forbidden("a job is started by somebody")
    running = await unit.find(MatchJob, started_by=unit.caller.subject, state=JobState.RUNNING)
    if len(running) >= MOST_RUNNING:
        raise Rejected(f"{len(running)} of your jobs are still running: wait for one of them")
    held = [await unit.load(Watchlist, watchlist_id(name)) for name in sources()]
    lists = [(one.current, one.ref) for one in held if one and one.current and one.ref]
    if not lists:
        raise Rejected("no list is in force here: nothing can be compared")
    seed = hashlib.sha256(unit.message.id.encode()).hexdigest()
    lines = command.lines
    chunks = [lines[at : at + LINES_AT_ONCE] for at in range(0, len(lines), LINES_AT_ONCE)]
    job = MatchJob(
        id=f"job-{seed[:16]}",
        started_by=unit.caller.subject,
        started=unit.now,
        keep_until=unit.now + limits().match_jobs.keep,
        versions=tuple(id for id, _ in lists),
        lists=tuple(ref for _, ref in lists),
        threshold=command.threshold,
        lines=len(lines),
        chunks=len(chunks),
        engine=ENGINE,
        policy=watchlists.policy.version,
    )
    for number, these in enumerate(chunks):
        unit.put(MatchChunk.of(job.id, number, these))
    unit.save(job)
    unit.schedule(f"forget/{job.id}", job.keep_until, ForgetMatching(job_id=job.id))
    _go_on(job, unit)
    return {"job_id": job.id, "lines": job.lines, "keep_until": job.keep_until.isoformat()}


def _go_on(job: MatchJob, unit: Unit) -> None:
    part = MatchPart(job_id=job.id, part=job.part)
    unit.schedule(f"{job.id}/{job.part}", unit.now, part)


@router.on(MatchPart)
async def match_part(part: MatchPart, unit: Unit, watchlists: Watchlists) -> None:
    """Compare the next lines; a part that comes twice is done once."""
    job = await unit.get(MatchJob, part.job_id)
    chunk = await unit.record(MatchChunk, chunk_id(part.job_id, part.part))
    if job.state is not JobState.RUNNING or job.part != part.part or chunk is None:
        return
    try:
        results = await _compared(job, chunk, unit, watchlists)
    except Rejected as why:
        job.stop(why.reason, unit.now)
        unit.save(job)
        return
    unit.put(chunk.model_copy(update={"results": tuple(map(json.dumps, results))}))
    hits = sum(len(one["hits"]) for one in results)
    problems = sum("problem" in one for one in results)
    job.advance(len(results), hits, problems, unit.now)
    if job.state is JobState.RUNNING:
        _go_on(job, unit)
    unit.save(job)


async def _compared(
    job: MatchJob, chunk: MatchChunk, unit: Unit, watchlists: Watchlists
) -> list[dict[str, Any]]:
    lists = []
    for id in job.versions:
        version = await unit.get(ListVersion, id)
        index = await watchlists.whole(id, unit.store)
        lists.append(InForce(version.source, version.ref, index))
    asked = [question(json.loads(line), names_only=False) for line in chunk.lines]
    found = await search(lists, [one.subject for one in asked], job.threshold, MOST_HITS)
    results: list[dict[str, Any]] = []
    for one, these in zip(asked, found, strict=True):
        hits = [match.model_dump(mode="json", exclude={"content"}) for match in as_matches(these)]
        result: dict[str, Any] = {"id": one.id, "hits": hits}
        if not one.subject.names:
            result["problem"] = "no-name"
        results.append(result)
    return results


@router.on(ForgetMatching)
async def forget_matching(event: ForgetMatching, unit: Unit) -> None:
    """Its time is over: who was asked about and what was found is deleted."""
    await _forget(await unit.get(MatchJob, event.job_id), unit)


@router.on(ForgetMatchJob)
async def forget_match_job(command: ForgetMatchJob, unit: Unit) -> dict[str, object]:
    """Delete a job before its time. Only whoever started it may."""
    job = await unit.get(MatchJob, command.job_id)
    if unit.caller is None or unit.caller.subject != job.started_by:
        raise Unknown("matchjob", command.job_id)
    await _forget(job, unit)
    unit.cancel(f"forget/{job.id}")
    return {"job_id": job.id, "state": job.state}


async def _forget(job: MatchJob, unit: Unit) -> None:
    if job.forget(unit.now):
        for number in range(job.chunks):
            unit.remove(MatchChunk, chunk_id(job.id, number))
        unit.save(job)
        unit.effect(f"destroy-key/{job.id}", DestroyJobKey(subject=sealed_for(job.id)))


@router.does(DestroyJobKey)
async def destroy_job_key(effect: DestroyJobKey, keyring: KeyRing) -> None:
    """What is left of the lines anywhere, as in a backup, can be read by nobody from now on."""
    await keyring.destroy(effect.subject)
