"""Where people and machines ask screening: lists, hits, verdicts, proofs, owners."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.screening.as_of import in_force_at, moment_of, repeat
from services.screening.domain import (
    Flag,
    Hit,
    HitState,
    Ownership,
    Screening,
    ownership_id,
)
from services.screening.list_api import READERS, list_api
from services.screening.matching import ENGINE
from services.screening.messages import ConfirmHit, DismissHit
from services.screening.views import (
    HitView,
    OwnershipView,
    ScreeningView,
    hit_view,
    ownership_view,
    repeat_view,
    screening_view,
)
from services.screening.watchlists import Watchlists
from shared.http import Api, Desk, Done, Page

api = Api("screening")


class VerdictBody(BaseModel):
    """For which buyer, and why: the reason stays with the decision."""

    buyer_id: str = Field(min_length=1, max_length=100)
    reason: str = Field(max_length=4000)


api.router.routes.extend(list_api.router.routes)


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
async def show_screening(
    party_id: str, desk: Desk, as_of: datetime | date | None = None
) -> ScreeningView:
    """What a party was compared with last, and its hits. Without any, this is the proof.

    With `as_of` (a day or a moment) the comparison is repeated with the lists in force then.
    """
    screening = await desk.get(Screening, party_id)
    if as_of is not None:
        return await _repeat(screening, moment_of(as_of, desk.now), desk)
    hits = await desk.find(Hit, {"party_id": party_id}, limit=1000)
    return screening_view(screening, sorted(hits, key=lambda hit: hit.place), desk.caller)


async def _repeat(screening: Screening, moment: datetime, desk: Desk) -> ScreeningView:
    watchlists: Watchlists = desk.adapters["watchlists"]
    store = desk.service.store
    versions = await in_force_at(moment, store)
    compared, found = await repeat(screening, versions, watchlists, store)
    return repeat_view(
        screening,
        moment,
        compared,
        found,
        at=desk.now,
        engine=ENGINE,
        policy=watchlists.policy.version,
    )


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
