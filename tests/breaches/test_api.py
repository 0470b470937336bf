"""What can be read and asked over HTTP, by whom; and the letters that a case leaves behind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.breaches.commands import OpenEnquiry
from services.breaches.insight.api import api
from services.breaches.letters import Letter
from services.breaches.terms import Terms
from shared.http import PUBLIC, build_http, routes_of
from shared.links import LinkBook
from shared.testing import AUDITOR, MACHINE, T0
from tests.breaches.test_hearings import contradicted
from tests.breaches.test_legal_block import blocked, flagged, ordered
from tests.breaches.told import (
    ANNA,
    BALTIC,
    BO,
    CONTRACT,
    HANSEN,
    MORE,
    NORDLYS,
    REGION,
    SHELF,
    STRANGER,
    Cases,
    declared,
)
from tests.serving import Standing

LINKS = LinkBook(b"k" * 32, now=lambda: T0)
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def served(world: Cases, folder: Path) -> Standing:
    return Standing(
        world, api, folder, adapters={"shelf": SHELF, "links": LINKS, "terms": Terms(), **MORE}
    )


async def test_a_case_shows_whose_turn_it_is_and_what_the_law_wants_next(folder: Path) -> None:
    world = await flagged()
    service = served(world, folder)
    async with service.client(AUDITOR) as auditor, service.client(STRANGER) as stranger:
        (line,) = (await auditor.get(f"/cases?buyer_id={REGION}&open=true")).json()["items"]
        assert (line["turn"], line["what"]) == ("officer", "order the precautionary hold")
        shown = (await auditor.get(f"/cases/{line['id']}")).json()
        assert shown["next"]["possible"] == ["hold", "dismiss"]
        assert shown["bases"][1] == "clause replacement"
        assert [o["measure"] for o in shown["options"]] == ["dialogue"]
        assert shown["rule_da"] == "Indefrysning af aktiver"
        assert [s["what"] for s in shown["steps"]] == ["flagged"]
        assert (await stranger.get(f"/cases/{line['id']}")).status_code == 403
        assert (await stranger.get(f"/cases?buyer_id={REGION}")).status_code == 403
        assert (await auditor.get(f"/cases?buyer_id={REGION}&open=false")).json()["items"] == []


async def test_the_whole_block_goes_over_http(folder: Path) -> None:
    world = await flagged()
    service, path = served(world, folder), f"/cases/{world.case.id}"
    async with (
        service.client() as officer,
        service.client(ANNA) as anna,
        service.client(BO) as bo,
    ):
        assert (await anna.post(f"{path}/hold", json={"reason": "at once"})).status_code == 403
        early = await officer.post(f"{path}/confirm", json={"reason": "60 % confirmed"})
        assert early.status_code == 409
        assert "order the precautionary hold" in early.json()["detail"]
        held = await officer.post(f"{path}/hold", json={"reason": "at once"})
        assert held.json()["result"]["stage"] == "held"
        await officer.post(f"{path}/confirm", json={"reason": "60 % confirmed"})
        await anna.post(f"{path}/second-approval", json={"reason": "I agree"})
        options = (await officer.get(path)).json()["options"]
        replace = next(o for o in options if o["measure"] == "replace" and o["on"] == "clause")
        body = {
            "consequence": "replace",
            "basis": replace["basis"],
            "reason": "a listed person owns it",
            "proportionality": "nothing milder stops the benefit",
        }
        wrong = await officer.post(f"{path}/decision", json={**body, "basis": "mine"})
        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["field"] == "basis"
        proposed = await officer.post(f"{path}/decision", json=body)
        assert proposed.json()["result"]["decision_id"].startswith("decision-")
        for approver in (anna, bo):
            done = await approver.post(f"{path}/decision/sign", json={"no_conflict": True})
            assert done.status_code == 200
        assert (await officer.get(path)).json()["stage"] == "ordered"


async def test_the_supplier_answers_through_its_link_once(folder: Path) -> None:
    world = await contradicted()
    id = world.case.id
    await world.done(OpenEnquiry(case_id=id, question="how does this fit with your ESPD?"))
    service = served(world, folder)
    token = LINKS.token(f"link-{id}-enquiry-1", f"enquiry/{id}", FOREVER)
    async with service.client(None) as supplier:
        asked = (await supplier.get(f"/links/{token}")).json()
        assert asked["text"] == "how does this fit with your ESPD?"
        assert not asked["answered"]
        first = await supplier.post(f"/links/{token}/answer", json={"text": "it is paid"})
        assert first.json()["result"]["stage"] == "answered"
        assert (await supplier.get(f"/links/{token}")).json()["answered"]
        again = await supplier.post(f"/links/{token}/answer", json={"text": "once more"})
        assert again.status_code == 403
        other = LINKS.token("x", "documents/c-1", FOREVER)
        assert (await supplier.get(f"/links/{other}")).status_code == 403


async def test_an_officer_writes_down_an_answer_that_came_by_telephone(folder: Path) -> None:
    world = await contradicted()
    service, path = served(world, folder), f"/cases/{world.case.id}"
    async with service.client() as officer:
        await officer.post(f"{path}/enquiry", json={"question": "how does this fit?"})
        for body in ({}, {"answer": ""}):
            assert (await officer.post(f"{path}/enquiry/answer", json=body)).status_code == 422
        done = await officer.post(f"{path}/enquiry/answer", json={"answer": "it is paid"})
        assert done.json()["result"]["stage"] == "answered"


async def test_the_contractor_reads_its_instruction_behind_the_link(folder: Path) -> None:
    world = await blocked()
    id = world.case.id
    service = served(world, folder)
    token = LINKS.token(f"link-{id}-instruction", f"instruction/{id}", FOREVER)
    async with service.client(None) as supplier:
        assert "Stop using Baltic" in (await supplier.get(f"/links/{token}")).json()["text"]
        answer = await supplier.post(f"/links/{token}/answer", json={"text": "we have"})
        assert answer.status_code == 403


async def test_letters_are_numbered_and_each_addressee_sees_its_parts(folder: Path) -> None:
    world = await contradicted()
    await world.tell(declared(HANSEN, "Hansen & Holm Service ApS"))
    service, path = served(world, folder), f"/cases/{world.case.id}"
    async with service.client() as officer, service.client(STRANGER) as stranger:
        await officer.post(f"{path}/enquiry", json={"question": "how does this fit?"})
        await officer.post(f"{path}/enquiry/answer", json={"text": "we shall see"})
        await officer.post(f"{path}/hearing", json={"subject": "Forfalden gæld på 140.000 kr."})
        await world.do_effects()
        letters = (await officer.get(path)).json()["letters"]
        assert [(x["number"], x["kind"], x["addressee_id"]) for x in letters] == [
            (1, "enquiry", NORDLYS),
            (2, "hearing", NORDLYS),
            (3, "hearing", HANSEN),
        ]
        supplier, own = letters[1]["text_da"], letters[2]["text_da"]
        assert "C-395/18" in supplier
        assert "DKK 140000" not in supplier
        assert "a tax debt of DKK 140000" in own
        assert "ingen anklage" in letters[0]["text_da"]
        assert "no accusation" in letters[0]["text_en"]
        for language in ("da", "sv", "en"):
            pdf = await officer.get(f"{path}/letters/2.pdf?language={language}")
            assert pdf.headers["content-type"] == "application/pdf"
            assert pdf.content.startswith(b"%PDF")
        assert (await stranger.get(f"{path}/letters/2.pdf")).status_code == 403
        assert (await officer.get(f"{path}/letters/9.pdf")).status_code == 404


async def test_a_letter_is_the_same_to_the_byte_when_it_is_written_again() -> None:
    world, other = await ordered(), await ordered()
    for one in (world, other):
        await one.do_effects()
    letters = [d for d in world.store.documents.values() if isinstance(d, Letter)]
    assert [(x.number, x.kind) for x in sorted(letters, key=lambda x: x.number)] == [
        (1, "instruction"),
        (2, "decision"),
        (3, "decision"),
        (4, "demand"),
    ]
    for letter in letters:
        assert letter.pdf_da == other.state(Letter, letter.id).pdf_da
    demand = next(x for x in letters if x.kind == "demand")
    assert "senest 2026-12-14" in demand.text_da
    assert f"kontrakt {CONTRACT}" in demand.text_da
    assert demand.party_id == BALTIC


async def test_the_rulebook_and_the_lawful_ways_can_be_read(folder: Path) -> None:
    service = served(Cases(), folder)
    async with service.client(MACHINE) as machine:
        book = (await machine.get("/rulebook")).json()
        assert book["version"] == "2026-04"
        assert book["paths"]["legal_block"]["flagged"]["may"] == ["hold", "dismiss"]
        assert (await machine.get("/rulebook?version=1999-01")).status_code == 404


async def test_only_links_and_health_are_public(folder: Path) -> None:
    service = served(Cases(), folder)
    public = {r.path for r in routes_of(build_http(service)) if r.roles == PUBLIC}
    assert public == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/links/{token}",
        "/links/{token}/answer",
        "/links/{token}/letters/{number}.pdf",
        "/links/{token}/insight",
        "/links/{token}/insight/answer",
        "/links/{token}/access",
        "/links/{token}/access/{number}.pdf",
    }
