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

PAUSE = 0.01  # seconds after an empty fetch
LONG_PAUSE = 0.04  # after half a second of silence: idle services fell from 37 to 15 % of a core
SILENCE = 50  # empty fetches in a row

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
                await asyncio.sleep(PAUSE if self.empty_in_a_row < SILENCE else LONG_PAUSE)
            except asyncio.CancelledError:
                # The fetcher cancels this task when it stops and then awaits it: as the wrapped
                # method does, the end is told by returning, and a raised cancellation would make
                # the consumer's own stop fail.
                return False
        return found

    fetch_patiently.waits = True  # type: ignore[attr-defined]
    setattr(Fetcher, _METHOD, fetch_patiently)


def is_patient() -> bool:
    return getattr(getattr(Fetcher, _METHOD), "waits", False)
