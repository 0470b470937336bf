"""Every route, asked by somebody who has the right role, but for another buyer.

Whatever the route is about, the store holds something of that other buyer under it (see
`planted`): none of its words may come out, and nothing about it may be written. A new route is
asked too, without anybody adding it here.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.domain import Caller
from shared.guard import PUBLIC, GuardedRoute
from shared.issuer import Issuer
from tests.access.planted import MARK, OTHER, OWN, Planted, planted

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

UNPROVEN = {
    "notifications: GET /preferences",  # one's own, under one's own name
    "screening: POST /match",  # asks public lists, which are no buyer's
}
"""Routes that end in a defect over planted data, and why that hides nothing."""

REACHED = 70
"""Routes at least that give out or write something for the other buyer's own people: else the
planted data would not be where the routes look, and silence would prove nothing."""


FOR_ALL = {"screening: POST /parties/{party_id}/change-of-control"}
"""What one buyer says here changes what is known of a party: for all, so that nobody goes on
believing that it is clean (ADR 11). Every buyer decides for itself what follows."""

SERVICES = [
    *("audits", "breaches", "console", "contracts"),
    *("notifications", "onboarding", "screening", "subcontractors"),
]


class Leak(NamedTuple):
    route: str
    asked_for: str
    what: str


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


@pytest.fixture(scope="module")
def services(key_file: Path) -> dict[str, Planted]:
    return planted(key_file)


def routes(one: Planted) -> Iterator[tuple[str, GuardedRoute, str]]:
    for route in one.routes():
        for method in sorted(route.methods or ()) if route.roles != PUBLIC else ():
            yield f"{one.service.name}: {method} {route.path}", route, method


async def leaks_of(one: Planted, issuer: Issuer) -> tuple[list[Leak], set[str]]:
    """What a stranger gets or changes, and the routes that broke down instead of refusing."""
    found, broken = [], set()
    for name, route, method in routes(one):
        token = issuer.issue("stranger", roles=route.roles, buyers=(OWN,))
        for buyer in (OTHER, OWN):
            answer = await one.ask(route, method, token, buyer)
            if answer.status_code >= 500:
                broken.add(name)
            if MARK in answer.text:
                found.append(Leak(name, buyer, "gives out another buyer's data"))
            if one.touched() and name not in FOR_ALL:
                found.append(Leak(name, buyer, "writes about another buyer"))
    return found, broken


@pytest.mark.parametrize(
    "name",
    SERVICES,
)
async def test_nobody_reads_or_changes_what_is_another_buyers(
    services: dict[str, Planted], key_file: Path, name: str
) -> None:
    found, broken = await leaks_of(services[name], Issuer(key_file))
    assert found == []
    assert broken <= UNPROVEN


def test_every_service_is_asked(services: dict[str, Planted]) -> None:
    assert set(SERVICES) == set(services)


async def test_the_other_buyers_own_people_get_at_it(
    services: dict[str, Planted], key_file: Path
) -> None:
    issuer, reached = Issuer(key_file), set()
    for one in services.values():
        for name, route, method in routes(one):
            token = issuer.issue("colleague", roles=route.roles, buyers=(OTHER,))
            answer = await one.ask(route, method, token, OTHER)
            wrote = one.touched()
            if answer.is_success and (MARK in answer.text or wrote):
                reached.add(name)
    assert len(reached) >= REACHED, len(reached)


async def test_a_route_that_does_not_look_whose_it_is_would_be_found(
    services: dict[str, Planted], key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Caller, "serves", lambda self, buyer_id: True)
    found, _ = await leaks_of(services["subcontractors"], Issuer(key_file))
    assert len({leak.route for leak in found}) > 10
