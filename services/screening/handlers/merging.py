"""Parties that a person found to be one, or two again: what they own, and who owns them."""

from services.screening.domain import Screening
from services.screening.handlers.judging import look_again
from services.screening.handlers.routes import router
from shared.events.onboarding import PartiesMerged, PartySplit
from shared.unit import Unit


@router.on(PartiesMerged, loads=(Screening, "party_id"))
async def count_as_one(event: PartiesMerged, unit: Unit) -> None:
    """Shares that one party holds under several ids are added up from now on.

    Each id stays under watch with what is said of it: nothing that was found is lost.
    """
    survivor = await unit.get(Screening, event.party_id)
    merged = await unit.get(Screening, event.merged_id)
    one = {survivor.id, *survivor.same_as, merged.id, *merged.same_as}
    await _set_same(one, one, unit)
    await look_again(survivor.id, unit)


@router.on(PartySplit, loads=(Screening, "party_id"))
async def count_apart(event: PartySplit, unit: Unit) -> None:
    survivor = await unit.get(Screening, event.party_id)
    split = await unit.get(Screening, event.split_id)
    left = {survivor.id, *survivor.same_as} - {split.id}
    await _set_same(left, left, unit)
    await _set_same({split.id}, set(), unit)
    await look_again(survivor.id, unit, also=(split.id,))
    await look_again(split.id, unit)


async def _set_same(ids: set[str], same: set[str], unit: Unit) -> None:
    for id in sorted(ids):
        screening = await unit.get(Screening, id)
        if screening.is_one_with(same):
            unit.save(screening)
