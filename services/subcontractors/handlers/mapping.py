"""What changes a contract or a party also changes its card on the map, in the same commit."""

import time

from services.subcontractors.domain import Chain, Footprint
from services.subcontractors.domain.cards import card_of_chain, card_of_party, print_of
from shared.unit import Unit


def stamp_of(id: str) -> str:
    """Real time in nanoseconds, and the id, so that no two cards have the same stamp."""
    return f"{time.time_ns():020d} {id}"


def keep_chain(unit: Unit, chain: Chain) -> None:
    """Save a chain, with its card where that says something else than before."""
    card = card_of_chain(chain, stamp_of(chain.id))
    if (print := print_of(card)) != chain.card:
        chain.card = print
        unit.put(card)
    unit.save(chain)


def keep_party(unit: Unit, party: Footprint) -> None:
    """Save what is known of a party, with its card where that says something else."""
    card = card_of_party(party, stamp_of(party.id))
    says = bool(card.same_as or card.companies or card.entries or card.qualified or party.card)
    if says and (print := print_of(card)) != party.card:
        party.card = print
        unit.put(card)
    unit.save(party)
