"""Patience for consumers of the embedded broker.

The embedded broker answers a fetch that finds nothing at once: it ignores how long the consumer
was ready to wait. Every aiokafka consumer then asks again in the same moment, and an idle service
burns a whole core. No option of aiokafka slows this down, so one method is wrapped, here, in the
embedded mode only, and aiokafka is pinned; a test tells when a newer broker or client no longer
needs it.
"""

import asyncio
from typing import Any

from aiokafka.consumer.fetcher import Fetcher

PAUSES = (  # up to so many empty fetches in a row, so many seconds each
    (50, 0.01),
    (175, 0.04),
    (275, 0.1),
)
LONGEST = 0.2  # seconds, after a quarter minute of silence: what comes then is heard a moment later

_METHOD = "_proc_fetch_request"


def be_patient() -> None:
    """Let every consumer of this process pause after an empty fetch. Twice is as once."""
    fetch = getattr(Fetcher, _METHOD)
    if is_patient():
        return

    async def fetch_patiently(self: Any, *args: Any) -> bool:
        found: bool = await fetch(self, *args)
        self.empty_in_a_row = 0 if found else getattr(self, "empty_in_a_row", 0) + 1
        if not found:
            try:
                await asyncio.sleep(pause_after(self.empty_in_a_row))
            except asyncio.CancelledError:
                # The fetcher cancels this task when it stops and then awaits it: as the wrapped
                # method does, the end is told by returning, and a raised cancellation would make
                # the consumer's own stop fail.
                return False
        return found

    fetch_patiently.waits = True  # type: ignore[attr-defined]
    setattr(Fetcher, _METHOD, fetch_patiently)


def pause_after(empty_in_a_row: int) -> float:
    """Seconds to wait before asking again: the longer the silence, the longer."""
    return next((pause for most, pause in PAUSES if empty_in_a_row <= most), LONGEST)


def is_patient() -> bool:
    return getattr(getattr(Fetcher, _METHOD), "waits", False)
