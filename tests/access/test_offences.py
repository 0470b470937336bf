"""Data on offences is shown only to the role of its own, by whatever route, and always on record.

Which fields those are is read from the models' marks, and each route of a service that holds one is
asked: a new field or route is asked too, without anybody adding it here.
"""

import base64
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from docs.personal import marked
from shared.access import AccessEntry, closed_to, noting
from shared.domain import Caller, Record, Stored
from shared.events.base import Criminal
from shared.events.offences import offences_of
from shared.guard import PUBLIC
from shared.identity import ROLES
from shared.issuer import Issuer
from shared.sealing import COVERED, names_in, plan_of, seal
from shared.testing import MemoryStore
from tests.access.planted import OTHER, Planted, PlantedStore, planted

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

S = TypeVar("S", bound=Stored)
M = TypeVar("M", bound=BaseModel)
OFFENCE = b"convicted-of-planted-fraud"
SEALED_AS = base64.b64encode(OFFENCE).decode()
PERSON = "person-1f3c0a"
SHOWN = {
    "breaches": {
        "breaches: GET /cases/{case_id}/letters/{number}.pdf",
        "breaches: GET /cases/{case_id}",
        "breaches: GET /insight/{insight_id}/items/{number}",
    },
    "console": {
        "console: GET /cases/{case_id}",
        "console: GET /suppliers/{party_id}",
        "console: GET /audits/{audit_id}",
    },
    "onboarding": {"onboarding: GET /documents/{document_id}"},
    "subcontractors": set(),
    "audits": {
        "audits: GET /audits/{audit_id}",
        "audits: GET /audits/{audit_id}/checklist",
        "audits: GET /findings/{finding_id}",
        "audits: GET /actions/{action_id}",
        "audits: GET /dialogues",
        "audits: GET /evidence-requests/{request_id}",
        "audits: GET /complaints/{complaint_id}",
    },
}
"""Where whoever may see them is shown offences: else nothing was tried."""
ALL_BUT_ONE = tuple(role for role in ROLES if role != "offence_reader")


def tells_of_offences(kind: type[Stored]) -> bool:
    """Whether a kind has criminal fields, its own or of what lies in it."""
    return any(key_class == "criminal" for _, key_class in marked(kind))


def told_in(value: Any) -> Any:
    """The offence, in lists as deep as those of the value."""
    if not isinstance(value, tuple):
        return SEALED_AS
    return (told_in(value[0] if value else ""),)


def telling(one: M) -> M:
    """The same, with an offence in each criminal text, wherever in it that stands."""
    about = {"party_id": PERSON, "offences_of": PERSON, "rule": "EX-A3", "ground": "EX-A3"}
    told: dict[str, Any] = {n: said for n, said in about.items() if n in type(one).model_fields}
    for field, key_class in plan_of(type(one)).items():
        value = getattr(one, field)
        if key_class == "criminal":
            told[field] = told_in(value)
        elif key_class is None and isinstance(value, BaseModel):
            told[field] = telling(value)
        elif key_class is None and isinstance(value, tuple):
            told[field] = tuple(telling(v) if isinstance(v, BaseModel) else v for v in value)
    return one.model_copy(update=told)


class Offenders(PlantedStore):
    """Whatever can tell of an offence tells of one, by a natural person."""

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        found = await super().fetch(kind, ids, cached=cached)
        return {id: await self._shown(self._told(one)) for id, one in found.items()}

    async def search(self, kind: type[S], where: dict[str, Any], **more: Any) -> list[S]:
        return [
            await self._shown(self._told(one)) for one in await super().search(kind, where, **more)
        ]

    def _told(self, one: S) -> S:
        if not tells_of_offences(type(one)):
            return one
        return telling(one)


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


@pytest.fixture(scope="module")
def holders(key_file: Path) -> list[Planted]:
    """The services that hold something on offences."""
    found = [
        one for one in planted(key_file).values() if any(map(tells_of_offences, one.service.kinds))
    ]
    for one in found:
        one.store = Offenders(one.service.name)
        one.service.store = one.store  # type: ignore[assignment]
    return found


async def told(one: Planted, issuer: Issuer, roles: tuple[str, ...]) -> set[str]:
    """The routes that tell of the offence to somebody with these roles."""
    found = set()
    token = issuer.issue("reader", roles=roles, buyers=(OTHER,))
    for route in one.routes():
        for method in sorted(route.methods or ()) if route.roles != PUBLIC else ():
            answer = await one.ask(route, method, token, OTHER)
            if OFFENCE in answer.content or SEALED_AS.encode() in answer.content:
                found.add(f"{one.service.name}: {method} {route.path}")
    return found


async def test_no_route_tells_of_offences_to_whoever_lacks_the_role(
    holders: list[Planted], key_file: Path
) -> None:
    issuer = Issuer(key_file)
    assert [one.service.name for one in holders] == sorted(SHOWN)
    for one in holders:
        assert await told(one, issuer, ALL_BUT_ONE) == set()


async def test_with_the_role_it_is_shown_and_that_is_on_record_with_its_purpose(
    holders: list[Planted], key_file: Path
) -> None:
    issuer = Issuer(key_file)
    for one in holders:
        one.store.documents.clear()
        found = await told(one, issuer, ROLES)
        assert SHOWN[one.service.name] <= found
        entries = [d for d in one.store.documents.values() if isinstance(d, AccessEntry)]
        seen = {entry.route for entry in entries if "criminal" in entry.key_classes}
        assert {name.partition(": ")[2] for name in found} <= seen
        assert all(entry.purpose for entry in entries)


class Verdict(Record):
    party_id: str
    offence: Criminal[str]


async def test_what_is_covered_for_a_reader_can_never_be_stored() -> None:
    store = MemoryStore()
    store.documents[Verdict, "v"] = Verdict(id="v", party_id=PERSON, offence="fraud")
    with noting(set(), closed_to(("officer",))):
        shown = (await store.fetch(Verdict, ["v"]))["v"]
    assert shown.offence == COVERED
    with pytest.raises(ValueError, match="would replace the data"):
        seal(shown, {("criminal", PERSON): bytes(32)})


def test_who_has_the_role_is_closed_out_of_nothing() -> None:
    caller = Caller(subject="x", roles=("officer", "offence_reader"))
    assert closed_to(caller.roles) == frozenset()
    assert closed_to(ALL_BUT_ONE) == {"criminal"}


class Told(BaseModel, frozen=True):
    by: str
    words: Criminal[str]


class Matter(Record):
    """A case about a company, in which somebody's conviction is told."""

    subject_field = "offences_of"
    rule: str
    told: tuple[Told, ...] = ()

    @property
    def offences_of(self) -> str:
        return offences_of(self.id, self.rule, "dk-cvr-1")


def test_words_of_a_case_about_a_company_are_sealed_with_a_key_of_the_case() -> None:
    told = (Told(by="mette", words="its director was convicted"),)
    convicted = Matter(id="case-1", rule="EX-A3", told=told)
    assert names_in(convicted) == {("criminal", "person-offences-case-1")}
    out = seal(convicted, {("criminal", "person-offences-case-1"): bytes(32)})
    assert "director" not in str(out)
    assert out["told"][0]["by"] == "mette"
    debts = Matter(id="case-2", rule="EX-B1", told=told)
    assert names_in(debts) == set()
    assert seal(debts, {})["told"][0]["words"] == told[0].words
