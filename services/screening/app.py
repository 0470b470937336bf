"""What screening needs, and how it is put together."""

from collections.abc import Mapping

from services.screening.api import api
from services.screening.domain import (
    Flag,
    Hit,
    ListedEntry,
    ListVersion,
    Manifest,
    Ownership,
    Screening,
    Sweep,
    Watchlist,
)
from services.screening.handlers import router
from services.screening.matching import load_policy
from services.screening.matching.policy import CURRENT
from services.screening.watchlists import Watchlists
from shared.events.screening import ScreeningEvent
from shared.mongo import MongoFiles
from shared.runtime import Service
from shared.settings import ServiceSettings
from shared.standing import forever


class Settings(ServiceSettings, env_prefix="ANSVAR_"):
    """`match_policy` is the date of the policy that comparisons follow; see `policy/`."""

    match_policy: str = CURRENT


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


def service(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    policy = load_policy(settings.match_policy)

    def adapters(service: Service) -> Mapping[str, object]:
        return {"watchlists": Watchlists(MongoFiles(service.store), policy)}

    return Service(
        "screening",
        router=router,
        api=api,
        settings=settings,
        aggregates=(Screening, Hit, Ownership, Flag, Watchlist, ListVersion, Sweep),
        records=(ListedEntry, Manifest),
        announces=ScreeningEvent,
        adapters=adapters,
        background=(keep_lists_ready,),
    )
