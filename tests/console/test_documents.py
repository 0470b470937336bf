"""Documents that wait: the queue, the page beside the fields, and what goes to onboarding."""

import pytest

from services.console.pages.documents import SHOWS
from shared.events.onboarding import (
    DocumentExpiring,
    DocumentSuspended,
    DocumentVerified,
)
from shared.testing import T0, World
from tests.console.cast import BUYER, NORDLYS, OFFICER, STRANGER
from tests.console.desk import Console
from tests.console.papers import DOC, PAYSLIP, READ, WAITING, page_picture

CONTROLLER = OFFICER.model_copy(update={"subject": "signe.ravn", "roles": ("wage_controller",)})


@pytest.fixture
async def waiting(console: Console, world: World) -> Console:
    await world.tell(*WAITING)
    console.services.says[f"/api/onboarding/documents/{DOC}/review"] = READ
    console.services.says[f"/api/onboarding/documents/{DOC}/pages/1"] = page_picture()
    return console


def verified() -> DocumentVerified:
    return DocumentVerified(
        document_id=DOC, party_id=NORDLYS.party_id, buyer_id=BUYER, kind="iso-9001"
    )


async def test_the_queue_says_what_waits_why_and_until_when(waiting: Console) -> None:
    text = await waiting.visitor(OFFICER).text("/documents")
    assert "To be looked at 1" in text
    assert "ISO 9001 certificate iso-9001-nordlys.pdf" in text
    assert "valid until was read without certainty" in text
    assert "in 1" in text


async def test_payslips_wait_only_for_the_wage_controller(waiting: Console) -> None:
    officer, controller = waiting.visitor(OFFICER), waiting.visitor(CONTROLLER)
    assert f"/documents/{PAYSLIP}" not in (await officer.get("/documents")).text
    assert f"/documents/{PAYSLIP}" in (await controller.get("/documents")).text
    assert "for the role wage controller alone" in await officer.text(f"/documents/{PAYSLIP}")
    answer = await officer.post(f"/documents/{PAYSLIP}/verify", reason="Looks right")
    assert answer.status_code == 403
    assert waiting.services.sent == []


async def test_filters_stand_in_the_address(waiting: Console, world: World) -> None:
    visitor = waiting.visitor(OFFICER)
    found = await visitor.text("/documents?show=review&kind=iso-9001&q=nordlys")
    assert "iso-9001-nordlys.pdf" in found
    assert "No document fits the filter." in await visitor.text("/documents?q=nowhere")
    await world.tell(
        verified(),
        DocumentExpiring(
            document_id=DOC,
            party_id=NORDLYS.party_id,
            buyer_id=BUYER,
            kind="iso-9001",
            valid_until=T0.date(),
        ),
    )
    assert "No document waits for you." in await visitor.text("/documents")
    assert "ISO 9001 certificate" in await visitor.text("/documents?show=running_out")
    assert (await visitor.get("/documents?show=nothing")).status_code == 404


@pytest.mark.parametrize("show", SHOWS)
async def test_no_list_shows_another_buyer_s_documents(waiting: Console, show: str) -> None:
    text = await waiting.visitor(STRANGER).text(f"/documents?show={show}")
    assert "nordlys" not in text.casefold()


async def test_the_page_stands_beside_the_fields_with_their_places(waiting: Console) -> None:
    visitor = waiting.visitor(OFFICER)
    page = await visitor.get(f"/documents/{DOC}")
    assert f'src="/documents/{DOC}/pages/1"' in page.text
    assert '<rect id="box-1" class="unsure" x="197.0" y="297.0" width="306.0"' in page.text
    assert page.text.index('id="field-1"') < page.text.index('id="field-0"')
    assert "style=" not in page.text
    picture = await visitor.get(f"/documents/{DOC}/pages/1")
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "private, no-store"
    assert (await visitor.get(f"/documents/{DOC}/pages/2")).status_code == 404
    assert (await waiting.visitor(STRANGER).get(f"/documents/{DOC}/pages/1")).status_code == 404


async def test_without_the_service_the_page_says_so_and_the_document_can_be_decided(
    waiting: Console,
) -> None:
    del waiting.services.says[f"/api/onboarding/documents/{DOC}/review"]
    text = await waiting.visitor(OFFICER).text(f"/documents/{DOC}")
    assert "What was read cannot be fetched right now." in text
    assert "It counts" in text


async def test_only_what_was_ticked_or_changed_is_sent_as_seen(waiting: Console) -> None:
    fields = {
        "value-0": "QMS-2231",
        "was-0": "QMS-2231",
        "seen-0": "yes",
        "value-1": "2027-04-01",
        "was-1": "2027-04-O1",
        "value-2": "unchanged",
        "was-2": "unchanged",
    }
    answer = await waiting.visitor(OFFICER).post(
        f"/documents/{DOC}/corrections",
        reason="It is a zero",
        ground="EX-B1",
        remark="yes",
        owed="1200,5",
        **fields,
    )
    assert answer.headers["location"] == f"/documents/{DOC}?said=document.corrections"
    ((path, body, _),) = waiting.services.sent
    assert path == f"/api/onboarding/documents/{DOC}/corrections"
    assert body == {
        "reason": "It is a zero",
        "fields": [
            {"number": 0, "value": "QMS-2231"},
            {"number": 1, "value": "2027-04-01"},
        ],
        "findings": [{"ground": "EX-B1", "remark": True, "owed": {"amount": "1200.5"}}],
    }


async def test_a_refused_correction_keeps_what_was_written(waiting: Console) -> None:
    waiting.services.refusal = (422, {"detail": "valid_until is a date, such as 2026-11-16"})
    answer = await waiting.visitor(OFFICER).post(
        f"/documents/{DOC}/corrections",
        **{"reason": "Torn", "value-1": "in spring", "was-1": "2027-04-O1"},
    )
    assert answer.status_code == 422
    assert "valid_until is a date" in answer.text
    assert 'value="in spring"' in answer.text
    assert ">Torn</textarea>" in answer.text


VERDICTS = [
    (
        "verify",
        {"reason": "ok it is", "kind": "sa8000", "party_id": "", "valid_until": "2027-01-01"},
        {"reason": "ok it is", "kind": "sa8000", "valid_until": "2027-01-01"},
    ),
    ("reject", {"reason": "a page is missing"}, {"reason": "a page is missing"}),
    ("read-again", {}, {}),
]


@pytest.mark.parametrize(("verdict", "form", "body"), VERDICTS)
async def test_a_verdict_goes_to_onboarding(
    waiting: Console, verdict: str, form: dict[str, str], body: dict[str, str]
) -> None:
    await waiting.visitor(OFFICER).post(f"/documents/{DOC}/{verdict}", **form)
    assert waiting.services.sent[0][:2] == (f"/api/onboarding/documents/{DOC}/{verdict}", body)


async def test_a_certificate_that_counts_can_be_told_to_be_suspended(
    waiting: Console, world: World
) -> None:
    await world.tell(verified())
    visitor = waiting.visitor(OFFICER)
    assert "Its issuer has suspended it" in await visitor.text(f"/documents/{DOC}")
    form = {"standing": "suspended", "reason": "letter of the body", "since": "2026-11-20"}
    answer = await visitor.post(f"/documents/{DOC}/standing", **form)
    assert answer.headers["location"].endswith("said=document.suspended")
    assert waiting.services.sent[0][1] == form
    await world.tell(
        DocumentSuspended(
            document_id=DOC,
            party_id=NORDLYS.party_id,
            buyer_id=BUYER,
            kind="iso-9001",
            since=T0.date(),
            source="officer",
            told="letter of the body",
        )
    )
    page = await visitor.text(f"/documents/{DOC}")
    assert "letter of the body" in page
    assert "The suspension is over" in page
    assert "Its issuer has suspended it" not in page


@pytest.mark.parametrize(
    ("looked", "seen"),
    [
        ({"state": "not asked"}, "not asked: nothing is known"),
        (
            {"state": "unavailable", "problem": "it answers 503"},
            "did not answer: nothing is known it answers 503",
        ),
        (
            {
                "state": "known",
                "age_days": 2,
                "facts": [{"name": "status", "value": "suspended"}],
            },
            "EUDAMED: suspended · answered 2 days ago known",
        ),
    ],
)
async def test_what_eudamed_says_of_a_certificate_stands_on_its_page(
    waiting: Console, looked: dict[str, object], seen: str
) -> None:
    nothing: dict[str, object] = {
        "register_name": "eudamed",
        "facts": [],
        "age_days": None,
        "problem": "",
    }
    read = READ | {"certificate": nothing | looked}
    waiting.services.says[f"/api/onboarding/documents/{DOC}/review"] = read
    assert seen in await waiting.visitor(OFFICER).text(f"/documents/{DOC}")
