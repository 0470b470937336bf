"""A supplier answers a hearing on its page: the real breaches and onboarding behind it."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from services.breaches.commands import AnswerEnquiry, HearTimetable, OpenEnquiry, OpenHearing
from services.breaches.terms import Terms
from services.breaches.turns_api import api
from services.console.courier import Courier
from services.console.handlers import router
from shared.events.breaches import HearingAnswered, HearingOpened
from shared.events.onboarding import DocumentReceived
from shared.testing import World
from tests.breaches.test_hearings import contradicted
from tests.breaches.test_legal_block import blocked
from tests.breaches.told import MORE, SHELF, Cases
from tests.console.desk import HEARS, Console
from tests.onboarding.conftest import Onboarding
from tests.onboarding.test_api import Counter
from tests.serving import Standing

SAMPLES = Path(__file__).parents[2] / "samples"
ATTEST = (SAMPLES / "pdf/serviceattest-hansen-holm.pdf").read_bytes()
MARK = "We describe measures of self-cleaning"


class Heard:
    """A hearing that waits for its answer, and the supplier before its page."""

    def __init__(self, cases: Cases, folder: Path) -> None:
        self.cases = cases
        self.onboarding = Counter(Onboarding(), folder)
        links = self.onboarding.links
        adapters = {"shelf": SHELF, "links": links, "terms": Terms(), **MORE}
        self.breaches = Standing(cases, api, folder, adapters=adapters)
        console = Console(World(router, adapters=HEARS), folder)
        mounted = (("breaches", self.breaches), ("onboarding", self.onboarding))
        app = Starlette(routes=[Mount(f"/api/{name}", one.app()) for name, one in mounted])
        courier = Courier("http://services.test", httpx.ASGITransport(app=app))
        console.adapters = {**console.adapters, "courier": courier, "links": links}
        self.supplier = console.visitor(None)
        self.path = ""

    async def open(self, *, for_files: bool = True) -> None:
        """The link of the hearing; without onboarding's knowing it takes no files."""
        (opened,) = self.cases.of(HearingOpened)
        if for_files:
            await self.onboarding.world.tell(opened)
        links = self.onboarding.links
        token = links.token(opened.link_id, f"hearing/{opened.case_id}", opened.due)
        self.path = f"/l/{token}"


async def hearing() -> Cases:
    cases = await contradicted()
    id = cases.case.id
    await cases.done(OpenEnquiry(case_id=id, question="how does this fit with your ESPD?"))
    await cases.done(AnswerEnquiry(case_id=id, answer="we shall look into it"))
    await cases.done(OpenHearing(case_id=id, subject="Forfalden gæld på 140.000 kr."))
    return cases


@pytest.fixture
async def heard(tmp_path: Path) -> Heard:
    heard = Heard(await hearing(), tmp_path)
    await heard.open()
    return heard


async def test_measures_of_self_cleaning_and_documents_reach_the_case(heard: Heard) -> None:
    page = await heard.supplier.text(heard.path)
    assert "Forfalden gæld på 140.000 kr." in page
    assert MARK in page
    files = [("file", ("receipt.pdf", ATTEST, "application/pdf"))]
    form = {"text": "The debt is paid.", "self_cleaning": "yes", "key": "k"}
    sent = await heard.supplier.http.post(heard.path, data=form, files=files)
    assert "It has arrived." in sent.text
    assert "Files that came with it: 1." in sent.text
    (received,) = (e for e in heard.onboarding.world.announced if isinstance(e, DocumentReceived))
    (answered,) = heard.cases.of(HearingAnswered)
    assert answered.document_ids == (received.document_id,)
    assert heard.cases.case.cleaning_offered
    assert "This has been answered" in await heard.supplier.text(heard.path)


async def test_an_answer_without_the_mark_offers_no_self_cleaning(heard: Heard) -> None:
    sent = await heard.supplier.http.post(heard.path, data={"text": "No money.", "key": "k"})
    assert "It has arrived." in sent.text
    assert not heard.cases.case.cleaning_offered


async def test_what_was_written_stays_where_a_file_is_refused(tmp_path: Path) -> None:
    heard = Heard(await hearing(), tmp_path)
    await heard.open(for_files=False)
    form = {"text": "The debt is paid.", "self_cleaning": "yes", "key": "k"}
    files = [("file", ("receipt.pdf", ATTEST, "application/pdf"))]
    sent = await heard.supplier.http.post(heard.path, data=form, files=files)
    assert sent.status_code == 403
    assert "The debt is paid.</textarea>" in sent.text
    assert 'value="yes" aria-describedby="cleaning" checked' in sent.text
    assert heard.cases.of(HearingAnswered) == []


async def test_the_timetable_of_a_block_knows_no_self_cleaning(tmp_path: Path) -> None:
    cases = await blocked()
    await cases.done(HearTimetable(case_id=cases.case.id, subject="when does its use end?"))
    heard = Heard(cases, tmp_path)
    await heard.open()
    page = await heard.supplier.text(heard.path)
    assert "when does its use end?" in page
    assert MARK not in page


async def test_a_refusal_is_said_in_the_readers_language(heard: Heard) -> None:
    form = {"text": "The debt is paid.", "key": "k-1"}
    await heard.supplier.http.post(heard.path, data=form)
    again = await heard.supplier.http.post(
        heard.path, data=form | {"key": "k-2"}, headers={"Accept-Language": "da"}
    )
    assert again.status_code == 403
    assert "linket er brugt, eller dets tid er gået" in again.text
    assert "this link has been used" not in again.text
