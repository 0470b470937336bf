"""What the rules about owners say of companies, looked at again whenever something changed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from services.screening.domain import Ownership, Screening, ownership_id
from services.screening.domain.beneficial import Threshold, beneficial_owners
from services.screening.domain.conclusion import Conclusion
from services.screening.domain.conclusions import Conclusions, conclusions_id
from services.screening.domain.russia import ART_5K, RUSSIA, art_5k
from services.screening.domain.ultimate import ultimate_parent
from services.screening.domain.watch import Watch, watch_id
from services.screening.handlers.freezing import buyers_of, judge
from services.screening.handlers.havens import look_at_ties
from services.screening.handlers.surroundings import (
    Surroundings,
    around,
    below,
    is_company,
)
from services.screening.ownership_messages import LookAgain
from services.screening.thresholds import next_threshold_after, threshold_on
from shared.unit import Unit

AT_ONCE = 100
"""Parties that one message looks at. What hangs together with real companies are a few dozen."""

STAYS_IN_DOUBT = ("yes", "review")
"""Verdicts on Art 5k that a mere notice of another owner does not lift."""


async def look_again(party_id: str, unit: Unit, *, also: Iterable[str] = ()) -> None:
    """Something about a party changed: judge it and what it owns, and look at everybody's ties.

    `also` are parties to look at besides, such as owners that left. Where very many hang together
    the nearest come first, and the others a moment later, each for itself.
    """
    there = await around(party_id, unit)
    everybody = (party_id, *await below(party_id, unit), *there.screenings, *also)
    parties = list(dict.fromkeys(everybody))
    for one in parties[:AT_ONCE]:
        await look_at(one, unit)
    for one in parties[AT_ONCE:]:
        # A deadline that came is known by its id and moment: another change at the same moment
        # needs an id of its own.
        id = f"owners-now/{one}/{unit.message.id}"
        unit.schedule(id, unit.now, LookAgain(party_id=one, alone=True))


async def look_at(party_id: str, unit: Unit) -> None:
    """Judge one party by what is known above it, and find its ties."""
    there = await around(party_id, unit)
    if not is_company(there.screenings.get(party_id)):
        return
    await judge(there, await buyers_of(there, unit), unit)
    await conclude(there, unit)
    await look_at_ties(there, unit)


async def conclude(there: Surroundings, unit: Unit, *, guard: bool = False) -> None:
    """Apply the rules to a company, and announce what is new.

    Of a company that never declared its owners nothing is announced, unless it is Russian itself:
    that its owners are unknown is what is known of it anyway. With `guard` the conclusions are
    saved in any case, so that a statement that is handled at the same moment meets this version.
    """
    company = there.company
    if not is_company(there.screenings.get(company)):
        return
    held = await unit.load(Conclusions, conclusions_id(company))
    declared = company in there.graph
    if held is None and not declared and there.countries[company] != RUSSIA and not guard:
        return
    held = held or Conclusions(id=conclusions_id(company), party_id=company)
    today = unit.now.date()
    news = held.conclude(conclusions_of(there, threshold_on(today)), there.graph)
    if news or guard:
        unit.save(held)
    await _remind(company, today, unit)


def conclusions_of(there: Surroundings, threshold: Threshold) -> tuple[Conclusion, ...]:
    """What each rule says of a company today. What was noted and not declared makes it unknown."""
    found = (
        art_5k(there.company, there.graph, there.countries),
        beneficial_owners(there.company, there.graph, threshold),
        ultimate_parent(there.company, there.graph),
    )
    doubt = there.doubt()
    return tuple(_doubted(one, doubt) for one in found) if doubt else found


def _doubted(one: Conclusion, doubt: str) -> Conclusion:
    stays = one.rule == ART_5K and one.verdict in STAYS_IN_DOUBT
    return one if stays or one.verdict == "unknown" else one.doubted(doubt)


async def _remind(company: str, today: date, unit: Unit) -> None:
    """Have the company looked at again on the next day on which something begins or ends."""
    node = await unit.load(Ownership, ownership_id(company))
    watch = await unit.load(Watch, watch_id(company))
    days = [
        next_threshold_after(today) if node else None,
        node.next_change(today) if node else None,
        watch.coming_after(today) if watch else None,
    ]
    coming = min((day for day in days if day), default=None)
    if coming is not None:
        at = datetime.combine(coming, time(), UTC)
        unit.schedule(f"owners/{company}", at, LookAgain(party_id=company))


async def owners_moved(node: Ownership, before: set[str], unit: Unit) -> None:
    """Tell owners that came or left which company it is about."""
    for owner in sorted(before ^ set(node.owner_ids)):
        screening = await unit.get(Screening, owner)
        screening.own(node.party_id, still=owner in node.owner_ids)
        unit.save(screening)
