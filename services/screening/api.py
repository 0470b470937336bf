"""Where people and machines ask screening: lists, hits, verdicts, proofs, owners."""

from datetime import datetime

from pydantic import BaseModel, Field

from services.screening.as_of import in_force_at, moment_of, repeat
from services.screening.domain import (
    Hit,
    HitState,
    Screening,
)
from services.screening.hit_views import (
    EarlierView,
    ExplanationView,
    HitView,
    Lane,
    Reader,
    earlier_view,
    explanation_view,
    hit_view,
    reader_at,
)
from services.screening.list_api import READERS, list_api
from services.screening.match_api import match_api
from services.screening.messages import ConfirmHit, DismissHit
from services.screening.ownership_api import ownership_api
from services.screening.portfolio_api import portfolio_api
from services.screening.views import (
    ScreeningView,
    repeat_view,
    screening_view,
)
from services.screening.yente_api import yente_api
from shared.asked import DayOrMoment
from shared.http import Api, Desk, Done, Page, ServiceDesk

api = Api("screening")


class VerdictBody(BaseModel):
    """For which buyer, and why: the reason stays with the decision."""

    buyer_id: str = Field(min_length=1, max_length=100)
    reason: str = Field(max_length=4000)


MOST_EARLIER, MOST_EARLIER_SHOWN = 500, 50
"""Hits on one entry that are looked at for earlier decisions, and decisions that are shown."""


for part in (list_api, match_api, ownership_api, portfolio_api, yente_api):
    api.router.routes.extend(part.router.routes)


# -------------------------------------------------------------------- hits


@api.get("/hits", roles=READERS)
async def show_hits(
    desk: Desk,
    state: HitState | None = None,
    party_id: str | None = None,
    lane: Lane | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[HitView]:
    """Hits, the newest first. Those of the `advisory` lane bind nobody and ring nobody."""
    reader = reader_at(desk)
    where = {
        "state": state.value if state else None,
        "party_id": party_id,
        "advisory": None if lane is None else lane == "advisory",
    }
    return await desk.page(
        Hit,
        {name: value for name, value in where.items() if value is not None},
        sort="place",
        view=lambda hit: hit_view(hit, reader),
        limit=limit,
        after=after,
        descending=True,
    )


@api.get("/hits/{hit_id}", roles=READERS)
async def show_hit(hit_id: str, desk: Desk) -> HitView:
    """One hit with its reasons and every buyer's verdict. Its ETag guards a verdict.

    `earlier` are decisions on the same entry for other parties, and on the party's other hits.
    """
    hit = await desk.get(Hit, hit_id)
    screening = await desk.get(Screening, hit.party_id)
    desk.tag(hit)
    reader = reader_at(desk)
    shown = hit_view(hit, reader, screening.party.name)
    return shown.model_copy(update={"earlier": await _earlier(hit, reader, desk)})


async def _earlier(hit: Hit, reader: Reader, desk: ServiceDesk) -> list[EarlierView]:
    """Those that were decided, the newest first. Nothing of them is taken over."""
    same_entry = {"entry_key": f"{hit.source}/{hit.entry.entry_id}"}
    found: dict[str, EarlierView] = {}
    others = await desk.find(Hit, same_entry, "place", MOST_EARLIER, descending=True)
    for other in others:
        if other.verdicts and other.party_id != hit.party_id:
            found[other.id] = earlier_view(other, "same_entry", reader)
    others = await desk.find(Hit, {"party_id": hit.party_id}, "place", descending=True)
    for other in others:
        if other.verdicts and other.id != hit.id:
            found[other.id] = earlier_view(other, "same_party", reader)
    newest = sorted(found.values(), key=lambda one: one.decided, reverse=True)
    return newest[:MOST_EARLIER_SHOWN]


@api.get("/hits/{hit_id}/explanation", roles=READERS)
async def explain_hit(hit_id: str, desk: Desk) -> ExplanationView:
    """What speaks for a hit and what against it, in the language of `Accept-Language`."""
    hit = await desk.get(Hit, hit_id)
    return explanation_view(hit, await desk.get(Screening, hit.party_id), reader_at(desk))


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


@api.get("/screenings/{party_id}", roles=READERS)
@api.get("/parties/{party_id}/screenings", roles=READERS)
async def show_screening(
    party_id: str, desk: Desk, as_of: DayOrMoment | None = None
) -> ScreeningView:
    """What a party was compared with last, and its hits. Without any, this is the proof.

    With `as_of` (a day or a moment) the comparison is repeated with the lists in force then and
    the party as it was known then; `repeat` says where that is not possible any more.
    """
    screening = await desk.get(Screening, party_id)
    if as_of is not None:
        return await _repeat(screening, moment_of(as_of, desk.now), desk)
    hits = await desk.find(Hit, {"party_id": party_id}, limit=1000)
    ordered = sorted(hits, key=lambda hit: hit.place)
    return screening_view(screening, ordered, reader_at(desk))


async def _repeat(screening: Screening, moment: datetime, desk: Desk) -> ScreeningView:
    store = desk.service.store
    versions = await in_force_at(moment, store)
    repeated = await repeat(screening, moment, versions, desk.adapters["watchlists"], store)
    return repeat_view(screening, moment, repeated, reader_at(desk), at=desk.now)
