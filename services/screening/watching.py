"""Sees to it, when the service starts, that the binding lists are watched from then on."""

from uuid import uuid4

from services.screening.messages import WatchLists
from shared.envelope import Message
from shared.runtime import Service
from shared.standing import forever

AGAIN, WAITING = 3600.0, 2.0
"""Seconds between looks, and while another process leads."""


async def watch_lists(service: Service) -> None:
    """One process of several says so; what is watched already stays as it is."""

    async def look() -> float:
        if not service.relay.leads:
            return WAITING
        await service.commands.handle(
            Message(
                id=f"watch-lists/{uuid4()}",
                type="WatchLists",
                said=WatchLists(),
                source="screening",
                origin="command",
            )
        )
        return AGAIN

    await forever("watched lists", look)
