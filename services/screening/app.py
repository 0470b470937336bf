"""What screening needs, and how it is put together."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from pydantic import Field

from services.screening.api import api
from services.screening.domain import (
    Flag,
    Hit,
    ListedEntry,
    ListVersion,
    Manifest,
    Ownership,
    Polling,
    Screening,
    Sweep,
    Watchlist,
    polling_id,
)
from services.screening.domain.conclusions import Conclusions
from services.screening.domain.job import MatchChunk, MatchJob
from services.screening.domain.known import KnownAs
from services.screening.domain.outcome import HavenCase
from services.screening.domain.revision import TaxListSeen
from services.screening.domain.timely import Timeliness
from services.screening.domain.watch import Watch
from services.screening.examining import examine_lists
from services.screening.fetching import Fetcher
from services.screening.following import following
from services.screening.handlers import router
from services.screening.keeping import keep_portfolio, renew_portfolio, tidy_up
from services.screening.list_views import age_of
from services.screening.matching import load_policy
from services.screening.matching.compiled import cache_home
from services.screening.matching.policy import CURRENT
from services.screening.matching.ready import be_ready
from services.screening.messages import FetchList
from services.screening.portfolio import Portfolio
from services.screening.registers import Door, RegisterPosition
from services.screening.sources import sources
from services.screening.watching import watch_lists
from services.screening.watchlists import Watchlists
from shared.envelope import Message
from shared.events.screening import ScreeningEvent
from shared.figures import Metrics
from shared.links import LinkBook
from shared.mongo import MongoFiles
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.standing import forever
from shared.store import Store


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`match_policy` is the date of the policy that comparisons follow; see `policy/`.

    `lists_fetch` asks for the lists at their official addresses on their own; where nothing is
    said it does so, but not in the embedded mode. `lists_addresses` are other addresses of a
    list, `lists_headers` what goes along with the question (the World Bank's `apikey`), as JSON.
    `registers_dir` holds recorded subscriptions of registers, one `<name>.jsonl` each;
    `index_dir` is where processes share their indexes, the user's cache if nothing is said.
    """

    match_policy: str = CURRENT
    lists_fetch: bool | None = None
    lists_addresses: dict[str, list[str]] = Field(default_factory=dict)
    lists_headers: dict[str, dict[str, str]] = Field(default_factory=dict)
    lists_proxy: str = ""
    registers_dir: Path | None = None
    index_dir: Path | None = None

    @property
    def fetches_lists(self) -> bool:
        return not self.embedded if self.lists_fetch is None else self.lists_fetch


LOOK_AT_LISTS = 2.0
"""Seconds between looks at which versions are to be ready to search."""


async def keep_lists_ready(service: Service) -> None:
    """Make versions ready before a party asks for them: at the start, and while one is coming."""
    watchlists = service.adapters["watchlists"]
    assert isinstance(watchlists, Watchlists)

    async def look() -> float:
        for one in await service.store.search(Watchlist, {}):
            if one.current is not None:
                await watchlists.whole(one.current, service.store)
            if one.coming is not None:
                await watchlists.foresee(one.coming)
        return LOOK_AT_LISTS

    await forever("lists", look)


LOOK_AT_POLLS = 30.0
"""Seconds between looks at which lists are due at their official addresses."""


async def fetch_lists(service: Service) -> None:
    """Ask for every list that is due, where that is wanted; one process of several does it."""
    settings = service.settings
    assert isinstance(settings, Settings)

    async def look() -> float:
        leads = service.relay.leads
        if settings.fetches_lists and leads:
            for name in await due_lists(service.store, service.now()):
                await service.commands.handle(_asking(name))
        await note_ages(service.store, service.metrics, service.now())
        return LOOK_AT_POLLS if leads else LOOK_AT_LISTS

    await forever("official lists", look)


async def due_lists(store: Store, now: datetime) -> list[str]:
    """The lists that have an address and whose time has come."""
    polled = [name for name, known in sources().items() if known.poll is not None]
    found = await store.fetch(Polling, [polling_id(name) for name in polled])
    idle = {name: found.get(polling_id(name)) for name in polled}
    return [name for name, polling in idle.items() if polling is None or polling.is_due(now)]


def _asking(name: str) -> Message:
    return Message(
        id=f"fetch-list/{name}/{uuid4()}",
        type="FetchList",
        said=FetchList(source=name, scheduled=True),
        source="screening",
        origin="command",
    )


async def note_ages(store: Store, metrics: Metrics, now: datetime) -> None:
    """How long ago each list was last known to be current, and who is not yet compared with it."""
    for timely in await store.search(Timeliness, {}):
        metrics.gauge("coverage_gaps", timely.source).set(max(timely.gaps, 1) if timely.gap else 0)
    for held in await store.search(Watchlist, {}):
        if held.current is None:
            continue
        id = polling_id(held.source)
        version = (await store.fetch(ListVersion, [held.current])).get(held.current)
        age = age_of(version, (await store.fetch(Polling, [id])).get(id), now)
        if age is not None:
            metrics.gauge("list_age_seconds", held.source).set(age)


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    policy = load_policy(settings.match_policy)

    def adapters(service: Service) -> Mapping[str, object]:
        return {
            "links": LinkBook(settings.key("link")),
            "keyring": service.keyring,
            "watchlists": Watchlists(
                MongoFiles(service.store), policy, settings.index_dir or cache_home()
            ),
            "portfolio": Portfolio(policy, settings.index_dir or cache_home()),
            "fetcher": Fetcher(
                addresses=settings.lists_addresses,
                headers=settings.lists_headers,
                proxy=settings.lists_proxy,
                local=settings.embedded,
            ),
        }

    return Service(
        "screening",
        router=router,
        api=api,
        settings=settings,
        aggregates=(
            Screening,
            Hit,
            Ownership,
            Flag,
            Watchlist,
            ListVersion,
            Sweep,
            MatchJob,
            Timeliness,
            Conclusions,
            Watch,
            TaxListSeen,
        ),
        records=(
            ListedEntry,
            Manifest,
            Polling,
            MatchChunk,
            KnownAs,
            Door,
            RegisterPosition,
            HavenCase,
        ),
        announces=ScreeningEvent,
        adapters=adapters,
        prepare=be_ready,
        examine=examine_lists,
        background=(
            keep_lists_ready,
            fetch_lists,
            watch_lists,
            keep_portfolio,
            renew_portfolio,
            tidy_up,
            following(settings.registers_dir),
        ),
    )
