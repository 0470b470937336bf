"""Lists that grow too old, and parties that are not compared: said when their time is over."""

from datetime import datetime, timedelta

from services.screening.domain import (
    ListVersion,
    Polling,
    Screening,
    Sweep,
    Watchlist,
    polling_id,
    watchlist_id,
)
from services.screening.domain.timely import Timeliness, timely_id
from services.screening.handlers.comparing import review_due
from services.screening.handlers.looking import AT_ONCE, look_at
from services.screening.handlers.revising import revise
from services.screening.handlers.routes import router
from services.screening.limits import limits
from services.screening.messages import LookAtList, WatchLists
from services.screening.sources import sources
from shared.unit import FIND_AT_MOST, Unit

LOOK_AGAIN = timedelta(hours=1)
"""While something is overdue: how soon it is seen that it is over."""


@router.on(WatchLists)
async def watch_lists(command: WatchLists, unit: Unit) -> None:
    """Begin to watch the binding lists; also those that never came. What is watched stays so.

    The tax list comes with the program: whether it is another one is seen here, too.
    """
    for name, known in sources().items():
        if known.binding and await unit.load(Timeliness, timely_id(name)) is None:
            unit.save(Timeliness(id=timely_id(name), source=name, since=unit.now))
            look_at(name, AT_ONCE, unit)
    await revise(unit)


@router.on(LookAtList)
async def look_at_list(event: LookAtList, unit: Unit) -> None:
    """How old is the list, and who was not compared with it? Said where a limit is passed."""
    name = event.source
    timely = await unit.load(Timeliness, timely_id(name))
    timely = timely or Timeliness(id=timely_id(name), source=name, since=unit.now)
    watchlist = await unit.load(Watchlist, watchlist_id(name))
    due = review_due(unit.now)
    current = watchlist.ref.version if watchlist and watchlist.ref else None
    known = await _known_current(watchlist, unit)
    limit = limits().lists.of(name)
    too_old = timely.age(known, current, limit=limit, at=unit.now, due=due)
    if watchlist is not None and watchlist.current is not None:
        await _look_at_coverage(timely, watchlist, due, unit)
    unit.save(timely)
    late = timely.overdue is not None or timely.gap is not None
    next_limit = min(too_old - unit.now, limits().coverage.gap)
    look_at(name, LOOK_AGAIN if late else max(next_limit, LOOK_AGAIN), unit)


async def _known_current(watchlist: Watchlist | None, unit: Unit) -> datetime | None:
    """When the list was last known to be the one that is published: taken in, or asked for."""
    if watchlist is None or watchlist.current is None:
        return None
    version = await unit.get(ListVersion, watchlist.current)
    polling = await unit.record(Polling, polling_id(watchlist.source))
    known = [version.loaded, version.in_force_from, polling.checked if polling else None]
    return max(one for one in known if one is not None)


async def _look_at_coverage(
    timely: Timeliness, watchlist: Watchlist, due: datetime, unit: Unit
) -> None:
    limit = limits().coverage.gap
    sweeps = await unit.find(Sweep, version_id=watchlist.current)
    newest = max(sweeps, key=lambda sweep: sweep.started, default=None)
    waits = newest is not None and newest.ended is None and newest.started + limit <= unit.now
    gaps = await unit.store.search(Screening, {"gap": True}, limit=FIND_AT_MOST)
    begun = [one.gap_since for one in gaps if one.gap_since and one.gap_since + limit <= unit.now]
    since = [*begun, *([newest.started] if newest and waits else [])]
    assert watchlist.ref is not None
    timely.coverage(
        watchlist.ref.version,
        len(begun),
        whole=not waits,
        since=min(since, default=unit.now),
        at=unit.now,
        due=due,
    )
