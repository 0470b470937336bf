"""A small service about jars, for tests of the HTTP side; handlers and bus are the real ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx
from fastapi import FastAPI, Response, UploadFile
from pydantic import BaseModel, Field

from shared.bus import Bus
from shared.clock import Clock
from shared.domain import Aggregate, Caller, Forbidden, Rejected, Stored
from shared.envelope import Message, Outcome
from shared.events.base import Command
from shared.figures import Metrics
from shared.http import PUBLIC, Api, Check, Desk, Done, Page, build_http
from shared.identity import Verifier
from shared.issuer import Issuer
from shared.router import Router
from shared.store import Outage
from shared.testing import MemoryStore
from shared.unit import Unit

OFFICER = Caller(subject="mette", name="Mette", roles=("officer",), buyers=("region-a",))
AUDITOR = Caller(subject="ole", name="Ole", roles=("auditor",), buyers=("region-a",))


class Jar(Aggregate):
    indexes: ClassVar[tuple[str, ...]] = ("shelf", "label")

    shelf: str = ""
    label: str = ""
    spoons: int = 0


class Fill(Command):
    jar_id: str
    spoons: int


class Label(Command):
    jar_id: str
    label: str


router = Router("jars")
api = Api("jars", cookie="jar_token")


@router.on(Fill)
async def fill(command: Fill, unit: Unit) -> dict[str, object]:
    jar = await unit.get(Jar, command.jar_id)
    if command.jar_id == "cracked":
        raise RuntimeError("secret inside of the system")
    if command.spoons < 0:
        raise Rejected("must be at least 0", field="spoons")
    if jar.spoons + command.spoons > 10:
        raise Rejected("the jar would overflow: 10 spoons are the most")
    jar.spoons += command.spoons
    unit.save(jar)
    return {"spoons": jar.spoons}


class Amount(BaseModel):
    spoons: int
    note: str = Field(default="", max_length=5)


class JarView(BaseModel):
    id: str
    label: str


@api.get("/jars/{jar_id}", roles=("officer", "auditor"))
async def show(jar_id: str, desk: Desk) -> JarView:
    jar = await desk.get(Jar, jar_id)
    desk.caller.must_serve(jar.shelf)
    desk.tag(jar)
    return JarView(id=jar.id, label=jar.label)


@api.get("/jars", roles=("officer", "auditor"))
async def browse(desk: Desk, after: str | None = None, limit: int = 2) -> Page[JarView]:
    return await desk.page(
        Jar,
        {"shelf": "region-a"},
        sort="label",
        limit=limit,
        after=after,
        view=lambda jar: JarView(id=jar.id, label=jar.label),
    )


@api.post("/jars/{jar_id}/fill", roles=("officer",))
async def fill_jar(jar_id: str, body: Amount, desk: Desk) -> Done:
    return await desk.send(Fill(jar_id=jar_id, spoons=body.spoons))


@api.delete("/jars/{jar_id}", roles=("officer",))
async def throw_away(jar_id: str, desk: Desk) -> Done:
    raise Forbidden("jars are kept")


@api.post("/jars/{jar_id}/fill-twice", roles=("officer",))
async def fill_twice(jar_id: str, body: Amount, desk: Desk) -> list[Done]:
    return [await desk.send(Fill(jar_id=jar_id, spoons=body.spoons)) for _ in range(2)]


@api.post("/pictures", roles=("officer",), max_body=3_000)
async def picture(file: UploadFile, desk: Desk) -> dict[str, int]:
    return {"bytes": len(await file.read())}


@api.get("/links/{token}", roles=PUBLIC)
async def open_link(token: str, desk: Desk) -> dict[str, str]:
    if token == "good":
        desk.admit(Caller(subject="link/l-1"))
    return {"caller": desk.caller.subject}


@api.get("/page", roles=("officer",), response_class=Response)
async def page(desk: Desk) -> Response:
    policy = {"Content-Security-Policy": "default-src 'self'"}
    return Response("<p>hello</p>", media_type="text/html", headers=policy)


@api.get("/broken", roles=("officer",))
async def broken(desk: Desk) -> None:
    raise RuntimeError("secret inside of the system")


class Jars:
    """The service as its HTTP side sees it."""

    def __init__(self, key_file: Path) -> None:
        self.name = "jars"
        self.api = api
        self.store = MemoryStore("jars")
        self.clock = Clock()
        self.metrics = Metrics("jars")
        self.issuer = Issuer(key_file)
        self.verifier: Verifier = self.issuer.verifier()
        self.adapters: Mapping[str, Any] = {}
        self.settings = object()
        self.checks = [Check(name="broker", ok=True), Check(name="database", ok=True)]
        self.messages: list[Message] = []
        self.away = False
        self._bus = Bus(router, self.store, self.store.keyring, self.clock.now, self.metrics)
        self.keep(Jar(id="j-1", shelf="region-a", label="honey", version=3))

    def keep(self, *documents: Stored) -> None:
        for document in documents:
            self.store.documents[type(document), document.id] = document

    @property
    def commands(self) -> "Jars":
        return self

    async def handle(self, message: Message) -> Outcome:
        if self.away:
            raise Outage("the database does not answer on db-7.internal")
        self.messages.append(message)
        return (await self._bus.handle([message]))[message.id]

    async def ready(self) -> list[Check]:
        return self.checks

    def app(self) -> FastAPI:
        return build_http(self)

    def client(self, caller: Caller | None = OFFICER) -> httpx.AsyncClient:
        headers = {}
        if caller is not None:
            token = self.issuer.issue(caller.subject, caller.name, caller.roles, caller.buyers)
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=self.app())
        return httpx.AsyncClient(transport=transport, base_url="http://jars.test", headers=headers)
