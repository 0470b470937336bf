"""Lists from their official addresses: asked for, taken in, or left with the reason."""

from datetime import timedelta

from services.screening.fetching import Fetcher, NotFetched
from services.screening.handlers.lists import (
    Doubt,
    polling_of,
    refuse,
    take_in,
    watchlist_of,
)
from services.screening.handlers.looking import AT_ONCE, look_at
from services.screening.handlers.routes import router
from services.screening.messages import (
    FetchList,
    FetchOfficial,
    ListFetched,
    ListNotFetched,
    ListUnchanged,
)
from services.screening.sources import source
from services.screening.watchlists import Watchlists
from shared.domain import Rejected
from shared.unit import Unit

AT_MOST_DAILY = timedelta(days=1)
"""The longest pause after failures for a list that names no interval of its own."""


@router.on(FetchList)
async def fetch_list(command: FetchList, unit: Unit, fetcher: Fetcher) -> dict[str, object]:
    """Have a list asked for at its official address. One fetch of a list goes on at a time."""
    fetcher.addresses(command.source)
    polling = await polling_of(command.source, unit)
    if polling.is_under_way(unit.now):
        return {"attempt": polling.attempt, "note": "it is being fetched already"}
    if command.scheduled and not polling.is_due(unit.now):
        return {"attempt": polling.attempt, "note": "it is not due yet"}
    polling = polling.begin(unit.now)
    unit.put(polling)
    unit.effect(
        f"fetch/{command.source}/{polling.attempt}",
        FetchOfficial(
            source=command.source,
            attempt=polling.attempt,
            etag=polling.etag,
            modified=polling.modified,
        ),
    )
    return {"attempt": polling.attempt, "note": "it is being fetched"}


@router.does(FetchOfficial)
async def fetch(
    effect: FetchOfficial, fetcher: Fetcher, watchlists: Watchlists
) -> ListFetched | ListUnchanged | ListNotFetched:
    """Ask the publisher, and read what comes before anybody believes it."""
    known = {"source": effect.source, "attempt": effect.attempt}
    try:
        came = await fetcher.fetch(effect.source, effect.etag, effect.modified)
    except NotFetched as why:
        return ListNotFetched(**known, reason=str(why))
    if came is None:
        return ListUnchanged(**known)
    try:
        file = await watchlists.accept(effect.source, came.data)
    except Rejected as why:
        return ListNotFetched(**known, reason=why.reason, unreadable=True)
    return ListFetched(**known, sha256=file.sha256, etag=came.etag, modified=came.modified)


@router.on(ListFetched)
async def take_fetched(event: ListFetched, unit: Unit, watchlists: Watchlists) -> None:
    """Take in what came. What is not believed is asked for again later, as if nothing had come."""
    polling = await polling_of(event.source, unit)
    if polling.attempt != event.attempt:
        return
    file = await watchlists.file(event.source, event.sha256)
    every = _every(event.source)
    try:
        await take_in(file, unit, by="the official address", fetched=True)
    except Doubt as doubt:
        refuse(await watchlist_of(event.source, unit), doubt.reason, unit)
        unit.put(polling.fail(unit.now, every, doubt.reason))
    except Rejected as later:  # another version is just being written
        unit.put(polling.fail(unit.now, every, later.reason))
    else:
        unit.put(polling.succeed(unit.now, every, event.etag, event.modified))
        look_at(event.source, AT_ONCE, unit)


@router.on(ListUnchanged)
async def keep_list(event: ListUnchanged, unit: Unit) -> None:
    """The version in force is still the one that is published."""
    polling = await polling_of(event.source, unit)
    if polling.attempt == event.attempt:
        every = _every(event.source)
        unit.put(polling.succeed(unit.now, every, polling.etag, polling.modified))
        look_at(event.source, AT_ONCE, unit)


@router.on(ListNotFetched)
async def try_later(event: ListNotFetched, unit: Unit) -> None:
    """Ask again after a pause. A file that is no list is an alarm, a silent publisher not."""
    polling = await polling_of(event.source, unit)
    if polling.attempt != event.attempt:
        return
    unit.put(polling.fail(unit.now, _every(event.source), event.reason))
    if event.unreadable:
        refuse(await watchlist_of(event.source, unit), event.reason, unit)


def _every(name: str) -> timedelta:
    poll = source(name).poll
    return timedelta(minutes=poll.every_minutes) if poll else AT_MOST_DAILY
