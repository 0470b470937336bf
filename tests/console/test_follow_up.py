"""The year of follow-up, an audit's checklist, the reports, and what a party answers by link."""

from base64 import b64decode
from datetime import date, timedelta
from typing import Any

import pytest

from services.console.readmodels.audits import FollowUp
from services.console.session import form_secret
from shared.domain import Caller
from shared.events.audits import AuditMoved, AuditPlanned, AuditReused
from shared.testing import T0, World
from tests.console.cast import BUYER, CONTRACT, NORDLYS, OFFICER
from tests.console.desk import LINKS, Console

SIGNE = Caller(subject="signe.ravn", roles=("auditor",), buyers=(BUYER,))
AT = "/api/audits"
YEAR_ID = f"year-{BUYER}-2027"
LINE: dict[str, Any] = {
    "id": "audit-7", "contract_id": CONTRACT, "party_id": NORDLYS.party_id,
    "obligation": "labour-ilo94", "method": "payslip-sample", "turn": 1, "due": "2027-01-22",
    "day": "2027-01-22", "hours": 14.0, "audited": True, "score": 55, "level": "high",
    "auditor": "signe.ravn", "out": False, "why": "", "by_hand": False,
}  # fmt: skip
YEAR: dict[str, Any] = {
    "id": YEAR_ID, "buyer_id": BUYER, "year": 2027, "state": "proposed",
    "auditors": [{"subject": "signe.ravn", "hours": 90.0}], "planned": 2, "out": 1,
    "out_at_risk": 1, "hours": 14.0, "weights": "2026-11", "policy_version": "2026-11",
    "capacity": [
        {"auditor": "signe.ravn", "month": n, "hours": 90.0, "taken": 14.0 if n == 1 else 0.0}
        for n in range(1, 13)
    ],
}  # fmt: skip
QUESTIONS: dict[str, Any] = {
    "contract_id": CONTRACT, "obligation": "tax-conduct", "state": "open",
    "due": "2026-12-07T22:59:59+00:00", "files": [], "said_back": "", "answers": [],
    "questions": [
        {"id": "policy", "text": "Has the board a tax policy?", "type": "choice",
         "required": True, "options": ["yes", "no"], "columns": []},
        {"id": "where", "text": "Which countries?", "type": "table", "required": True,
         "options": [], "columns": ["country", "why"]},
        {"id": "why", "text": "Anything else?", "type": "text", "required": False,
         "options": [], "columns": []},
    ],
}  # fmt: skip


def says_year(console: Console) -> None:
    says = console.services.says
    says[f"{AT}/year-plans"] = [YEAR]
    says[f"{AT}/year-plans/{YEAR_ID}"] = YEAR
    says[f"{AT}/year-plans/{YEAR_ID}/lines"] = [LINE]


async def test_a_year_is_shown_with_what_falls_out_and_approved_by_an_officer(
    console: Console,
) -> None:
    says_year(console)
    visitor = console.visitor(OFFICER)
    assert f'href="/follow-up/{YEAR_ID}"' in (await visitor.get("/follow-up")).text
    page = (await visitor.get(f"/follow-up/{YEAR_ID}")).text
    assert "What falls out" in page
    assert "14/90" in page
    assert ">55<" in page
    await visitor.post(f"/follow-up/{YEAR_ID}", **{})
    assert console.services.sent[-1][0] == f"{AT}/year-plans/{YEAR_ID}/approve"
    assert (
        "Approve the year" not in (await console.visitor(SIGNE).get(f"/follow-up/{YEAR_ID}")).text
    )


async def test_a_line_is_moved_or_left_out_with_a_reason(console: Console) -> None:
    says_year(console)
    visitor = console.visitor(SIGNE)
    form = {"line": "audit-7", "day": "2027-03-04", "auditor": "signe.ravn", "reason": "Fits."}
    await visitor.post(f"/follow-up/{YEAR_ID}", **(form | {"do": "out"}))
    path, body, _ = console.services.sent[-1]
    assert path == f"{AT}/year-plans/{YEAR_ID}/lines/audit-7"
    assert body == {"day": "2027-03-04", "auditor": "signe.ravn", "out": True, "reason": "Fits."}


async def test_a_year_is_proposed_from_a_list_of_people(console: Console) -> None:
    says_year(console)
    visitor = console.visitor(SIGNE)
    form: dict[str, Any] = {
        "buyer_id": BUYER,
        "year": "2027",
        "who-0": "signe.ravn",
        "hours-0": "90",
    }
    form |= {"who-1": "ole.dam", "hours-1": "37,5", "not-1": NORDLYS.party_id, "who-2": ""}
    ticked = form | {"off-0": ["7", "12"]}
    secret = {"secret": form_secret(visitor.token), "key": "k-1"}
    answer = await visitor.http.post("/follow-up", data=secret | ticked)
    assert answer.status_code == 303
    team = [
        {"subject": "signe.ravn", "hours": 90.0, "off": [7, 12], "not_for": []},
        {"subject": "ole.dam", "hours": 37.5, "off": [], "not_for": [NORDLYS.party_id]},
    ]
    assert console.services.sent[-1][1] == {"buyer_id": BUYER, "year": 2027, "auditors": team}
    console.services.refusal = (422, {"detail": "auditors.0.hours: a number"})
    again = await visitor.post("/follow-up", **(form | {"hours-0": "many", "off-0": "7"}))
    assert 'value="many"' in again.text
    assert 'value="7" aria-label="Jul" checked' in again.text


async def test_hours_and_months_off_of_a_year_are_changed_and_it_is_proposed_anew(
    console: Console,
) -> None:
    says_year(console)
    visitor = console.visitor(SIGNE)
    assert 'value="90' in (await visitor.get(f"/follow-up/{YEAR_ID}")).text
    form = {"do": "team", "who-0": "signe.ravn", "hours-0": "60", "off-0": "7"}
    await visitor.post(f"/follow-up/{YEAR_ID}", **form)
    path, body, _ = console.services.sent[-1]
    assert path == f"{AT}/year-plans"
    one = {"subject": "signe.ravn", "hours": 60.0, "off": [7], "not_for": []}
    assert body == {"buyer_id": BUYER, "year": 2027, "auditors": [one]}


async def test_reports_are_pages_and_files(console: Console) -> None:
    table = {"name": "figures", "columns": ["figure", "value"], "rows": [["contracts", 2]]}
    console.services.says[f"{AT}/reports/figures"] = table
    visitor = console.visitor(OFFICER)
    assert "Running contracts" in (await visitor.get("/follow-up/reports")).text
    console.services.says[f"{AT}/reports/ages"] = b"%PDF-1.7"
    file = await visitor.get("/follow-up/reports/ages/pdf")
    assert file.content == b"%PDF-1.7"
    assert (await visitor.get("/follow-up/reports?name=bees")).status_code == 404


async def test_a_risk_is_explained_factor_by_factor(console: Console) -> None:
    console.services.says[f"{AT}/plans/{CONTRACT}"] = {
        "id": CONTRACT, "members": [], "calendar": [
            {"on": "2027-05-25", "obligation": "labour-ilo94", "method": "payslip-sample",
             "party_id": NORDLYS.party_id, "because": "exposure-hit"}],
        "risk": {"score": 50, "level": "high", "weights": "2026-11", "factors": [
            {"code": "hit", "points": 25, "source": "people decide",
             "marks": [{"detail": "", "ref": "hit-1", "since": "2026-11-23"}]}]},
    }  # fmt: skip
    page = (await console.visitor(OFFICER).get(f"/follow-up/contracts/{CONTRACT}")).text
    assert "Confirmed hit" in page
    assert "brought forward: a confirmed hit" in page


def planned() -> AuditPlanned:
    return AuditPlanned(
        audit_id="audit-7",
        contract_id=CONTRACT,
        buyer_id=BUYER,
        party_id=NORDLYS.party_id,
        obligation="labour-ilo94",
        method="payslip-sample",
        planned_for=date(2027, 1, 22),
    )


async def test_an_audit_is_prepared_declared_and_answered_on_its_page(
    console: Console, world: World
) -> None:
    await world.tell(planned())
    told: dict[str, Any] = {"team": [], "declared": [], "sites": [], "announced": True}
    says = console.services.says
    says[f"{AT}/audits/audit-7"] = told
    visitor, at = console.visitor(SIGNE), "/audits/audit-7/checklist"
    assert "Prepare the audit" in (await visitor.get("/audits/audit-7")).text
    await visitor.post(at, **{"do": "prepare", "team": "signe.ravn\nole.dam", "sites": ""})
    assert console.services.sent[-1][1] == {
        "team": ["signe.ravn", "ole.dam"], "sites": [], "chain_ids": [], "announced": False,
    }  # fmt: skip
    says[f"{AT}/audits/audit-7"] = told | {"team": ["signe.ravn"]}
    assert "No, no conflict of interest" in (await visitor.get("/audits/audit-7")).text
    await visitor.post(at, **{"do": "none"})
    assert console.services.sent[-1][1] == {"no_conflict": True, "reason": ""}
    says[f"{AT}/audits/audit-7/checklist"] = {
        "library_version": "2026-11", "unanswered": ["pay"], "answers": [],
        "questions": [{"id": "pay", "text": {"da": "Er lønnen rigtig?", "en": "Pay?"},
                       "source": "ILO 94"}],
    }  # fmt: skip
    assert "Pay?" in (await visitor.get("/audits/audit-7")).text
    stands = {"verdict": "conforms", "by": "ole.dam", "number": 3}
    console.services.result = {
        "result": {"conflicts": [{"question_id": "pay", "stands": stands}]},
        "events": [],
    }
    form = {"do": "answers", "v-pay": "deviates", "n-pay": "Too little", "s-pay": "0"}
    page = (await visitor.post(at, **(form))).text
    assert console.services.sent[-1][1]["answers"] == [
        {"question_id": "pay", "verdict": "deviates", "note": "Too little", "document_ids": [],
         "seen": 0}
    ]  # fmt: skip
    assert "Ole Dam answered meanwhile: in order" in page
    assert 'name="s-pay" value="3"' in page


async def test_a_moved_and_a_reused_audit_show_where_they_stand(world: World) -> None:
    first = planned()
    about = {name: getattr(first, name) for name in ("audit_id", "contract_id", "buyer_id")}
    about |= {"party_id": first.party_id, "obligation": first.obligation}
    moved = AuditMoved(
        **about, planned_for=date(2026, 12, 23), was=first.planned_for, reason="exposure-hit"
    )
    await world.tell(first, moved)
    assert world.state(FollowUp, "audit-7").planned_for == date(2026, 12, 23)
    reused = AuditReused(
        **about,
        other_buyer_id="dk-cvr-1",
        reference="2025/17",
        held_on=date(2025, 6, 2),
        assessment="Same sites and agreement.",
        by="signe.ravn",
    )
    await world.tell(reused)
    assert world.state(FollowUp, "audit-7").state == "reused"


def link(scope: str) -> tuple[str, str]:
    token = LINKS.token("link-1", scope, T0 + timedelta(days=9))
    return f"/l/{token}", f"links/{token}"


async def test_a_party_saves_a_part_of_its_answers_and_hands_in_the_rest(console: Console) -> None:
    page, there = link("evidence/evidence-1")
    console.services.says[f"{AT}/{there}/questions"] = QUESTIONS
    visitor = console.visitor(None)
    shown = (await visitor.get(page)).text
    assert "Has the board a tax policy?" in shown
    form: dict[str, Any] = {"key": "k", "q-policy": "yes", "q-why": ""}
    form |= {"q-where-0": ["PA", "bank"], "q-where-1": ["", " "], "q-where-2": ["VN", "factory"]}
    await visitor.http.post(page, data=form | {"do": "save"})
    path, body, _ = console.services.sent[-1]
    assert path == f"{AT}/{there}/answers"
    assert body["answers"] == [
        {"question_id": "policy", "text": "yes"},
        {"question_id": "where", "rows": [["PA", "bank"], ["VN", "factory"]]},
        {"question_id": "why", "text": ""},
    ]
    await visitor.http.post(page, data=form | {"do": "submit"})
    assert console.services.sent[-1][0] == f"{AT}/{there}/submit"


async def test_a_file_goes_to_onboarding_and_is_named_once_audits_knows_it(
    console: Console,
) -> None:
    page, there = link("evidence/evidence-1")
    question = QUESTIONS["questions"][2] | {"id": "proof", "type": "file"}
    asked = QUESTIONS | {"questions": [question]}
    console.services.says[f"{AT}/{there}/questions"] = asked | {"files": ["doc-9"]}
    console.services.result = {"result": {"document_id": "doc-9"}, "events": []}
    await console.visitor(None).http.post(
        page, data={"key": "k", "do": "save"}, files={"q-proof": ("notice.pdf", b"%PDF-1.7")}
    )
    first, second = console.services.sent[-2:]
    assert first[0] == f"/api/onboarding/{there}/documents"
    assert second[1]["answers"] == [{"question_id": "proof", "document_ids": ["doc-9"]}]


async def test_a_wrong_answer_is_shown_at_its_question(console: Console) -> None:
    page, there = link("evidence/evidence-1")
    console.services.says[f"{AT}/{there}/questions"] = QUESTIONS
    wrong = {"field": "answers.policy", "reason": "one of yes, no"}
    console.services.refusal = (422, {"detail": "one of yes, no", "errors": [wrong]})
    form = {"key": "k", "do": "submit", "q-why": "A long explanation."}
    answer = await console.visitor(None).http.post(page, data=form)
    assert answer.status_code == 422
    assert answer.text.count("one of yes, no") == 2
    assert "A long explanation." in answer.text


async def test_questions_of_the_library_are_read_in_the_reader_s_language(
    console: Console,
) -> None:
    page, there = link("evidence/evidence-1")
    table = QUESTIONS["questions"][1] | {
        "text": "Hvilke lande?", "texts": {"da": "Hvilke lande?", "sv": "Vilka länder?"},
        "columns": ["land", "hvorfor"], "headings": {"sv": ["land", "varför"]},
    }  # fmt: skip
    console.services.says[f"{AT}/{there}/questions"] = QUESTIONS | {"questions": [table]}
    visitor = console.visitor(None)
    visitor.http.cookies.set("ansvar_language", "sv")
    shown = (await visitor.get(page)).text
    assert "Vilka länder?" in shown
    assert '<th scope="col">varför</th>' in shown


async def test_questions_are_passed_on_to_a_subcontractor_who_only_saves(
    console: Console,
) -> None:
    page, there = link("evidence/evidence-1")
    says = console.services.says
    says[f"{AT}/{there}/questions"] = QUESTIONS | {"may_pass_to": [NORDLYS.party_id]}
    visitor = console.visitor(None)
    assert f'<option value="{NORDLYS.party_id}">' in (await visitor.get(page)).text
    form = {"key": "k", "do": "delegate", "party_id": NORDLYS.party_id}
    await visitor.http.post(page, data=form)
    assert console.services.sent[-1][:2] == (
        f"{AT}/{there}/delegate", {"party_id": NORDLYS.party_id},
    )  # fmt: skip
    says[f"{AT}/{there}/questions"] = QUESTIONS | {"hands_in": False}
    assert 'value="submit"' not in (await visitor.get(page)).text


@pytest.mark.parametrize(
    ("form", "path", "body"),
    [
        ({"do": "agree"}, "proposal", {"agrees": True, "measure": "", "working_days": None}),
        (
            {"do": "counter", "measure": "Ours", "working_days": "15", "reason": "Ill"},
            "proposal",
            {"agrees": False, "measure": "Ours", "working_days": 15},
        ),
        (
            {"do": "dispute", "reason": "Not so", "forum": "The court"},
            "dispute",
            {"forum": "The court"},
        ),
    ],
)
async def test_a_party_agrees_counters_or_disputes(
    console: Console, form: dict[str, str], path: str, body: dict[str, object]
) -> None:
    page, there = link("action/action-1")
    console.services.says[f"{AT}/{there}/proposal"] = {
        "contract_id": CONTRACT, "obligation": "labour-ilo94", "state": "proposed",
        "measure": "Tell all of them.", "working_days": 10,
        "answer_due": "2026-11-30T22:59:59+00:00", "due": None,
    }  # fmt: skip
    visitor = console.visitor(None)
    assert "Tell all of them." in (await visitor.get(page)).text
    await visitor.http.post(page, data={"key": "k"} | form)
    sent, said, _ = console.services.sent[-1]
    assert sent == f"{AT}/{there}/{path}"
    assert body.items() <= said.items()


async def test_a_workbook_is_read_back_from_the_page(console: Console, world: World) -> None:
    await world.tell(planned())
    visitor = console.visitor(SIGNE)
    form = {"do": "sheet", "secret": form_secret(visitor.token), "key": "k"}
    files = {"file": ("checklist.xlsx", b"PK\x03\x04")}
    await visitor.http.post("/audits/audit-7/checklist", data=form, files=files)
    path, body, _ = console.services.sent[-1]
    assert path == f"{AT}/audits/audit-7/checklist/sheet"
    assert b64decode(body["content"]) == b"PK\x03\x04"


AUDITORS = [
    {"subject": "signe.ravn", "name": "Signe Ravn", "buyers": [BUYER], "roles": ["auditor"]},
    {"subject": "ole.dam", "name": "Ole Dam", "buyers": [BUYER], "roles": ["auditor", "officer"]},
    {"subject": "mette.lund", "name": "Mette Lund", "buyers": [BUYER], "roles": ["officer"]},
]


@pytest.mark.parametrize("page", ["/follow-up", f"/follow-up/{YEAR_ID}"])
async def test_auditors_of_a_year_are_chosen_by_name(console: Console, page: str) -> None:
    says_year(console)
    console.services.says["/api/notifications/directory"] = {"people": AUDITORS}
    html = (await console.visitor(SIGNE).get(page)).text
    row = html.partition('name="who-0"')[2].partition("</select>")[0]
    assert "Ole Dam" in row
    assert "Mette Lund" not in row, "an officer is no auditor"
    assert 'value="signe.ravn" selected' in row


async def test_whoever_left_the_directory_stays_in_the_year_until_taken_out(
    console: Console,
) -> None:
    says_year(console)
    console.services.says["/api/notifications/directory"] = {"people": AUDITORS[1:]}
    html = (await console.visitor(SIGNE).get(f"/follow-up/{YEAR_ID}")).text
    assert 'value="signe.ravn" selected' in html.partition('name="who-0"')[2]


async def test_the_team_of_an_audit_is_ticked_by_name(console: Console, world: World) -> None:
    await world.tell(planned())
    told: dict[str, Any] = {"team": [], "declared": [], "sites": [], "announced": True}
    console.services.says[f"{AT}/audits/audit-7"] = told
    console.services.says["/api/notifications/directory"] = {"people": AUDITORS}
    visitor = console.visitor(SIGNE)
    html = (await visitor.get("/audits/audit-7")).text
    assert 'type="checkbox" name="team" value="ole.dam"' in html
    assert 'name="team" value="signe.ravn" checked' in html, "whoever prepares is in it at first"
    both: dict[str, Any] = {"do": "prepare", "team": ["signe.ravn", "ole.dam"], "sites": ""}
    await visitor.post("/audits/audit-7/checklist", **both)
    assert console.services.sent[-1][1]["team"] == ["signe.ravn", "ole.dam"]
