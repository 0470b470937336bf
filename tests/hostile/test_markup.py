"""Whatever text somebody plants in any field, no page of ours lets it become markup.

Every text of everything that is stored is an attack; each page is asked for and read as a browser
reads it. Pages are for people: every one that the console serves is read, a new one too.
"""

from pathlib import Path

import pytest

from shared.guard import PUBLIC
from shared.issuer import Issuer
from tests.access.planted import OTHER, Planted, planted
from tests.hostile.markup import ATTACK, SHOWN, among, sins

pytestmark = pytest.mark.long

LEAST = 25
"""Pages at least that show what was planted: else nothing was tried."""


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer") / "issuer.json"


@pytest.fixture(scope="module")
def console(key_file: Path) -> Planted:
    return among(planted(key_file, ATTACK))


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
            shown += SHOWN in answer.text
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
