"""Ownership statements: who stands behind a company, screened and judged at once."""

from services.screening.domain import Flag, Ownership, Screening, ownership_id
from services.screening.handlers.freezing import around, below, judge
from services.screening.handlers.parties import look_at_seat, screen
from services.screening.handlers.routes import router
from services.screening.watchlists import Watchlists
from shared.events.onboarding import OwnershipDeclared
from shared.events.words import PartyDescription
from shared.unit import Unit


@router.on(OwnershipDeclared)
async def declare_owners(event: OwnershipDeclared, unit: Unit, watchlists: Watchlists) -> None:
    """Keep who owns a company, screen owners not seen before, and judge the company anew."""
    company = await unit.get(Screening, event.party_id)
    node = await unit.load(Ownership, ownership_id(event.party_id))
    node = node or Ownership(id=ownership_id(event.party_id), party_id=event.party_id)
    before = set(node.owner_ids)
    node.declare(event.stakes, event.document_id, event.as_of)
    unit.save(node)
    owners = {s.owner.party_id: s.owner for s in event.stakes if s.owner is not None}
    for owner in owners.values():
        await _own(owner, event.party_id, unit, watchlists)
    for left in sorted(before - owners.keys()):
        screening = await unit.get(Screening, left)
        screening.own(event.party_id, still=False)
        unit.save(screening)
    for owner in owners.values():
        look_at_seat(company, owner, whose="owner")
    unit.save(company)
    for one in sorted({event.party_id, *await below(event.party_id, unit)}):
        await judge(one, await _buyers(one, unit), unit)


async def _own(
    owner: PartyDescription, company_id: str, unit: Unit, watchlists: Watchlists
) -> None:
    """An owner whom nobody registered yet is screened as the statement describes it."""
    screening = await unit.load(Screening, owner.party_id)
    screening = screening or await screen(owner, unit, watchlists)
    screening.own(company_id, still=True)
    unit.save(screening)


async def _buyers(company: str, unit: Unit) -> set[str]:
    """For whom there is something to judge: verdicts on owners, or an earlier flag."""
    _, confirmed = await around(company, unit)
    flagged = {flag.buyer_id for flag in await unit.find(Flag, party_id=company)}
    return flagged | {one.buyer_id for marks in confirmed.values() for one in marks}
