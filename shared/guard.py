"""What stands before every route: who asks, may they, and is what they send not too much.

All three are settled before a byte of the body is read.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.types import Message, Receive, Scope, Send

from shared.access import PURPOSE_HEADER, purpose_of
from shared.domain import Caller, Forbidden
from shared.gate import Gate
from shared.identity import ROLES, Refused
from shared.links import LinkBook
from shared.store import Overloaded
from shared.witness import Witness

PUBLIC: tuple[str, ...] = ("public",)
"""Instead of roles: nobody needs to sign in. For health and one-time links only."""

LARGEST_BODY = 1_000_000
"""Bytes, unless a route says otherwise."""

LARGE_AT_ONCE = 16
"""So many bodies larger than `LARGEST_BODY` one process reads at a time; each lies in memory."""

SAFE_METHODS = ("GET", "HEAD")


def cookie_name(name: str, public_url: str) -> str:
    """Behind TLS with the prefix that keeps a cookie to one host (RFC 6265bis §4.1.3): one without
    it may have been planted by a neighbour, and is not looked at."""
    return f"__Host-{name}" if public_url.startswith("https:") else name


def declaration(roles: object, max_body: int, cookie: str = "") -> dict[str, Any]:
    """What a route declares, in the form in which it also stands in its OpenAPI."""
    known = isinstance(roles, tuple) and roles and all(role in ROLES for role in roles)
    if not known and roles != PUBLIC:
        raise TypeError(
            f"a route declares who may call it: roles=(…) with some of {', '.join(ROLES)}, "
            f"or roles=PUBLIC; not {roles!r}"
        )
    assert isinstance(roles, tuple)
    said: dict[str, Any] = {"x-roles": list(roles), "x-max-body": max_body}
    if cookie:
        said["x-cookie"] = cookie
    return said


SCHEMES = ("bearer", "apikey")
"""How a token may be introduced: clients of yente say `ApiKey`."""


class GuardedRoute(APIRoute):
    """A route that nobody passes without its declared roles."""

    @property
    def declared(self) -> Mapping[str, Any]:
        extra = self.openapi_extra or {}
        if "x-roles" not in extra:
            raise TypeError(f"the route {self.path} declares no roles")
        return extra

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.declared["x-roles"])

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.methods and scope["method"] not in self.methods:
            await super().handle(scope, receive, send)
            return
        if self.roles != PUBLIC:
            await self._admit(scope)
        limit = self.declared["x-max-body"]
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > limit:
            raise too_large(limit)
        if self.roles == PUBLIC and "token" in scope["path_params"]:
            send = LinkGates.of(scope).watched(scope, send)
        with _Large.place(limit):
            await self._answer(scope, _Measured(receive, limit), send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and have a witness see whose personal data the caller is shown."""
        caller = scope.get("state", {}).get("caller")
        if caller is None:
            await super().handle(scope, receive, send)
            return
        said = Headers(scope=scope).get(PURPOSE_HEADER, "")
        purpose = purpose_of(said, self.description.partition("\n")[0] or _named(self.name))
        route = f"{scope['method']} {self.path}"
        witness = Witness(scope, send, caller, route, purpose)
        with witness.watching():
            await super().handle(scope, receive, witness)

    async def _admit(self, scope: Scope) -> None:
        verifier = scope["app"].state.service.verifier
        caller: Caller = await verifier.caller(self._token(scope))
        if not set(caller.roles) & set(self.roles):
            raise Forbidden(
                f"this takes the role {' or '.join(self.roles)}; you have {', '.join(caller.roles)}"
            )
        scope.setdefault("state", {})["caller"] = caller

    def _token(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        given = headers.getlist("authorization")
        if given:
            scheme, _, token = given[0].partition(" ")
            if len(given) > 1 or scheme.lower() not in SCHEMES or not token.strip():
                raise Refused("the Authorization header has the form: Bearer, a space, the token")
            return token.strip()
        token = ""
        if cookie := self.declared.get("x-cookie", ""):
            home = str(getattr(scope["app"].state.service.settings, "public_url", ""))
            token = cookie_parser(headers.get("cookie", "")).get(cookie_name(cookie, home), "")
        if not token:
            raise Refused("sign in first: send a token in the header Authorization: Bearer …")
        # A browser sends cookies along with requests that other sites make it do, and says so.
        if scope["method"] not in SAFE_METHODS and headers.get("sec-fetch-site") != "same-origin":
            raise Refused("a request that changes something must come from the page itself")
        return token


def _named(function: str) -> str:
    """What a route without a description is for, as its function is called."""
    return function.replace("_", " ").strip().capitalize()


class LinkGates:
    """How often one-time links may be tried, at every route that has one in its path.

    A link is limited by itself, so that one supplier keeps no other out; who tries links that are
    not genuine is limited by the address, and finds out no more than that. A genuine one that opens
    nothing any more counts for nobody: the console asks for all suppliers from one address.
    """

    TRIES, SECONDS = 120, 60.0
    """Of one link; somebody who fills in a form and uploads documents needs a few dozen."""
    FORGED, FORGED_SECONDS = 30, 600.0
    """Of one address: a letter that was copied badly is tried a few times."""

    def __init__(self) -> None:
        self._links = Gate(self.TRIES, self.SECONDS)
        self._strangers = Gate(self.FORGED, self.FORGED_SECONDS)

    @classmethod
    def of(cls, scope: Scope) -> "LinkGates":
        """Those of the service; they begin with its first link."""
        state = scope["app"].state
        if not hasattr(state, "link_gates"):
            state.link_gates = cls()
        gates: LinkGates = state.link_gates
        return gates

    def watched(self, scope: Scope, send: Send) -> Send:
        """Counts this try, and whether it was refused. Raises the problem 429."""
        address = (scope.get("client") or ("",))[0]
        self._strangers.must_have_room(address)
        token = str(scope["path_params"]["token"])
        self._links.pass_through(hashlib.sha256(token.encode()).hexdigest())

        async def counted(message: Message) -> None:
            refused = message["type"] == "http.response.start" and message["status"] in (401, 403)
            if refused and not self._is_ours(token, scope):
                self._strangers.count(address)
            await send(message)

        return counted

    @staticmethod
    def _is_ours(token: str, scope: Scope) -> bool:
        """Whether this system has written the link, and it has not expired."""
        links: LinkBook | None = scope["app"].state.service.adapters.get("links")
        if links is None:
            return False
        try:
            links.open(token)
        except Forbidden:
            return False
        return True


class _Large:
    """The requests of this process that may bring a large body."""

    now = 0

    @classmethod
    @contextmanager
    def place(cls, limit: int) -> Iterator[None]:
        """Takes one of the places, where the body may be large; raises `Overloaded` if none is."""
        if limit <= LARGEST_BODY:
            yield
            return
        if cls.now >= LARGE_AT_ONCE:
            raise Overloaded(f"{LARGE_AT_ONCE} large bodies are being read")
        cls.now += 1
        try:
            yield
        finally:
            cls.now -= 1


def too_large(limit: int) -> HTTPException:
    size = f"{limit / 1e6:g} MB" if limit >= 100_000 else f"{limit} bytes"
    return HTTPException(413, f"the body is larger than the {size} that are accepted here")


class _Measured:
    """Passes the body on, and stops where it becomes longer than allowed, announced or not."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._seen = receive, limit, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise too_large(self._limit)
        return message
