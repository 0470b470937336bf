"""How things stand, asked over HTTP: by any number, as of any day, many at once, as a file."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.api import api
from services.contracts.status_file import COLUMNS, StatusFiles, harmless
from shared.events.onboarding import PartyAliased
from shared.events.screening import ListUpdated
from shared.events.subcontractors import (
    SubcontractorDeclared,
    SubcontractorReplaced,
    SubcontractorWithdrawn,
    SubstituteProposed,
)
from shared.events.words import Identifier, PartyDescription, Status
from shared.testing import T0, World
from shared.webhooks import Secrets
from tests.contracts.conftest import PERSON_KEY, ROOT_SECRET, package, release
from tests.contracts.test_api import EVERYBODYS, STRANGER, SYSTEM
from tests.contracts.test_releases import K1, take_in
from tests.contracts.test_status import BALTIC, BUYER, SUPPLIER, found, over
from tests.serving import Standing

LEI = "529900T8BM49AURSDO55"
R2 = "ocds-abc123-r2--k1"
POLISH_VAT = "PL8567346215"


def declared(party_id: str = BALTIC, *identifiers: Identifier) -> SubcontractorDeclared:
    return SubcontractorDeclared(
        contract_id=K1,
        buyer_id=BUYER,
        party=PartyDescription(party_id=party_id, name="Baltic", identifiers=identifiers),
        parent_id=SUPPLIER,
        tier=1,
        service="windows",
        chain_version=1,
    )


@pytest.fixture
async def standing(world: World, tmp_path: Path) -> Standing:
    await take_in(world, package(release(1)))
    adapters = {
        "person_key": PERSON_KEY,
        "secrets": Secrets(ROOT_SECRET),
        "status_files": StatusFiles(lambda: world.store, PERSON_KEY, None),
    }
    return Standing(world, api, tmp_path, adapters=adapters)


async def asked(client: httpx.AsyncClient, **question: str) -> dict[str, Any]:
    answer = await client.get("/status", params=question)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


# ------------------------------------------------------------ whom one can ask for


@pytest.mark.parametrize(
    "question", [{"cvr": "92431185"}, {"vat": "DK 92 43 11 85"}, {"party_id": SUPPLIER}]
)
async def test_a_supplier_is_found_by_each_of_its_numbers(
    standing: Standing, question: dict[str, str]
) -> None:
    async with standing.client(SYSTEM) as client:
        said = await asked(client, **question)
    assert (said["supplier_ids"], said["status"]) == ([SUPPLIER], "CLEAR")
    assert (said["type"], said["buyer_id"]) == ("ansvar.party-status", BUYER)


async def test_a_subcontractor_without_concerns_is_clear_and_a_stranger_is_not_found(
    standing: Standing, world: World
) -> None:
    async with standing.client(SYSTEM) as client:
        unknown = await client.get("/status", params={"party_id": BALTIC})
        assert unknown.status_code == 404
        assert "known here" in unknown.json()["detail"]
        await world.tell(declared())
        said = await asked(client, cvr=BALTIC.removeprefix("dk-cvr-"))
    assert (said["status"], said["contract_ids"], said["supplier_ids"]) == ("CLEAR", [K1], [])


async def test_a_number_learnt_later_leads_to_the_same_party(
    standing: Standing, world: World
) -> None:
    await world.tell(declared(BALTIC, Identifier(scheme="vat", value=POLISH_VAT)))
    lei = Identifier(scheme="lei", value=LEI)
    await world.tell(PartyAliased(party_id=BALTIC, identifier=lei), found())
    async with standing.client(SYSTEM) as client:
        for question in ({"lei": LEI}, {"vat": POLISH_VAT}):
            said = await asked(client, **question)
            assert (said["status"], said["contract_ids"]) == ("REVIEW", [K1])


async def test_who_has_left_stays_known_but_works_on_nothing(
    standing: Standing, world: World
) -> None:
    day = T0.date()
    left = SubcontractorWithdrawn(
        contract_id=K1, buyer_id=BUYER, party_id=BALTIC, ends=day, reason="over", chain_version=2
    )
    await world.tell(declared(), left)
    async with standing.client(SYSTEM) as client:
        said = await asked(client, party_id=BALTIC)
    assert (said["status"], said["contract_ids"]) == ("CLEAR", [])


async def test_a_substitute_is_known_from_its_proposal_on(standing: Standing, world: World) -> None:
    case: dict[str, Any] = {
        "replacement_id": "replacement-1",
        "case_id": "case-1",
        "contract_id": K1,
        "buyer_id": BUYER,
        "supplier_id": SUPPLIER,
        "outgoing_id": BALTIC,
    }
    new = PartyDescription(party_id="dk-cvr-94118271", name="Ny A/S")
    await world.tell(declared(), SubstituteProposed(**case, party=new))
    await world.tell(
        SubcontractorReplaced(
            **case, incoming_id=new.party_id, effective=T0.date(), chain_version=2
        )
    )
    async with standing.client(SYSTEM) as client:
        assert (await asked(client, party_id=new.party_id))["contract_ids"] == [K1]
        assert (await asked(client, party_id=BALTIC))["contract_ids"] == []


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"cvr": "92431180"}, "cvr"),
        ({"lei": "x"}, "lei"),
        ({"vat": "US123"}, "vat"),
        ({"cvr": "92431185", "lei": LEI}, "contract_id"),
        ({"orgnr": "850709-9805"}, "orgnr"),
        ({"cvr": "1" * 31}, "cvr"),
        ({"cvr": "92431185", "as_of": "2027-01-01"}, "as_of"),
    ],
)
async def test_a_question_that_cannot_be_asked_says_which_field_is_wrong(
    standing: Standing, question: dict[str, str], field: str
) -> None:
    async with standing.client(SYSTEM) as client:
        answer = await client.get("/status", params=question)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


# ------------------------------------------------------------ as of any day


async def test_each_day_is_told_as_it_was(standing: Standing, world: World) -> None:
    updated = ListUpdated(
        source="eu", version="a1", entries=9, added=9, changed=0, removed=0, binding=True
    )
    await world.advance(timedelta(days=1))
    await world.tell(updated, found())
    await world.advance(timedelta(days=2))
    await world.tell(updated.model_copy(update={"version": "a2"}), over())
    await world.advance(timedelta(days=1))
    days = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]
    async with standing.client(SYSTEM) as client:
        contract = [await asked(client, contract_id=K1, as_of=day) for day in days]
        supplier = [await asked(client, party_id=SUPPLIER, as_of=day) for day in days]
        now = await asked(client, contract_id=K1)
        before = await client.get("/status", params={"contract_id": K1, "as_of": "2026-11-22"})
        early = await client.get("/status", params={"party_id": BALTIC, "as_of": "2026-11-23"})
        baltic = await asked(client, party_id=BALTIC, as_of="2026-11-24")
        free = await asked(client, party_id=BALTIC, as_of="2026-11-27")
    expected = ["CLEAR", "REVIEW", "REVIEW", "CLEAR", "CLEAR"]
    assert [one["status"] for one in contract] == expected
    assert [one["status"] for one in supplier] == expected
    assert [one["status_version"] for one in contract] == [0, 1, 1, 2, 2]
    versions = [[ref["version"] for ref in one["list_as_of"]] for one in contract]
    assert versions == [[], ["a1"], ["a1"], ["a2"], ["a2"]]
    assert now | {"as_of": contract[-1]["as_of"]} == contract[-1]
    assert (before.status_code, early.status_code) == (404, 404)
    assert "2026-11-22" in before.json()["detail"]
    assert (baltic["status"], baltic["contract_ids"]) == ("REVIEW", [K1])
    assert free["status"] == "CLEAR"


# ------------------------------------------------------------ many at once


async def test_a_batch_answers_each_question_for_itself(standing: Standing, world: World) -> None:
    await world.tell(found())
    questions = [
        {"contract_id": K1},
        {"cvr": "92431185"},
        {"cvr": "92431180"},
        {"contract_id": "nothing"},
        {},
        {"orgnr": "850709-9805"},
    ]
    async with standing.client(SYSTEM) as client:
        answer = await client.post("/statuses", json={"questions": questions})
        assert answer.status_code == 200, answer.text
        answers = answer.json()["answers"]
        assert [one["found"] for one in answers] == [True, True, False, False, False, False]
        assert answers[0]["status"]["status"] == "REVIEW"
        assert answers[2]["field"] == "cvr"
        assert "850709" not in answer.text
        known = [
            question | {"etag": one["etag"]}
            for question, one in zip(questions, answers, strict=False)
        ][:2]
        again = (await client.post("/statuses", json={"questions": known})).json()["answers"]
        assert [(one["unchanged"], one["status"]) for one in again] == [(True, None)] * 2
        single = await client.get("/status", params={"contract_id": K1})
        assert single.headers["etag"] == answers[0]["etag"]
        await world.tell(found("exp-2", Status.CONDITIONAL))
        moved = (await client.post("/statuses", json={"questions": known})).json()["answers"]
        assert [one["unchanged"] for one in moved] == [False, False]
        many = {"questions": [{"contract_id": K1}] * 201}
        assert (await client.post("/statuses", json=many)).status_code == 422


async def test_a_batch_gives_nothing_of_another_buyer(standing: Standing) -> None:
    questions = {"questions": [{"contract_id": K1}, {"cvr": "92431185"}]}
    async with standing.client(STRANGER) as client:
        answers = (await client.post("/statuses", json=questions)).json()["answers"]
    assert [one["found"] for one in answers] == [False, False]
    assert [one["status"] for one in answers] == [None, None]


async def test_changes_since_a_moment_come_in_their_order_each_once(
    standing: Standing, world: World
) -> None:
    await take_in(world, package(release(1, ocid="ocds-abc123-R2")))
    begin = world.now.isoformat()
    await world.advance(timedelta(minutes=1))
    await world.tell(found("exp-2", contract_id=R2))
    await world.advance(timedelta(minutes=1))
    await world.tell(found(), found("exp-3", Status.CONDITIONAL, contract_id=R2))
    async with standing.client(SYSTEM) as client:
        page = (await client.get("/statuses/changed", params={"since": begin, "limit": 1})).json()
        rest = await client.get("/statuses/changed", params={"since": begin, "after": page["next"]})
        last = rest.json()["items"][-1]
        none = await client.get("/statuses/changed", params={"since": last["at"]})
        naive = await client.get("/statuses/changed", params={"since": "2026-11-23T08:00:00"})
    told = [one["status"] for one in (*page["items"], *rest.json()["items"])]
    assert {one["contract_ids"][0]: one["status"] for one in told} == {
        K1: "REVIEW",
        R2: "CONDITIONAL",
    }
    assert len(told) == 2
    assert none.json()["items"] == []
    assert naive.status_code == 422


async def test_who_serves_all_buyers_names_one(standing: Standing) -> None:
    async with standing.client(EVERYBODYS) as client:
        for path in ("/statuses.csv", "/statuses/changed?since=2026-11-23T08:00:00Z"):
            answer = await client.get(path)
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["field"] == "buyer_id"


# ------------------------------------------------------------ as a file


async def test_the_file_holds_each_contract_and_party_and_no_formula(
    standing: Standing, world: World
) -> None:
    evil = release(1, ocid="ocds-abc123-R2", contract={"title": '=HYPERLINK("http://evil")'})
    await take_in(world, package(evil))
    await world.tell(found())
    async with standing.client(SYSTEM) as client:
        answer = await client.get("/statuses.csv")
        assert answer.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        await world.advance(timedelta(days=2))
        await world.tell(over())
        then = (await client.get("/statuses.csv", params={"as_of": "2026-11-23"})).text
    assert set(rows[0]) == set(COLUMNS)
    told = {(row["about"], row["id"]): row["status"] for row in rows}
    assert told == {
        ("contract", K1): "REVIEW",
        ("contract", R2): "CLEAR",
        ("party", SUPPLIER): "REVIEW",
        ("party", BALTIC): "REVIEW",
    }
    titles = {row["id"]: row["title"] for row in rows}
    assert titles[R2].startswith("'=HYPERLINK")
    assert list(csv.DictReader(io.StringIO(then))) == rows


@given(st.text(max_size=20))
def test_no_cell_begins_a_formula_and_each_can_be_read_back(text: str) -> None:
    cell = harmless(text)
    assert cell.removeprefix("'") == text or cell == text
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
