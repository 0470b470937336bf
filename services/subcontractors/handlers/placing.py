"""What a change of a chain means for everyone who was, is or might be in it."""

from services.subcontractors.domain import Chain, Deed, Footprint, Replacement
from services.subcontractors.domain.notices import drop_notices
from services.subcontractors.handlers.judging import judge_chain
from services.subcontractors.handlers.tracing import footprint, trace
from services.subcontractors.terms import Terms, day_of
from shared.unit import Unit


async def place_everyone(
    unit: Unit, terms: Terms, chain: Chain, *, before: tuple[str, ...] = (), because: str = ""
) -> None:
    """After a change of a chain: everyone who was or is in it knows their places on it.

    Nobody needs to be replaced who is no longer there.
    """
    unit.save(chain)
    parties = tuple(dict.fromkeys((*before, *chain.party_ids)))
    await unit.prefetch(Footprint, parties, cached=True)
    moved = []
    for party_id in parties:
        party = await footprint(unit, party_id)
        places = chain.places_of(party_id)
        if party.stands(chain.id, places, "" if places else because):
            unit.save(party)
            moved.append(party_id)
    await trace(unit, terms, moved)
    today = day_of(unit.now, chain.country)
    drop_notices(chain, Deed(by="subcontractors", today=today, now=unit.now))
    await judge_chain(unit, chain)
    for replacement_id in chain.replacement_ids:
        replacement = await unit.get(Replacement, replacement_id)
        gone = chain.without(replacement.outgoing_id) and not replacement.vacant
        if replacement.is_open and (gone or chain.over):
            replacement.withdraw("subcontractors", because or "it has left the chain")
            unit.save(replacement)
            await end_proposals(unit, terms, replacement, "the demand was withdrawn")


async def end_proposals(
    unit: Unit, terms: Terms, replacement: Replacement, because: str, only: str = ""
) -> None:
    """Those who were proposed are no longer looked at as substitutes, all of them or one."""
    parties = [only] if only else [c.party_id for c in replacement.candidates]
    for party_id in parties:
        party = await footprint(unit, party_id)
        party.no_longer_proposed(replacement.id, because)
        unit.save(party)
    if not replacement.is_open:
        unit.cancel(f"replacement-deadline/{replacement.id}")
        unit.cancel(f"swap/{replacement.id}")
    await trace(unit, terms, parties)
