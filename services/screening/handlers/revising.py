"""Another tax list is in force: whoever has to do with a country that came or left is looked at."""

from datetime import UTC, datetime, time

from services.screening.domain import Screening
from services.screening.domain.revision import TAX_LIST_SEEN, TaxListSeen
from services.screening.handlers.judging import look_again
from services.screening.handlers.routes import router
from services.screening.jurisdictions import next_revision_after, tax_list_on
from services.screening.messages import LookAtTaxList, ReviseTies
from shared.unit import Unit

PARTIES_AT_ONCE = 200


@router.on(LookAtTaxList)
async def look_at_tax_list(event: LookAtTaxList, unit: Unit) -> None:
    await revise(unit)


async def revise(unit: Unit) -> None:
    """Compare the list of today with the one that ties were looked at by, and remind ourselves."""
    today = unit.now.date()
    seen = await unit.load(TaxListSeen, TAX_LIST_SEEN) or TaxListSeen(id=TAX_LIST_SEEN)
    if seen.revise(tax_list_on(today)):
        unit.save(seen)
        _go_on(seen, None, unit)
    coming = next_revision_after(today)
    if coming is not None:
        unit.schedule("tax-list", datetime.combine(coming, time(), UTC), LookAtTaxList())


def _go_on(seen: TaxListSeen, after: str | None, unit: Unit) -> None:
    part = ReviseTies(walk=seen.walk, after=after)
    unit.schedule(f"tax-list/{seen.walk}/{after or ''}", unit.now, part)


@router.on(ReviseTies)
async def revise_ties(part: ReviseTies, unit: Unit) -> None:
    """Look at the next parties: at all ties of those that are in such a country, or were."""
    seen = await unit.get(TaxListSeen, TAX_LIST_SEEN)
    if seen.walk != part.walk or not seen.countries:
        return
    page = await unit.store.search(
        Screening, {}, sort="party_id", after=part.after, limit=PARTIES_AT_ONCE
    )
    for one in page:
        if places_of(one) & set(seen.countries):
            await look_again(one.party_id, unit)
    if len(page) == PARTIES_AT_ONCE:
        _go_on(seen, page[-1].party_id, unit)
        return
    seen.end_walk()
    unit.save(seen)


def places_of(screening: Screening) -> set[str]:
    """Every country that it has to do with itself, and those that it was asked about."""
    party = screening.party
    said = {party.country, party.address_country}
    said |= {country for account in screening.accounts for country in account.countries}
    return {country.upper() for country in said if country} | {t.country for t in screening.ties}
