"""Serves an app until it is asked to stop, and then stops in order.

uvicorn would raise the signal again when it is done, into the middle of our own stopping; so the
signals are ours, and it is only told to leave.
"""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from shared.command.lifespans import entered
from shared.traces import start_traces, stop_traces

if TYPE_CHECKING:
    from shared.runtime import Service

Background = Callable[[], Awaitable[None]]

LEAVE = 3  # seconds that open requests and event streams may take at the end
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def keep_what_is_loaded() -> None:
    """Leave what is there for good out of the collector's rounds: one over the code and models of
    a service takes 0.2 s, in the middle of a page.
    """
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """uvicorn without its own signals, saying when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    def capture_signals(self) -> Any:
        return nullcontext()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            keep_what_is_loaded()
            self._ready()


def serve(
    app: Any,
    services: "Sequence[Service]",
    *,
    host: str,
    port: int,
    root_path: str = "",
    ready: Callable[[], None] = lambda: None,
    background: Sequence[Background] = (),
    interrupted: Event | None = None,
) -> None:
    """Enter the services, answer requests, and return when all has stopped again.

    Raises `KeyboardInterrupt` where a signal came before the loop ran; see `orderly`.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        root_path=root_path,
        lifespan="on" if not services else "off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LEAVE,
    )
    start_traces(services[0].name if len(services) == 1 else "ansvar")
    try:
        asyncio.run(_serve(Server(config, ready), services, background, interrupted or Event()))
    finally:
        stop_traces()


async def _serve(
    server: Server,
    services: "Sequence[Service]",
    background: Sequence[Background],
    interrupted: Event,
) -> None:
    here = asyncio.current_task()
    assert here is not None
    serving = False
    asked = False

    def leave() -> None:
        nonlocal asked
        if not asked and not serving:
            here.cancel()
        asked = server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, leave)
    if interrupted.is_set():
        raise KeyboardInterrupt
    try:
        async with entered(services):
            serving = True
            beside = [asyncio.ensure_future(one()) for one in background]
            for task in beside:
                task.add_done_callback(lambda _: leave())
            try:
                await server.serve()
            finally:
                for task in beside:
                    task.cancel()
                ended = await asyncio.gather(*beside, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error
    except asyncio.CancelledError:
        if not asked:
            raise


@contextmanager
def orderly() -> Iterator[Event]:
    """Until the loop runs, SIGTERM ends the command like Ctrl-C does: everything is undone.

    Python drops an exception that a signal raises in a finalizer or a callback of the collector;
    so what is yielded is set, too.
    """
    interrupted = Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Stopping is not interrupted by a second, impatient signal."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
