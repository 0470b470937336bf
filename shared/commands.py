"""Commands of users on the way of all messages: those that come together share a commit."""

import asyncio

from shared.bus import Bus
from shared.envelope import Message, Outcome
from shared.store import Outage, Overloaded

PATIENCE = 10.0
"""Seconds a command waits for its commit before its caller is told to ask again."""

MOST_AT_ONCE = 500
QUEUED = 2_000
"""So many commands may wait, four commits' worth; the next caller is told to ask again at once."""


Waiting = tuple[Message, asyncio.Future[Outcome]]


class Commands:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()
        self._taken: list[Waiting] = []

    async def handle(self, message: Message) -> Outcome:
        """Have a command handled in the next commit, and wait for what came of it.

        Raises `Outage` after `PATIENCE`: it may be handled yet, so ask again with its key; and
        `Overloaded` where too many wait already: then it was not taken.
        """
        if self._queue.qsize() >= QUEUED:
            raise Overloaded(f"{QUEUED} commands wait already")
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(PATIENCE):
                self._queue.put_nowait((message, answer))
                return await asyncio.shield(answer)
        except TimeoutError as late:
            raise Outage("the command waits for the database: ask again with its key") from late

    async def run(self) -> None:
        while True:
            waiting = [await self._queue.get()]

            def all_now(
                waiting: list[tuple[Message, asyncio.Future[Outcome]]] = waiting,
            ) -> list[Message]:
                while len(waiting) < MOST_AT_ONCE and not self._queue.empty():
                    waiting.append(self._queue.get_nowait())
                return [message for message, _ in waiting]

            outcomes = await self._bus.handle_next(all_now)
            for message, answer in waiting:
                if not answer.done():
                    answer.set_result(outcomes[message.id])
