"""More than can be done is turned away with 429 and Retry-After, before anything breaks."""

import asyncio
from pathlib import Path

import httpx
import pytest

from shared import commands as commands_module
from shared import guard
from shared.bus import Bus
from shared.clock import Clock
from shared.commands import Commands
from shared.envelope import Message, Outcome
from shared.figures import Metrics
from shared.store import Overloaded
from shared.testing import MemoryStore, until
from tests.shared.serving import Fill, Jar, Jars, router


class Busy(Jars):
    """The jars with the real queue of commands before them, which nobody empties yet."""

    def __init__(self, key_file: Path) -> None:
        super().__init__(key_file)
        self.queue = Commands(self._bus)

    async def handle(self, message: Message) -> Outcome:
        return await self.queue.handle(message)


async def test_a_full_queue_turns_the_next_command_away_and_takes_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands_module, "QUEUED", 3)
    jars = Busy(tmp_path / "key.json")
    async with jars.client() as client:

        async def fill(number: int) -> httpx.Response:
            key = {"Idempotency-Key": f"fill-{number}"}
            return await client.post("/jars/j-1/fill", json={"spoons": 1}, headers=key)

        waiting = [asyncio.create_task(fill(number)) for number in range(3)]

        async def three_wait() -> bool:
            return jars.queue._queue.qsize() == 3

        await until(three_wait)
        turned_away = await fill(3)
        assert turned_away.status_code == 429
        assert int(turned_away.headers["Retry-After"]) >= 1
        assert turned_away.json()["type"].endswith("busy")
        emptying = asyncio.create_task(jars.queue.run())
        assert [one.status_code for one in await asyncio.gather(*waiting)] == [200] * 3
        assert (await fill(3)).status_code == 200
        emptying.cancel()
    jar = jars.store.documents[Jar, "j-1"]
    assert isinstance(jar, Jar)
    assert jar.spoons == 4, "the one that was turned away was done once, later"


async def test_a_burst_never_makes_the_queue_longer_than_it_may_be() -> None:
    store = MemoryStore("jars")
    queue = Commands(Bus(router, store, store.keyring, Clock().now, Metrics("jars")))
    burst = [
        asyncio.create_task(
            queue.handle(Message(id=f"b/{n}", type="Fill", said=Fill(jar_id="x", spoons=1)))
        )
        for n in range(commands_module.QUEUED + 500)
    ]
    await asyncio.sleep(0)
    turned_away = [one for one in burst if one.done() and isinstance(one.exception(), Overloaded)]
    assert len(turned_away) == 500
    for one in burst:
        one.cancel()
    await asyncio.gather(*burst, return_exceptions=True)


async def test_more_large_bodies_than_memory_is_for_are_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "LARGEST_BODY", 1_000)  # so that the route for pictures is large
    monkeypatch.setattr(guard, "LARGE_AT_ONCE", 2)
    jars = Jars(tmp_path / "key.json")
    go_on = asyncio.Event()

    async def slow_body() -> object:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="p"\r\n\r\n'
        await go_on.wait()
        yield b"abc\r\n--b--\r\n"

    async with jars.client() as client:
        form = {"Content-Type": "multipart/form-data; boundary=b"}

        def send() -> "asyncio.Task[httpx.Response]":
            asked = client.post("/pictures", content=slow_body(), headers=form)  # type: ignore[arg-type]
            return asyncio.create_task(asked)

        reading = [send(), send()]

        async def two_are_read() -> bool:
            return guard._Large.now == 2

        await until(two_are_read)
        turned_away = await send()
        assert (turned_away.status_code, "Retry-After" in turned_away.headers) == (429, True)
        go_on.set()
        assert [one.json() for one in await asyncio.gather(*reading)] == [{"bytes": 3}] * 2
        assert guard._Large.now == 0
        assert (await send()).status_code == 200
