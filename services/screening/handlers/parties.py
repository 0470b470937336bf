"""Parties: screened when they become known and whenever they change."""

from services.screening.domain import Screening, matters
from services.screening.handlers.comparing import compare_wholly
from services.screening.handlers.freezing import hits_changed
from services.screening.handlers.routes import router
from services.screening.sources import tax_list
from services.screening.watchlists import Watchlists
from shared.events.onboarding import PartyAliased, PartyChanged, PartyRegistered
from shared.events.words import PartyDescription, PartyKind
from shared.unit import Unit


@router.on(PartyRegistered, loads=(Screening, "party.party_id"))
async def screen_party(event: PartyRegistered, unit: Unit, watchlists: Watchlists) -> None:
    """Screen a party the moment it becomes known; what is said of it last is what counts."""
    await screen(event.party, unit, watchlists)


@router.on(PartyChanged, loads=(Screening, "party.party_id"))
async def screen_again(event: PartyChanged, unit: Unit, watchlists: Watchlists) -> None:
    """Screen a changed party. A verdict rests on what the party was: it must be given again."""
    await screen(event.party, unit, watchlists)


@router.on(PartyAliased, loads=(Screening, "party_id"))
async def add_number(event: PartyAliased, unit: Unit, watchlists: Watchlists) -> None:
    """Another number of a party is another thing by which it can be found on a list."""
    screening = await unit.get(Screening, event.party_id)
    if event.identifier not in screening.party.identifiers:
        numbers = (*screening.party.identifiers, event.identifier)
        party = screening.party.model_copy(update={"identifiers": numbers})
        await screen(party, unit, watchlists)


async def screen(party: PartyDescription, unit: Unit, watchlists: Watchlists) -> Screening:
    """Compare a party with all lists in force and with the tax list, and keep what it is."""
    screening = await unit.load(Screening, party.party_id)
    why = None
    if screening is None:
        screening = Screening(id=party.party_id, party_id=party.party_id, party=party)
    else:
        changes = matters(screening.party, party)
        why = f"the party changed: {', '.join(changes)}" if changes else None
        screening.party = party
    changed = await compare_wholly(screening, unit, watchlists, why, say=True)
    look_at_seat(screening, party)
    unit.save(screening)
    await hits_changed(screening, changed, unit)
    return screening


def look_at_seat(screening: Screening, seated: PartyDescription, *, whose: str = "seat") -> None:
    """Flag a company whose seat, or whose owner's, lies in a country on the EU's tax list.

    A person's country is a nationality, which says nothing of where taxes are paid.
    """
    listed = tax_list()
    country = (seated.country or "").upper()
    if seated.kind is not PartyKind.COMPANY or country not in listed.countries:
        return
    screening.flag_jurisdiction(
        country,
        whose=whose,
        list_name=listed.list_name,
        list_date=listed.list_date,
        rule=listed.rule_for(country) if whose == "seat" else "TAX-LIST",
    )
