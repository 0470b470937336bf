"""The lifespans of mounted apps are entered together and left all, whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI

from shared.command.lifespans import entered
from shared.command.says import Trouble


def service(name: str, notes: list[str], meeting: asyncio.Barrier, *, fails: str = "") -> Any:
    """It starts only when the others are starting, too."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await meeting.wait()
        if fails == "start":
            raise RuntimeError("no lists")
        notes.append(f"{name} starts")
        yield
        notes.append(f"{name} stops")
        if fails == "stop":
            raise RuntimeError("no end")

    return SimpleNamespace(name=name, app=FastAPI(lifespan=lifespan))


async def test_all_start_at_the_same_time_and_stop() -> None:
    notes: list[str] = []
    meeting = asyncio.Barrier(3)
    async with asyncio.timeout(5), entered([service(n, notes, meeting) for n in "abc"]):
        assert sorted(notes) == ["a starts", "b starts", "c starts"]
    assert sorted(notes[3:]) == ["a stops", "b stops", "c stops"]


@pytest.mark.parametrize(("when", "reason"), [("start", "no lists"), ("stop", "no end")])
async def test_one_that_fails_is_named_and_the_others_are_left(when: str, reason: str) -> None:
    notes: list[str] = []
    meeting = asyncio.Barrier(2)
    services = [service("a", notes, meeting), service("b", notes, meeting, fails=when)]
    with pytest.raises(Trouble, match=f"the service b failed: {reason}"):
        async with asyncio.timeout(5), entered(services):
            pass
    assert notes.count("a starts") == notes.count("a stops")
