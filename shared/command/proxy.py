"""The one public port where each service runs in a process of its own.

Passes `/api/<service>/…` to that service and everything else to the console, body by body as it
comes, so that a page's event stream stays open.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.command.services import CONSOLE

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OF_ONE_HOP = {  # RFC 9110, 7.6.1: about this connection, not about the message
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
FORWARDED = frozenset({"x-forwarded-for", "x-forwarded-proto"})  # said by us, never believed
CONNECT = 5.0  # seconds; an answer itself may take as long as the service needs


def front(places: Mapping[str, str]) -> Starlette:
    """An app that passes every request on; `places` are the addresses of the services by name."""
    client = httpx.AsyncClient(
        timeout=httpx.Timeout(None, connect=CONNECT),
        # Shorter than a service keeps an idle connection, so that none is used as it closes.
        limits=httpx.Limits(max_connections=None, keepalive_expiry=2),
        trust_env=False,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    async def pass_on(request: Request) -> Response:
        place, path = _destination(places, _raw_path(request))
        if place is None:
            return _problem(404, f"nothing answers under {request.url.path}")
        query = request.scope["query_string"]
        asked = client.build_request(
            request.method,
            httpx.URL(place).copy_with(raw_path=path + (b"?" + query if query else b"")),
            headers=[*_passed(request.headers.raw, FORWARDED), *_seen_from(request)],
            content=request.stream() if _has_body(request) else None,
        )
        try:
            answer = await client.send(asked, stream=True)
        except httpx.TransportError as error:
            return _problem(503, f"the service does not answer just now: {error}")
        response = StreamingResponse(
            answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose)
        )
        response.raw_headers = _passed(answer.headers.raw)
        return response

    return Starlette(
        routes=[Route("/{path:path}", pass_on, methods=list(METHODS))], lifespan=lifespan
    )


def _destination(places: Mapping[str, str], path: bytes) -> tuple[str | None, bytes]:
    parts = path.split(b"/", 3)  # nothing, "api", service, rest
    if len(parts) > 2 and parts[1] == b"api" and (name := parts[2].decode()) in places:
        return places[name], b"/" + (parts[3] if len(parts) > 3 else b"")
    return places.get(CONSOLE), path


def _raw_path(request: Request) -> bytes:
    """The path as it was sent: decoding it would turn an escaped slash into a real one."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return path


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


def _passed(
    headers: list[tuple[bytes, bytes]], but: frozenset[str] = frozenset()
) -> list[tuple[bytes, bytes]]:
    left_out = OF_ONE_HOP | but
    return [(name, value) for name, value in headers if name.decode().lower() not in left_out]


def _seen_from(request: Request) -> list[tuple[bytes, bytes]]:
    host = request.client.host if request.client else ""
    return [
        (b"x-forwarded-for", host.encode()),
        (b"x-forwarded-proto", request.url.scheme.encode()),
    ]


def _problem(status: int, detail: str) -> JSONResponse:
    return JSONResponse(
        {"type": "about:blank", "title": detail, "status": status, "detail": detail},
        status,
        media_type="application/problem+json",
    )
