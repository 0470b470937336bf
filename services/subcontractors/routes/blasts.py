"""How far somebody's fall would reach, and on whom whole categories depend."""

from fastapi import Query, Response

from services.subcontractors.atlas import CLASS, Atlas
from services.subcontractors.blast import (
    Blast,
    CategoryReport,
    blast_of,
    blast_of_entry,
    dependencies,
)
from services.subcontractors.routes.door import READERS, api
from shared.http import Desk, ServiceDesk


async def _atlas(desk: ServiceDesk) -> Atlas:
    """The map as it is now."""
    atlas: Atlas = desk.adapters["atlas"]
    await atlas.look(desk.service.store)
    return atlas


def _shown(blast: Blast) -> Response:
    """As it is: to check an answer with a thousand contracts again takes longer than to find it."""
    return Response(content=blast.model_dump_json(), media_type="application/json")


@api.get("/parties/{party_id}/blast", roles=READERS, response_model=Blast)
async def blast_of_party(party_id: str, desk: Desk) -> Response:
    """All contracts, lots, units, critical goods and days of stock that a party touches.

    Through all tiers, and through all companies that it owns, on contracts of the caller's buyers;
    with those who are qualified and do the same there. A party of which nothing is known touches
    nothing.
    """
    return _shown(blast_of(await _atlas(desk), [party_id], desk.caller.serves))


@api.get("/entries/{source}/{entry_id}/blast", roles=READERS, response_model=Blast)
async def blast_of_listed(source: str, entry_id: str, desk: Desk) -> Response:
    """The same for every party that a listed entry resembles, where nobody found otherwise."""
    return _shown(blast_of_entry(await _atlas(desk), f"{source}/{entry_id}", desk.caller.serves))


@api.get("/dependencies", roles=READERS)
async def show_dependencies(
    buyer_id: str, desk: Desk, digits: int = Query(default=CLASS, ge=2, le=8)
) -> list[CategoryReport]:
    """The single points of failure in each category (so many digits of CPV) of a buyer."""
    desk.caller.must_serve(buyer_id)
    return dependencies(await _atlas(desk), buyer_id, digits)
