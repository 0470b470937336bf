"""Whom of ours do the new entries resemble? Those are compared at once, before the sweep's walk.

A help to ring early, nothing more: the walk comes to everybody, and passes over who is compared
already. So nothing here counts for the coverage, and nothing is lost where it cannot be done.
"""

from services.screening.domain import Screening, Sweep
from services.screening.handlers.routes import router
from services.screening.handlers.sweeping import PARTIES_AT_ONCE, compare, in_force
from services.screening.messages import SweepNearest
from services.screening.portfolio import Portfolio
from services.screening.watchlists import Watchlists
from shared.unit import Unit

ENTRIES_AT_ONCE = 50
MOST_ENTRIES = 2_000
"""New entries from which asking for each whom it resembles takes longer than the walk."""


@router.on(SweepNearest)
async def sweep_nearest(
    part: SweepNearest, unit: Unit, watchlists: Watchlists, portfolio: Portfolio
) -> None:
    """Compare the parties that resemble the next entries with the version that came into force."""
    sweep = await unit.get(Sweep, part.sweep_id)
    ref = await in_force(sweep, unit)
    if sweep.ended or ref is None or not portfolio.ready:
        return
    delta = await watchlists.delta(sweep.version_id, sweep.base, unit.store)
    new = sorted(delta.added | delta.changed)
    if len(new) > MOST_ENTRIES:
        return
    index = await watchlists.part(sweep.version_id, sweep.base, delta, unit.store)
    end = part.start + ENTRIES_AT_ONCE
    these = set(new[part.start : end])
    await portfolio.catch_up(unit.store)
    listings = [entry for entry in index.entries if entry.entry_id in these]
    found = await portfolio.resembling(listings, index)
    ids = list(dict.fromkeys(one.party_id for one in found))[:PARTIES_AT_ONCE]
    await unit.prefetch(Screening, ids, cached=False)
    parties = [await unit.load(Screening, id) for id in ids]
    await compare([one for one in parties if one is not None], sweep, ref, unit, watchlists)
    if end < len(new):
        id = f"{sweep.id}/nearest/{end}"
        unit.schedule(id, unit.now, SweepNearest(sweep_id=sweep.id, start=end))
