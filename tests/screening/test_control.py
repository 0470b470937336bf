"""Changes of control: noted, open until the owners are declared anew, and never only declared."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.screening.following import told_by
from services.screening.ownership_messages import NoteChangeOfControl
from services.screening.registers import RecordedRegister, RegisterPosition, registers_in
from shared.domain import Rejected
from shared.events.onboarding import DocumentRequested
from shared.events.screening import (
    ChangeOfControlAnswered,
    ChangeOfControlNoted,
    HitRaised,
    OwnershipConcluded,
    OwnershipFlagged,
)
from shared.links import LinkBook
from shared.testing import T0
from tests.screening.stage import (
    CITY,
    REGION,
    Stage,
    company,
    eu_entry,
    eu_list,
    owned,
    person,
    registered,
)
from tests.screening.test_api import METTE, OSKAR, Screen

BALTIC = company("93587278", "Baltic Facility Group ApS")
KIRSTEN = person("k", "Kirsten Vinther Aagaard", country="DK")
IVAN = person("i", "Ivan Petrovich Sidorov", country="RU")
AJGUL = person("b", "Ajgul Berdikenova", "1974-09-02", country="KZ")
TODAY = T0.date()
STATEMENT = owned(BALTIC.party_id, (KIRSTEN, 100)).model_copy(update={"as_of": date(2026, 11, 1)})
LINKS = LinkBook(b"k" * 32, now=lambda: T0)


def notice(buyer_id: str = REGION, **more: object) -> NoteChangeOfControl:
    said = {"source": "officer", "what": "The shares were sold.", "happened": TODAY} | more
    return NoteChangeOfControl(party_id=BALTIC.party_id, buyer_id=buyer_id, **said)


def asked(buyer_id: str = REGION) -> DocumentRequested:
    return DocumentRequested(
        request_id=f"r-{buyer_id}",
        party_id=BALTIC.party_id,
        buyer_id=buyer_id,
        contract_id="contract-1",
        kind="ownership",
        due=T0 + timedelta(days=10),
        link_id=f"link-{buyer_id}",
    )


def answers(stage: Stage) -> dict[str, OwnershipConcluded]:
    return {one.rule: one for one in stage.said(OwnershipConcluded)}


async def told(*said: object) -> Stage:
    stage = Stage()
    await stage.tell(*said)  # type: ignore[arg-type]
    return stage


async def test_a_notice_asks_for_a_statement_and_makes_the_clean_unknown() -> None:
    stage = await told(registered(BALTIC), STATEMENT, notice())
    (noted,) = stage.said(ChangeOfControlNoted)
    assert noted.need is not None
    assert (noted.need.kind, noted.need.role) == ("get-ownership-statement", "officer")
    assert {one.verdict for one in answers(stage).values()} == {"unknown"}
    assert "a change of control" in answers(stage)["SAN-5K"].reason


async def test_a_new_statement_answers_it_and_judges_again() -> None:
    stage = await told(registered(BALTIC), STATEMENT, notice())
    newer = owned(BALTIC.party_id, (KIRSTEN, 100), document="doc-2")
    await stage.tell(newer.model_copy(update={"as_of": TODAY}))
    (answered,) = stage.said(ChangeOfControlAnswered)
    assert answered.settles == (stage.said(ChangeOfControlNoted)[0].need.id,)
    assert answers(stage)["SAN-5K"].verdict == "no"


async def test_a_statement_from_before_the_change_does_not_answer_it() -> None:
    stage = await told(registered(BALTIC), STATEMENT, notice())
    older = STATEMENT.model_copy(update={"as_of": date(2026, 11, 20), "document_id": "doc-2"})
    await stage.tell(older)
    assert stage.said(ChangeOfControlAnswered) == []
    assert answers(stage)["SAN-5K"].verdict == "unknown"


async def test_a_notice_does_not_lift_a_yes() -> None:
    russian = owned(BALTIC.party_id, (IVAN, 100)).model_copy(update={"as_of": date(2026, 11, 1)})
    stage = await told(registered(BALTIC), russian, notice(source="supplier"))
    assert answers(stage)["SAN-5K"].verdict == "yes"
    assert answers(stage)["PARENT"].verdict == "unknown"


async def test_a_freeze_that_was_ruled_out_is_unknown_after_a_notice() -> None:
    stage = Stage()
    await stage.list_in_force("eu", eu_list(eu_entry(2, "Aigul BERDIKENOVA", born="1974-09-02")))
    await stage.tell(registered(BALTIC), owned(BALTIC.party_id, (AJGUL, 20), (KIRSTEN, 80)))
    await stage.confirm(stage.said(HitRaised)[0].hit_id)
    await stage.tell(notice())
    assert [one.verdict for one in stage.said(OwnershipFlagged)] == ["not_owned", "unknown"]


async def test_the_same_notice_again_is_one() -> None:
    stage = await told(registered(BALTIC), STATEMENT, notice(), notice())
    assert len(stage.said(ChangeOfControlNoted)) == 1


async def test_a_change_that_lies_ahead_counts_from_its_day() -> None:
    coming = TODAY + timedelta(days=5)
    stage = await told(registered(BALTIC), STATEMENT, notice(happened=coming))
    assert answers(stage)["SAN-5K"].verdict == "no"
    await stage.advance(timedelta(days=5))
    assert answers(stage)["SAN-5K"].verdict == "unknown"


async def test_a_statement_that_is_newer_than_the_change_knows_of_it_already() -> None:
    stage = await told(registered(BALTIC), STATEMENT, notice(happened=date(2026, 10, 1)))
    assert stage.said(ChangeOfControlNoted) == []


async def test_a_notice_says_what_changed() -> None:
    stage = await told(registered(BALTIC))
    outcome = await stage.tell(notice(what="  "))
    assert outcome.error is not None
    assert outcome.error["field"] == "what"


# ---------------------------------------------------------------- registers


def recorded(folder: Path, *lines: dict[str, object] | str) -> RecordedRegister:
    file = folder / "cvr.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_text("\n".join(texts) + "\n")
    return RecordedRegister(file)


def change(position: int, number: str = "93587278", kind: str = "ownership") -> dict[str, object]:
    happened = TODAY.isoformat()
    known = {"position": position, "scheme": "dk-cvr", "number": number, "kind": kind}
    return known | {"happened": happened, "what": "New legal owner registered."}


async def test_a_register_tells_every_buyer_that_has_to_do_with_the_company(tmp_path: Path) -> None:
    register = recorded(tmp_path, change(1), change(2, kind="address"))
    stage = await told(registered(BALTIC), STATEMENT, asked(REGION), asked(CITY))
    for one in register.changes(0):
        await stage.bus.handle([told_by(one)])
        await stage.bus.handle([told_by(one)])
    noted = stage.said(ChangeOfControlNoted)
    assert [(one.buyer_id, one.source) for one in noted] == [(REGION, "cvr"), (CITY, "cvr")]
    assert stage.state(RegisterPosition, "cvr").position == 1
    assert list(register.changes(1)) == []


async def test_a_register_speaks_of_companies_that_nobody_knows_here(tmp_path: Path) -> None:
    stage = await told(registered(BALTIC))
    for one in recorded(tmp_path, change(7, number="91204711")).changes(0):
        await stage.bus.handle([told_by(one)])
    assert stage.said(ChangeOfControlNoted) == []
    assert stage.state(RegisterPosition, "cvr").position == 7


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: is no JSON object"),
        ({"position": 1}, "line 1: scheme"),
        (change(1, number="12345678"), "line 1: number"),
        (change(0), "line 1: position"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, line: dict[str, object] | str, words: str
) -> None:
    with pytest.raises(Rejected, match=words):
        list(recorded(tmp_path, line).changes(0))


def test_registers_lie_in_a_folder(tmp_path: Path) -> None:
    recorded(tmp_path, change(1))
    assert [one.name for one in registers_in(tmp_path)] == ["cvr"]
    assert registers_in(None) == []


# ---------------------------------------------------------------- over HTTP


@pytest.fixture
async def screen(tmp_path: Path) -> Screen:
    screen = Screen(await told(registered(BALTIC), STATEMENT, asked()), tmp_path / "key.json")
    screen.adapters = {**screen.adapters, "links": LINKS}
    return screen


async def test_an_officer_notes_a_change_and_sees_it(screen: Screen) -> None:
    body = {"buyer_id": REGION, "what": "Sold to a fund.", "happened": TODAY.isoformat()}
    path = f"/parties/{BALTIC.party_id}"
    async with screen.client(METTE) as client:
        answer = await client.post(f"{path}/change-of-control", json=body)
        shown = (await client.get(f"{path}/ownership")).json()
        other = await client.post(f"{path}/change-of-control", json=body | {"buyer_id": CITY})
        wrong = await client.post(f"{path}/change-of-control", json={"buyer_id": REGION})
    assert answer.status_code == 200
    assert [(one["source"], one["what"]) for one in shown["notices"]] == [
        ("officer", "Sold to a fund.")
    ]
    assert {one["verdict"] for one in shown["conclusions"]} == {"unknown"}
    assert other.status_code == 403
    assert [error["field"] for error in wrong.json()["errors"]] == ["what"]
    async with screen.client(OSKAR) as client:
        assert (await client.get(f"{path}/ownership")).json()["notices"] == []


async def test_a_supplier_tells_of_it_through_its_link(screen: Screen) -> None:
    expires = datetime.now(UTC) + timedelta(days=1)
    token = LINKS.token(f"link-{REGION}", f"documents/{REGION}", expires)
    async with screen.client(None) as client:
        body = {"what": "We were bought by Nordsund Invest ApS."}
        answer = await client.post(f"/links/{token}/change-of-control", json=body)
        forged = await client.post(f"/links/{token[:-3]}abc/change-of-control", json=body)
    assert answer.status_code == 200
    (noted,) = screen.stage.said(ChangeOfControlNoted)
    assert (noted.source, noted.buyer_id) == ("supplier", REGION)
    assert noted.by == f"link:link-{REGION}"
    assert forged.status_code == 403


async def test_conclusions_are_shown_and_an_undeclared_company_is_unknown(screen: Screen) -> None:
    other = company("44444444", "Nordsund Drift ApS")
    await screen.stage.tell(registered(other))
    async with screen.client(METTE) as client:
        shown = (await client.get(f"/parties/{BALTIC.party_id}/ownership")).json()
        alone = (await client.get(f"/parties/{other.party_id}/ownership")).json()
    assert {one["rule"]: one["verdict"] for one in shown["conclusions"]} == {
        "SAN-5K": "no",
        "BENEFICIAL": "yes",
        "PARENT": "yes",
    }
    assert {one["verdict"] for one in alone["conclusions"]} == {"unknown"}
    assert alone["declared"] is False


async def test_an_account_is_noted_without_its_number(screen: Screen) -> None:
    path = f"/parties/{BALTIC.party_id}"
    body = {"iban": "DK50 0040 0440 1162 43", "bic": "BAVUVUVU", "source": "erp"}
    async with screen.client(METTE) as client:
        answer = await client.post(f"{path}/payee-account", json=body)
        wrong = await client.post(f"{path}/payee-account", json=body | {"bic": "x"})
        shown = (await client.get(f"{path}/ownership")).json()
    assert answer.json()["result"]["ties"] == ["VU"]
    assert wrong.status_code == 422
    assert shown["accounts"][0]["shown"] == "DK** 6243"
    assert [(one["whose"], one["country"]) for one in shown["ties"]] == [("bank", "VU")]
    assert b"0040044" not in b"".join(entry.body for entry in screen.stage.store.journal)
