"""What is decided on a page goes to the service that it concerns, and to no other."""

from typing import Any
from urllib.parse import quote

import pytest

from shared.events.breaches import DecisionApproved, DecisionProposed, HearingOpened, Track
from shared.events.onboarding import PartyRegistered
from shared.events.words import Status, Weighing
from shared.testing import World
from tests.console.cast import (
    ANDERS,
    BUYER,
    CONTRACT,
    HANSEN,
    NORDLYS,
    OFFICER,
)
from tests.console.desk import Console
from tests.console.facts import (
    CASE,
    HIT_B,
    need,
)
from tests.console.story import (
    FLAGGED,
    HELD,
)


async def test_a_verdict_goes_to_screening_with_the_user_s_token_and_the_form_s_key(
    console: Console,
) -> None:
    visitor = console.visitor(OFFICER)
    answer = await visitor.post(
        f"/hits/{HIT_B}/confirm", buyer_id=BUYER, reason=" Same name and year "
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/hits/{HIT_B}?said=hit.confirm"
    ((path, body, headers),) = console.services.sent
    assert path == f"/api/screening/hits/{HIT_B}/confirm"
    assert body == {"buyer_id": BUYER, "reason": "Same name and year"}
    assert headers["authorization"] == f"Bearer {visitor.token}"
    assert headers["idempotency-key"] == "k-1"
    assert "The hit is confirmed." in await visitor.text(answer.headers["location"])


async def test_a_page_waits_for_what_was_done_and_else_says_that_it_is_being_processed(
    console: Console, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.console.pages.door.WAIT", 0.2)
    visitor = console.visitor(OFFICER)
    console.services.events = ["told/99"]
    answer = await visitor.post(f"/hits/{HIT_B}/dismiss", buyer_id=BUYER, reason="Another year")
    place = answer.headers["location"]
    assert "waiting=told%2F99" in place
    page = (await visitor.get(place)).text
    assert "being processed" in page
    assert quote(f"/hits/{HIT_B}?said=hit.dismiss", safe="") in page  # it is said afterwards
    ask = {"events": "told/99", "back": f"/hits/{HIT_B}"}
    assert (await visitor.http.get("/waiting", params=ask)).status_code == 204
    world._told = 98
    await world.tell(PartyRegistered(party=NORDLYS))
    done = await visitor.http.get("/waiting", params=ask)
    assert done.headers["HX-Redirect"] == f"/hits/{HIT_B}"


async def test_a_refusal_is_shown_on_the_page_and_what_was_written_stays(
    console: Console,
) -> None:
    console.services.refusal = (409, {"detail": "the hit was dismissed already"})
    visitor = console.visitor(OFFICER)
    answer = await visitor.post(f"/hits/{HIT_B}/confirm", buyer_id=BUYER, reason="Same person")
    assert answer.status_code == 409
    assert "the hit was dismissed already" in answer.text
    assert ">Same person</textarea>" in answer.text


async def test_a_form_of_another_site_or_session_is_refused(console: Console) -> None:
    visitor = console.visitor(OFFICER)
    answer = await visitor.post(f"/hits/{HIT_B}/confirm", secret="guessed", reason="because")
    assert answer.status_code == 403
    visitor.http.headers["Sec-Fetch-Site"] = "cross-site"
    answer = await visitor.post(f"/hits/{HIT_B}/confirm", reason="because")
    assert answer.status_code == 401
    assert console.services.sent == []


async def test_only_officers_decide_hits(console: Console) -> None:
    visitor = console.visitor(ANDERS)
    assert "An officer decides this hit." in await visitor.text(f"/hits/{HIT_B}")
    answer = await visitor.post(f"/hits/{HIT_B}/confirm", buyer_id=BUYER, reason="because")
    assert answer.status_code == 403
    assert console.services.sent == []


async def test_a_subcontractor_is_answered_on_the_contract_s_page(console: Console) -> None:
    visitor = console.visitor(OFFICER)
    assert "May Hansen &amp; Holm Service ApS do the work?" in await visitor.text(
        f"/contracts/{CONTRACT}"
    )
    path = f"/contracts/{CONTRACT}/chain/{HANSEN.party_id}/approve"
    await visitor.post(path, reason="Known to us")
    assert console.services.sent[0][0] == f"/api/subcontractors{path}"


# ---------------------------------------------------------------- cases


async def test_a_case_offers_the_steps_of_its_state_to_those_who_may_take_them(
    console: Console, world: World
) -> None:
    officer, approver = console.visitor(OFFICER), console.visitor(ANDERS)
    page = await officer.get(f"/cases/{CASE}")
    assert f"/cases/{CASE}/steps/hold" in page.text
    assert "/steps/confirm" not in page.text
    assert "/steps/" not in (await approver.get(f"/cases/{CASE}")).text
    await world.tell(HELD)
    page = await officer.get(f"/cases/{CASE}")
    assert f"/cases/{CASE}/steps/confirm" in page.text
    assert "Legally blocked" in page.text


async def test_a_case_offers_what_the_service_says_is_lawful_now(console: Console) -> None:
    console.services.says[f"/api/breaches/cases/{CASE}"] = {
        "next": {
            "possible": ["decision", "dismiss"],
            "law": "Art 2",
            "due": "2026-11-25T12:00:00Z",
        },
        "options": [{"measure": "replace", "basis": "Clause 14"}],
    }
    page = await console.visitor(OFFICER).get(f"/cases/{CASE}")
    assert "/steps/decision" in page.text
    assert "/steps/hold" not in page.text
    assert '<option value="replace|Clause 14">' in page.text


LIVE: dict[str, Any] = {
    "next": {
        "possible": ["extension", "dispute", "payment-release", "precaution", "decision"],
        "law": "the burden of proof is the buyer's",
        "due": "2026-11-25T12:00:00Z",
    },
    "options": [{"measure": "hold_payment", "basis": "clause labour-ilo94"}],
    "bases": ["clause labour-ilo94"],
    "rest": {"kind": "awaits_ruling", "reason": "C-14", "until": "2026-12-25T12:00:00Z"},
    "sum": {
        "currency": "DKK",
        "claimed": 84000.0,
        "paid": 30000.0,
        "cap": 54000.0,
        "withheld": 84000.0,
    },
    "precaution": {
        "measure": "no new site",
        "basis": "clause labour-ilo94",
        "until": "2026-12-01T12:00:00Z",
    },
    "report_due": "2026-12-07T22:59:59Z",
    "reported": "",
    "notes": ["the ground stands by ruling C-14"],
    "siblings": [
        {"id": "case-2", "rule": "CL-WAGE", "contract_id": CONTRACT, "stage": "flagged"},
    ],
    "elsewhere": [
        {
            "case_id": "case-3",
            "buyer_id": "dk-cvr-29190623",
            "rule": "SAN-AF",
            "cause": {"detail": "a listed person holds 60 %"},
        }
    ],
    "letters": [
        {
            "number": 2,
            "kind": "hearing",
            "addressee_id": HANSEN.party_id,
            "dated": "2026-11-23T08:00:00Z",
        }
    ],
}


@pytest.mark.parametrize("language", ["da", "sv", "en"])
async def test_a_case_shows_what_the_service_knows_of_it_and_its_turns(
    console: Console, language: str
) -> None:
    console.services.says[f"/api/breaches/cases/{CASE}"] = LIVE
    visitor = console.visitor(OFFICER)
    await visitor.get(f"/language/{language}")
    page = (await visitor.get(f"/cases/{CASE}")).text
    for step in ("extension", "dispute", "release", "precaution", "report", "conflict", "facts"):
        assert f"/cases/{CASE}/steps/{step}" in page
    assert "84000" in page
    assert "54000" in page
    assert f"/cases/{CASE}/letters/2.pdf" in page
    assert "/cases/case-2" in page
    assert "a listed person holds 60 %" in page


SIDES = dict.fromkeys(Weighing.model_fields, "as the file shows")
STEPS: list[tuple[str, dict[str, str], str, dict[str, Any]]] = [
    ("hold", {"reason": "60 %"}, "hold", {"reason": "60 %"}),
    ("answer", {"answer": "It is paid"}, "enquiry/answer", {"text": "It is paid"}),
    (
        "decision",
        {
            "option": "replace|Clause 14",
            "reason": "60 %",
            "proportionality": "none milder",
            "working_days": "",
        },
        "decision",
        {
            "consequence": "replace",
            "basis": "Clause 14",
            "reason": "60 %",
            "proportionality": "none milder",
        },
    ),
    (
        "decision",
        {"option": "exclude|udbudsloven § 135", "reason": "the debt", **SIDES, "supply": ""},
        "decision",
        {
            "consequence": "exclude",
            "basis": "udbudsloven § 135",
            "reason": "the debt",
            "weighing": {**SIDES, "supply": ""},
        },
    ),
    (
        "confirm",
        {"reason": "the judgment", "phase": "existed_at_award", "final": "yes", "event_date": ""},
        "confirm",
        {"reason": "the judgment", "phase": "existed_at_award", "final": True},
    ),
    (
        "extension",
        {"working_days": "15", "reason": "the payroll is abroad"},
        "extension",
        {"working_days": 15, "reason": "the payroll is abroad"},
    ),
    (
        "opinion-answer",
        {"reliable": "yes", "opinion": "It is reliable"},
        "opinion/answer",
        {"reliable": True, "opinion": "It is reliable"},
    ),
    (
        "release",
        {"amount": "30000,50", "reason": "worker 1", "document_ids": "doc-1, doc-2"},
        "payment-release",
        {"amount": 30000.5, "reason": "worker 1", "document_ids": ["doc-1", "doc-2"]},
    ),
    ("opinion", {}, "opinion", {}),
    ("sign", {"no_conflict": "yes"}, "decision/sign", {"no_conflict": True}),
]


@pytest.mark.parametrize(("name", "form", "path", "body"), STEPS)
async def test_a_step_is_sent_in_the_form_that_the_service_takes(
    console: Console, name: str, form: dict[str, str], path: str, body: dict[str, Any]
) -> None:
    visitor = console.visitor(OFFICER.model_copy(update={"roles": ("officer", "approver")}))
    answer = await visitor.post(f"/cases/{CASE}/steps/{name}", **form)
    assert answer.status_code == 303
    assert console.services.sent[0][:2] == (f"/api/breaches/cases/{CASE}/{path}", body)


@pytest.mark.parametrize(("track", "sides"), [("exclusion", True), ("contract_breach", False)])
async def test_each_side_of_proportionality_is_asked_where_somebody_is_excluded(
    console: Console, world: World, track: str, sides: bool
) -> None:
    on_track = FLAGGED.model_copy(update={"track": Track(track)})
    await world.tell(on_track)
    console.services.says[f"/api/breaches/cases/{CASE}"] = LIVE
    missing = {
        "type": "urn:ansvar:problem:invalid",
        "detail": "weigh every side",
        "errors": [{"field": "weighing.supply", "within": "body", "reason": "say it in words"}],
    }
    page = (await console.visitor(OFFICER).get(f"/cases/{CASE}")).text
    for name in Weighing.model_fields:
        assert (f'name="{name}"' in page) is sides
    assert ('name="derogation"' in page) is sides
    if sides:
        console.services.refusal = (422, missing)
        form = {"option": "exclude|§ 135", "reason": "the debt", **SIDES, "supply": "x"}
        answer = await console.visitor(OFFICER).post(f"/cases/{CASE}/steps/decision", **form)
        assert answer.status_code == 422
        assert 'aria-describedby="decision-supply-wrong"' in answer.text
        assert "as the file shows" in answer.text, "what was written is still there"


async def test_a_signature_is_not_asked_of_whom_a_decision_came_from(
    console: Console, world: World
) -> None:
    about = FLAGGED.model_dump(include=set(HearingOpened.model_fields) - {"need", "settles"})
    sign = need(f"sign-decision/{CASE}", "sign-decision", 40, role="approver", about=CASE)
    await world.tell(
        DecisionProposed(
            **about | {"status": Status.BLOCKED_LEGAL},
            decision_id="d-1",
            consequence="replace",
            basis="Clause 14",
            reason="60 %",
            proportionality="none milder",
            by="mette.lund",
            need=sign,
        )
    )
    anders = console.visitor(ANDERS)
    assert "Sign a decision" in await anders.text("/")
    await world.tell(
        DecisionApproved(
            **about, decision_id="d-1", by="anders.kjaer", signatures=1, complete=False
        )
    )
    assert "Sign a decision" not in await anders.text("/")
    assert "/steps/sign" not in (await anders.get(f"/cases/{CASE}")).text
    birgit = console.visitor(ANDERS.model_copy(update={"subject": "birgit.noer"}))
    assert "/steps/sign" in (await birgit.get(f"/cases/{CASE}")).text
