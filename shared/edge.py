"""The outermost layer of a service over HTTP: the story's id, figures, log line, safe headers."""

import logging
import re
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import traces
from shared.desk import Served
from shared.problems import answer, defect
from shared.telemetry import correlation, service

log = logging.getLogger("ansvar.http")

CORRELATION_HEADER = "X-Correlation-Id"
CORRELATION_FORM = re.compile(r"[A-Za-z0-9._:/-]{1,128}")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

QUIET = ("/healthz", "/readyz", "/metrics")
"""Asked every few seconds by machines; logged only when something is wrong."""

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Set unless the answer says otherwise itself, as pages do."""


Failed = Callable[[Request, Exception], Awaitable[Response]]
"""Answers a defect in a service's own way."""


class Edge:
    """Pure ASGI: a streamed answer passes through as it comes."""

    def __init__(self, app: ASGIApp, served: Served, failed: Failed | None = None) -> None:
        """`failed` answers a defect in the service's own way, such as a page."""
        self.app, self.served, self._failed = app, served, failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(CORRELATION_HEADER, "")
        story = given if CORRELATION_FORM.fullmatch(given) else str(uuid4())
        spoken, told = service.set(self.served.name), correlation.set(story)
        try:
            await self._answer(scope, receive, send, story, own=story != given)
        finally:
            service.reset(spoken)
            correlation.reset(told)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, story: str, *, own: bool
    ) -> None:
        began, since = time.perf_counter(), traces.now()
        status = 0

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[CORRELATION_HEADER] = story
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_safely)
        except Exception as error:
            log.exception("a request ended in a defect", extra={"route": _template(scope)})
            if status:
                raise  # the answer is half sent: the server must break the connection
            found = await self._defect(Request(scope, receive), error)
            await found(scope, receive, send_safely)
        finally:
            self._tell(scope, status, time.perf_counter() - began)
            if since and (route := _template(scope)) not in QUIET:
                name, method = self.served.name, scope["method"]
                traces.answered(name, route, method, status, story, since, own=own)

    async def _defect(self, request: Request, error: Exception) -> Response:
        if self._failed is not None:
            try:
                return await self._failed(request, error)
            except Exception:
                log.exception("a defect could not be answered in the service's own way")
        return answer(defect())

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = _template(scope)
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self.served.metrics.answered(route, method, status, seconds)
        caller = scope.get("state", {}).get("caller")
        log.log(
            logging.DEBUG if route in QUIET and status == 200 else logging.INFO,
            "%s %s answered %d",
            method,
            route,
            status,
            extra={"ms": round(seconds * 1000, 1), "caller": caller.subject if caller else ""},
        )


def _template(scope: Scope) -> str:
    """The route's path with its parameters' names: values may be personal, and are endless."""
    return getattr(scope.get("route"), "path", "") or "unmatched"
