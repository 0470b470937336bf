"""Asks registers over HTTP: with a limit of time, a few retries, and a word for what failed."""

import asyncio
from typing import Any, Protocol

import httpx
from pydantic import BaseModel, SecretStr

from .formats import UNKNOWN, Answer, Format, NoAnswer, RegisterState

TRIES = 3
PAUSE = 0.5
"""Seconds before the second try; it doubles. Longer waits are for the next day's look."""
LARGEST = 2_000_000
"""Bytes of an answer about one company."""


class Access(BaseModel):
    """Where a register is, and by what it knows us. `patience` is in seconds, for one try."""

    url: str
    user: str = ""
    password: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    patience: float = 10.0


class Register(Protocol):
    async def ask(self, number: str) -> Answer:
        """What it says of a number. Never raises: what failed is `unavailable`."""


class OverHttp:
    """One register at one address."""

    def __init__(self, format: Format, access: Access) -> None:
        self._format = format
        self._access = access

    async def ask(self, number: str) -> Answer:
        problem = ""
        for nth in range(TRIES):
            if nth:
                await asyncio.sleep(PAUSE * 2 ** (nth - 1))
            try:
                return await self._once(number)
            except _NotNow as late:
                problem = str(late)
            except _Refused as no:
                return Answer(state=RegisterState.UNAVAILABLE, problem=str(no))
        return Answer(state=RegisterState.UNAVAILABLE, problem=problem)

    async def _once(self, number: str) -> Answer:
        access, question = self._access, self._format.ask(number)
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
                status, body = response.status_code, await _body(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise _NotNow(f"it does not answer ({type(error).__name__})") from error
        if status == 404:
            return UNKNOWN
        if status == 429 or status >= 500:
            raise _NotNow(f"it answers {status}")
        if status != 200:
            raise _Refused(f"it answers {status}: our access to it may have ended")
        return self._read(body)

    def _read(self, body: bytes) -> Answer:
        try:
            said: Any = httpx.Response(200, content=body).json()
            return self._format.read(said)
        except NoAnswer as not_now:
            raise _NotNow(f"it says {not_now}") from not_now
        except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
            why = f"its answer has another form than we know ({type(error).__name__})"
            raise _Refused(why) from error


class _NotNow(Exception):
    """Trying again can help."""


class _Refused(Exception):
    """Trying again cannot help today."""


async def _body(response: httpx.Response) -> bytes:
    pieces, length = [], 0
    async for piece in response.aiter_bytes():
        length += len(piece)
        if length > LARGEST:
            raise _Refused(f"its answer has more than {LARGEST} bytes")
        pieces.append(piece)
    return b"".join(pieces)
