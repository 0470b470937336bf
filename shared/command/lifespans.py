"""Many apps as one: mounted side by side, with the lifespan of each.

Starlette does not run the lifespans of mounted apps, so the runner enters each one. Every lifespan
is entered and left in one task of its own, all at the same time: eight services start in the time
of the slowest.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from shared.command.says import Trouble
from shared.command.services import CONSOLE

if TYPE_CHECKING:
    from shared.runtime import Service

log = logging.getLogger("ansvar.services")


def one_app(services: "Sequence[Service]") -> FastAPI:
    """Each service under `/api/<name>`, and the console's pages at `/`."""
    parent = FastAPI(title="Ansvar", openapi_url=None)
    for service in services:
        parent.mount(f"/api/{service.name}", service.app)
    names = [service.name for service in services]
    if CONSOLE in names:
        parent.mount("/", services[names.index(CONSOLE)].app)
    else:

        @parent.get("/")
        async def what_is_here() -> dict[str, list[str]]:
            return {"services": [f"/api/{name}" for name in names]}

    return parent


@asynccontextmanager
async def entered(services: "Sequence[Service]") -> AsyncIterator[None]:
    """Enter all lifespans; leave them all again, also when one of them fails to start."""
    leave = asyncio.Event()
    started = [asyncio.Event() for _ in services]
    tasks = [
        asyncio.create_task(_hold(service, begun, leave), name=service.name)
        for service, begun in zip(services, started, strict=True)
    ]
    all_started = asyncio.create_task(_all(started))
    try:
        await asyncio.wait([all_started, *tasks], return_when=asyncio.FIRST_COMPLETED)
        if all(begun.is_set() for begun in started):
            yield
    finally:
        all_started.cancel()
        leave.set()
        for task, begun in zip(tasks, started, strict=True):
            if not begun.is_set():
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            log.error("the service %s failed", task.get_name(), exc_info=error)
            raise Trouble(f"the service {task.get_name()} failed: {error}") from error


async def _all(events: Sequence[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


async def _hold(service: "Service", begun: asyncio.Event, leave: asyncio.Event) -> None:
    async with service.app.router.lifespan_context(service.app):
        begun.set()
        await leave.wait()
