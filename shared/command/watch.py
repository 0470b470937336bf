"""Keeps processes standing: one that fell is raised again, unless it falls all the time."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from shared.command.says import Trouble

log = logging.getLogger("ansvar.watch")

GLANCE = 0.25  # seconds between two looks
TOO_OFTEN = 20  # falls within a minute: then something is wrong that raising does not mend


class Standing(Protocol):
    """Processes that can be looked at and raised again."""

    def fallen(self) -> list[str]: ...

    def raise_again(self, name: str) -> None: ...


def keep_standing(
    *groups: Standing, now: Callable[[], float] = time.monotonic
) -> Callable[[], "asyncio.Future[None]"]:
    """A task that looks at the groups in turn and raises what fell."""
    falls: deque[float] = deque(maxlen=TOO_OFTEN)

    async def watch() -> None:
        while True:
            await asyncio.sleep(GLANCE)
            for group in groups:
                for name in group.fallen():
                    falls.append(now())
                    if len(falls) == TOO_OFTEN and falls[-1] - falls[0] < 60:
                        raise Trouble(f"{name} falls again and again; see its log")
                    log.warning("%s fell and is raised again", name)
                    await asyncio.to_thread(group.raise_again, name)

    return lambda: asyncio.ensure_future(watch())
