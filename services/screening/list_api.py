"""Where people and machines ask for lists: load, fetch, compare versions, take one back."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from services.screening.domain import (
    Delta,
    ListedEntry,
    ListVersion,
    Manifest,
    Polling,
    Sweep,
    Watchlist,
    polling_id,
    watchlist_id,
)
from services.screening.jurisdictions import Standing, standing_of
from services.screening.list_views import (
    DiffView,
    ListView,
    diff_view,
    list_view,
    version_view,
)
from services.screening.messages import FetchList, LoadList, NoteRefusal
from services.screening.sources import source as source_named
from services.screening.sources import sources
from services.screening.watchlists import Watchlists
from shared.asked import Day
from shared.domain import Rejected, Unknown
from shared.http import Api, Desk, Done
from shared.problems import Problematic

LARGEST_LIST = 150_000_000
"""Bytes. The EU's file has 25 MB, the largest known one (OFAC Advanced XML) some 120."""

READERS = ("officer", "approver", "auditor", "contract_manager", "admin")
LIST_READERS = (*READERS, "integration")

MOST_VERSIONS = 100_000

list_api = Api("screening")

FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (
                "application/xml",
                "text/csv",
                "application/json",
                "application/zip",
                "application/octet-stream",
            )
        },
    }
}


@list_api.post(
    "/lists/{source}",
    roles=("admin", "integration"),
    max_body=LARGEST_LIST,
    status_code=202,
    openapi_extra=FILE_BODY,
)
async def load_list(source: str, desk: Desk, force: bool = False, reason: str = "") -> Done:
    """Take in a new version of a list: the body is the official file, in any of its formats.

    Several files that are one list come packed as one ZIP. A file that cannot be read, or looks
    cut off, is refused with the reason and the version in force stays. `force` (administrators,
    with a reason) overrules what is not believed.
    """
    watchlists: Watchlists = desk.adapters["watchlists"]
    source_named(source)
    try:
        file = await watchlists.accept(source, await desk.request.body())
    except Rejected as unreadable:
        await desk.send(NoteRefusal(source=source, reason=unreadable.reason))
        raise
    command = LoadList(source=source, sha256=file.sha256, force=force, reason=reason)
    try:
        return await desk.send(command)
    except Problematic as refused:
        if refused.problem.status == 409:
            await desk.send(NoteRefusal(source=source, sha256=file.sha256))
        raise


@list_api.get("/lists", roles=LIST_READERS)
async def show_lists(desk: Desk) -> list[ListView]:
    """Every list: which version is in force, which one is coming, how old it is, its sweep."""
    store = desk.service.store
    held = await store.fetch(Watchlist, [watchlist_id(name) for name in sources()])
    polled = await store.fetch(Polling, [polling_id(name) for name in sources()])
    ids = [id for one in held.values() for id in (one.current, one.coming) if id]
    versions = await store.fetch(ListVersion, ids)
    shown = []
    for name, known in sources().items():
        one = held.get(watchlist_id(name))
        current = one.current if one else None
        sweeps = await desk.find(Sweep, {"version_id": current}) if current else []
        polling = polled.get(polling_id(name))
        shown.append(list_view(name, known, one, sweeps, versions, polling, desk.now))
    return shown


@list_api.get("/lists/{source}/versions", roles=LIST_READERS)
async def show_versions(source: str, desk: Desk) -> list[dict[str, Any]]:
    """The accepted versions of a list, the newest first, and when each was in force.

    They are kept for ever.
    """
    source_named(source)
    versions = await desk.find(ListVersion, {"source": source}, limit=MOST_VERSIONS)
    return [version_view(one) for one in sorted(versions, key=lambda v: v.loaded, reverse=True)]


@list_api.get("/lists/{source}/diff", roles=LIST_READERS)
async def show_diff(source: str, before: str, after: str, desk: Desk) -> DiffView:
    """What changed between two versions, named as facts name them: which entries, and what."""
    old, new = await _version(source, before, desk), await _version(source, after, desk)
    store = desk.service.store
    manifests = await store.fetch(Manifest, [old.id, new.id])
    was, now = manifests[old.id], manifests[new.id]
    delta = Delta.between(was, now)
    left = await _entries(desk, was, delta.changed | delta.removed)
    came = await _entries(desk, now, delta.changed | delta.added)
    return diff_view(source, (old.ref.version, new.ref.version), delta, left, came)


async def _entries(desk: Desk, manifest: Manifest, ids: frozenset[str]) -> dict[str, ListedEntry]:
    contents = manifest.contents
    keys = [f"{manifest.source}/{id}/{contents[id]}" for id in ids]
    found = await desk.service.store.fetch(ListedEntry, keys)
    return {one.entry_id: one for one in found.values()}


class RollbackBody(BaseModel):
    """Which version, and why it is to be in force again."""

    version: str = Field(min_length=4, max_length=64)
    reason: str = Field(min_length=3, max_length=4000)


@list_api.post("/lists/{source}/rollback", roles=("admin",), status_code=202)
async def roll_back(source: str, body: RollbackBody, desk: Desk) -> Done:
    """Put an earlier version in force again. It is announced and swept like any version."""
    version = await _version(source, body.version, desk)
    return await desk.send(
        LoadList(source=source, sha256=version.sha256, force=True, reason=body.reason)
    )


@list_api.post("/lists/{source}/fetch", roles=("admin", "integration"), status_code=202)
async def fetch_list(source: str, desk: Desk) -> Done:
    """Ask for a list at its official address now. `GET /lists` shows how that goes."""
    source_named(source)
    return await desk.send(FetchList(source=source))


@list_api.get("/jurisdictions/{country}", roles=LIST_READERS)
async def show_jurisdiction(
    country: Annotated[str, Path(pattern="^[A-Za-z]{2}$")], desk: Desk, on: Day | None = None
) -> Standing:
    """What the lists of tax and money laundering say of a country, today or on a day."""
    return standing_of(country, on or desk.now.date())


async def _version(source: str, version: str, desk: Desk) -> ListVersion:
    """A version by its short name or the beginning of it."""
    source_named(source)
    known = await desk.find(ListVersion, {"source": source}, limit=MOST_VERSIONS)
    found = [one for one in known if one.sha256.startswith(version)]
    if not found:
        raise Unknown("version", f"{source} {version}")
    if len(found) > 1:
        raise Rejected(f"{len(found)} versions of {source} begin so: name one of them in full")
    return found[0]
