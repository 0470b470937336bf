"""What each process keeps up beside its messages: its portfolio, and order in its folders."""

import asyncio
import logging

from services.screening.folders import throw_away_unused
from services.screening.indexes import NotArranged
from services.screening.matching.compiled import cache_home
from services.screening.matching.kept import KEPT_DAYS
from services.screening.portfolio import Portfolio
from shared.runtime import Service
from shared.standing import forever

log = logging.getLogger("ansvar.screening")

FOLLOW, RENEW, RENEW_AGAIN = 2.0, 5.0, 300.0
"""Seconds between looks at parties that changed, at whether the index has to be made anew, and
after that failed."""
TIDY = 6 * 3600.0
UNUSED = {"indexes": KEPT_DAYS * 86_400.0, "kernels": 14 * 86_400.0}
"""Seconds after its last use from which a folder is thrown away that nobody holds."""


async def keep_portfolio(service: Service) -> None:
    """Take in which parties changed."""
    portfolio = _portfolio(service)

    async def look() -> float:
        await portfolio.catch_up(service.store)
        return FOLLOW

    await forever("portfolio", look)


async def renew_portfolio(service: Service) -> None:
    """Arrange all parties at the start, when many have changed, and every day."""
    portfolio = _portfolio(service)

    async def look() -> float:
        if not portfolio.wants_renewal:
            return RENEW
        try:
            await portfolio.renew(service.store, service.now())
        except (NotArranged, OSError) as problem:
            log.error("the portfolio could not be arranged: %s", problem)
            return RENEW_AGAIN
        return RENEW

    await forever("portfolio index", look)


async def tidy_up(service: Service) -> None:
    """Throw away what nobody uses any more of what can be made again."""
    homes = {cache_home(), service.settings.index_dir or cache_home()}  # type: ignore[attr-defined]

    async def look() -> float:
        for home in homes:
            for name, seconds in UNUSED.items():
                gone = await asyncio.to_thread(throw_away_unused, home / name, seconds)
                if gone:
                    log.info("unused folders were thrown away", extra={"folders": gone})
        return TIDY

    await forever("unused folders", look)


def _portfolio(service: Service) -> Portfolio:
    portfolio = service.adapters["portfolio"]
    assert isinstance(portfolio, Portfolio)
    return portfolio
