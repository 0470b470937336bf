"""A request for access to documents from first day to copy, on pages, with real breaches."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from services.breaches.domain.insight import Insight, InsightStage
from services.breaches.insight.api import api
from services.breaches.terms import Terms
from services.console.courier import Courier
from services.console.handlers import router
from services.console.pages import door
from shared.domain import Caller
from shared.events.breaches import InsightHearingOpened
from shared.testing import World
from tests.breaches.test_insight import SECRET, paper
from tests.breaches.test_legal_block import blocked
from tests.breaches.told import MORE, NORDLYS, REGION, SHELF, Cases
from tests.console.desk import HEARS, LINKS, Console, Visitor
from tests.serving import Standing

METTE = Caller(subject="mette", name="Mette Lund", roles=("officer",), buyers=(REGION,))
ANDERS = Caller(subject="anders", name="Anders Kjær", roles=("approver",), buyers=(REGION,))
MANAGER = Caller(subject="karin", name="Karin Ek", roles=("contract_manager",), buyers=(REGION,))


class Office:
    def __init__(self, cases: Cases, folder: Path) -> None:
        self.cases = cases
        adapters = {"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
        self.breaches = Standing(cases, api, folder, adapters=adapters)
        self.console = Console(World(router, adapters=HEARS), folder)
        app = Starlette(routes=[Mount("/api/breaches", self.breaches.app())])
        courier = Courier("http://services.test", httpx.ASGITransport(app=app))
        self.console.adapters = {**self.console.adapters, "courier": courier}
        self.officer, self.approver = map(self.console.visitor, (METTE, ANDERS))

    @property
    def request(self) -> Insight:
        (found,) = (d for d in self.cases.store.documents.values() if isinstance(d, Insight))
        return found

    async def step(self, who: Visitor, name: str, **fields: str) -> None:
        path = f"/insight/{self.request.id}/steps/{name}"
        answer = await who.post(path, **{"key": name, **fields})
        assert answer.status_code == 303, answer.text


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(door, "WAIT", 0.0)  # no facts reach the read models of this console
    office = Office(await blocked(), tmp_path)
    taken = await office.officer.post(
        "/insight", buyer_id=REGION, country="DK", asked="all of Nordlys", applicant="Jonna"
    )
    assert taken.status_code == 303, taken.text
    return office


async def test_a_request_goes_on_pages_from_its_first_day_to_the_copy(office: Office) -> None:
    data, page = paper(f"They offer {SECRET}."), f"/insight/{office.request.id}"
    assert "all of Nordlys" in await office.officer.text(page)
    sha256 = hashlib.sha256(data).hexdigest()
    document = {"kind": "document", "ref": "doc-1", "sha256": sha256, "concerns": NORDLYS}
    await office.step(office.officer, "item", **document)
    await office.step(office.officer, "hearing", party_id=NORDLYS)
    answer = {"party_id": NORDLYS, "objects": "yes", "answer": "our price"}
    await office.step(office.officer, "answer", **answer)
    ruling = {"number": "1", "outcome": "part", "basis": "OFL-30-2", "reason": "it is a price"}
    await office.step(office.officer, "ruling", places=SECRET, **ruling)
    await office.step(office.approver, "decision")
    assert office.request.stage is InsightStage.ANSWERED
    form = {"secret": (await _secret(office.officer, page)), "key": "k"}
    files = [("document-doc-1", ("tender.pdf", data, "application/pdf"))]
    made = await office.officer.http.post(f"{page}/copy", data=form, files=files)
    assert made.status_code == 200, made.text
    archive = zipfile.ZipFile(io.BytesIO(made.content))
    assert SECRET.encode() not in b"".join(map(archive.read, archive.namelist()))
    await office.step(office.officer, "sent", sha256=made.headers["ansvar-sha256"])
    assert str(office.request.stage) == "done"


async def _secret(visitor: Visitor, page: str) -> str:
    html = (await visitor.get(page)).text
    return html.partition('name="secret" value="')[2].partition('"')[0]


@pytest.mark.parametrize("language", ["da", "sv", "en"])
async def test_list_and_request_speak_three_languages(office: Office, language: str) -> None:
    office.officer.http.headers["Accept-Language"] = language
    for page in ("/insight", f"/insight/{office.request.id}"):
        answer = await office.officer.get(page)
        assert answer.status_code == 200, answer.text
        assert f'lang="{language}"' in answer.text


async def test_a_refused_step_says_why_and_keeps_what_was_written(office: Office) -> None:
    path = f"/insight/{office.request.id}/steps/delay"
    answer = await office.officer.post(path, working_days="1", reason="much to read")
    assert answer.status_code == 422
    assert "much to read" in answer.text


async def test_a_party_answers_on_the_page_of_its_link(office: Office) -> None:
    case = office.cases.case
    await office.step(office.officer, "item", kind="case", ref=case.id)
    await office.step(office.officer, "hearing", party_id=NORDLYS)
    (opened,) = office.cases.of(InsightHearingOpened)
    scope = f"insight/{opened.insight_id}"
    token = LINKS.token(opened.link_id, scope, datetime(2100, 1, 1, tzinfo=UTC))
    supplier = office.console.visitor(None)
    shown = await supplier.text(f"/l/{token}")
    assert case.id in shown
    assert "Jonna" not in shown
    form = {"objects": "yes", "text": "prices and names of staff", "key": "k"}
    sent = await supplier.http.post(f"/l/{token}", data=form)
    assert "It has arrived." in sent.text, sent.text
    assert office.request.hearings[0].objects


async def test_whoever_reads_the_request_is_on_record_with_breaches(office: Office) -> None:
    await office.officer.get(f"/insight/{office.request.id}")
    entries = [
        d for (kind, _), d in office.cases.store.documents.items() if kind.__name__ == "AccessEntry"
    ]
    told = {(one.subject, one.caller) for one in entries}  # type: ignore[attr-defined]
    assert (office.request.applicant_id, "mette") in told


async def test_other_roles_do_not_see_requests(office: Office) -> None:
    answer = await office.console.visitor(MANAGER).get("/insight")
    assert answer.status_code == 403
