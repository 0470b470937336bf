"""The desk at which a request is served: who asks, what is known, and the way of a command.

A route takes a `desk: Desk` and calls `send`, `get`, `find` or `page`; identity, Idempotency-Key,
If-Match and the words of a refusal are settled here and nowhere else.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Generic, Protocol, TypeVar
from urllib.parse import quote
from uuid import uuid4

import orjson
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from shared.domain import Aggregate, Caller, Rejected, Unknown
from shared.envelope import Message, Outcome
from shared.events.base import Command
from shared.figures import Metrics
from shared.identity import Refused, Verifier
from shared.problems import Problematic, problem_of_rejection, stale, wrong_header
from shared.router import name_of
from shared.store import S, Store
from shared.telemetry import correlation

V = TypeVar("V")

MOST_ON_A_PAGE = 200
LARGEST_WHOLE = 2**63 - 1
"""What the database holds in one whole number."""
MOST_ALIKE = 1_000
"""Documents with the same value of the sort field that one page can hold in full."""


class Check(BaseModel):
    """One thing that must be well before a service can work."""

    name: str
    ok: bool
    detail: str = ""


class Handles(Protocol):
    async def handle(self, message: Message) -> Outcome:
        """Handle a command, or raise `Outage` where that cannot be done soon."""


class Served(Protocol):
    """What a service shows to its HTTP side."""

    @property
    def name(self) -> str: ...
    @property
    def commands(self) -> Handles: ...
    @property
    def store(self) -> Store: ...
    @property
    def clock(self) -> "Now": ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def verifier(self) -> Verifier: ...
    @property
    def adapters(self) -> Mapping[str, Any]: ...
    @property
    def settings(self) -> Any: ...

    async def ready(self) -> list[Check]: ...


class Now(Protocol):
    def now(self) -> datetime: ...


class Done(BaseModel):
    """What came of a command: its answer, and the ids of the facts that it caused."""

    result: Any = None
    events: list[str] = []
    correlation: str = ""


class Page(BaseModel, Generic[V]):
    """Some of many. `next` is the cursor of the next page, absent on the last one."""

    items: list[V]
    next: str | None = None


class ServiceDesk:
    def __init__(self, request: Request, response: Response) -> None:
        self.request = request
        self.response = response
        self.service: Served = request.app.state.service
        self._caller: Caller | None = request.scope.get("state", {}).get("caller")
        self._sent = 0
        if request.scope.get("method", "GET") not in ("GET", "HEAD"):
            self._key()  # refused even where it is not used: a client must not rely on it

    @property
    def caller(self) -> Caller:
        """Who asks. Raises `Refused` on a public route where nobody was let in."""
        if self._caller is None:
            raise Refused("this takes somebody who is known")
        return self._caller

    def admit(self, caller: Caller) -> None:
        """Let somebody act who came by another way than a token, such as a one-time link."""
        self._caller = caller

    @property
    def now(self) -> datetime:
        """The business time, in UTC."""
        return self.service.clock.now()

    @property
    def settings(self) -> Any:
        return self.service.settings

    @property
    def adapters(self) -> Mapping[str, Any]:
        return self.service.adapters

    def of_buyer(self, buyer_id: str | None) -> dict[str, str]:
        """One buyer's documents: the one that is named, else the only one that the caller serves.

        Who serves all sees all. Raises `Forbidden` for another's buyer.
        """
        if buyer_id is not None:
            self.caller.must_serve(buyer_id)
            return {"buyer_id": buyer_id}
        if "*" in self.caller.buyers:
            return {}
        if len(self.caller.buyers) != 1:
            raise Rejected("you act for several buyers: name one", field="buyer_id")
        return {"buyer_id": self.caller.buyers[0]}

    async def send(self, command: Command, *, payload: str = "") -> Done:
        """Have a command handled, once for each Idempotency-Key, and say what came of it.

        The command must follow from the request alone: one that holds a random id or the time
        would look like another payload at the second try. `payload` is a hash of all that it
        follows from, where the room has one already and has checked its numbers itself: of a
        thousand lines that is much less work than of the command.
        """
        message = self._message(command, payload or _payload_of(command))
        outcome = await self.service.commands.handle(message)
        if outcome.payload_sha256 not in ("", message.payload_sha256):
            reason = "this key was used for another payload; take a new key for a new request"
            raise Problematic(
                problem_of_rejection("reused_key", reason, "Idempotency-Key", within="header")
            )
        if outcome.error is not None:
            error = outcome.error
            raise Problematic(
                problem_of_rejection(error["kind"], error["reason"], error.get("field"))
            )
        return Done(
            result=outcome.result, events=list(outcome.events), correlation=outcome.correlation
        )

    async def get(self, kind: type[S], id: str) -> S:
        """What is stored under this id. Raises `Unknown`, which is a 404."""
        found = (await self.service.store.fetch(kind, [id])).get(id)
        if found is None:
            raise Unknown(kind.__name__.lower(), id)
        return found

    async def find(
        self,
        kind: type[S],
        where: Mapping[str, Any] | None = None,
        sort: str | None = None,
        limit: int = 100,
        after: str | None = None,
        *,
        descending: bool = False,
    ) -> list[S]:
        """Documents by their indexed fields; see `Store.search`."""
        return await self.service.store.search(
            kind, dict(where or {}), sort=sort, descending=descending, limit=limit, after=after
        )

    async def find_any(
        self, kind: type[S], field: str, values: Iterable[str], *, limit: int = 10_000
    ) -> list[S]:
        """Documents of which an indexed field equals any of these values, in few questions."""
        return await self.service.store.search_any(kind, field, values, limit=limit)

    async def ids(self, kind: type[S], where: Mapping[str, Any], *, limit: int) -> set[str]:
        """The ids of documents by their indexed fields."""
        return await self.service.store.ids(kind, dict(where), limit=limit)

    async def page(
        self,
        kind: type[S],
        where: Mapping[str, Any] | None = None,
        *,
        sort: str,
        view: Callable[[S], V],
        limit: int = 50,
        after: str | None = None,
        descending: bool = False,
    ) -> Page[V]:
        """A page of views, and the cursor of the next one.

        `sort` is an indexed field that holds text. A page ends between two of its values, so that
        none of several documents with the same one is passed over: it can be a little longer.
        """
        limit = max(1, min(limit, MOST_ON_A_PAGE))
        wanted, value = dict(where or {}), _value_in(after)
        store = self.service.store
        found = await store.search(
            kind, wanted, sort=sort, descending=descending, limit=limit + 1, after=value
        )
        if len(found) <= limit:
            return Page(items=[view(one) for one in found])
        found, last = found[:limit], str(getattr(found[limit - 1], sort))
        alike = await store.search(kind, {sort: last} | wanted, limit=MOST_ALIKE)
        there = {one.id for one in found}
        found += [one for one in alike if one.id not in there]
        return Page(items=[view(one) for one in found], next=_cursor(last))

    def tag(self, aggregate: Aggregate) -> None:
        """Name the version in the ETag of the answer, for an edit with If-Match."""
        self.response.headers["ETag"] = f'"{aggregate.version}"'

    def _message(self, command: Command, payload: str) -> Message:
        self._sent += 1
        return Message(
            id=self._message_id(),
            type=name_of(type(command)),
            said=command,
            source="http",
            correlation=correlation.get(),
            caller=self._caller,
            origin="command",
            payload_sha256=payload,
            expected_version=self._expected_version() if self._sent == 1 else None,
        )

    def _message_id(self) -> str:
        """The same for the same client, route and key; each command of one request its own.

        Of the path only a hash is told: the path of a one-time link would open the door.
        """
        key = self._key()
        if key is None:
            return f"http/{uuid4()}"
        subject = quote(self._caller.subject if self._caller else "", safe="")
        scope = self.request.scope
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        route = hashlib.sha256(f"{scope['method']} {path}".encode()).hexdigest()[:24]
        nth = f"/{self._sent}" if self._sent > 1 else ""
        return f"http/{subject}/{route}/{quote(key, safe='')}{nth}"

    def _key(self) -> str | None:
        given = self.request.headers.get("idempotency-key")
        if given is None:
            return None
        key = given.strip()
        fits = 0 < len(key) <= 255 and key.isascii() and key.isprintable()
        if len(key) > 1 and key[0] == key[-1] == '"':  # a quoted string, as headers write one
            key = key[1:-1]
        if not fits or not key:
            raise wrong_header("Idempotency-Key", "has 1 to 255 printable ASCII characters")
        return key

    def _expected_version(self) -> int | None:
        given = self.request.headers.get("if-match")
        if given is None or given.strip() == "*":
            return None
        tag = given.strip()
        if tag.startswith("W/"):
            raise stale("a weak tag never matches; send the ETag as it was given")
        number = tag[1:-1]
        if not (tag.startswith('"') and tag.endswith('"') and len(tag) > 2):
            raise wrong_header("If-Match", 'is one version in quotes, such as "3"')
        if not (number.isascii() and number.isdigit() and len(number) < 16):
            raise stale("this is no version of it; read it again and send its ETag")
        return int(number)


Desk = Annotated[ServiceDesk, Depends(ServiceDesk)]


def _payload_of(command: Command) -> str:
    """The SHA-256 of what a command says."""
    said = command.model_dump(mode="json")
    if far := _beyond(said):
        reason = f"this takes a whole number from -{LARGEST_WHOLE} to {LARGEST_WHOLE}"
        raise Problematic(problem_of_rejection("unreadable", reason, far))
    payload = orjson.dumps([name_of(type(command)), said], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(payload).hexdigest()


def _cursor(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).rstrip(b"=").decode()


def _value_in(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return raw.decode()
    except ValueError as error:
        reason = "is the cursor that the page before gave as `next`"
        wrong = problem_of_rejection("unreadable", reason, "after", within="query")
        raise Problematic(wrong) from error


def _beyond(said: Any, path: str = "") -> str:
    """The path to the first whole number that the database could not hold; empty if there is none.

    Checked for every command: a model that says no bound takes any number that Python can hold.
    """
    if isinstance(said, int):
        return path if abs(said) > LARGEST_WHOLE else ""
    below: Iterable[tuple[Any, Any]] = ()
    if isinstance(said, dict):
        below = said.items()
    elif isinstance(said, list):
        below = enumerate(said)
    found = (_beyond(value, f"{path}.{name}".lstrip(".")) for name, value in below)
    return next(filter(None, found), "")
