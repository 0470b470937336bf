"""When a party was compared with which versions of the lists, and what came of it: the proofs."""

from dataclasses import dataclass
from datetime import datetime

from services.console.readmodels.facts import Fact, screened
from shared.events.screening import PartyScreened
from shared.events.words import ListRef
from shared.http import ServiceDesk

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Screening:
    """One comparison. `proof` is the number of its fact in the journal of screening, by which
    `ansvar journal verify` proves it.
    """

    proof: str
    at: datetime
    lists: tuple[ListRef, ...]
    hits: int
    engine: str
    policy: str


async def screenings_of(desk: ServiceDesk, party_id: str) -> list[Screening]:
    """The newest first."""
    where = {"about": screened(party_id)}
    facts = await desk.find(Fact, where, sort="time", descending=True, limit=SHOWN)
    return [_screening(fact) for fact in facts]


def _screening(fact: Fact) -> Screening:
    said = PartyScreened.model_validate_json(fact.body)
    when = datetime.fromisoformat(fact.time)
    return Screening(fact.id, when, said.lists, len(said.hits), said.engine, said.policy)
