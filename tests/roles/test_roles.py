"""Every route of every service, asked by everybody: nobody, each role, and with bad tokens.

Who is let in is seen without doing anything: each request announces a body that is too large, and
that is refused with 413 only after the role was found to be right (see `shared.guard`).
"""

import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Scope

from docs.installed import Installed, installed
from shared.guard import PUBLIC, GuardedRoute
from shared.http import DeclaredRoute, routes_of
from shared.identity import ROLES
from shared.issuer import Issuer

MAY_BE_PUBLIC = (
    r"/healthz",
    r"/readyz",
    r"/metrics",
    r"/openapi\.json",
    r"/links/\{token\}(/.*)?",  # one-time links of suppliers
    r"/l/\{token\}(/visit\.pdf|/letters/\{number\}\.pdf)?",  # its page and letters
    r"/tips?(/\{(token|buyer_id)\})?",  # anybody may say that something is wrong
    r"/sign-in(/start|/callback)?",  # a person who has no token yet
    r"/unsubscribe/\{token\}",  # one click in a mail program (RFC 8058)
    r"/language/\{language\}",  # the language of the page to sign in
    r"/static",  # styles, scripts and pictures of the pages
)

CONSOLE = "console"
"""Serves pages to people: instead of refusing, they lead to where one signs in."""

TOO_LARGE = {"Content-Length": str(10**15)}


class Place(NamedTuple):
    service: str
    app: FastAPI
    route: DeclaredRoute

    def __str__(self) -> str:
        return f"{self.service}: {self.route.method} {self.route.path}"

    @property
    def address(self) -> str:
        """The path with something in place of its parameters."""
        return re.sub(r"\{[^}]*\}", "something", self.route.path)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


@pytest.fixture(scope="module")
def there(key_file: Path) -> Installed:
    """Services that are not started; a page finds nothing in the adapters that it asks for."""
    found = installed(key_file)
    for service in found.services.values():
        service.adapters = defaultdict(dict)
    return found


@pytest.fixture(scope="module")
def places(there: Installed) -> list[Place]:
    return [
        Place(name, service.app, route)
        for name, service in there.services.items()
        for route in routes_of(service.app)
    ]


@pytest.fixture
def issuer(key_file: Path) -> Issuer:
    return Issuer(key_file)


def guarded(places: list[Place]) -> Iterator[Place]:
    return (place for place in places if place.route.roles != PUBLIC)


@asynccontextmanager
async def asking(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service. Its lifespan does not run: no broker and no database is needed."""
    transport = httpx.ASGITransport(app=place.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ansvar.test") as client:
        yield client


async def answer(place: Place, token: str | None = None) -> int:
    """The status of what it answers; that of a page which sends to the sign-in is 401."""
    headers = TOO_LARGE | ({"Authorization": f"Bearer {token}"} if token else {})
    async with asking(place) as client:
        asked = await client.request(place.route.method, place.address, headers=headers)
    to_sign_in = asked.headers.get("location", "").startswith("/sign-in")
    return 401 if place.service == CONSOLE and to_sign_in else asked.status_code


def test_every_service_is_walked(there: Installed) -> None:
    assert there.missing == []


def test_every_route_declares_roles_that_exist(places: list[Place]) -> None:
    for place in places:
        assert place.route.roles, place
        assert place.route.roles == PUBLIC or set(place.route.roles) <= set(ROLES), place


def test_only_what_must_be_is_open_to_everybody(places: list[Place]) -> None:
    public = [place for place in places if place.route.roles == PUBLIC]
    wrong = [p for p in public if not any(re.fullmatch(m, p.route.path) for m in MAY_BE_PUBLIC)]
    assert not wrong, [str(place) for place in wrong]
    assert {p.route.path for p in public} >= {"/healthz", "/readyz", "/metrics", "/openapi.json"}


async def test_nobody_is_let_in_without_a_token(places: list[Place]) -> None:
    for place in guarded(places):
        assert await answer(place) == 401, place


async def test_each_role_is_let_in_exactly_where_it_is_declared(
    places: list[Place], issuer: Issuer
) -> None:
    tokens = {role: issuer.issue("somebody", roles=(role,), buyers=("*",)) for role in ROLES}
    for place in guarded(places):
        for role, token in tokens.items():
            expected = 413 if role in place.route.roles else 403
            assert await answer(place, token) == expected, f"{place} as {role}"


async def test_a_role_that_a_route_does_not_ask_for_would_be_found(
    places: list[Place], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect: whoever has signed in passes, whatever role the route declares."""

    async def admit(self: GuardedRoute, scope: Scope) -> None:
        verifier = scope["app"].state.service.verifier
        scope.setdefault("state", {})["caller"] = await verifier.caller(self._token(scope))

    monkeypatch.setattr(GuardedRoute, "_admit", admit)
    with pytest.raises(AssertionError, match="413 == 403"):
        await test_each_role_is_let_in_exactly_where_it_is_declared(places[:20], issuer)


def test_a_route_that_was_opened_to_everybody_would_be_found(places: list[Place]) -> None:
    closed = next(guarded(places))
    opened = closed._replace(route=closed.route._replace(roles=PUBLIC))
    with pytest.raises(AssertionError, match=re.escape(closed.route.path)):
        test_only_what_must_be_is_open_to_everybody([*places, opened])


async def test_a_token_that_does_not_hold_is_refused(
    places: list[Place], key_file: Path, tmp_path: Path
) -> None:
    yesterday = Issuer(key_file, now=lambda: time.time() - 86_400)
    tokens = {
        "expired": yesterday.issue("somebody", roles=ROLES, buyers=("*",)),
        "from somebody else": Issuer(tmp_path / "other.json").issue("somebody", roles=ROLES),
        "without roles": Issuer(key_file).issue("somebody", buyers=("*",)),
        "damaged": "nonsense",
    }
    for place in guarded(places):
        for what, token in tokens.items():
            assert await answer(place, token) == 401, f"{place}, {what}"


def test_the_document_of_every_service_names_the_roles(there: Installed) -> None:
    for name, service in there.services.items():
        document = service.app.openapi()
        for path, methods in document["paths"].items():
            for method, said in methods.items():
                assert said["x-roles"], f"{name}: {method} {path}"
                signed_in = said.get("security") == [{"bearer": []}]
                assert signed_in == (said["x-roles"] != list(PUBLIC)), f"{name}: {method} {path}"
