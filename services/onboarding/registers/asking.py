"""Asks registers over HTTP: with a limit of time, a few retries, and a word for what failed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import httpx
from pydantic import BaseModel, SecretStr

from .formats import UNKNOWN, Answer, Format, NoAnswer, Question, RegisterState

T = TypeVar("T")

TRIES = 3
PAUSE = 0.5
"""Seconds before the second try; it doubles. Longer waits are for the next day's look."""


class Access(BaseModel):
    """Where a register is, and by what it knows us. `patience` is in seconds, for one try."""

    url: str
    user: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    patience: float = 10.0


WRONG_FORM = (KeyError, TypeError, IndexError, ValueError, AttributeError, RecursionError)
"""What reading raises where the answer is not what it should be."""


class Changed(BaseModel, frozen=True):
    """What has changed of many, by their numbers; `problem` is why nothing is known of it."""

    answers: dict[str, Answer] = {}
    problem: str = ""


class Register(Protocol):
    """Nothing here raises: what failed is `unavailable`, or has a `problem`."""

    async def ask(self, number: str) -> Answer:
        """What it says of a number."""

    async def changed(self, numbers: Sequence[str], since: datetime) -> Changed:
        """What it says of those that have changed; only where its format has `changes`."""


class OverHttp:
    """One register at one address."""

    def __init__(self, format: Format, access: Access) -> None:
        self._format = format
        self._access = access

    async def ask(self, number: str) -> Answer:
        try:
            said = await self._tried(self._format.ask(number), self._format.read)
        except (_NotNow, _Refused) as why:
            return Answer(state=RegisterState.UNAVAILABLE, problem=str(why))
        return UNKNOWN if said is None else said

    async def changed(self, numbers: Sequence[str], since: datetime) -> Changed:
        changes = self._format.changes
        if changes is None:
            return Changed(problem="it cannot be asked what has changed")

        def read(said: Any) -> dict[str, Answer]:
            return changes.read(said, since)

        answers: dict[str, Answer] = {}
        try:
            for start in range(0, len(numbers), changes.most):
                some = numbers[start : start + changes.most]
                answers |= await self._tried(changes.ask(some, since), read) or {}
        except (_NotNow, _Refused) as why:
            return Changed(problem=str(why))
        return Changed(answers={n: one for n, one in answers.items() if n in numbers})

    async def _tried(self, question: Question, read: Callable[[Any], T]) -> T | None:
        """Its answer, read; none where it has no such thing."""
        for nth in range(TRIES - 1):
            try:
                return await self._once(question, read)
            except _NotNow:
                await asyncio.sleep(PAUSE * 2**nth)
        return await self._once(question, read)

    async def _once(self, question: Question, read: Callable[[Any], T]) -> T | None:
        access = self._access
        headers = {"Accept": "application/json"}
        if token := access.token.get_secret_value():
            headers["Authorization"] = f"Bearer {token}"
        auth = (access.user, access.password.get_secret_value()) if access.user else None
        try:
            async with (
                asyncio.timeout(access.patience),
                httpx.AsyncClient(trust_env=False, auth=auth, headers=headers) as client,
                client.stream(
                    "GET" if question.body is None else "POST",
                    access.url.rstrip("/") + question.path,
                    json=question.body,
                    params=question.parameters or None,
                ) as response,
            ):
                status, body = response.status_code, await _body(response, question.largest)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise _NotNow(f"it does not answer ({type(error).__name__})") from error
        if status == 404:
            return None
        if status == 429 or status >= 500:
            raise _NotNow(f"it answers {status}")
        if status != 200:
            raise _Refused(f"it answers {status}: our access to it may have ended")
        return _read(body, read)


def _read(body: bytes, read: Callable[[Any], T]) -> T:
    try:
        return read(httpx.Response(200, content=body).json())
    except NoAnswer as not_now:
        raise _NotNow(f"it says {not_now}") from not_now
    except WRONG_FORM as error:
        why = f"its answer has another form than we know ({type(error).__name__})"
        raise _Refused(why) from error


class _NotNow(Exception):
    """Trying again can help."""


class _Refused(Exception):
    """Trying again cannot help today."""


async def _body(response: httpx.Response, largest: int) -> bytes:
    pieces, length = [], 0
    async for piece in response.aiter_bytes():
        length += len(piece)
        if length > largest:
            raise _Refused(f"its answer has more than {largest} bytes")
        pieces.append(piece)
    return b"".join(pieces)
