"""Whatever text somebody plants in any field, no page behind a one-time link lets it be markup.

These are the pages of people without an account: a supplier, who applied for access to documents,
who gave a tip. Each is read with what the services really say about planted data, then with every
choice in that said otherwise, so that each branch of a page is seen; its forms are filled in with
the same text and sent, so that what is said back is seen too.
"""

import enum
import typing
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

import httpx
import lxml.html
import pytest
from pydantic import BaseModel

from services.audits.domain import Audit, Complaint
from services.console.courier import Courier
from services.console.pages.letters import FORMS
from services.console.pages.replies import READS
from services.onboarding.domain import Door
from shared.guard import PUBLIC, GuardedRoute
from shared.languages import LANGUAGES
from shared.links import LinkBook
from tests.access.planted import OTHER, Planted, planted
from tests.audits.test_letters import text_of
from tests.hostile.making import Making
from tests.hostile.markup import ATTACK, SHOWN, Along, sins

pytestmark = pytest.mark.long

LINKS = LinkBook("00" * 32)
NEVER = datetime(2200, 1, 1, tzinfo=UTC)

OPENED: dict[str, tuple[str, str]] = {
    "documents": ("documents/something", "something"),
    "enquiry": ("enquiry/something", ATTACK),
    "hearing": ("hearing/something", ATTACK),
    "letter": ("letter/letter-something-1", "link-something-letter-1"),
    "instruction": ("instruction/something", "link-something-instruction"),
    "insight": ("insight/something", ATTACK),
    "access": ("access/something", "link-something-letter-1"),
    "replacement": ("replacement/something", ATTACK),
    "chain": ("chain/something", ATTACK),
    "action": ("action/something", ATTACK),
    "evidence": ("evidence/something", "link-something"),
    "delegate": ("evidence/something", f"link-something-{ATTACK}"),
    "audit": ("audit/something", "link-something"),
    "tip": ("tip/something", "tip-something"),
}
"""What a link is for and its id, such as the planted data holds them."""

NO_PAGE = {"/unsubscribe/{token}": "leads on to a page for which one signs in"}
"""Routes with a link that show nothing."""


Form = dict[str, str]


def token_of(name: str) -> str:
    scope, link_id = OPENED[name]
    return LINKS.token(link_id, scope, NEVER)


def address_of(name: str) -> str:
    return f"/{'tips' if name == 'tip' else 'l'}/{token_of(name)}"


@dataclass
class Heard:
    """What a service said behind a link: the route, and the JSON of its answer."""

    route: GuardedRoute
    said: Any


@dataclass
class Turning(Along):
    """Hands on what services say; what one said behind a link may be said otherwise."""

    _services: dict[str, Planted]
    instead: dict[str, Any] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        service, path = request.url.path.removeprefix("/api/").split("/", 1)
        answer = await super().handle_async_request(request)
        await answer.aread()
        route = self._route(service, "/" + path) if request.method == "GET" else None
        if route is None or not answer.is_success:
            return answer
        name = f"{service}{route.path}"
        self.heard[name] = Heard(route, answer.json() if _is_json(answer) else None)
        return httpx.Response(200, json=self.instead[name]) if name in self.instead else answer

    def _route(self, service: str, path: str) -> GuardedRoute | None:
        fitting = (
            one
            for one in self._services[service].routes()
            if "GET" in (one.methods or ()) and one.path_regex.match(path)
        )
        return next(fitting, None)


def _is_json(answer: httpx.Response) -> bool:
    kind: str = answer.headers.get("content-type", "")
    return kind.startswith("application/json")


class Reader:
    """Somebody who holds every link."""

    def __init__(self, services: dict[str, Planted]) -> None:
        self.services = services
        self.told = Turning(services)
        console = services["console"]
        courier = Courier("http://here.test", self.told)
        console.service.adapters = {**console.service.adapters, "courier": courier}
        self._transport = httpx.ASGITransport(app=console.app, raise_app_exceptions=False)

    async def ask(
        self,
        path: str,
        language: str = "en",
        *,
        form: Form | None = None,
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> httpx.Response:
        for one in self.services.values():  # each try counts, and one person is asked for all
            one.app.state._state.pop("link_gates", None)
        headers = {"Accept-Language": language}
        async with httpx.AsyncClient(
            transport=self._transport, base_url="http://here.test", headers=headers
        ) as client:
            method = "GET" if form is None else "POST"
            return await client.request(method, path, data=form, files=files)

    async def turned(self, path: str) -> AsyncIterator[str]:
        """The page, and every other that it would be if one thing were said otherwise."""
        self.told.heard.clear()
        yield (await self.ask(path)).text
        for where, heard in list(self.told.heard.items()):
            for other in turns(heard.route.response_model, heard.said):
                self.told.instead = {where: other}
                answer = await self.ask(path)
                assert answer.status_code == 200, other
                yield answer.text
        self.told.instead = {}

    async def sins_of_answers(self, path: str, filled: Form) -> list[str]:
        """Sent whole, with a file, and without each of its fields: what is said back to that."""
        found: list[str] = []
        wanting: list[Form] = [filled, *({k: filled[k] for k in filled if k != n} for n in filled)]
        for form in wanting:
            for files in (None, {"file": (f"{ATTACK}.pdf", b"%PDF-1.7", "application/pdf")}):
                answer = await self.ask(path, form=form, files=files)
                assert answer.status_code != 500, form
                found += sins(answer.text)
        return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    services = planted(tmp_path_factory.mktemp("issuer") / "issuer.json", ATTACK)
    for service, kind, said in (
        ("onboarding", Door, {"closed": ""}),
        ("audits", Audit, {"told": 1}),
        ("audits", Complaint, {"answer": ATTACK}),
    ):
        store = services[service].store
        store._made[kind] = store.planted(kind, **said)
    return Reader(services)


# ---------------------------------------------------------------- what else may be said


def turns(kind: Any, said: Any) -> Iterator[Any]:
    """The same answer with one choice in it made otherwise."""
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        yield from turns(inside[0], said)
    elif type(None) in inside:
        some = next(one for one in inside if one is not type(None))
        yield from [None, *turns(some, said)] if said is not None else _made(some)
    elif origin is typing.Literal:
        yield from (one for one in inside if one != said)
    elif (origin is list or Ellipsis in inside) and said:
        yield []
        yield from ([one] for one in turns(inside[0], said[0]))
    elif isinstance(kind, type) and issubclass(kind, enum.Enum):
        yield from (one.value for one in kind if one.value != said)
    elif kind is bool:
        yield not said
    elif kind is str and said in (ATTACK, ""):
        yield "" if said else ATTACK
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, one in kind.model_fields.items():
            yield from (said | {name: other} for other in turns(one.annotation, said[name]))


def _made(kind: Any) -> Iterator[Any]:
    class Holding(BaseModel):
        one: kind

    yield Making(word=ATTACK).made(Holding).model_dump(mode="json")["one"]


def forms(page: str) -> Iterator[Form]:
    """Each form filled in: a choice that is offered, and the planted text wherever one writes."""
    for form in lxml.html.document_fromstring(page).iter("form"):
        if form.get("method") != "post":
            continue
        filled: Form = {}
        for one in form.iter("input", "textarea", "select", "button"):
            name, kind = one.get("name"), one.get("type", "")
            if name is None or kind == "file":
                continue
            if one.tag == "select":
                filled[name] = [str(option.get("value")) for option in one.iter("option")][-1]
            elif kind in ("hidden", "checkbox", "radio") or one.tag == "button":
                filled[name] = str(one.get("value"))
            else:
                filled[name] = ATTACK
        yield filled


# ---------------------------------------------------------------- the walk


@pytest.mark.parametrize("name", OPENED)
async def test_no_planted_text_becomes_markup_behind_a_link(name: str, reader: Reader) -> None:
    found: list[str] = []
    for language in LANGUAGES:
        answer = await reader.ask(address_of(name), language)
        assert answer.status_code == 200, answer.text
        assert f'<html lang="{language}"' in answer.text
        assert SHOWN in answer.text, "the page shows nothing of what was planted"
        found += sins(answer.text)
    assert found == []


@pytest.mark.parametrize("name", OPENED)
async def test_nor_whatever_else_is_said_there(name: str, reader: Reader) -> None:
    """And nor what is written into the forms that are there then."""
    pages = 0
    found: list[str] = []
    written: set[frozenset[str]] = set()
    async for page in reader.turned(address_of(name)):
        found += sins(page)
        pages += 1
        for filled in forms(page):
            if frozenset(filled) not in written:
                written.add(frozenset(filled))
                found += await reader.sins_of_answers(address_of(name), filled)
    assert pages > 1, "nothing in the answer can be said otherwise"
    assert found == []


async def test_nor_a_tip_of_anybody(reader: Reader) -> None:
    page = await reader.ask(f"/tip/{OTHER}")
    [filled] = forms(page.text)
    assert await reader.sins_of_answers(f"/tip/{OTHER}", filled) == []
    assert ATTACK in filled.values()
    refused = await reader.ask(f"/tip/{OTHER}", form=filled | {"text": ""})
    assert SHOWN in refused.text, "what was written is lost"


@pytest.mark.parametrize("path", ["/l/{}", "/tips/{}", "/tip/{}", "/l/{}/visit.pdf"])
async def test_nor_what_stands_in_place_of_a_link(path: str, reader: Reader) -> None:
    planted_there = path.format(quote(ATTACK, safe=""))
    for form in (None, {"text": ATTACK, "allegation": ATTACK}):
        answer = await reader.ask(planted_there, form=form)
        assert answer.status_code != 500
        assert list(sins(answer.text)) == []


async def test_a_letter_on_paper_shows_what_was_planted_as_text(reader: Reader) -> None:
    answer = await reader.ask(f"{address_of('audit')}/visit.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    words = "".join(text_of(answer.content).split())
    assert "<imgsrc=xonerror=alert(1)>" in words


async def test_every_route_that_shows_something_behind_a_link_was_walked(reader: Reader) -> None:
    """A new one is found here, and then stands in `OPENED`."""
    reader.told.heard.clear()
    for name in OPENED:
        await reader.ask(address_of(name))
    await reader.ask(f"{address_of('audit')}/visit.pdf")
    for name in ("letter", "access"):
        await reader.ask(f"{address_of(name)}/letters/1.pdf")
    there = {
        f"{service}{route.path}"
        for service, one in reader.services.items()
        for route in one.routes()
        if service != "console" and "GET" in (route.methods or ()) and route.roles == PUBLIC
        if "{token}" in route.path and route.path not in NO_PAGE
    }
    assert there - set(reader.told.heard) == set()
    assert {*FORMS, *READS} <= set(OPENED)


def test_what_else_may_be_said_is_found() -> None:
    class Inner(BaseModel):
        text: str

    class Said(BaseModel):
        state: Literal["open", "closed"]
        done: bool
        due: datetime | None
        inner: tuple[Inner, ...]

    said = {"state": "open", "done": True, "due": None, "inner": [{"text": ATTACK}]}
    assert [{k: v for k, v in one.items() if v != said[k]} for one in turns(Said, said)] == [
        {"state": "closed"},
        {"done": False},
        {"due": "2026-11-23T08:00:00Z"},
        {"inner": []},
        {"inner": [{"text": ""}]},
    ]
