"""Every service with the data of another buyer wherever one looks, and nothing else behind it.

Whatever id is asked for, the store holds something under it; whatever is searched for is found,
unless it is searched for another buyer's. So every route can be asked without knowing what it is
about, and a route that does not look whose data it gives out gives out planted words.
"""

import base64
import json
import re
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest.mock import patch

import httpx
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, ValidationError

import services.onboarding.app
import services.screening.app
from docs.installed import installed
from services.console.bells import Bells
from shared.administration import CannotAdminister
from shared.administration.dead import DeadLetter
from shared.administration.lag import Lag
from shared.bus import Bus
from shared.domain import Aggregate, Stored
from shared.envelope import Message, Outcome
from shared.events.screening import PartyScreened
from shared.guard import GuardedRoute
from shared.runtime import Service
from shared.testing import MemoryStore, Quiet
from tests.hostile.making import MOMENT, Making

S = TypeVar("S", bound=Stored)

OTHER, OWN, THIRD = "dk-cvr-11111111", "dk-cvr-91204711", "dk-cvr-22222222"
MARK = "plantedsecret"
"""Every text of another buyer's data that is nothing else, such as an id or a date."""

PAPER = base64.b64encode(MARK.encode()).decode()

OF_BUYERS = re.compile(r"^(buyer|buyers|.*_buyers?|buyer_ids?|reader_buyers)$")
EVERYBODYS = ("Screening", "Hit", "Watch")
"""What the lists say of a party is shared, the verdicts of each buyer shown as such (ADR 11)."""

PROPER: dict[str, dict[str, Any]] = {
    "Line": {"kind": "HitRaised", "time": MOMENT.isoformat()},
    "Hit": {"raised": MOMENT.isoformat()},
    "Finding": {"listed": MOMENT.isoformat()},
    "Case": {
        "track": "contract_breach",
        "rulebook_version": "2026-04",
        "stage": "flagged",
        "rule": "EX-A3",
    },
    "Document": {"received_at": MOMENT.isoformat()},
    "Arrival": {"received_at": MOMENT.isoformat()},
    "KnownAs": {"since": MOMENT.isoformat()},
    "HeldPayments": {"cause": "listed"},
    "WageCheck": {"back_pay": ()},
    "Letter": {"pdf_da": PAPER, "pdf_sv": PAPER, "pdf_en": PAPER},
    "InsightLetter": {"pdf_da": PAPER, "pdf_sv": PAPER, "pdf_en": PAPER},
    "Fact": {"time": MOMENT.isoformat()},
    "RegisterEntry": {"state": "known"},
    "Qualifying": {"state": "qualified"},
    "Insight": {"received": MOMENT.isoformat()},
    "Complaint": {"listed": MOMENT.isoformat()},
    "Retention": {"erase_on": MOMENT.date().isoformat()},
    "Delivery": {"at": MOMENT.isoformat(), "queued": MOMENT.isoformat()},
    "Manifest": {"lines": ()},
    "Preferences": {"quiet_from": "", "quiet_to": ""},
}
"""Texts that a service writes and reads again: with any word in them its own pages would break."""

TOLD: dict[str, type[BaseModel]] = {"Fact": PartyScreened}
"""Documents that hold what was announced, as JSON in `body`."""

OPEN = ("id", "party_id", "supplier_id")
"""Fields that hold what was asked for, or a party: those are everybody's."""


def buyer_fields(kind: type[BaseModel], seen: frozenset[type] = frozenset()) -> set[str]:
    """The names of the fields, wherever in the model, that say whose it is."""
    found = {name for name in kind.model_fields if OF_BUYERS.match(name)}
    for field in kind.model_fields.values():
        for part in _models(field.annotation):
            if part not in seen:
                found |= buyer_fields(part, seen | {kind})
    return found


def _models(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)


SHELVES = ("shelves", "news")
"""Fields by which the console finds a list of one buyer: `open/dk-cvr-…`."""


class PlantedStore(MemoryStore):
    """Holds something of the other buyer under every id."""

    def __init__(self, service: str, word: str = MARK) -> None:
        super().__init__(service)
        self._word = word
        self._made: dict[type[Stored], Stored] = {}

    def planted(self, kind: type[S], **said: Any) -> S:
        """Something of this kind. Made once: what is stored never changes in place."""
        if kind not in self._made:
            word = self._word
            shared = kind.__name__ in EVERYBODYS or not buyer_fields(kind)
            chosen = dict.fromkeys(buyer_fields(kind), THIRD if shared else OTHER)
            own: dict[str, Any] = {name: "something" for name in OPEN if name in kind.model_fields}
            own |= PROPER.get(kind.__name__, {})
            own |= {"number": 0, "block": 0, "version": 0} if issubclass(kind, Aggregate) else {}
            making = Making(chosen=chosen, word="shared" if shared and word == MARK else word)
            if told := TOLD.get(kind.__name__):
                own["body"] = making.made(told).model_dump_json()
            self._made[kind] = making.made(kind, own)
        return self._made[kind].model_copy(update=said)  # type: ignore[return-value]

    async def fetch(
        self, kind: type[S], ids: Iterable[str], *, cached: bool = False
    ) -> dict[str, S]:
        ids = list(ids)
        found = await super().fetch(kind, ids)
        strange = (id for id in ids if OWN not in id)  # some ids begin with whose it is
        return {id: self.planted(kind, id=id) for id in strange} | found

    async def search(
        self,
        kind: type[S],
        where: dict[str, Any],
        *,
        sort: str | None = None,
        descending: bool = False,
        limit: int = 1000,
        after: str | None = None,
    ) -> list[S]:
        await super().search(kind, where, sort=sort, limit=1)
        one = self.planted(kind)
        for name, value in where.items():
            held = getattr(one, name)
            if OF_BUYERS.match(name) and value != held and value not in (held or ()):
                return []
            if name in SHELVES and "/" in value:  # it says whose it is, as the product wrote it
                if not value.endswith(f"/{OTHER}"):
                    return []
                if name == "shelves":  # worked out, and so never written
                    continue
            fitting = (value,) if isinstance(held, tuple) else value
            one = one.model_copy(update={name: fitting})
        return [one]


class NoBroker:
    """The broker behind the page of operations is away."""

    async def lag(self) -> list[Lag]:
        raise CannotAdminister("there is no broker here")

    async def letters(self) -> list[DeadLetter]:
        raise CannotAdminister("there is no broker here")


class Planted:
    """One service over a planted store; its rules, routes and handlers are real."""

    def __init__(self, service: Service, word: str = MARK) -> None:
        self.service = service
        self.word = word
        self.store = PlantedStore(service.name, word)
        service.store = self.store  # type: ignore[assignment]
        service.keyring = self.store.keyring  # type: ignore[assignment]
        service.clock = SimpleNamespace(now=lambda: MOMENT)  # type: ignore[assignment]
        service.commands = self  # type: ignore[assignment]
        given = service._given
        service.adapters = {**(given(service) if callable(given) else given)}
        if "bells" in service.adapters:  # a stream that ends, so that its words can be looked at
            service.adapters["bells"] = Bells(look=0.02, seconds=0.2)
        if "broker" in service.adapters:  # said at once, not after waiting for one
            service.adapters["broker"] = NoBroker()
        self.bus = Bus(
            service.router.bound(service.adapters),
            self.store,
            self.store.keyring,
            lambda: MOMENT,
            Quiet(),
        )

    async def handle(self, message: Message) -> Outcome:
        return (await self.bus.handle([message]))[message.id]

    @property
    def app(self) -> FastAPI:
        return self.service.app

    def routes(self) -> list[GuardedRoute]:
        return [route for route in self.app.routes if isinstance(route, GuardedRoute)]

    def touched(self) -> list[str]:
        """What was written about the other buyer since the last look, and forget it."""
        kept = [one.model_dump_json() for one in self.store.documents.values()]
        said = [entry.body.decode() for entry in self.store.journal]
        self.store.documents.clear()
        self.store.journal.clear()
        self.store.inbox.clear()
        self.store.deadlines.clear()
        self.store.effects.clear()
        return [one for one in kept + said if OTHER in one]

    async def ask(self, route: GuardedRoute, method: str, token: str, buyer: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://here.test", headers=headers
        ) as client:
            said = _question(route, buyer, self.word)
            return await client.request(method, _address(route), **said)


def _address(route: GuardedRoute) -> str:
    """The path with something in place of each parameter, a number where one is wanted."""
    numbers = {p.name for p in route.dependant.path_params if p.field_info.annotation is int}
    said = re.compile(r"\{([^}:]*)[^}]*\}")
    return said.sub(lambda match: "1" if match[1] in numbers else "something", route.path)


def _question(route: GuardedRoute, buyer: str, word: str = MARK) -> dict[str, Any]:
    """Query and body as the route's own types ask for them."""
    query: dict[str, Any] = {}
    for parameter in _flat(route.dependant, "query_params"):
        if OF_BUYERS.match(parameter.name):
            query[parameter.alias] = buyer
        elif parameter.field_info.is_required():
            query[parameter.alias] = _plain(parameter.field_info.annotation)
    asked: dict[str, Any] = {"params": query}
    for parameter in _flat(route.dependant, "body_params"):
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            chosen = dict.fromkeys(buyer_fields(kind), buyer)
            try:
                said = Making(chosen=chosen, word=word if word != MARK else "something").made(kind)
                asked["json"] = json.loads(said.model_dump_json())
            except (ValidationError, TypeError):
                asked["json"] = chosen
        elif "UploadFile" in str(kind):
            asked.setdefault("files", {})[parameter.alias] = ("a.csv", b"a;b\n1;2\n")
        elif "dict" in str(kind):
            asked["json"] = {"ocid": "ocds-1", "buyer": {"id": buyer}}
        else:
            value = buyer if OF_BUYERS.match(parameter.name) else _plain(kind)
            asked.setdefault("data", {})[parameter.alias] = value
    return asked


def _flat(dependant: Dependant, which: str) -> list[Any]:
    below = [one for inner in dependant.dependencies for one in _flat(inner, which)]
    return [*getattr(dependant, which), *below]


def _plain(kind: Any) -> Any:
    value = Making()._value(kind, (), 0)
    return value if isinstance(value, str | int) else str(value)


class PlantedFiles:
    """Every file is another buyer's."""

    def __init__(self, store: object) -> None: ...

    async def get(self, sha256: str) -> bytes | None:
        return MARK.encode()

    async def put(self, sha256: str, data: bytes) -> None: ...


def planted(key_file: Path, word: str = MARK) -> dict[str, Planted]:
    """Every service; `word` is every text of what is stored, and of what `ask` sends."""
    with ExitStack() as doubled:
        for app in (services.onboarding.app, services.screening.app):
            doubled.enter_context(patch.object(app, "MongoFiles", PlantedFiles))
        return {name: Planted(one, word) for name, one in installed(key_file).services.items()}
