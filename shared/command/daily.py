"""What an embedded system does once a day by itself: it signs what the day before was announced."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from shared.anchors import CannotAnchor
from shared.store import Outage

log = logging.getLogger("ansvar.daily")

LOOK = 900.0
"""Seconds of real time between two looks whether a day has ended."""


def anchor_each_day(
    names: Sequence[str], mongo_url: str, data: Path
) -> Callable[[], "asyncio.Future[None]"]:
    """A task that keeps the anchors of `data` up to the last midnight (UTC)."""

    async def anchor() -> None:
        while True:
            await asyncio.sleep(LOOK)
            try:
                made = await asyncio.to_thread(_anchor, names, mongo_url, data)
            except (CannotAnchor, Outage) as trouble:
                log.error("the journals could not be anchored", extra={"trouble": str(trouble)})
                continue
            if made:
                log.info("the journals are anchored", extra={"until": made})

    return lambda: asyncio.ensure_future(anchor())


def _anchor(names: Sequence[str], mongo_url: str, data: Path) -> str:
    """Until when it was anchored now; nothing where it was already."""
    # The driver is loaded with it, which a system that is only just starting need not wait for.
    from shared.command import record

    files = data / record.ANCHORS, data / record.OPERATOR_KEY
    made = record.anchor(names, mongo_url, *files, record.last_midnight())
    return made.until if made else ""
