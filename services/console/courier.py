"""Takes a user's command to the service that it concerns, with the user's own token.

The console decides nothing itself. It goes the same way as any other client: through the public
address, with an Idempotency-Key that the form brought, so that a click twice is one command.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_letters, digits, punctuation
from typing import Any
from urllib.parse import quote

import httpx

TIMEOUT = 15.0
MAKING = 180.0
"""Seconds that a file may take to be made, such as a copy in which passages are covered."""
MOST_PATIENT = 2.0
"""Seconds that a page waits for what only another service knows, before it is shown without."""
NEEDED = 10.0
"""The same where the page says nothing of use without: a letter that does not say what is asked, a
case without its steps. Whoever reads it would only have to load it again."""


PRINTABLE = f"{ascii_letters}{digits}{punctuation}"


def _key(text: str) -> str:
    """A key that a header can carry: an id from outside may hold anything."""
    return quote(text, safe=PRINTABLE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command: the facts that it caused, or why it was refused."""

    status: int
    events: tuple[str, ...] = ()
    result: Any = None
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self.status < 400


class Courier:
    def __init__(self, public_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=public_url, transport=transport, timeout=TIMEOUT, trust_env=False
        )

    async def send(
        self, service: str, path: str, body: Mapping[str, Any], *, token: str, key: str
    ) -> Answer:
        """Post a command. An outage is an answer too: the user sees it and may try again."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": _key(key),
        }
        try:
            found = await self._client.post(
                f"/api/{service}{path}", json=dict(body), headers=headers
            )
        except httpx.TransportError as error:
            return Answer(503, reason=f"the service {service} does not answer: {error}")
        return _answer(found)

    async def read(
        self, service: str, path: str, *, token: str = "", patience: float = MOST_PATIENT
    ) -> Any:
        """What a service says about something, or None where it says nothing in so many seconds."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            found = await self._client.get(
                f"/api/{service}{path}", headers=headers, timeout=patience
            )
        except httpx.TransportError:
            return None
        return found.json() if found.is_success else None

    async def fetch(self, service: str, path: str, *, token: str) -> httpx.Response:
        """A file of a service, as it answers; 503 where it does not."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            return await self._client.get(f"/api/{service}{path}", headers=headers)
        except httpx.TransportError:
            return httpx.Response(503)

    async def make(
        self, service: str, path: str, body: Mapping[str, Any], *, token: str
    ) -> "httpx.Response | Answer":
        """A file that a service makes of what it is sent, or why it does not."""
        headers = {"Authorization": f"Bearer {token}"}
        try:
            found = await self._client.post(
                f"/api/{service}{path}", json=dict(body), headers=headers, timeout=MAKING
            )
        except httpx.TransportError as error:
            return Answer(503, reason=f"the service {service} does not answer: {error}")
        return found if found.is_success else _answer(found)

    async def by_link(
        self,
        service: str,
        path: str,
        *,
        key: str,
        body: Mapping[str, Any] | None = None,
        file: tuple[str, bytes, str] | None = None,
    ) -> Answer:
        """What a supplier sends through a one-time link: the link itself says who it is."""
        headers = {"Idempotency-Key": _key(key)}
        try:
            found = await self._client.post(
                f"/api/{service}{path}",
                json=dict(body) if body is not None else None,
                files={"file": file} if file else None,
                headers=headers,
            )
        except httpx.TransportError as error:
            return Answer(503, reason=f"the service {service} does not answer: {error}")
        return _answer(found)

    async def close(self) -> None:
        await self._client.aclose()


def _answer(found: httpx.Response) -> Answer:
    try:
        said = found.json()
    except ValueError:
        said = {}
    if found.is_success:
        said = said if isinstance(said, dict) else {}
        return Answer(
            found.status_code,
            events=tuple(said.get("events") or ()),
            result=said.get("result", said),
        )
    return Answer(
        found.status_code,
        reason=str(said.get("detail") or f"the service answered {found.status_code}"),
        fields={e["field"]: e["reason"] for e in said.get("errors", ()) if "field" in e},
    )
