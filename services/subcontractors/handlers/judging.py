"""After every fact that a chain rule asks for: which violations follow from what is known now."""

from collections.abc import Iterable

from services.subcontractors.commands import ChainDayCame, PaperDayCame
from services.subcontractors.domain import Chain, Footprint
from services.subcontractors.domain.judging import judge
from services.subcontractors.domain.rules import (
    ART_5K,
    Answer,
    PartyFacts,
    answers_of,
    next_day_of,
)
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.mapping import keep_chain
from services.subcontractors.handlers.tracing import around
from services.subcontractors.rulings import limits
from services.subcontractors.terms import day_of, start_of
from shared.events.words import Role
from shared.unit import Unit


async def judge_chain(unit: Unit, chain: Chain) -> None:
    """Look at a chain again. It is saved, as it was changed before or is now."""
    judge(chain, await what_rules_say(unit, chain), unit.now)
    keep_chain(unit, chain)
    day = next_day_of(chain, day_of(unit.now, chain.country))
    if day is not None and not chain.over:
        moment = ChainDayCame(contract_id=chain.id)
        unit.schedule(f"chain-day/{chain.id}", start_of(day, chain.country), moment)


async def what_rules_say(unit: Unit, chain: Chain) -> tuple[Answer, ...]:
    known = await around(unit, chain.party_ids)
    today = day_of(unit.now, chain.country)
    countries = dict(zip(chain.supplier_ids, chain.supplier_countries, strict=False))
    countries |= {m.party_id: m.party.country or "" for m in chain.working}
    facts = {
        party_id: facts_of(known[party_id], chain, countries.get(party_id, ""))
        for party_id in chain.party_ids
    }
    facts = {
        party_id: one.model_copy(update={"expired": known[party_id].expired(chain.buyers, today)})
        for party_id, one in facts.items()
    }
    return answers_of(chain, facts, limits(), today)


def facts_of(party: Footprint, chain: Chain, country: str) -> PartyFacts:
    """What is known of a party that the rules of this chain ask for."""
    verdicts = {c.verdict for c in party.conclusions if c.rule == ART_5K}
    worst = next((v for v in ("yes", "review", "unknown", "no") if v in verdicts), "")
    here = (q for q in party.qualifications if q.contract_id == chain.id)
    lost = (q.lost for q in here if q.lost and q.role != Role.SUBSTITUTE)
    return PartyFacts(
        country=party.country or country, art_5k=worst, lost="; ".join(dict.fromkeys(lost))
    )


async def judge_around(unit: Unit, party_ids: Iterable[str]) -> None:
    """Look again at every chain that these parties are in."""
    known = await around(unit, party_ids)
    contracts = {place.contract_id for party in known.values() for place in party.places}
    await unit.prefetch(Chain, contracts, cached=True)
    for contract_id in sorted(contracts):
        await judge_chain(unit, await unit.get(Chain, contract_id))


@router.on(ChainDayCame)
async def look_on_its_day(moment: ChainDayCame, unit: Unit) -> None:
    await judge_chain(unit, await unit.get(Chain, moment.contract_id))


@router.on(PaperDayCame)
async def look_at_papers(moment: PaperDayCame, unit: Unit) -> None:
    """The last day of a document has passed."""
    await judge_around(unit, [moment.party_id])
