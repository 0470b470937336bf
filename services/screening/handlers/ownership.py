"""Ownership statements: who stands behind a company, screened and judged at once."""

from services.screening.domain import Ownership, Screening, ownership_id
from services.screening.domain.watch import Watch, watch_id
from services.screening.handlers.judging import look_again, look_at, owners_moved
from services.screening.handlers.parties import screen
from services.screening.handlers.routes import router
from services.screening.handlers.surroundings import around
from services.screening.ownership_messages import LookAgain
from services.screening.watchlists import Watchlists
from shared.events.onboarding import OwnershipDeclared
from shared.unit import Unit


@router.on(OwnershipDeclared)
async def declare_owners(event: OwnershipDeclared, unit: Unit, watchlists: Watchlists) -> None:
    """Keep who owns a company, screen owners not seen before, and judge the company anew."""
    await unit.get(Screening, event.party_id)
    node = await unit.load(Ownership, ownership_id(event.party_id))
    node = node or Ownership(id=ownership_id(event.party_id), party_id=event.party_id)
    before, above = set(node.owner_ids), await around(event.party_id, unit)
    today = unit.now.date()
    if not node.declare(event.stakes, event.document_id, event.as_of, today, event.declared_by):
        return
    unit.save(node)
    for owner in {s.owner.party_id: s.owner for s in event.stakes if s.owner}.values():
        if await unit.load(Screening, owner.party_id) is None:
            await screen(owner, unit, watchlists)
    watch = await unit.load(Watch, watch_id(event.party_id))
    if watch is not None and watch.declared(event.document_id, event.as_of):
        unit.save(watch)
    await _settle(node, before, tuple(above.screenings), unit)


@router.on(LookAgain)
async def look_at_owners(reminder: LookAgain, unit: Unit) -> None:
    """A day came on which an interest begins or ends, or from which another rule counts."""
    node = await unit.load(Ownership, ownership_id(reminder.party_id))
    if reminder.alone:
        await look_at(reminder.party_id, unit)
        return
    if node is None:
        await look_again(reminder.party_id, unit)
        return
    before, above = set(node.owner_ids), await around(reminder.party_id, unit)
    node.stand_on(unit.now.date())
    unit.save(node)
    await _settle(node, before, tuple(above.screenings), unit)


async def _settle(
    node: Ownership, before: set[str], above_before: tuple[str, ...], unit: Unit
) -> None:
    """Owners came or left: judge everything that they own, and look at everybody's ties."""
    await owners_moved(node, before, unit)
    await look_again(node.party_id, unit, also=above_before)
