"""An audit from its team to its report: several at once, also offline, and never overwritten."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audits.api import api
from services.audits.app import LIBRARY
from services.audits.checklist_sheets import read_checklist, write_checklist
from services.audits.domain import Audit, AuditState, Checklist, Verdict
from services.audits.domain.checklists import Given
from services.audits.domain.library import Library, LibraryQuestion
from services.audits.libraries import Libraries
from shared.domain import Caller
from shared.events.audits import AuditorStoodAside, AuditPlanned, AuditPrepared, AuditReused
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, SUPPLIER, planned
from tests.serving import Standing

SIGNE = Caller(subject="signe", roles=("auditor",), buyers=(BUYER,))
OLE = Caller(subject="ole", roles=("auditor",), buyers=(BUYER,))
OTHER = "dk-cvr-11111111"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


async def prepared(standing: Standing, *, declare: bool = True) -> str:
    """The first audit, with a team of two."""
    id = planned(standing.world)[0].audit_id
    async with standing.client(SIGNE) as signe, standing.client(OLE) as ole:
        body = {"team": ["signe", "ole"], "sites": ["Hillerød"], "announced": False}
        answer = await signe.post(f"/audits/{id}/prepare", json=body)
        assert answer.status_code == 200, answer.text
        for one in (signe, ole) if declare else ():
            await one.post(f"/audits/{id}/declaration", json={"no_conflict": True})
    return id


def answers(checklist: dict[str, Any], verdict: str = "conforms") -> list[dict[str, Any]]:
    return [{"question_id": one["id"], "verdict": verdict} for one in checklist["questions"]]


def sent(data: bytes) -> dict[str, str]:
    return {"content": b64encode(data).decode()}


async def test_from_team_to_report_with_a_checklist(standing: Standing, world: World) -> None:
    id = await prepared(standing)
    [fact] = [one for one in world.announced if isinstance(one, AuditPrepared)]
    assert (fact.announced, fact.checklist_version) == (False, "2026-11")
    async with standing.client(SIGNE) as signe:
        at = f"/audits/{id}/checklist"
        checklist = (await signe.get(at)).json()
        assert checklist["questions"][0]["text"]["da"]
        early = await signe.post(f"/audits/{id}/hold", json={"conclusion": "In order."})
        assert early.json()["errors"][0]["field"] == "checklist"
        assert "pay-as-agreed" in early.text
        await signe.post(at, json={"answers": answers(checklist)})
        deviates = {
            "question_id": "pay-as-agreed",
            "verdict": "deviates",
            "note": "Too little",
            "seen": 1,
        }
        await signe.post(at, json={"answers": [deviates]})
        without = await signe.post(f"/audits/{id}/hold", json={"conclusion": "Partly."})
        assert without.json()["errors"][0]["field"] == "findings"
        found = {
            "severity": "major",
            "finding_class": "wages",
            "description": "Two employees are paid too little.",
            "question_id": "pay-as-agreed",
        }
        report = {"conclusion": "Partly in order.", "findings": [found]}
        done = await signe.post(f"/audits/{id}/hold", json=report)
        assert done.status_code == 200, done.text
        [finding] = done.json()["result"]["finding_ids"]
        assert (await signe.get(f"/findings/{finding}")).json()["question_id"] == "pay-as-agreed"


async def test_nobody_works_on_an_audit_without_declaring_and_with_a_conflict_one_stands_aside(
    standing: Standing, world: World
) -> None:
    id = await prepared(standing, declare=False)
    async with standing.client(SIGNE) as signe, standing.client(OLE) as ole:
        checklist = (await signe.get(f"/audits/{id}/checklist")).json()
        body = {"answers": answers(checklist)}
        early = await signe.post(f"/audits/{id}/checklist", json=body)
        assert early.json()["errors"][0]["field"] == "no_conflict"
        await signe.post(f"/audits/{id}/declaration", json={"no_conflict": True})
        assert (await signe.post(f"/audits/{id}/checklist", json=body)).status_code == 200
        silent = await signe.post(f"/audits/{id}/hold", json={"conclusion": "In order."})
        assert "ole must first declare" in silent.text
        aside = {"no_conflict": False, "reason": "My brother works there."}
        await ole.post(f"/audits/{id}/declaration", json=aside)
        assert [one.person for one in world.announced if isinstance(one, AuditorStoodAside)] == [
            "ole"
        ]
        assert (await ole.post(f"/audits/{id}/checklist", json=body)).status_code == 422
        held = await signe.post(f"/audits/{id}/hold", json={"conclusion": "In order."})
        assert held.status_code == 200


async def test_two_auditors_at_once_lose_nothing(standing: Standing) -> None:
    id = await prepared(standing)
    at = f"/audits/{id}/checklist"
    async with standing.client(SIGNE) as signe, standing.client(OLE) as ole:
        first = {"question_id": "pay-as-agreed", "verdict": "conforms"}
        second = {"question_id": "hours-recorded", "verdict": "not_seen"}
        await signe.post(at, json={"answers": [first]})
        both = await ole.post(at, json={"answers": [first | {"verdict": "not_seen"}, second]})
        [conflict] = both.json()["result"]["conflicts"]
        assert (conflict["stands"]["by"], conflict["stands"]["verdict"]) == ("signe", "conforms")
        stands = {one["question_id"]: one for one in (await ole.get(at)).json()["answers"]}
        assert stands["pay-as-agreed"]["verdict"] == "conforms"
        assert stands["hours-recorded"]["verdict"] == "not_seen"
        knowing = first | {"verdict": "not_seen", "seen": 1}
        settled = await ole.post(at, json={"answers": [knowing]})
        assert settled.json()["result"]["conflicts"] == []


async def test_a_checklist_goes_along_as_a_workbook_and_comes_back(standing: Standing) -> None:
    id = await prepared(standing)
    at = f"/audits/{id}/checklist"
    async with standing.client(SIGNE) as signe, standing.client(OLE) as ole:
        exported = await ole.get(f"{at}.xlsx", params={"language": "sv"})
        assert exported.headers["content-type"].startswith("application/vnd.openxml")
        await signe.post(
            at, json={"answers": [{"question_id": "pay-as-agreed", "verdict": "conforms"}]}
        )
        book = openpyxl.load_workbook(BytesIO(exported.content))
        rows = {row[0].value: row for row in book["checklist"].iter_rows(min_row=2)}
        rows["pay-as-agreed"][3].value = "avviker"
        rows["pay-as-agreed"][4].value = "=1+1 kr. for lidt"
        rows["chain-bound"][3].value = "I ordning"
        back = BytesIO()
        rows["pay-as-agreed"][4].data_type = "s"
        book.save(back)
        read = await ole.post(f"{at}/sheet", json=sent(back.getvalue()))
        assert read.status_code == 200, read.text
        [conflict] = read.json()["result"]["conflicts"]
        assert conflict["given"]["note"] == "=1+1 kr. for lidt"
        assert "chain-bound" not in read.json()["result"]["unanswered"]


@pytest.mark.parametrize(
    ("cell", "value", "told"),
    [
        ("checklist!D2", "maybe", "checklist!D2: one of in order"),
        ("checklist!A2", "bees", "bees is not on this checklist"),
        ("checklist!A3", "contracts-in-hand", "stands there twice"),
        ("checklist!G2", "-3", "checklist!G2: leave this number"),
        ("ansvar!B1", "audit-0", "the checklist of audit audit-0"),
        ("ansvar!B2", "2020-01", "answers are for version 2020-01"),
        ("ansvar!A1", "x", "this is no checklist"),
    ],
)
async def test_a_workbook_that_does_not_fit_is_told_why(
    standing: Standing, world: World, cell: str, value: str, told: str
) -> None:
    id = await prepared(standing)
    book = openpyxl.load_workbook(BytesIO(write_checklist(world.state(Checklist, id), "en")))
    for row in (2, 3):
        book["checklist"].cell(row, 4).value = "in order"
    sheet, _, place = cell.partition("!")
    book[sheet][place].value = value
    back = BytesIO()
    book.save(back)
    async with standing.client(SIGNE) as signe:
        answer = await signe.post(f"/audits/{id}/checklist/sheet", json=sent(back.getvalue()))
        assert answer.status_code == 422
        assert told in answer.text
    assert world.state(Checklist, id).answers == ()


@pytest.mark.parametrize("wrong", [b"", b"PK\x03\x04 not", b"%PDF-1.7"])
async def test_a_wrong_file_is_no_checklist(standing: Standing, wrong: bytes) -> None:
    id = await prepared(standing)
    async with standing.client(SIGNE) as signe:
        answer = await signe.post(f"/audits/{id}/checklist/sheet", json=sent(wrong))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "content"


def test_every_word_of_the_library_is_there_in_three_languages() -> None:
    library = Libraries.load(LIBRARY).on(date(2026, 11, 23))
    for questions in library.obligations.values():
        for one in questions:
            for text in (one.text, one.source, *one.columns):
                assert {"da", "sv", "en"} <= text.keys()
    first = library.checklist("labour-ilo94")[0]
    assert first.why("sv") == "arbetsklausul; ILO-konvention 94"
    data = write_checklist(
        Checklist(id="audit-1", questions=(first,), library_version=library.version), "sv"
    )
    sheet = openpyxl.load_workbook(BytesIO(data))["checklist"]
    assert sheet["C2"].value == "arbetsklausul; ILO-konvention 94"


def test_what_an_older_version_said_in_english_alone_is_still_read() -> None:
    old = {"id": "pay", "text": "Pay?", "source": "ILO 94", "type": "table", "columns": ["who"]}
    question = LibraryQuestion.model_validate(old)
    assert (question.why("da"), question.headings("sv")) == ("ILO 94", ("who",))


async def test_a_changed_version_keeps_answers_to_what_is_the_same(
    standing: Standing, world: World
) -> None:
    old = Libraries.load(LIBRARY).on(date(2026, 11, 23))
    first, *others = old.checklist("labour-ilo94")
    changed = first.model_copy(update={"source": {"en": "labour clause, 2027"}})
    new = Library(
        version="2027-01",
        valid_from=date(2027, 1, 1),
        obligations={"labour-ilo94": (changed, *others)},
    )
    id = await prepared(standing)
    checklist = world.state(Checklist, id)
    given = tuple(Given(question_id=q.id, verdict=Verdict.CONFORMS) for q in checklist.questions)
    checklist.answer(given, "signe", NOW)
    assert checklist.take(new) == (first.id,)
    assert checklist.unanswered == (first.id,)
    assert checklist.library_version == "2027-01"


async def test_an_unknown_version_and_a_stranger_get_a_clear_answer(standing: Standing) -> None:
    id = await prepared(standing)
    stranger = Caller(subject="x", roles=("auditor",), buyers=(OTHER,))
    async with standing.client(SIGNE) as signe, standing.client(stranger) as other:
        wrong = await signe.post(f"/audits/{id}/checklist/renew", json={"version": "1999"})
        assert wrong.json()["errors"][0]["field"] == "version"
        for address in (f"/audits/{id}/checklist", f"/audits/{id}/checklist.xlsx"):
            assert (await other.get(address)).status_code == 403
        none = await signe.get("/audits/audit-0/checklist")
        assert none.status_code == 404
        body = {"team": ["signe"], "chain_ids": ["dk-cvr-5"]}
        far = await signe.post(f"/audits/{id}/prepare", json=body)
        assert far.json()["errors"][0]["field"] == "chain_ids"


REUSE: dict[str, Any] = {
    "other_buyer_id": OTHER,
    "reference": "Region Syd 2025/17",
    "held_on": "2025-06-02",
    "same_level": True,
    "assessment": "Same agreement, same sites; the sample covered our cleaners too.",
    "document_ids": ["doc-1"],
}


async def test_another_buyers_audit_counts_and_the_next_one_is_counted_from_it(
    standing: Standing, world: World
) -> None:
    id = planned(world)[0].audit_id
    async with standing.client(SIGNE) as signe:
        done = await signe.post(f"/audits/{id}/reuse", json=REUSE)
        assert done.json()["result"]["state"] == "reused"
        again = await signe.post(f"/audits/{id}/hold", json={"conclusion": "In order."})
        assert again.status_code == 409
    [fact] = [one for one in world.announced if isinstance(one, AuditReused)]
    assert fact.settles == (f"hold-audit/{id}",)
    await world.advance(timedelta(days=2))
    assert [one for one in world.told if one is AuditPlanned] == [AuditPlanned] * 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": "2023-11-01"}, "held_on"),
        ({"held_on": "2027-11-01"}, "held_on"),
        ({"held_on": None}, "held_on"),
        ({"same_level": False}, "same_level"),
        ({"other_buyer_id": BUYER}, "other_buyer_id"),
        ({"other_buyer_id": ""}, "other_buyer_id"),
        ({"assessment": "Looks fine."}, "assessment"),
        ({"document_ids": []}, "document_ids"),
        ({"reference": ""}, "reference"),
        ({"other_audit_id": "audit-0"}, "other_audit_id"),
    ],
)
async def test_a_foreign_audit_that_cannot_count_is_told_why(
    standing: Standing, world: World, changed: dict[str, object], field: str
) -> None:
    id = planned(world)[0].audit_id
    async with standing.client(SIGNE) as signe:
        answer = await signe.post(f"/audits/{id}/reuse", json=REUSE | changed)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == field
    assert world.state(Audit, id).state is AuditState.PLANNED


async def test_an_audit_of_this_system_is_taken_over_only_about_the_same(
    standing: Standing, world: World
) -> None:
    id = planned(world)[0].audit_id
    there = {"id": "audit-there", "buyer_id": OTHER, "party_id": SUPPLIER}
    for obligation, status in (("training", 422), ("labour-ilo94", 200)):
        world.store.documents[Audit, "audit-there"] = Audit.model_validate(
            there
            | {"obligation": obligation, "state": "held", "held_on": "2026-02-01", "version": 1}
        )
        async with standing.client(SIGNE) as signe:
            body = REUSE | {"other_audit_id": "audit-there", "held_on": None}
            answer = await signe.post(f"/audits/{id}/reuse", json=body)
            assert answer.status_code == status, answer.text


@pytest.mark.parametrize("pasted", ["\x0b", "\x00", "\x1f", "\ufffe"])
def test_a_note_with_what_no_workbook_can_hold_is_exported(pasted: str) -> None:
    checklist = Checklist(id=f"audit-{pasted}1", buyer_id=BUYER, obligation="labour-ilo94")
    checklist.take(Libraries.load(LIBRARY).on(date(2026, 11, 23)))
    note = Given(
        question_id=checklist.questions[0].id, verdict=Verdict.CONFORMS, note=f"seen{pasted}there"
    )
    checklist.answer((note,), "signe", NOW)
    sheet = openpyxl.load_workbook(BytesIO(write_checklist(checklist, "da")))["checklist"]
    assert sheet["E2"].value == "seen there"


VERDICTS = st.sampled_from(list(Verdict))
NOTES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=40)


@given(st.lists(st.tuples(VERDICTS, NOTES), min_size=5, max_size=5))
def test_what_is_exported_reads_back_as_it_was(given_: list[tuple[Verdict, str]]) -> None:
    checklist = Checklist(id="audit-1", buyer_id=BUYER, obligation="labour-ilo94")
    checklist.take(Libraries.load(LIBRARY).on(date(2026, 11, 23)))
    ids = [one.id for one in checklist.questions]
    told = tuple(
        Given(question_id=id, verdict=verdict, note=note + " abc")
        for id, (verdict, note) in zip(ids, given_, strict=True)
    )
    checklist.answer(told, "signe", NOW)
    back = read_checklist(write_checklist(checklist, "da"))
    assert checklist.answer(back.answers, "ole", NOW) == ()
    assert {one.number for one in checklist.answers} == {1}
