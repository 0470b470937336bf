"""Where people, machines and suppliers bring documents over HTTP: as a form, or as base64 in JSON.

The body is read here and not by the framework: whoever comes through a link is counted first.
"""

import asyncio
import binascii
from base64 import b64decode
from typing import Annotated, Any, TypeVar

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from services.onboarding.commands import ReceiveFile
from services.onboarding.domain import Door
from services.onboarding.files import FileStore
from services.onboarding.gate import Gates
from services.onboarding.readers import LARGEST
from services.onboarding.taking import take
from shared.domain import Caller, Forbidden
from shared.guard import too_large
from shared.http import PUBLIC, Api, Desk, Done
from shared.links import Link, LinkBook
from shared.problems import Problematic, problem

bringing_api = Api("onboarding")

BRINGS = ("officer", "contract_manager", "integration", "wage_controller")

MOST_BODY = LARGEST * 4 // 3 + 1_000_000
"""A file in base64, and what is said of it."""

SCOPES = ("documents", "enquiry", "hearing", "letter", "replacement", "evidence")
"""What links are for through which documents may come: see the letters of notifications."""

KEPT_FOR = r"^(audit|finding|complaint|case|enquiry|hearing|replacement)/[A-Za-z0-9._:-]{1,120}$"

M = TypeVar("M", bound=BaseModel)
Id = Annotated[str, Field(max_length=200)]


class About(BaseModel):
    """What is said with a file: whom and which contract it is about, and of which kind it is.

    A file `kept_for` an audit or a case of another service (`audit/a-17`) is kept, and not read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    party_id: Id = ""
    contract_id: Id = ""
    kind: Id = ""
    kept_for: str = Field(default="", pattern=rf"^$|{KEPT_FOR}")


class AboutMine(About):
    buyer_id: Annotated[str, Field(min_length=1, max_length=200)]


class Encoded(BaseModel):
    """A file in JSON: its name and its bytes in base64 (RFC 4648, section 4)."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255)]
    content: str


def _body(about: type[About] | None) -> dict[str, Any]:
    """How the two kinds of bodies look, for the OpenAPI document."""
    said = about.model_json_schema()["properties"] if about else {}
    required = ["buyer_id"] if "buyer_id" in said else []
    file = {"type": "string", "format": "binary"}
    encoded = Encoded.model_json_schema()["properties"]
    forms = {
        "multipart/form-data": ({"file": file} | said, ["file", *required]),
        "application/json": (encoded | said, ["name", "content", *required]),
    }
    content = {
        kind: {"schema": {"type": "object", "properties": fields, "required": names}}
        for kind, (fields, names) in forms.items()
    }
    return {"requestBody": {"required": True, "content": content}}


@bringing_api.post("/documents", roles=BRINGS, max_body=MOST_BODY, openapi_extra=_body(AboutMine))
async def bring(desk: Desk) -> Done:
    """Bring a document in, as a form or in JSON. The same bytes again are the same document."""
    name, data, said = await _brought(desk)
    about = _valid(AboutMine, said)
    desk.caller.must_serve(about.buyer_id)
    return await _take(name, data, desk, channel="upload", **about.model_dump())


@bringing_api.post(
    "/links/{token}/documents", roles=PUBLIC, max_body=MOST_BODY, openapi_extra=_body(None)
)
async def bring_through_link(token: str, desk: Desk) -> Done:
    """Bring a document through a one-time link, without an account."""
    link = let_in(token, desk)
    door = await door_of(link, desk)
    name, data, _ = await _brought(desk)
    caller = Caller(subject=f"link:{door.id}", name=door.party_id, buyers=(door.buyer_id,))
    desk.admit(caller)
    return await _take(
        name,
        data,
        desk,
        channel="link",
        buyer_id=door.buyer_id,
        link_id=door.id,
        kept_for=door.kept_for,
    )


def let_in(token: str, desk: Desk) -> Link:
    """What the token opens. Counts the try: by link where it is genuine, else by who asks.

    Raises `Forbidden`, or the problem 429 where it was tried too often.
    """
    links: LinkBook = desk.adapters["links"]
    gates: Gates = desk.adapters["gates"]
    try:
        link = links.open(token)
    except Forbidden:
        client = desk.request.client
        gates.stranger.pass_through(client.host if client else "")
        raise
    gates.link.pass_through(link.link_id)
    if link.scope.partition("/")[0] not in SCOPES:
        raise Forbidden("through this link no documents can be brought")
    return link


async def door_of(link: Link, desk: Desk) -> Door:
    """The door of a genuine link. One that never was and one that is closed look the same."""
    found = await desk.service.store.fetch(Door, [link.link_id])
    door = found.get(link.link_id)
    if door is None or door.closed:
        raise Forbidden("this link opens nothing any more; ask the sender for a new one")
    return door


async def _brought(desk: Desk) -> tuple[str, bytes, dict[str, Any]]:
    """Name, bytes, and what else was said."""
    kind = desk.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return await _from_json(await desk.request.body())
    if kind != "multipart/form-data":
        found = "a document is brought as multipart/form-data, or in base64 as application/json"
        raise Problematic(problem(415, "media-type", found))
    async with desk.request.form(max_files=1, max_fields=10) as form:
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise _invalid("file", "missing", "Field required")
        return file.filename or "without a name", await file.read(), said


async def _from_json(body: bytes) -> tuple[str, bytes, dict[str, Any]]:
    try:
        said = await asyncio.to_thread(orjson.loads, body)
    except orjson.JSONDecodeError as error:
        raise Problematic(problem(400, "malformed", "the body is no JSON")) from error
    if not isinstance(said, dict):
        raise Problematic(problem(400, "malformed", "the body is no JSON object"))
    encoded = _valid(Encoded, {k: said.pop(k) for k in ("name", "content") if k in said})
    try:
        data = await asyncio.to_thread(b64decode, encoded.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid("content", "value_error", "is the file in base64") from error
    return encoded.name, data, said


def _valid(model: type[M], said: dict[str, Any]) -> M:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in errors]
        ) from error


def _invalid(field: str, kind: str, reason: str) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body", field), "msg": reason}])


async def _take(name: str, data: bytes, desk: Desk, **known: Any) -> Done:
    files: FileStore = desk.adapters["files"]
    if len(data) > LARGEST:
        raise too_large(LARGEST)

    async def tell(command: ReceiveFile) -> Done:
        return await desk.send(command)

    return await take(data, name=name, files=files, tell=tell, **known)
