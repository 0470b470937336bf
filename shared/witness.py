"""Watches what is shown while a request is served, and has it recorded before it is shown."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import uuid4

from starlette.types import Message, Scope, Send

from shared.access import AccessEntry, closed_to, noting
from shared.domain import Caller
from shared.problems import away
from shared.sealing import KeyName
from shared.store import Outage
from shared.telemetry import correlation


class Witness:
    """Watches one request, and sends nothing of its answer on before what it shows is recorded."""

    def __init__(self, scope: Scope, send: Send, caller: Caller, route: str, purpose: str) -> None:
        self._scope, self._send, self._caller = scope, send, caller
        self._route, self._purpose = route, purpose
        self._seen: set[KeyName] = set()
        self._told: set[KeyName] = set()

        self._refused = False

    def watching(self) -> AbstractContextManager[None]:
        return noting(self._seen, closed_to(self._caller.roles))

    async def __call__(self, message: Message) -> None:
        if self._refused:
            return
        if new := self._seen - self._told:
            self._told |= new
            try:
                await self._scope["app"].state.service.store.note_access(self._entries(new))
            except Outage as outage:
                if message["type"] != "http.response.start":
                    raise  # a stream that has begun can only break off
                # The framework believes that its answer has begun: another takes its place here.
                self._refused = True
                await away(outage)(self._scope, _nothing, self._send)
                return
        await self._send(message)

    def _entries(self, names: set[KeyName]) -> list[AccessEntry]:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        classes: dict[str, list[str]] = {}
        for key_class, subject in sorted(names):
            classes.setdefault(subject, []).append(key_class)
        return [
            AccessEntry(
                id=str(uuid4()),
                at=at,
                subject=subject,
                key_classes=tuple(kinds),
                caller=self._caller.subject,
                roles=self._caller.roles,
                buyers=self._caller.buyers,
                route=self._route,
                purpose=self._purpose,
                correlation=correlation.get(),
            )
            for subject, kinds in classes.items()
        ]


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
