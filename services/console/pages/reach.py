"""How far a party's fall would reach: contracts, units, goods, and who could step in."""

from urllib.parse import quote

from fastapi.responses import Response

from services.console.courier import Courier
from services.console.pages.door import EVERYONE, api, may_see_party
from services.console.readmodels.parties import Party
from services.console.session import token_in
from services.console.views import view_of
from shared.domain import Unknown
from shared.http import Desk

PATIENCE = 10.0
"""Seconds that this page waits: it has nothing else to show."""


@api.get("/suppliers/{party_id}/reach", roles=EVERYONE, response_class=Response)
async def reach(party_id: str, desk: Desk) -> Response:
    party = await desk.get(Party, party_id)
    if not await may_see_party(desk, party):
        raise Unknown("party", party_id)
    courier: Courier = desk.adapters["courier"]
    blast = await courier.read(
        "subcontractors",
        f"/parties/{quote(party_id, safe='')}/blast",
        token=token_in(desk.request),
        patience=PATIENCE,
    )
    view = view_of(desk)
    touched = blast["contracts"] if blast else []
    stand_ins = blast["substitutes"] if blast else []
    await view.learn(
        desk,
        [
            party_id,
            *(id for one in touched for id in one["path"]),
            *(one["party_id"] for one in stand_ins),
        ],
        [*(one["contract_id"] for one in touched)],
    )
    return view.page("reach.html.j2", party=party, blast=blast or None)
