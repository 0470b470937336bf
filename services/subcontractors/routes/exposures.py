"""What touches contracts, now or on a day."""

from services.subcontractors.domain import Chain, Exposure
from services.subcontractors.routes.door import READERS, api
from services.subcontractors.terms import end_of
from services.subcontractors.views import ExposureView, seen_by
from shared.asked import Day
from shared.http import Desk

MOST_EXPOSURES = 10_000


@api.get("/contracts/{contract_id}/exposures", roles=READERS)
async def exposures_of_contract(
    contract_id: str, desk: Desk, all: bool = False, as_of: Day | None = None
) -> list[ExposureView]:
    """What touches a contract now, or at the end of a day; with `all` also what did."""
    chain = await desk.get(Chain, contract_id)
    desk.caller.must_serve(chain.buyer_id)
    where = {"contract_id": contract_id}
    found = await desk.find(Exposure, where, limit=MOST_EXPOSURES)
    return seen_by(desk.caller, found, all, end_of(as_of, chain.country) if as_of else None)


@api.get("/parties/{party_id}/exposures", roles=READERS)
async def exposures_of_party(
    party_id: str, desk: Desk, all: bool = False, as_of: Day | None = None
) -> list[ExposureView]:
    """Which contracts of the caller's buyers facts about a party touch, or touched on a day."""
    where = {"party_id": party_id}
    found = await desk.find(Exposure, where, limit=MOST_EXPOSURES)
    return seen_by(desk.caller, found, all, end_of(as_of, "DK") if as_of else None)


@api.get("/exposures/{exposure_id}", roles=READERS)
async def show_exposure(exposure_id: str, desk: Desk) -> ExposureView:
    exposure = await desk.get(Exposure, exposure_id)
    desk.caller.must_serve(exposure.buyer_id)
    return ExposureView.model_validate(exposure.model_dump())
