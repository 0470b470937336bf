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
    Surroundings,
    exposures_of,
    why_gone,
)
from services.subcontractors.domain.reach import Touch
from services.subcontractors.domain.substitute import checks_of
from services.subcontractors.terms import Terms, due
from shared.events.base import Need
from shared.events.words import Role
from shared.unit import Unit

Step = Callable[[Footprint], Iterable[str]]


async def footprint(unit: Unit, party_id: str) -> Footprint:
    """What was told of a party under this id: the first fact about it begins its page."""
    return await unit.load(Footprint, party_id) or Footprint(id=party_id)


async def around(unit: Unit, party_ids: Iterable[str]) -> Surroundings:
    """These parties, each with all who were merged into the same one."""
    known = Surroundings()
    wanted = list(dict.fromkeys(party_ids))
    await unit.prefetch(Footprint, wanted, cached=True)
    for party_id in wanted:
        if party_id not in known:
            known.add(await _parts(unit, party_id))
    return known


async def _parts(unit: Unit, party_id: str) -> tuple[Footprint, ...]:
    """A party and everyone merged into it: the one into which the others were merged first."""
    root = await footprint(unit, party_id)
    if root.merged_into:
        root = await footprint(unit, root.merged_into)
    return (root, *[await footprint(unit, twin) for twin in root.twins])


async def above(unit: Unit, party_ids: Iterable[str]) -> Surroundings:
    """The parties and everyone who owns them, through any number of companies."""
    return await _walk(unit, party_ids, lambda one: one.owner_ids)


async def below(unit: Unit, party_ids: Iterable[str]) -> Surroundings:
    """The parties and every company that they own, through any number of companies."""
    return await _walk(unit, party_ids, lambda one: one.companies)


async def _walk(unit: Unit, party_ids: Iterable[str], step: Step) -> Surroundings:
    known = Surroundings()
    level = list(dict.fromkeys(party_ids))
    while level:
        found = await around(unit, level)
        known.update(found)
        ahead = [next_id for party_id in found for next_id in step(found[party_id])]
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
    known = await above(unit, downward)
    known.update(downward)
    known.update(upward)
    for party_id in sorted(upward):
        await _settle_exposures(unit, terms, party_id, known)
        for part in known.parts(party_id):
            unit.save(part)
    for replacement_id in sorted(_replacements_near(downward)):
        await _check_substitutes(unit, terms, replacement_id, known)


async def _settle_exposures(unit: Unit, terms: Terms, party_id: str, known: Surroundings) -> None:
    party = known[party_id]
    wanted = exposures_of(party_id, known)
    if not wanted and not party.exposure_ids:
        return
    await unit.prefetch(Exposure, (*wanted, *party.exposure_ids), cached=True)
    held = {id: await unit.get(Exposure, id) for id in party.exposure_ids}
    meant = {_standing_for(touch, held): touch for touch in wanted.values()}
    for id, exposure in held.items():
        if id not in meant and exposure.lapse(why_gone(exposure, party, known), unit.now):
            unit.save(exposure)
    for id, touch in meant.items():
        exposure = held.get(id) or await unit.load(Exposure, id) or Exposure.of(touch)
        if not exposure.is_as(touch):
            exposure.find(touch, unit.now, _review(unit, terms, touch))
            unit.save(exposure)
    root = known.parts(party_id)[0]
    news = [id for id in meant if id not in held]
    root.exposure_ids = (*root.exposure_ids, *news)


def _standing_for(touch: Touch, held: dict[str, Exposure]) -> str:
    """The exposure that says this already, under whichever id of the party; else its own id.

    Records keep their id when parties are merged: a case that is about one stays about it.
    """
    known = [held[id] for id in (touch.id, *touch.former_ids) if id in held]
    for exposure in sorted(known, key=lambda one: not one.open):
        if exposure.open or exposure.settled is not None:
            return exposure.id
    return touch.id


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
        place.replacement_id
        for party in known.values()
        for place in party.places
        if place.role is Role.SUBSTITUTE
    }


async def _check_substitutes(
    unit: Unit, terms: Terms, replacement_id: str, known: Surroundings
) -> None:
    replacement = await unit.get(Replacement, replacement_id)
    if not replacement.is_open:
        return
    chain = await unit.get(Chain, replacement.contract_id)
    due_by = due(unit.now, terms.decide_substitute, chain.country)
    surroundings = await above(unit, [c.party_id for c in replacement.candidates])
    surroundings.update(known)
    for candidate in replacement.candidates:
        checks = checks_of(
            candidate.party_id, candidate.share, replacement.outgoing_id, chain, surroundings
        )
        replacement.check(candidate.party_id, checks, min(due_by, replacement.deadline))
    unit.save(replacement)
