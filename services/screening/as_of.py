"""A screening repeated with the lists that were in force at an earlier moment."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.screening.domain import ListVersion, Match, Screening
from services.screening.matching import subject_of
from services.screening.sources import sources
from services.screening.watchlists import Watchlists, matches, search_all
from shared.domain import Rejected
from shared.events.words import ListRef
from shared.store import Store

MOST_VERSIONS = 100_000


def moment_of(said: date | datetime, now: datetime) -> datetime:
    """A day means its end, in UTC. Raises `Rejected` for a moment that has not come."""
    if not isinstance(said, datetime):
        moment = datetime.combine(said, time(), UTC) + timedelta(days=1)
        if said == now.date():
            moment = now
    else:
        moment = said if said.tzinfo else said.replace(tzinfo=UTC)
    if moment > now:
        raise Rejected("nobody knows yet what the lists will say then", field="as_of")
    return moment


async def in_force_at(moment: datetime, store: Store) -> list[ListVersion]:
    """The version of each list that was in force."""
    found = []
    for name in sources():
        versions = await store.search(ListVersion, {"source": name}, limit=MOST_VERSIONS)
        found += [one for one in versions if one.was_in_force(moment)]
    return found


async def repeat(
    screening: Screening, versions: Sequence[ListVersion], watchlists: Watchlists, store: Store
) -> tuple[tuple[ListRef, ...], list[Match]]:
    """Compare a party, as it is known today, with these versions. Nothing is kept of it."""
    subject = subject_of(screening.party)
    found: list[Match] = []
    for version in versions:
        index = await watchlists.whole(version.id, store)
        (likenesses,) = await search_all(index, [subject])
        found += matches(likenesses, version.source, version.ref.version).values()
    return tuple(version.ref for version in versions), found
