"""Whatever text somebody plants in any field, no page of ours lets it become markup.

Every text of everything that is stored is an attack; each page is asked for and read as a browser
reads it. Pages are for people: every one that the console serves is read, a new one too.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import lxml.html
import pytest

from services.console.courier import Courier
from shared.guard import PUBLIC
from shared.issuer import Issuer
from tests.access.planted import OTHER, Planted, planted

pytestmark = pytest.mark.long

ATTACK = """x'"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}javascript:alert(1)"""
"""Breaks out of text, both kinds of quotes and a tag; a template would calculate it."""

LEAST = 25
"""Pages at least that show what was planted: else nothing was tried."""

RUNS = ("javascript", "data", "vbscript")
OURS = "/static/"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


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


@pytest.fixture(scope="module")
def console(key_file: Path) -> Planted:
    services = planted(key_file, ATTACK)
    one = services["console"]
    one.service.adapters = {
        **one.service.adapters,
        "courier": Courier("http://here.test", Along(services)),
    }
    return one


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


async def test_no_planted_text_becomes_markup(console: Planted, key_file: Path) -> None:
    shown, found, defects = 0, [], []
    for route in console.routes():
        if "GET" not in (route.methods or ()):
            continue
        roles = () if route.roles == PUBLIC else route.roles
        token = Issuer(key_file).issue("mette", roles=roles, buyers=(OTHER,))
        answer = await console.ask(route, "GET", token, OTHER)
        if answer.status_code == 500:
            defects.append(route.path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            found += [f"{route.path}: {sin}" for sin in sins(answer.text)]
            shown += "&lt;img src=x" in answer.text
    assert defects == []
    assert found == []
    assert shown >= LEAST, shown


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{ATTACK}</p>",
        f"<p title='{ATTACK}'>a</p>",
        "<a href='JavaScript:alert(1)'>a</a>",
        "<p onclick=x>a</p>",
        "<script>alert(1)</script>",
    ],
)
def test_a_page_that_lets_it_through_would_be_found(page: str) -> None:
    assert list(sins(f"<html><body>{page}</body></html>"))
