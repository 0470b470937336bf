"""Whoever looks like somebody who is known is put to a person."""

from services.onboarding.domain import Likeness, LikenessState, Party, Qualification
from services.onboarding.domain.alike import compare, likeness_id
from shared.calendar import add_working_days
from shared.unit import Unit

DECIDE_WORKING_DAYS = 5
"""Until when a person should say whether two are one; our setting, as nothing hangs on it."""


async def look_for_alike(party: Party, unit: Unit) -> None:
    """Propose to merge a party with those that have its number, or its name in its country."""
    for other in await _candidates(party, unit):
        reasons, against = compare(party.party, other.party)
        if not reasons or (other.merged_into or other.id) == (party.merged_into or party.id):
            continue
        id = likeness_id(party.id, other.id)
        held = await unit.load(Likeness, id)
        one = held or Likeness(id=id, party_ids=tuple(sorted((party.id, other.id))))
        if one.state is LikenessState.MERGED:
            continue
        due = add_working_days(unit.now, DECIDE_WORKING_DAYS, "DK")
        if one.propose(reasons, against, await _whose(party.id, other.id, unit), due, unit.now):
            unit.save(one)


async def _candidates(party: Party, unit: Unit) -> list[Party]:
    found: dict[str, Party] = {}
    for number in party.numbers:
        found |= {one.id: one for one in await unit.find(Party, numbers=number)}
    if party.name_key:
        found |= {one.id: one for one in await unit.find(Party, name_key=party.name_key)}
    return [one for id, one in sorted(found.items()) if id != party.id]


async def _whose(one: str, other: str, unit: Unit) -> str | None:
    """A buyer that has to do with either; of several the first, as one decision serves all."""
    both = [await unit.find(Qualification, party_id=id) for id in (one, other)]
    return min((q.buyer_id for found in both for q in found), default=None)


async def tell_the_head(party: Party, unit: Unit) -> None:
    """What is learnt of one that was merged is learnt of the one that it was merged into."""
    if party.merged_into:
        head = await unit.get(Party, party.merged_into)
        head.hear_of(party.party)
        unit.save(head)
