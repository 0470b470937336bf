"""Parties: screened when they become known and whenever they change."""

from services.screening.domain import Screening
from services.screening.domain.russia import RUSSIA
from services.screening.domain.screening import moved
from services.screening.handlers.comparing import compare_wholly
from services.screening.handlers.freezing import hits_changed
from services.screening.handlers.havens import own_ties, tie_to
from services.screening.handlers.judging import conclude, look_again
from services.screening.handlers.routes import router
from services.screening.handlers.surroundings import around, is_company
from services.screening.watchlists import Watchlists
from shared.events.onboarding import PartyAliased, PartyChanged, PartyRegistered
from shared.events.words import PartyDescription
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
    """Compare a party with all lists in force, look where it is, and keep what it is."""
    screening = await unit.load(Screening, party.party_id)
    why, before = None, screening.party if screening else None
    if screening is None:
        now = unit.now.isoformat()
        screening = Screening(id=party.party_id, party_id=party.party_id, party=party, changed=now)
    else:
        changes = screening.describe(party, unit.now)
        why = f"the party changed: {', '.join(changes)}" if changes else None
    changed = await compare_wholly(screening, unit, watchlists, why, say=True)
    unit.save(screening)
    await hits_changed(screening, changed, unit)
    await _look_where_it_is(screening, before, unit)
    return screening


async def _look_where_it_is(
    screening: Screening, before: PartyDescription | None, unit: Unit
) -> None:
    """A party's country is a tie to a listed one, and may make what it owns a Russian company."""
    if before is not None and moved(before, screening.party):
        await look_again(screening.party_id, unit)
    elif before is None and is_company(screening):
        # Nobody can have declared anything of it before it was known: no graph to look at.
        tie_to(screening, list(own_ties(screening)), unit)
        if screening.party.country == RUSSIA:
            await conclude(await around(screening.party_id, unit), unit)
