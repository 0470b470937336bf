"""Every need of audits leads to a page where it can be done; each form says what audits wants."""

from datetime import timedelta
from typing import Any

import pytest

from services.console.deeds import DEEDS, TAKEN, TIP
from services.console.pages.doing import SHOWS, missing_in, questions_in
from services.console.readmodels.todos import todo_id
from services.console.views import WORDS
from shared.domain import Caller
from shared.events.audits import (
    ComplaintReceived,
    CorrectiveActionAgreed,
    CorrectiveActionCountered,
    CorrectiveActionEscalated,
    CorrectiveActionProposed,
    DeferredFollowUpUrgent,
    DialogueNoted,
    EffectivenessCheckDue,
    EvidenceOverdue,
    EvidenceReceived,
    FindingDisputed,
    FindingRaised,
    QuotaFellShort,
    QuotaReported,
    WagesCompared,
    YearPlanProposed,
)
from shared.events.base import Event, Need
from shared.events.words import Money
from shared.identity import ROLES
from shared.languages import LANGUAGES
from shared.testing import T0, World
from tests.console.cast import BUYER, CONTRACT, NORDLYS, OFFICER
from tests.console.desk import Console

AT = "/api/audits"
PARTY = NORDLYS.party_id
HERE = {"contract_id": CONTRACT, "buyer_id": BUYER, "party_id": PARTY}
DUE = T0 + timedelta(days=9)
EVERY = Caller(
    subject="lone",
    roles=("officer", "auditor", "contract_manager", "tip_receiver", "wage_controller"),
    buyers=(BUYER,),
)


def wants(kind: str, role: str = "auditor") -> Need:
    return Need(id=f"{kind}/1", kind=kind, role=role, buyer_id=BUYER, due=DUE, about="x")


FINDING: dict[str, Any] = {"id": "f-1", "state": "raised"} | HERE
ACTION = {"finding_id": "f-1", "action_id": "a-1", **HERE}
NO_MONEY = Money(amount=0, currency="DKK")
RAISED = FindingRaised(
    finding_id="f-1", audit_id="audit-1", **HERE, obligation="labour-ilo94", severity="major",
    finding_class="other", description="No notice.", need=wants("agree-action"),
)  # fmt: skip
AGREED = CorrectiveActionAgreed(**ACTION, measure="Tell.", due=DUE, need=wants("verify-action"))
OF_REQUEST: dict[str, Any] = {"request_id": "evidence-1", **HERE}
REQUEST: dict[str, Any] = OF_REQUEST | {
    "id": "evidence-1", "delegate_id": "", "obligation": "tax-conduct", "due": DUE.isoformat(),
    "late": False, "overdue": 0, "reminded": 1, "said_back": "", "answers": [
        {"question_id": "q1", "text": "We have one.", "choices": [], "document_ids": [],
         "rows": [], "by_delegate": False}],
    "questions": [{"id": "q1", "text": "A tax policy?", "type": "text", "columns": []}],
}  # fmt: skip
CHECK: dict[str, Any] = {
    "id": "wages-1", "state": "compared", "agreement": "example-cleaning-dk", "currency": "DKK",
    "contract_id": CONTRACT, "party_id": PARTY, "outstanding": {"w1": "120.50"}, "comparison": {
        "underpaid": "120.50", "penalty": "361.50", "how_penalty": "3 x 120.50 = 361.50",
        "how_documents": [], "remarks": [], "by_worker": {"w1": "120.50"}, "lines": [
            {"worker": "w1", "starts": "2026-11-01", "ends": "2026-11-30", "part": "basic",
             "how": "160 h x 145.00 = 23200; paid 23079.50"}]},
}  # fmt: skip
PLAN: dict[str, Any] = {
    "id": CONTRACT, "buyer_id": BUYER, "members": [], "supplier_ids": [PARTY], "calendar": [],
    "follow_ups": [{"obligation": "labour-ilo94"}], "deferred": ["audit-9"],
    "risk": {"score": 5, "level": "low", "weights": "2026-11", "factors": []},
}  # fmt: skip
QUOTA: dict[str, Any] = {
    "id": "quota-1", "kind": "apprentices", "unit": "persons", "required": 4.0, "party_id": PARTY,
    "periods": [{"starts": "2026-01-01", "state": "short", "reported": 2.0, "verified": None,
                 "shortfall": 4.0}],
}  # fmt: skip
TALK: dict[str, Any] = {
    "id": "dialogue-1", "held_on": "2026-11-20", "form": "call", "subject": "Notices",
    "agreed": "Hang them up.", "by": "lone", "kept": None,
}  # fmt: skip
COMPLAINT: dict[str, Any] = {
    "id": "complaint-1", "state": "received", "buyer_id": BUYER, "channel": "phone",
    "category": "wages", "contract_id": CONTRACT, "party_id": "", "listed": T0.isoformat(),
    "outcome": None, "told": "", "text": "They pay too little.", "source": "Per", "contact": "",
    "taken_by": "lone", "answer": "",
}  # fmt: skip
YEAR: dict[str, Any] = {
    "id": "year-1", "buyer_id": BUYER, "year": 2027, "state": "proposed", "auditors": [],
    "planned": 1, "out": 0, "out_at_risk": 0, "hours": 4.0, "capacity": [],
}  # fmt: skip
SAYS: dict[str, Any] = {
    f"{AT}/evidence-requests/evidence-1": REQUEST | {"state": "submitted"},
    f"{AT}/wage-checks/wages-1": CHECK,
    f"{AT}/plans/{CONTRACT}": PLAN,
    f"{AT}/quotas": [QUOTA],
    f"{AT}/dialogues": {"items": [TALK]},
    f"{AT}/complaints/complaint-1": COMPLAINT,
    f"{AT}/complaints": {"items": [COMPLAINT]},
    f"{AT}/year-plans/year-1": YEAR,
    f"{AT}/findings/f-1": FINDING,
    f"{AT}/actions/a-1": ACTION | {"state": "agreed", "id": "a-1"},
}
FOLLOW = f"/follow-up/contracts/{CONTRACT}"
QUOTA_HERE = {"quota_id": "quota-1", **HERE, "kind": "apprentices", "period": "2026-01-01"}
NEEDS: list[tuple[list[Event], dict[str, Any], str, str]] = [
    ([RAISED], {}, "/audits/f-1", "/do/agree/f-1"),
    ([RAISED], {}, "/audits/f-1", "/do/propose/f-1"),
    ([RAISED, AGREED], {}, "/audits/a-1", "/do/verify/a-1"),
    ([RAISED, AGREED, CorrectiveActionEscalated(
        **ACTION, due=DUE, need=wants("chase-action", "contract_manager"))], {},
     "/audits/a-1", "/do/extend/a-1"),
    ([RAISED, CorrectiveActionProposed(
        **ACTION, measure="Tell.", working_days=9, by="x", answer_due=DUE, link_id="l"),
      CorrectiveActionCountered(**ACTION, measure="Ours", working_days=9, reason="Ill")],
     {f"{AT}/actions/a-1": ACTION | {"state": "countered"}}, "", "/do/accept-counter/a-1"),
    ([RAISED, FindingDisputed(finding_id="f-1", **HERE, reason="No.", forum="Court",
                              need=wants("await-ruling", "officer"))],
     {f"{AT}/findings/f-1": FINDING | {"state": "disputed"}}, "/audits/f-1", "/do/rule/f-1"),
    ([RAISED, EffectivenessCheckDue(finding_id="f-1", **HERE, obligation="labour-ilo94",
                                    need=wants("check-effectiveness"))],
     {f"{AT}/findings/f-1": FINDING | {"state": "closed"}}, "/audits/f-1", "/do/check/f-1"),
    ([EvidenceReceived(**OF_REQUEST, late=False, document_ids=(), need=wants("weigh-evidence"))],
     {}, "/follow-up/requests/evidence-1", "/do/accept/evidence-1"),
    ([EvidenceOverdue(**OF_REQUEST, obligation="tax-conduct", due=DUE,
                      need=wants("chase-evidence", "contract_manager"))],
     {f"{AT}/evidence-requests/evidence-1": REQUEST | {"state": "open"}},
     "/follow-up/requests/evidence-1", "/do/give-time/evidence-1"),
    ([WagesCompared(check_id="wages-1", **HERE, workers=1, underpaid=NO_MONEY, penalty=NO_MONEY,
                    documents_penalty=NO_MONEY, need=wants("weigh-wages"))],
     {}, "/follow-up/wages/wages-1", "/do/claim/wages-1"),
    ([QuotaReported(**QUOTA_HERE, reported=2.0, by="x", need=wants("verify-quota"))],
     {}, f"{FOLLOW}#quotas", "/do/verify-quota/quota-1"),
    ([QuotaFellShort(**QUOTA_HERE, required=4.0, shortfall=4.0,
                     need=wants("settle-quota", "contract_manager"))],
     {}, f"{FOLLOW}#quotas", "/do/settle/quota-1"),
    ([DialogueNoted(dialogue_id="dialogue-1", **HERE, form="call", held_on=T0.date(), agreed="Do.",
                    by="lone", need=wants("follow-dialogue", "contract_manager"))],
     {}, f"{FOLLOW}#talks", "/do/follow/dialogue-1"),
    ([ComplaintReceived(complaint_id="complaint-1", buyer_id=BUYER, channel="phone",
                        category="wages", contract_id=CONTRACT,
                        need=wants("assess-complaint", "tip_receiver"))],
     {}, "/complaints/complaint-1", "/do/assess/complaint-1"),
    ([YearPlanProposed(year_plan_id="year-1", buyer_id=BUYER, year=2027, planned=1, out=0,
                       out_at_risk=0, hours=4.0, by="x",
                       need=wants("approve-year-plan", "officer"))],
     {}, "/follow-up/year-1", "Approve the year"),
    ([DeferredFollowUpUrgent(contract_id=CONTRACT, buyer_id=BUYER, level="high", deferred=1,
                             reason="hit", need=wants("review-year-plan", "officer"))],
     {}, f"{FOLLOW}#next", 'href="/follow-up"'),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "says", "page", "offers"), NEEDS, ids=lambda one: str(one)[:40])
async def test_a_need_leads_to_the_page_where_it_can_be_done(
    console: Console,
    world: World,
    facts: list[Event],
    says: dict[str, Any],
    page: str,
    offers: str,
) -> None:
    console.services.says |= SAYS | says
    await world.tell(*facts)
    visitor = console.visitor(EVERY)
    need = facts[-1].need
    if need is not None:
        assert (await visitor.get(f"/needs/{todo_id(need.id)}")).headers["location"] == page
    shown = await visitor.get(page or "/audits/a-1")
    assert shown.status_code == 200, shown.text
    assert offers in shown.text


@pytest.mark.parametrize(
    ("deed", "id", "form", "path", "body"),
    [
        ("rule", "f-1", {"upheld": "no", "reference": "AV 2027/4", "reason": "Unfounded."},
         "/findings/f-1/ruling",
         {"upheld": False, "reference": "AV 2027/4", "reason": "Unfounded."}),
        ("check", "f-1", {"lasts": "yes", "reason": "Seen it.", "document_ids": "d1, d2"},
         "/findings/f-1/check",
         {"effective": True, "reason": "Seen it.", "document_ids": ["d1", "d2"]}),
        ("answer-for", "a-1", {"agrees": "no", "told_by": "Ida, phone", "instead_of": "Ours",
                               "working_days": "12", "why": "Ill"},
         "/actions/a-1/answer",
         {"agrees": False, "told_by": "Ida, phone", "measure": "Ours", "working_days": 12,
          "reason": "Ill"}),
        ("accept-counter", "a-1", {}, "/actions/a-1/accept", {}),
        ("settle", "quota-1", {"period": "2026-01-01", "reason": "Ill.", "contract": CONTRACT},
         "/quotas/quota-1/settle", {"period": "2026-01-01", "reason": "Ill."}),
        ("set-quota", CONTRACT, {"party_id": PARTY, "quota_kind": "training", "unit": "percent",
                                 "required": "7,5", "months": "12"},
         "/quotas", {"contract_id": CONTRACT, "party_id": PARTY, "kind": "training",
                     "unit": "percent", "required": 7.5, "months": 12}),
        ("note-talk", CONTRACT, {"party_id": PARTY, "form": "call", "held_on": "2026-11-20",
                                 "talk_about": "Notices", "agreed": "Hang them up.",
                                 "obligation": "labour-ilo94"},
         "/dialogues", {"contract_id": CONTRACT, "party_id": PARTY, "form": "call",
                        "held_on": "2026-11-20", "subject": "Notices",
                        "agreed": "Hang them up.", "obligation": "labour-ilo94"}),
        ("assess", "complaint-1", {"outcome": "founded", "may_know": "Pay is low.",
                                   "to_source": "Thanks."},
         "/complaints/complaint-1/assess",
         {"outcome": "founded", "told": "Pay is low.", "answer": "Thanks."}),
        ("payslips", CONTRACT, {"party_id": PARTY, "agreement": "example-cleaning-dk"},
         "/wage-checks/sheet", {"contract_id": CONTRACT, "party_id": PARTY, "content": "",
                                "missing": [],
                                "agreement": "example-cleaning-dk"}),
    ],
)  # fmt: skip
async def test_a_form_says_what_audits_wants(
    console: Console, deed: str, id: str, form: dict[str, str], path: str, body: dict[str, Any]
) -> None:
    answer = await console.visitor(EVERY).post(f"/follow-up/do/{deed}/{id}", **form)
    assert answer.status_code == 303, answer.text
    sent, said, _ = console.services.sent[-1]
    assert (sent, said) == (f"{AT}{path}", body)
    assert f"said=deed.{deed}" in answer.headers["location"]


async def test_what_audits_refuses_is_shown_beside_what_was_written(console: Console) -> None:
    console.services.says |= SAYS
    console.services.refusal = (422, {"detail": "this would give the source away"})
    form = {"outcome": "founded", "may_know": "Per says so."}
    page = await console.visitor(EVERY).post("/follow-up/do/assess/complaint-1", **form)
    assert page.status_code == 422
    assert "this would give the source away" in page.text
    assert "Per says so." in page.text


async def test_a_phone_note_is_written_down_by_an_officer_who_cannot_read_it_again(
    console: Console,
) -> None:
    console.services.says |= SAYS
    visitor = console.visitor(OFFICER)
    shown = await visitor.get("/complaints")
    assert "Only receivers of tips read them" in shown.text
    assert "They pay too little." not in shown.text
    assert (await visitor.get("/complaints/complaint-1")).status_code == 403
    form = {"buyer_id": BUYER, "channel": "phone", "category": "wages", "text": "Too little pay."}
    answer = await visitor.post("/complaints", **form, source="Per")
    assert answer.headers["location"].startswith("/complaints?said=deed.complaint")
    assert console.services.sent[-1][1] == form | {"source": "Per"}


async def test_anybody_may_tip_without_an_account_and_come_back_with_the_receipt(
    console: Console,
) -> None:
    visitor = console.visitor(None)
    assert "What happened?" in (await visitor.get(f"/tip/{BUYER}")).text
    console.services.result = {"complaint_id": "c", "token": "abc"}
    form = {"key": "k", "category": "safety", "text": "No helmets at the site."}
    answer = await visitor.http.post(f"/tip/{BUYER}", data=form)
    assert 'href="/tips/abc"' in answer.text
    path, body, _ = console.services.sent[-1]
    assert path == f"{AT}/tips"
    assert body == {"buyer_id": BUYER, "category": "safety", "text": "No helmets at the site."}
    console.services.says[f"{AT}/tips/abc"] = {"state": "assessed", "answer": "We looked."}
    assert "We looked." in (await visitor.get("/tips/abc")).text
    assert (await visitor.get("/tips/other")).status_code == 404


def test_questions_of_every_type_are_asked_in_rows() -> None:
    form = {"q-text-0": "Is there a policy?", "q-type-0": "text", "q-text-1": " "}
    form |= {"q-text-2": "Do all know it?", "q-type-2": "choice", "q-parts-2": "yes; no;"}
    form |= {"q-text-3": "Which sites?", "q-type-3": "table", "q-parts-3": "site; people"}
    form |= {"q-free-3": "yes"}
    asked = questions_in(form)
    assert [(q["id"], q["type"], q["required"]) for q in asked] == [
        ("q1", "text", True), ("q3", "choice", True), ("q4", "table", False),
    ]  # fmt: skip
    assert (asked[1]["options"], asked[1]["columns"]) == (["yes", "no"], [])
    assert (asked[2]["options"], asked[2]["columns"]) == ([], ["site", "people"])


def test_missing_documents_are_named_in_rows() -> None:
    form = {"m-kind-0": "timesheets", "m-due-0": "2026-11-20", "m-kind-1": "", "m-due-1": ""}
    assert missing_in(form) == [{"kind": "timesheets", "due": "2026-11-20"}]


def test_every_deed_has_a_page_a_role_and_its_words() -> None:
    fields = {one.name for deed in DEEDS for one in deed.fields} | {f.name for f in (*TAKEN, *TIP)}
    choices = {c for deed in DEEDS for f in deed.fields for c in f.choices}
    choices |= {c for f in TAKEN for c in f.choices}
    for language in LANGUAGES:
        known = WORDS[language].knows
        missing = [f"field.{n}" for n in fields if not known(f"field.{n}")]
        missing += [f"choice.{n}" for n in choices if not known(f"choice.{n}")]
        for deed in DEEDS:
            assert set(deed.roles) <= set(ROLES)
            assert deed.thing in SHOWS
            missing += [w for w in (f"deed.{deed.name}", f"said.deed.{deed.name}") if not known(w)]
        assert missing == []
