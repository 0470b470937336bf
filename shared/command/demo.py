"""`ansvar demo`: plays the main story on sample data, through the public interfaces only."""

import asyncio
import logging
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from shared.command.host import orderly, undisturbed
from shared.command.running import DEFAULT_DATA, Data, Running, what_runs
from shared.command.says import Trouble, say

SAMPLES = Path(__file__).parents[2] / "samples"
START_LIMIT = 60.0
GLANCE = 0.2
"""Seconds that the system may take to start, and between two looks at it."""


def add_to(app: typer.Typer) -> None:
    @app.command()
    def demo(
        samples: Annotated[Path, typer.Option(help="The folder with the files.")] = SAMPLES,
        port: Annotated[int, typer.Option(help="The public port, if nothing runs yet.")] = 8000,
        data: Data = DEFAULT_DATA,
    ) -> None:
        """Play the main story. Where nothing runs yet, start it first and stay up afterwards."""
        # Its client tells of every moment in which the broker is away; the story waits instead.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        with orderly():
            try:
                asyncio.run(_demo(samples, port, data.absolute()))
            except KeyboardInterrupt:
                say("the story is over")


async def _demo(samples: Path, port: int, data: Path) -> None:
    running = _what_runs(data)
    if running is not None:
        await _play(running, data, samples)
        return
    async with _system(port, data) as (process, started):
        await _play(started, data, samples, stays=process)


async def _play(running: Running, data: Path, samples: Path, stays: Process | None = None) -> None:
    from rich.console import Console

    from shared.story import NotTrue
    from shared.story.player import Player
    from shared.story.playing import tell
    from shared.story.samples import Samples
    from shared.story.telling import Teller

    try:
        story = Samples(samples)
        async with Player(running, data, story, Teller(Console())) as player:
            await tell(player)
            await player.facts.stop()
            if stays is not None:
                say(
                    f"The system stays up. Its console is {running.public_url}/ and offers the "
                    "people of the story to sign in as. Ctrl-C stops it."
                )
                if await stays.wait() != 0:
                    raise Trouble("the system has ended by itself; it said why above")
    except NotTrue as untrue:
        raise Trouble(f"the story is not true.\n  {untrue}") from untrue


@asynccontextmanager
async def _system(port: int, data: Path) -> AsyncIterator[tuple[Process, Running]]:
    """A system of our own, which is stopped in order whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.command",
        *("up", "--port", str(port), "--data", str(data)),
        # Ctrl-C reaches a whole process group at once; here we stop the system ourselves.
        start_new_session=True,
    )
    try:
        yield process, await _wait_for(process, data)
    finally:
        with undisturbed():
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _wait_for(process: Process, data: Path) -> Running:
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        if process.returncode is not None:
            raise Trouble("the system did not start; it said why above")
        if (running := _what_runs(data)) is not None:
            return running
        await asyncio.sleep(GLANCE)
    raise Trouble(f"the system was not up within {START_LIMIT:.0f} s; see {data / 'ansvar.log'}")


def _what_runs(data: Path) -> Running | None:
    try:
        return what_runs(data)
    except Trouble:
        return None
