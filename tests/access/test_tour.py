"""A tour through every route and page: whatever shows something of a person leaves an entry.

Each marked field in the stores says a word that stands nowhere else. Where an answer has that word,
the access record must say who was shown whose data, by which route and why.
"""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from shared.access import AccessEntry
from shared.domain import Stored
from shared.guard import PUBLIC
from shared.identity import ROLES
from shared.issuer import Issuer
from shared.sealing import names_in, plan_of
from tests.access.planted import OTHER, Planted, PlantedStore, planted

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

S = TypeVar("S", bound=Stored)
M = TypeVar("M", bound=BaseModel)
NAME = "Lykkeplantedname"
PERSON = "person-1f3c0a"
WHOSE = (PERSON, "person-offences-")
"""The person, or those of whom a case, a claim or a paper tells."""

SERVICES = [
    *("audits", "breaches", "console", "contracts"),
    *("notifications", "onboarding", "screening", "subcontractors"),
]
SHOW_PERSONS = 20
"""Routes at least that show something of a person, else the tour would prove nothing."""


def personal(model: M) -> M:
    """The same with a person's name wherever the model says that something is personal."""
    update: dict[str, Any] = {}
    plan = plan_of(type(model))
    for field, key_class in plan.items():
        value = getattr(model, field)
        if key_class is None:
            update[field] = _below(value)
        elif isinstance(value, str):
            update[field] = NAME
        elif isinstance(value, tuple):
            update[field] = (NAME,)
    if any(plan.values()):
        update |= dict.fromkeys(_whose(type(model)), PERSON)
        # What is said of a ground is about somebody where the ground is an offence (ADR 77).
        update |= {one: "EX-A3" for one in ("rule", "ground") if one in type(model).model_fields}
    return model.model_copy(update=update) if update else model


def _whose(kind: type[BaseModel]) -> Iterable[str]:
    """The field that says whom it is about; where that follows from others, those."""
    subject: str = getattr(kind, "subject_field", "party_id")
    if isinstance(getattr(kind, subject, None), property):
        return [name for name in ("party_id", "offences_of") if name in kind.model_fields]
    return [subject]


def _below(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return personal(value)
    if isinstance(value, tuple | list):
        return type(value)(_below(one) for one in value)
    if isinstance(value, dict):
        return {name: _below(one) for name, one in value.items()}
    return value


class Peopled(PlantedStore):
    """Everything is about one person."""

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        found = await super().fetch(kind, ids, cached=cached)
        return {id: await self._shown(personal(one)) for id, one in found.items()}

    async def search(self, kind: type[S], where: dict[str, Any], **more: Any) -> list[S]:
        found = await super().search(kind, where, **more)
        return [await self._shown(personal(one)) for one in found]


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


@pytest.fixture(scope="module")
def toured(key_file: Path) -> dict[str, Planted]:
    found = planted(key_file)
    for one in found.values():
        one.store = Peopled(one.service.name)
        one.service.store = one.store  # type: ignore[assignment]
        one.service.keyring = one.store.keyring  # type: ignore[assignment]
    return found


SEEN: set[str] = set()


@pytest.mark.parametrize("name", SERVICES)
async def test_whoever_is_shown_a_person_is_on_record_with_why(
    toured: dict[str, Planted], key_file: Path, name: str
) -> None:
    one, issuer = toured[name], Issuer(key_file)
    token = issuer.issue("visitor", roles=ROLES, buyers=(OTHER,))
    silent = []
    for route in one.routes():
        for method in sorted(route.methods or ()) if route.roles != PUBLIC else ():
            one.store.documents.clear()
            answer = await one.ask(route, method, token, OTHER)
            if NAME.encode() not in answer.content:
                continue
            said = f"{name}: {method} {route.path}"
            SEEN.add(said)
            entries = [d for d in one.store.documents.values() if isinstance(d, AccessEntry)]
            told = [e for e in entries if e.subject.startswith(WHOSE) and e.caller == "visitor"]
            if not any(e.route == f"{method} {route.path}" and e.purpose for e in told):
                silent.append(said)
    assert silent == []


def test_the_tour_saw_persons() -> None:
    """After the tour: it is worth nothing where nobody was shown."""
    if not SEEN:
        pytest.skip("the tour was not run")
    assert len(SEEN) >= SHOW_PERSONS, sorted(SEEN)


def test_the_planted_person_is_whom_the_models_name() -> None:
    class Known(Stored):
        party_id: str
        name: str

    assert names_in(Known(id="x", party_id=PERSON, name=NAME)) == set()
