"""A console that can be asked for its pages, before services that note what is sent to them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.console.api import api
from services.console.bells import Bells
from services.console.cookies import Seal
from services.console.courier import Courier
from services.console.seeking import Seeker
from services.console.session import SESSION, demo_users, form_secret
from shared.administration import CannotAdminister
from shared.administration.dead import DeadLetter
from shared.administration.lag import Lag
from shared.domain import Caller
from shared.links import LinkBook
from shared.testing import T0, World
from tests.serving import Standing

LINKS = LinkBook(bytes(32), now=lambda: T0)
SEEKER = Seeker(bytes(32))
HEARS = {"seeker": SEEKER}
"""What the handlers of the console ask for."""
PAGE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that was sent by our own page."""


class Settings:
    public_url = "http://console.test"


class Services:
    """All other services at once: they take every command, or refuse it as they are told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.refusal: tuple[int, dict[str, Any]] | None = None
        self.events: list[str] = []
        self.result: dict[str, Any] | None = None
        """What a command answers that says more than which facts it caused."""
        self.says: dict[str, Any] = {}
        self.take = 0.0
        """Seconds that they need for an answer."""
        self.on_command: Callable[[], None] = lambda: None
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if request.method == "GET":
            found = self.says.get(path)
            if isinstance(found, bytes):
                return Response(found, media_type="image/png")
            return JSONResponse(found if found is not None else {}, 200 if found else 404)
        form = "multipart" in request.headers.get("content-type", "")
        body = {"file": len(await request.body())} if form else await request.json()
        self.sent.append((path, body, dict(request.headers)))
        if self.refusal:
            return JSONResponse(self.refusal[1], self.refusal[0])
        self.on_command()
        return JSONResponse(self.result or {"result": None, "events": self.events})


class Road(httpx.AsyncBaseTransport):
    """The way to the services. Who has less patience than they take is told so, at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._way = httpx.ASGITransport(app=services.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.extensions["timeout"]["read"] < self._services.take:
            raise httpx.ReadTimeout("nobody answered", request=request)
        return await self._way.handle_async_request(request)


class Waiting:
    """A broker on which these messages wait for a person; it notes what was said about them."""

    def __init__(self) -> None:
        self.there: list[DeadLetter] = []
        self.behind: list[Lag] = []
        self.done: list[tuple[str, ...]] = []
        self.away = ""

    async def lag(self) -> list[Lag]:
        return self.behind

    async def letters(self, service: str = "") -> list[DeadLetter]:
        if self.away:
            raise CannotAdminister(self.away)
        return [one for one in self.there if service in ("", one.service)]

    async def replay(self, letter: DeadLetter) -> None:
        self.done.append(("replay", letter.id))

    async def dismiss(self, letter: DeadLetter, reason: str, by: str) -> None:
        self.done.append(("dismiss", letter.id, reason, by))


class Console(Standing):
    def __init__(self, world: World, folder: Path) -> None:
        self.services = Services()
        self.broker = Waiting()
        courier = Courier("http://services.test", Road(self.services))
        super().__init__(
            world,
            api,
            folder,
            settings=Settings(),
            adapters={
                "bells": Bells(look=0.02, seconds=2.0),
                "courier": courier,
                "links": LINKS,
                **HEARS,
                "seal": Seal(bytes(32)),
                "provider": None,
                "broker": self.broker,
                "demo_users": demo_users(None),
                "people": {"mette.lund": "Mette Lund"},
            },
        )
        self.adapters = {**self.adapters, "issuer": self.issuer}

    def visitor(self, caller: Caller | None) -> "Visitor":
        return Visitor(self, self.token(caller) if caller else "")


class Visitor:
    """Somebody with a browser: a session cookie, and forms that are sent as the page made them."""

    def __init__(self, console: Console, token: str) -> None:
        self.token = token
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=console.app()),
            base_url=Settings.public_url,
            cookies={SESSION: token} if token else {},
            headers=PAGE | {"Accept-Language": "en"},
        )

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def text(self, path: str) -> str:
        """What the page says, without its markup."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return words_of(answer.text)

    async def post(self, path: str, *, secret: str | None = None, **fields: str) -> httpx.Response:
        secret = form_secret(self.token) if secret is None else secret
        return await self.http.post(path, data={"secret": secret, "key": "k-1", **fields})


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
