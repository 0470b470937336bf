"""After every fact: which exposures follow from all that is known now, and which no longer do.

Whoever reads a footprint here also saves it where its answer depends on it. Two handlers that run
at the same time in two processes then meet in one version, and one of them looks again.
"""

from collections.abc import Callable, Iterable

from services.subcontractors.domain import (
    Chain,
    Exposure,
    Footprint,
    Replacement,
    exposures_of,
    reach_of,
    why_gone,
)
from services.subcontractors.domain.reach import Touch
from services.subcontractors.domain.substitute import checks_of
from services.subcontractors.terms import Terms, due
from shared.events.base import Need
from shared.events.words import Role
from shared.unit import Unit

Surroundings = dict[str, Footprint]
Step = Callable[[Footprint], Iterable[str]]


async def footprint(unit: Unit, party_id: str) -> Footprint:
    """What is known of a party: the first fact about it begins its page."""
    return await unit.load(Footprint, party_id) or Footprint(id=party_id)


async def above(unit: Unit, party_ids: Iterable[str]) -> Surroundings:
    """The parties and everyone who owns them, through any number of companies."""
    return await _walk(unit, party_ids, lambda one: one.owner_ids)


async def below(unit: Unit, party_ids: Iterable[str]) -> Surroundings:
    """The parties and every company that they own, through any number of companies."""
    return await _walk(unit, party_ids, lambda one: one.companies)


async def _walk(unit: Unit, party_ids: Iterable[str], step: Step) -> Surroundings:
    known: Surroundings = {}
    level = list(dict.fromkeys(party_ids))
    while level:
        await unit.prefetch(Footprint, level, cached=False)
        for party_id in level:
            known[party_id] = await footprint(unit, party_id)
        ahead = [next_id for party_id in level for next_id in step(known[party_id])]
        level = [party_id for party_id in dict.fromkeys(ahead) if party_id not in known]
    return known


async def trace(unit: Unit, terms: Terms, party_ids: Iterable[str]) -> None:
    """Look at these parties again: open, end, and check substitutes anew.

    Their own footprints and those of their owners are saved, changed or not.
    """
    upward = await above(unit, party_ids)
    # What an owner is exposed to depends on every company below it, and what was concluded there
    # on the hits of that company's other owners.
    downward = await below(unit, upward)
    sideways = await above(unit, downward)
    known = {**sideways, **downward, **upward}
    for party_id in sorted(upward):
        await _settle_exposures(unit, terms, party_id, known)
        unit.save(known[party_id])
    for replacement_id in sorted(_replacements_near(downward)):
        await _check_substitutes(unit, terms, replacement_id, known)


async def _settle_exposures(unit: Unit, terms: Terms, party_id: str, known: Surroundings) -> None:
    party = known[party_id]
    wanted = exposures_of(party_id, known)
    await unit.prefetch(Exposure, (*wanted, *party.exposure_ids), cached=False)
    for touch in wanted.values():
        exposure = await unit.load(Exposure, touch.id) or Exposure.of(touch)
        if not exposure.is_as(touch):
            exposure.find(touch, unit.now, _review(unit, terms, touch))
            unit.save(exposure)
    for exposure_id in party.exposure_ids:
        if exposure_id in wanted:
            continue
        held = await unit.get(Exposure, exposure_id)
        if held.lapse(why_gone(held, known), unit.now):
            unit.save(held)
    party.exposure_ids = tuple(dict.fromkeys((*party.exposure_ids, *wanted)))


def _review(unit: Unit, terms: Terms, touch: Touch) -> Need | None:
    """An officer of the buyer has to look at a hit that nobody has judged for it."""
    if not touch.hit_to_review:
        return None
    buyer_id = touch.place.buyer_id
    return Need(
        id=f"review-hit/{touch.hit_to_review}/{buyer_id}",
        kind="review-hit",
        role="officer",
        buyer_id=buyer_id,
        due=due(unit.now, terms.review_hit, touch.place.country),
        about=touch.hit_to_review,
    )


def _replacements_near(known: Surroundings) -> set[str]:
    return {
        reach.place.replacement_id
        for party_id in known
        for reach in reach_of(party_id, known)
        if reach.place.role is Role.SUBSTITUTE
    }


async def _check_substitutes(
    unit: Unit, terms: Terms, replacement_id: str, known: Surroundings
) -> None:
    replacement = await unit.get(Replacement, replacement_id)
    if not replacement.is_open:
        return
    chain = await unit.get(Chain, replacement.contract_id)
    due_by = due(unit.now, terms.decide_substitute, chain.country)
    surroundings = {**known, **await above(unit, [c.party_id for c in replacement.candidates])}
    for candidate in replacement.candidates:
        checks = checks_of(
            candidate.party_id, candidate.share, replacement.outgoing_id, chain, surroundings
        )
        replacement.check(candidate.party_id, checks, min(due_by, replacement.deadline))
    unit.save(replacement)
