"""Where people and machines ask screening: lists, hits, verdicts, proofs, owners."""

from typing import Any

from pydantic import BaseModel, Field

from services.screening.domain import (
    Flag,
    Hit,
    HitState,
    ListVersion,
    Ownership,
    Screening,
    Sweep,
    Watchlist,
    ownership_id,
    watchlist_id,
)
from services.screening.messages import ConfirmHit, DismissHit, LoadList
from services.screening.sources import source as source_named
from services.screening.sources import sources
from services.screening.views import (
    HitView,
    ListView,
    OwnershipView,
    ScreeningView,
    hit_view,
    list_view,
    ownership_view,
    screening_view,
    version_view,
)
from services.screening.watchlists import Watchlists
from shared.http import Api, Desk, Done, Page

LARGEST_LIST = 150_000_000
"""Bytes. The EU's file has 25 MB, the largest known one (OFAC Advanced XML) some 120."""

READERS = ("officer", "approver", "auditor", "contract_manager", "admin")
LIST_READERS = (*READERS, "integration")

api = Api("screening")


class VerdictBody(BaseModel):
    """For which buyer, and why: the reason stays with the decision."""

    buyer_id: str = Field(min_length=1, max_length=100)
    reason: str = Field(max_length=4000)


# -------------------------------------------------------------------- lists

XML_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@api.post(
    "/lists/{source}",
    roles=("admin", "integration"),
    max_body=LARGEST_LIST,
    status_code=202,
    openapi_extra=XML_BODY,
)
async def load_list(source: str, desk: Desk, force: bool = False, reason: str = "") -> Done:
    """Take in a new version of a list: the body is the official file.

    A file that cannot be read, or looks cut off, is refused with the reason and the version in
    force stays. `force` (administrators, with a reason) overrules what is not believed.
    """
    watchlists: Watchlists = desk.adapters["watchlists"]
    file = await watchlists.accept(source, await desk.request.body())
    return await desk.send(
        LoadList(
            source=source,
            sha256=file.sha256,
            force=force,
            reason=reason,
        )
    )


@api.get("/lists", roles=LIST_READERS)
async def show_lists(desk: Desk) -> list[ListView]:
    """Every list: which version is in force, which one is coming, and how far its sweep is."""
    shown = []
    for name, known in sources().items():
        held = (await desk.service.store.fetch(Watchlist, [watchlist_id(name)])).get(
            watchlist_id(name)
        )
        current = held.current if held else None
        sweeps = await desk.find(Sweep, {"version_id": current}) if current else []
        shown.append(list_view(name, known.title, known.binding, held, sweeps))
    return shown


@api.get("/lists/{source}/versions", roles=LIST_READERS)
async def show_versions(source: str, desk: Desk) -> list[dict[str, Any]]:
    """The accepted versions of a list, the newest first. They are kept for ever."""
    source_named(source)
    versions = await desk.find(ListVersion, {"source": source}, limit=1000)
    return [version_view(one) for one in sorted(versions, key=lambda v: v.loaded, reverse=True)]


# -------------------------------------------------------------------- hits


@api.get("/hits", roles=READERS)
async def show_hits(
    desk: Desk,
    state: HitState | None = None,
    party_id: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[HitView]:
    """Hits, the newest first."""
    where = {"state": state.value if state else None, "party_id": party_id}
    return await desk.page(
        Hit,
        {name: value for name, value in where.items() if value is not None},
        sort="place",
        view=lambda hit: hit_view(hit, desk.caller),
        limit=limit,
        after=after,
        descending=True,
    )


@api.get("/hits/{hit_id}", roles=READERS)
async def show_hit(hit_id: str, desk: Desk) -> HitView:
    """One hit with its reasons and every buyer's verdict. Its ETag guards a verdict."""
    hit = await desk.get(Hit, hit_id)
    screening = await desk.get(Screening, hit.party_id)
    desk.tag(hit)
    return hit_view(hit, desk.caller, screening.party.name)


@api.post("/hits/{hit_id}/confirm", roles=("officer",))
async def confirm_hit(hit_id: str, body: VerdictBody, desk: Desk) -> Done:
    """The party is the listed entry, for this buyer. Whose companies it owns follows at once."""
    desk.caller.must_serve(body.buyer_id)
    return await desk.send(ConfirmHit(hit_id=hit_id, **body.model_dump()))


@api.post("/hits/{hit_id}/dismiss", roles=("officer",))
async def dismiss_hit(hit_id: str, body: VerdictBody, desk: Desk) -> Done:
    """The party is somebody else, for this buyer. Remembered until entry or party change."""
    desk.caller.must_serve(body.buyer_id)
    return await desk.send(DismissHit(hit_id=hit_id, **body.model_dump()))


# -------------------------------------------------------------------- parties


@api.get("/parties/{party_id}/screenings", roles=READERS)
async def show_screening(party_id: str, desk: Desk) -> ScreeningView:
    """What a party was compared with last, and its hits. Without any, this is the proof."""
    screening = await desk.get(Screening, party_id)
    hits = await desk.find(Hit, {"party_id": party_id}, limit=1000)
    return screening_view(screening, sorted(hits, key=lambda hit: hit.place), desk.caller)


@api.get("/parties/{party_id}/ownership", roles=READERS)
async def show_ownership(party_id: str, desk: Desk) -> OwnershipView:
    """Who owns a party, what it owns, and what listed owners mean for it, per buyer served."""
    screening = await desk.get(Screening, party_id)
    store = desk.service.store
    node = (await store.fetch(Ownership, [ownership_id(party_id)])).get(ownership_id(party_id))
    owners = await store.fetch(Screening, node.owner_ids if node else ())
    names = {id: owner.party.name for id, owner in owners.items()}
    flags = await desk.find(Flag, {"party_id": party_id})
    return ownership_view(screening, node, names, flags, desk.caller)
