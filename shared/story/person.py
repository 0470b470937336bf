"""Somebody who uses the system over HTTP, with a token of their own or with a one-time link."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx

from shared.story import NotTrue

PAUSE = 0.25
AWAY = (502, 503, 504)


class Person:
    """One person or machine. Whoever has no token comes with a link from a letter.

    `patience` is for how many seconds a request is sent again, with its key, while the system is
    away.
    """

    def __init__(
        self,
        name: str,
        http: httpx.AsyncClient,
        patience: float,
        subject: str = "",
        token: str = "",
    ) -> None:
        self.name = name
        self._patience = patience
        self.subject = subject
        self._http = http
        self._token = token

    async def get(self, path: str, **asked: Any) -> Any:
        """Read something. What is not there fails with the reason that was given."""
        return self._good(await self.send("GET", path, params=asked), path).json()

    async def ask(
        self, path: str, body: object = None, *, key: str, method: str = "POST", **more: Any
    ) -> Any:
        """Have something done once. The answer holds what came of it."""
        if body is not None:
            more["json"] = body
        return self._good(await self.send(method, path, key=key, **more), path).json()

    async def is_refused(
        self, path: str, body: object = None, *, key: str, status: int = 409
    ) -> str:
        """Try what must not be possible; the reason that was given."""
        answer = await self.send("POST", path, key=key, json=body)
        if answer.status_code != status:
            raise NotTrue(
                f"{self.name} was to be refused with {status} at {path}, "
                f"and was answered {answer.status_code}: {answer.text[:500]}"
            )
        return str(answer.json()["detail"])

    async def send(
        self,
        method: str,
        path: str,
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """One request. While the system is away it is sent again, as the same request."""
        sent = dict(headers or {})
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if key:
            sent["Idempotency-Key"] = f"story/{key}"
        end = time.monotonic() + self._patience
        while True:
            away: object
            try:
                answer = await self._http.request(method, path, headers=sent, **more)
                if answer.status_code not in AWAY:
                    return answer
                away = answer.text[:300]
            except httpx.TransportError as error:
                away = repr(error)
            if time.monotonic() > end:
                raise NotTrue(f"{path} did not answer for {self._patience:.0f} s: {away}")
            await asyncio.sleep(PAUSE)

    def _good(self, answer: httpx.Response, path: str) -> httpx.Response:
        if answer.is_success:
            return answer
        raise NotTrue(
            f"{self.name} asked {answer.request.method} {path} "
            f"and was answered {answer.status_code}: {answer.text[:800]}"
        )
