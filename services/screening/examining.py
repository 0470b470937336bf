"""How the binding lists stand, for `ansvar doctor`."""

from datetime import datetime

from services.screening.domain import ListVersion, Polling, Watchlist, polling_id
from services.screening.limits import limits
from services.screening.list_views import age_of
from services.screening.sources import sources
from shared.finding import Finding
from shared.store import Store


async def examine_lists(store: Store, now: datetime) -> list[Finding]:
    """Each binding list: whether a version is in force, and whether it is as new as it must be."""
    held = {one.source: one for one in await store.search(Watchlist, {})}
    binding = [name for name, known in sources().items() if known.binding]
    return [await _examined(name, held.get(name), store, now) for name in binding]


async def _examined(name: str, watchlist: Watchlist | None, store: Store, now: datetime) -> Finding:
    part, current = f"list {name}", watchlist.current if watchlist else None
    if current is None:
        remedy = f"run `ansvar lists fetch {name}`, or `ansvar lists load FILE --source {name}`"
        return Finding(part, "no version is in force", remedy)
    id = polling_id(name)
    version = (await store.fetch(ListVersion, [current])).get(current)
    age = age_of(version, (await store.fetch(Polling, [id])).get(id), now) or 0.0
    late = age > limits().lists.of(name).total_seconds()
    remedy = "see ListOld in docs/runbook.md" if late else ""
    return Finding(part, f"known to be current {age / 3600:.0f} hours ago", remedy)
