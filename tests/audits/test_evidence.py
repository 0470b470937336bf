"""Questions through one-time links: kept in part, chased once, weighed by a person."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audits.api import api
from services.audits.domain import EvidenceRequest, RequestState
from services.audits.domain.questions import Answer, Question, QuestionType, must_answer
from shared.domain import Caller, Rejected
from shared.events.audits import (
    EvidenceAccepted,
    EvidenceAskedAgain,
    EvidenceDelegated,
    EvidenceOverdue,
    EvidenceReceived,
    EvidenceReminded,
    EvidenceRequested,
)
from shared.events.onboarding import DocumentKept
from shared.events.subcontractors import SubcontractorDeclared
from shared.events.words import Clause, PartyDescription
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, K1, LINKS, SUPPLIER, clauses
from tests.serving import Standing

THOMAS = Caller(subject="thomas", roles=("contract_manager",), buyers=(BUYER,))
STRANGER = Caller(subject="x", roles=("contract_manager",), buyers=("dk-cvr-11111111",))
SUB = "dk-cvr-88146328"
QUESTIONS: list[dict[str, Any]] = [
    {"id": "who", "text": "Who is responsible?", "type": "text"},
    {"id": "staff", "text": "How many work on it?", "type": "number"},
    {"id": "since", "text": "Since when?", "type": "date"},
    {"id": "told", "text": "Are they told?", "type": "choice", "options": ["yes", "no"]},
    {"id": "how", "text": "How?", "type": "choices", "options": ["letter", "notice"]},
    {"id": "proof", "text": "Show it.", "type": "file", "required": False},
    {"id": "list", "text": "Which sites?", "type": "table", "columns": ["site", "people"]},
]
GOOD: list[dict[str, Any]] = [
    {"question_id": "who", "text": "The head of operations"},
    {"question_id": "staff", "text": "37,5"},
    {"question_id": "since", "text": "2026-11-01"},
    {"question_id": "told", "text": "yes"},
    {"question_id": "how", "choices": ["letter"]},
    {"question_id": "list", "rows": [["Hillerød", "12"], ["Herlev", "25"]]},
]
ASKED = {
    "contract_id": K1,
    "party_id": SUPPLIER,
    "obligation": "labour-ilo94",
    "questions": QUESTIONS,
}


@pytest.fixture
def standing(world: World, tmp_path: Path) -> Standing:
    return Standing(world, api, tmp_path, adapters=ADAPTERS)


async def asked(standing: Standing, **changed: object) -> str:
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.post("/evidence-requests", json=ASKED | changed)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["result"]["request_id"])


def token(standing: Standing, id: str, link_id: str = "") -> str:
    request = standing.world.state(EvidenceRequest, id)
    assert request.due is not None
    until = request.due.replace(year=2036)
    return LINKS.token(link_id or request.link_id, f"evidence/{id}", until)


def of(world: World, kind: type[Any]) -> list[Any]:
    return [fact for fact in world.announced if isinstance(fact, kind)]


async def test_answers_are_kept_in_part_handed_in_and_accepted_by_a_person(
    standing: Standing, world: World
) -> None:
    id = await asked(standing)
    [fact] = of(world, EvidenceRequested)
    assert (fact.questions, fact.party_id) == (7, SUPPLIER)
    at = f"/links/{token(standing, id)}"
    async with standing.client(None) as supplier, standing.client(THOMAS) as thomas:
        kept = await supplier.post(f"{at}/answers", json={"answers": GOOD[:2]})
        assert kept.json()["result"]["unanswered"] == [
            "how", "list", "proof", "since", "told",
        ]  # fmt: skip
        assert len((await supplier.get(f"{at}/questions")).json()["answers"]) == 2
        early = await supplier.post(f"{at}/submit", json={})
        assert early.json()["errors"][0]["field"] == "answers.since"
        done = await supplier.post(f"{at}/submit", json={"answers": GOOD[2:]})
        assert done.json()["result"] | {"unanswered": []} == {
            "request_id": id, "state": "submitted", "unanswered": [], "late": False,
        }  # fmt: skip
        more = await supplier.post(f"{at}/answers", json={"answers": GOOD[:1]})
        assert more.status_code == 409
        assert "handed in" in more.text
        assert EvidenceAccepted not in world.told
        again = {"reason": "Which letter?", "working_days": 3}
        await thomas.post(f"/evidence-requests/{id}/ask-again", json=again)
        shown = (await supplier.get(f"{at}/questions")).json()
        assert (shown["said_back"], len(shown["answers"])) == ("Which letter?", 6)
        await supplier.post(f"{at}/submit", json={})
        accepted = await thomas.post(
            f"/evidence-requests/{id}/accept", json={"reason": "The letter is enclosed."}
        )
        assert accepted.json()["result"]["state"] == "accepted"
        closed = await supplier.post(f"{at}/submit", json={})
        assert "closed" in closed.text
    first, second = of(world, EvidenceReceived)
    assert first.need.id != second.need.id
    assert of(world, EvidenceAskedAgain)[0].settles == (first.need.id,)
    assert of(world, EvidenceAccepted)[0].settles == (second.need.id,)


async def test_a_party_is_reminded_as_was_asked_and_overdue_is_said_once(
    standing: Standing, world: World
) -> None:
    id = await asked(standing, working_days=10, remind_before=[7, 3, 1])
    await world.advance(timedelta(days=90))
    assert [fact.reminder for fact in of(world, EvidenceReminded)] == [1, 2, 3]
    [overdue] = of(world, EvidenceOverdue)
    assert overdue.need.kind == "chase-evidence"
    async with standing.client(None) as supplier:
        late = await supplier.post(f"/links/{token(standing, id)}/submit", json={"answers": GOOD})
        assert late.json()["result"]["late"] is True
    assert of(world, EvidenceReceived)[0].settles == (overdue.need.id,)


async def test_more_time_moves_the_deadline_and_its_reminders(
    standing: Standing, world: World
) -> None:
    id = await asked(standing, working_days=6)
    await world.advance(timedelta(days=2))
    async with standing.client(THOMAS) as thomas:
        more = {"working_days": 20, "reason": "Their auditor is ill."}
        assert (await thomas.post(f"/evidence-requests/{id}/extend", json=more)).status_code == 200
        less = await thomas.post(f"/evidence-requests/{id}/extend", json=more | {"working_days": 1})
        assert less.json()["errors"][0]["field"] == "working_days"
    await world.advance(timedelta(days=15))
    assert EvidenceOverdue not in world.told
    await world.advance(timedelta(days=60))
    assert world.told.count(EvidenceOverdue) == 1
    numbers = [fact.reminder for fact in of(world, EvidenceReminded)]
    assert numbers == sorted(set(numbers))


async def test_a_self_report_is_shown_in_every_language_of_the_library(
    standing: Standing, world: World
) -> None:
    tax = Clause(code="tax-conduct", rights=(), remedy_working_days=10)
    await world.tell(clauses(tax))
    await world.advance(timedelta(days=400))
    id = next(f for f in of(world, EvidenceRequested) if f.obligation == "tax-conduct").request_id
    async with standing.client(None) as supplier:
        seen = (await supplier.get(f"/links/{token(standing, id)}/questions")).json()
    table = next(one for one in seen["questions"] if one["type"] == "table")
    assert table["text"] == table["texts"]["da"]
    assert table["headings"]["sv"] == ["land", "vad", "varför"]
    assert table["required"] is False


def declared_sub() -> SubcontractorDeclared:
    return SubcontractorDeclared(
        contract_id=K1,
        buyer_id=BUYER,
        party=PartyDescription(party_id=SUB, name="Rent & Pænt ApS"),
        parent_id=SUPPLIER,
        tier=1,
        service="windows",
        chain_version=1,
    )


async def test_a_subcontractor_answers_too_and_sees_only_its_own(
    standing: Standing, world: World
) -> None:
    id = await asked(standing)
    at = f"/links/{token(standing, id)}"
    declared = declared_sub()
    async with standing.client(None) as client:
        unknown = await client.post(f"{at}/delegate", json={"party_id": SUB})
        assert unknown.json()["errors"][0]["field"] == "party_id"
        await world.tell(declared)
        assert (await client.post(f"{at}/delegate", json={"party_id": SUB})).status_code == 200
        [passed_on] = of(world, EvidenceDelegated)
        assert (passed_on.party_id, passed_on.by_party_id) == (SUB, SUPPLIER)
        await client.post(f"{at}/answers", json={"answers": GOOD[:1]})
        theirs = f"/links/{token(standing, id, passed_on.link_id)}"
        assert (await client.get(f"{theirs}/questions")).json()["answers"] == []
        taken = await client.post(f"{theirs}/answers", json={"answers": GOOD[:1]})
        assert taken.json()["errors"][0]["field"] == "answers.who"
        kept = await client.post(f"{theirs}/answers", json={"answers": GOOD[1:2]})
        assert kept.status_code == 200, kept.text
        for address, body in (("submit", {}), ("delegate", {"party_id": SUB})):
            assert (await client.post(f"{theirs}/{address}", json=body)).status_code == 403
        assert len((await client.get(f"{at}/questions")).json()["answers"]) == 2


async def test_whom_the_questions_can_be_passed_to_is_shown_and_who_only_answers_beside(
    standing: Standing, world: World
) -> None:
    id = await asked(standing)
    at = f"/links/{token(standing, id)}"
    await world.tell(declared_sub())
    async with standing.client(None) as client:
        seen = (await client.get(f"{at}/questions")).json()
        assert (seen["hands_in"], seen["passed_to"], seen["may_pass_to"]) == (True, "", [SUB])
        await client.post(f"{at}/delegate", json={"party_id": SUB})
        seen = (await client.get(f"{at}/questions")).json()
        assert (seen["passed_to"], seen["may_pass_to"]) == (SUB, [])
        [passed_on] = of(world, EvidenceDelegated)
        theirs = f"/links/{token(standing, id, passed_on.link_id)}"
        kept = DocumentKept(document_id="doc-8", buyer_id=BUYER, kept_for=f"audit/{id}")
        await world.tell(kept)
        beside = (await client.get(f"{theirs}/questions")).json()
        assert (beside["hands_in"], beside["may_pass_to"]) == (False, [])
        assert beside["files"] == ["doc-8"]
        mine = {"answers": [{"question_id": "proof", "document_ids": ["doc-8"]}]}
        await client.post(f"{at}/answers", json=mine)
        assert (await client.get(f"{theirs}/questions")).json()["files"] == []


async def test_only_a_file_that_is_kept_for_the_request_answers_it(
    standing: Standing, world: World
) -> None:
    id = await asked(standing)
    answer = {"answers": [{"question_id": "proof", "document_ids": ["doc-7"]}]}
    at = f"/links/{token(standing, id)}"
    async with standing.client(None) as supplier:
        foreign = await supplier.post(f"{at}/answers", json=answer)
        assert foreign.json()["errors"][0]["field"] == "answers.proof"
        kept = DocumentKept(document_id="doc-7", buyer_id="dk-cvr-11111111", kept_for=f"audit/{id}")
        await world.tell(kept)
        assert (await supplier.post(f"{at}/answers", json=answer)).status_code == 422
        await world.tell(kept.model_copy(update={"buyer_id": BUYER}))
        assert (await supplier.post(f"{at}/answers", json=answer)).status_code == 200


async def test_a_wrong_link_opens_nothing(standing: Standing) -> None:
    id, other = await asked(standing), await asked(standing, working_days=7)
    until = standing.world.now.replace(year=2036)
    good = token(standing, id)
    wrong = (
        LINKS.token("link-x", f"evidence/{id}", until),
        LINKS.token(f"link-{id}", f"evidence/{other}", until),
        LINKS.token(f"link-{id}", f"action/{id}", until),
        LINKS.token(f"link-{id}", f"evidence/{id}", until.replace(year=2020)),
        good[:-2],
        "link.e30.x",
    )
    async with standing.client(None) as supplier:
        for one in wrong:
            answer = await supplier.get(f"/links/{one}/questions")
            assert answer.status_code == 403, one
        assert (await supplier.get(f"/links/{good}/questions")).status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"party_id": "dk-cvr-00000000"}, "party_id"),
        ({"obligation": "bees"}, "obligation"),
        ({"working_days": 0}, "working_days"),
        ({"questions": [QUESTIONS[0], QUESTIONS[0]]}, "questions.1.id"),
        ({"questions": [{"id": "a", "text": "Which?", "type": "choice"}]}, "questions.0.options"),
        ({"questions": [{"id": "a", "text": "Which?", "type": "table"}]}, "questions.0.columns"),
        ({"questions": []}, "questions"),
    ],
)
async def test_questions_that_cannot_be_asked_are_refused(
    standing: Standing, world: World, changed: dict[str, object], field: str
) -> None:
    async with standing.client(THOMAS) as thomas:
        answer = await thomas.post("/evidence-requests", json=ASKED | changed)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == field
    assert EvidenceRequested not in world.told


async def test_another_buyer_sees_and_does_nothing(standing: Standing) -> None:
    id = await asked(standing)
    async with standing.client(STRANGER) as stranger:
        assert (await stranger.get(f"/evidence-requests/{id}")).status_code == 403
        why = {"reason": "Looks fine."}
        answer = await stranger.post(f"/evidence-requests/{id}/accept", json=why)
        assert answer.status_code == 403
    assert standing.world.state(EvidenceRequest, id).state is RequestState.OPEN


@pytest.mark.parametrize(
    ("id", "wrong"),
    [
        ("staff", {"text": "many"}),
        ("staff", {"text": "inf"}),
        ("since", {"text": "yesterday"}),
        ("since", {"text": "20261101"}),
        ("told", {"text": "maybe"}),
        ("how", {"choices": ["smoke"]}),
        ("how", {"text": "letter"}),
        ("list", {"rows": [["Herlev"]]}),
        ("who", {"choices": ["x"]}),
    ],
)
def test_an_answer_of_the_wrong_type_is_told_what_would_be_right(
    id: str, wrong: dict[str, Any]
) -> None:
    [question] = [Question.model_validate(q) for q in QUESTIONS if q["id"] == id]
    with pytest.raises(Rejected) as refused:
        must_answer(question, Answer.model_validate({"question_id": id} | wrong), ())
    assert refused.value.field == f"answers.{id}"


@given(st.sampled_from(list(QuestionType)), st.text(max_size=30), st.lists(st.text(max_size=5)))
def test_any_answer_is_taken_or_refused_and_nothing_else(
    type: QuestionType, text: str, more: list[str]
) -> None:
    question = Question(id="q", text="What?", type=type, options=("a", "b"), columns=("x",))
    answer = Answer(
        question_id="q",
        text=text,
        choices=tuple(more[:100]),
        document_ids=tuple(more[:50]),
        rows=(tuple(more),),
    )
    with suppress(Rejected):
        must_answer(question, answer, ("doc-1",))
