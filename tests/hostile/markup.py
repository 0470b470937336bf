"""Text that would like to be markup, the services that hold it everywhere, and how it is found."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import lxml.html

from services.console.courier import Courier
from tests.access.planted import Planted

ATTACK = (
    """x'"></textarea></title><img src=x onerror=alert(1)>"""
    "<script>alert(1)</script>{{7*7}}javascript:alert(1)"
)
"""Breaks out of text, both kinds of quotes, a tag and what holds no tags; a template would
calculate it."""

SHOWN = "&lt;img src=x"
"""How a page shows it that lets it be text."""

RUNS = ("javascript", "data", "vbscript")
OURS = "/static/"


class Along(httpx.AsyncBaseTransport):
    """What the console reads from the other services comes from theirs: an attack in every text."""

    def __init__(self, services: dict[str, Planted]) -> None:
        self._services = services

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        _, _, service, path = request.url.raw_path.split(b"/", 3)
        request.url = request.url.copy_with(raw_path=b"/" + path)
        app = self._services[service.decode()].app
        inner = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return await inner.handle_async_request(request)


def among(services: dict[str, Planted]) -> Planted:
    """The console, which reads what it does not keep from these services."""
    console = services["console"].service
    reads = Courier("http://here.test", Along(services))
    console.adapters = {**console.adapters, "courier": reads}
    return services["console"]


def sins(page: str) -> Iterator[str]:
    """What a browser would run or fetch that is not ours."""
    for element in lxml.html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        held = {str(name).lower(): str(value) for name, value in element.items()}
        said = f"{element.tag} {held}"[:200]
        if element.tag == "img" and held.get("src") == "x":
            yield said
        if element.tag == "script" and not held.get("src", "").startswith(OURS):
            yield said
        if any(name.startswith("on") for name in held):
            yield said
        for name in ("href", "src", "action", "formaction"):
            if urlsplit(held.get(name, "")).scheme.lower() in RUNS:
                yield said
    if "49javascript" in page:
        yield "a template calculated what was planted"
