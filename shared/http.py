"""The HTTP side of a service: routes that name who may call them, and one way to build the rest.

    api = Api("screening")

    @api.post("/hits/{hit_id}/confirm", roles=("officer",))
    async def confirm_hit(hit_id: str, body: Verdict, desk: Desk) -> Done:
        return await desk.send(ConfirmHit(hit_id=hit_id, **body.model_dump()))

What happens around a route is in `shared.guard` (who may), `shared.edge` (what is measured and
logged), `shared.desk` (the way of a command) and `shared.problems` (how refusals look).
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ExceptionHandler, Lifespan, Receive, Scope, Send

from shared.access import AccessEntry
from shared.desk import Check, Desk, Done, Page, Served, ServiceDesk
from shared.edge import Edge, Failed
from shared.figures import CONTENT_TYPE
from shared.guard import LARGEST_BODY, PUBLIC, SAFE_METHODS, GuardedRoute, declaration
from shared.problems import MEDIA_TYPE, Problem, answer, handlers, problem

__all__ = [
    "LARGEST_BODY",
    "PUBLIC",
    "Api",
    "Check",
    "Desk",
    "Done",
    "Page",
    "Served",
    "ServiceDesk",
    "build_http",
    "routes_of",
]

F = TypeVar("F", bound=Callable[..., Any])

PAGE_SCHEMA = {"type": "string", "contentMediaType": "text/html"}
AWAY = "The service that decides it does not answer; what was filled in stands on the page"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem, see RFC 9457",
        "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
    }
}

COMMAND_HEADERS: list[dict[str, Any]] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Chosen by the client: the same request with the same key is done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that was read: refused with 412 if it has changed since.",
        "schema": {"type": "string", "examples": ['"3"']},
    },
]


class Api:
    """The routes of a service.

    With `cookie`, pages in a browser may bring their token in the cookie of that name.
    `answers` can give an exception another answer than a problem, such as a page to sign in, and
    `failed` a defect.
    """

    def __init__(self, service: str, *, cookie: str = "") -> None:
        self.service = service
        self.router = APIRouter(route_class=GuardedRoute, responses=PROBLEMS, tags=[service])
        self.answers: dict[int | type[Exception], ExceptionHandler] = {}
        self.failed: Failed | None = None
        self.mounts: list[Mount] = []
        self._cookie = cookie

    def get(
        self, path: str, *, roles: tuple[str, ...], max_body: int = LARGEST_BODY, **more: Any
    ) -> Callable[[F], F]:
        return self._route("GET", path, roles, max_body, more)

    def post(
        self, path: str, *, roles: tuple[str, ...], max_body: int = LARGEST_BODY, **more: Any
    ) -> Callable[[F], F]:
        return self._route("POST", path, roles, max_body, more)

    def put(
        self, path: str, *, roles: tuple[str, ...], max_body: int = LARGEST_BODY, **more: Any
    ) -> Callable[[F], F]:
        return self._route("PUT", path, roles, max_body, more)

    def patch(
        self, path: str, *, roles: tuple[str, ...], max_body: int = LARGEST_BODY, **more: Any
    ) -> Callable[[F], F]:
        return self._route("PATCH", path, roles, max_body, more)

    def delete(
        self, path: str, *, roles: tuple[str, ...], max_body: int = LARGEST_BODY, **more: Any
    ) -> Callable[[F], F]:
        return self._route("DELETE", path, roles, max_body, more)

    def files(self, path: str, directory: Path) -> None:
        """Serve the files of a directory to everyone: styles, scripts, pictures of the pages."""
        self.mounts.append(Mount(path, _Files(directory=directory, path=path)))

    def _route(
        self, method: str, path: str, roles: tuple[str, ...], max_body: int, more: dict[str, Any]
    ) -> Callable[[F], F]:
        extra = declaration(roles, max_body, self._cookie)
        if roles != PUBLIC:
            extra["security"] = [{"bearer": []}]
        if method not in SAFE_METHODS:
            extra["parameters"] = COMMAND_HEADERS
        more["openapi_extra"] = more.get("openapi_extra", {}) | extra

        def declare(function: F) -> F:
            self.router.add_api_route(path, function, methods=[method], **more)
            return function

        return declare


class _Files(StaticFiles):
    """Files may be kept by the browser and are asked for again by their ETag."""

    def __init__(self, *, directory: Path, path: str) -> None:
        super().__init__(directory=directory)
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        await super().__call__(scope, receive, send)

    def file_response(self, *args: Any, **more: Any) -> Response:
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


class _Application(FastAPI):
    """FastAPI, whose document knows what a problem looks like and how one signs in."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            parts = document.setdefault("components", {})
            parts.setdefault("schemas", {}).update(schema.pop("$defs", {}), Problem=schema)
            bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            parts["securitySchemes"] = {"bearer": bearer}
            if self.state.service.api.answers:
                _say_that_refusals_are_pages(document)
        return super().openapi()


def _say_that_refusals_are_pages(document: dict[str, Any]) -> None:
    """A service with answers of its own tells people in a page what machines read in a problem."""
    for methods in document["paths"].values():
        for said in methods.values():
            if "default" in said["responses"]:
                said["responses"]["default"]["content"]["text/html"] = {"schema": PAGE_SCHEMA}
                said["responses"].setdefault("303", {"description": "Leads on to another page"})
                away = {"description": AWAY, "content": said["responses"]["default"]["content"]}
                said["responses"].setdefault("503", away)


class HasApi(Served, Protocol):
    @property
    def api(self) -> Api: ...


def build_http(service: HasApi, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The whole application of a service over HTTP. It reaches the service at every request, so
    that what `lifespan` opens need not be there yet.
    """
    own = _own_routes(service)
    app = _Application(
        title=f"Ansvar: {service.name}",
        version="1",
        openapi_url=None,  # a route of our own serves it, with its role declared
        redirect_slashes=False,
        lifespan=lifespan,
        routes=[*own.router.routes, *service.api.router.routes, *service.api.mounts],
        exception_handlers={**handlers(), 405: _wrong_method, **service.api.answers},  # type: ignore[dict-item]
    )
    app.state.service = service
    app.add_middleware(Edge, served=service, failed=service.api.failed)
    return app


class Readiness(BaseModel):
    """Whether the service can do its work, and what is missing."""

    ready: bool
    checks: list[Check]


def _own_routes(service: HasApi) -> Api:
    """What every service answers: is it alive, can it work, its figures and its document."""
    api = Api("system")

    @api.get("/healthz", roles=PUBLIC)
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"service": service.name, "status": "alive"}

    not_ready = {"model": Readiness, "description": "What is not ready"}

    @api.get("/readyz", roles=PUBLIC, response_model=Readiness, responses={503: not_ready})
    async def readyz() -> Response:
        """Broker, database and relay are well; 503 with what is not."""
        checks = await service.ready()
        readiness = Readiness(ready=all(check.ok for check in checks), checks=checks)
        return JSONResponse(readiness.model_dump(), 200 if readiness.ready else 503)

    @api.get("/metrics", roles=PUBLIC, response_class=Response)
    async def metrics() -> Response:
        """The figures of the process, for Prometheus."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    @api.get("/access-record", roles=("data_protection",))
    async def access_record(
        desk: Desk,
        subject: str | None = None,
        caller: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page[AccessEntry]:
        """Who was shown personal data here, newest first: of one person, or by one caller.

        Whoever protects the data of one buyer sees what was shown to those who act for it.
        """
        where = {"subject": subject, "caller": caller}
        page = await desk.page(
            AccessEntry,
            {name: value for name, value in where.items() if value is not None},
            sort="at",
            view=lambda one: one,
            limit=limit,
            after=after,
            descending=True,
        )
        mine = [e for e in page.items if "*" in e.buyers or any(map(desk.caller.serves, e.buyers))]
        return page.model_copy(update={"items": mine})

    @api.get("/openapi.json", roles=PUBLIC, include_in_schema=False)
    async def document(request: Request) -> Response:
        return JSONResponse(request.app.openapi())

    return api


def _wrong_method(request: Request, error: Exception) -> Response:
    """One address can be several routes, of which the framework names the first one's method."""
    assert isinstance(error, HTTPException)
    scope = request.scope
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    methods = ", ".join(
        sorted(
            method
            for route in _guarded(request.app.routes)
            if route.path_regex.match(path)
            for method in route.methods or ()
        )
    )
    detail = f"this address takes {methods}"
    return answer(problem(405, "method", detail), {"Allow": methods})


def _guarded(routes: Sequence[BaseRoute]) -> list[GuardedRoute]:
    return [route for route in routes if isinstance(route, GuardedRoute)]


class DeclaredRoute(NamedTuple):
    """One route as it was declared. Files are public and have no method of their own."""

    method: str
    path: str
    roles: tuple[str, ...]


def routes_of(app: FastAPI) -> list[DeclaredRoute]:
    """Every route with its roles. Raises `TypeError` where one has none."""
    found = []
    for route in app.routes:
        if isinstance(route, GuardedRoute):
            for method in sorted(route.methods or ()):
                found.append(DeclaredRoute(method, route.path, route.roles))
        elif isinstance(route, Mount) and isinstance(route.app, _Files):
            found.append(DeclaredRoute("GET", route.path, PUBLIC))
        else:
            raise TypeError(f"{route} came in by another way than Api and declares no roles")
    return found
