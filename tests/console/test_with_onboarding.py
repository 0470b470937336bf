"""The pages before the real service: a paper comes in, a person corrects it, a link is opened."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from services.console.courier import Courier
from services.console.handlers import router
from shared.testing import World
from tests.console.cast import OFFICER
from tests.console.desk import HEARS, Console, Visitor, words_of
from tests.onboarding.conftest import Onboarding
from tests.onboarding.papers import BUYER, CONTRACT, NORDLYS, signed
from tests.onboarding.test_api import Counter

SAMPLES = Path(__file__).parents[2] / "samples"
ATTEST = (SAMPLES / "pdf/serviceattest-hansen-holm.pdf").read_bytes()
PAGE = f"/suppliers/{NORDLYS.party_id}"


class Both:
    """Onboarding and the console, which hears everything that onboarding announced."""

    def __init__(self, folder: Path) -> None:
        self.onboarding = Counter(Onboarding(), folder)
        self.console = Console(World(router, adapters=HEARS), folder)
        services = Starlette(routes=[Mount("/api/onboarding", self.onboarding.app())])
        courier = Courier("http://services.test", httpx.ASGITransport(app=services))
        links = self.onboarding.links
        self.console.adapters = {**self.console.adapters, "courier": courier, "links": links}
        self._heard = 0

    async def hear(self) -> None:
        announced = self.onboarding.world.announced
        await self.console.world.tell(*announced[self._heard :])
        self._heard = len(announced)

    def officer(self) -> Visitor:
        return self.console.visitor(OFFICER)


@pytest.fixture
async def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Both:
    monkeypatch.setattr("services.console.pages.door.WAIT", 0.0)
    both = Both(tmp_path)
    await both.onboarding.world.tell(signed())
    await both.console.world.tell(signed())
    await both.hear()
    return both


async def brought(both: Both, data: bytes) -> str:
    async with both.onboarding.client() as client:
        done = await client.post(
            "/documents", data={"buyer_id": BUYER}, files={"file": ("paper.pdf", data)}
        )
    await both.hear()
    return str(done.json()["result"]["document_id"])


async def test_what_was_read_and_its_page_come_from_onboarding(both: Both) -> None:
    document = await brought(both, ATTEST)
    visitor = both.officer()
    page = await visitor.get(f"/documents/{document}")
    assert "94610346" in words_of(page.text)
    assert "<rect id=" in page.text
    picture = await visitor.get(f"/documents/{document}/pages/1")
    assert picture.content.startswith(b"\x89PNG")


async def test_a_paper_that_no_reader_knows_is_rejected_with_the_reason(both: Both) -> None:
    document = await brought(both, b"%PDF-1.4 torn")
    visitor = both.officer()
    assert "paper.pdf" in await visitor.text("/documents")
    answer = await visitor.post(f"/documents/{document}/reject", reason="x")
    assert "give the reason in a few words" in answer.text
    answer = await visitor.http.post(
        f"/documents/{document}/reject",
        data={"secret": _secret(await visitor.get("/")), "key": "k-2", "reason": "It is torn."},
    )
    assert answer.status_code == 303
    await both.hear()
    assert "paper.pdf" not in await visitor.text("/documents")
    assert "It is torn." in await visitor.text(f"/documents/{document}")


def _secret(page: httpx.Response) -> str:
    found = re.search(r'name="secret" value="(\w+)"', page.text)
    assert found is not None
    return found[1]


async def test_a_link_is_opened_used_and_closed(both: Both) -> None:
    visitor = both.officer()
    form = {"for": f"{BUYER}|{CONTRACT}", "reason": "asked by phone", "days": "14"}
    page = await visitor.post(f"{PAGE}/acts/open-link", **form)
    url = re.search(r'readonly value="([^"]+)"', page.text)
    assert url is not None, page.text
    supplier = both.console.visitor(None)
    path = url[1]
    assert "You have not sent anything yet." in await supplier.text(path)
    files = {"file": ("attest.pdf", ATTEST, "application/pdf")}
    sent = await supplier.http.post(path, data={"key": "k"}, files=files)
    assert "It has arrived." in sent.text
    assert "attest.pdf" in await supplier.text(path)
    listed = await visitor.get(PAGE)
    assert "1 files" in listed.text
    after = listed.text.partition("asked by phone")[2]
    link = re.search(r'name="id" value="(link-[^"]+)"', after)
    assert link is not None
    closed = await visitor.http.post(
        f"{PAGE}/acts/close-link",
        data={"secret": _secret(listed), "key": "k-9", "id": link[1], "reason": "all came"},
    )
    assert closed.status_code == 303
    again = await supplier.http.post(path, data={"key": "k-3"}, files=files)
    assert again.status_code == 403
    assert "opens nothing any more" in again.text


async def test_a_supplier_s_page_shows_its_qualification_and_a_person_refuses_it(
    both: Both,
) -> None:
    visitor = both.officer()
    page = await visitor.get(PAGE)
    assert "not asked: nothing is known" in words_of(page.text)
    id = re.search(r'name="id" value="(qual-[^"]+)"', page.text)
    assert id is not None, page.text
    answer = await visitor.post(f"{PAGE}/acts/refuse", id=id[1], reason="They do not answer.")
    assert answer.status_code == 303
    await both.hear()
    text = await visitor.text(PAGE)
    assert "refused" in text
    assert "They do not answer." in text
