"""All machines of audits in one world: what anybody may try, and what holds after every step."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from services.audits.commands import (
    AcceptCounter,
    AcceptEvidence,
    AgreeAction,
    AnswerChecklist,
    AnswerProposal,
    ApproveYearPlan,
    AskAgain,
    AskEvidence,
    AssessComplaint,
    CheckEffectiveness,
    DeclareForAudit,
    DelegateEvidence,
    DisputeFinding,
    ExtendAction,
    ExtendEvidence,
    FollowDialogue,
    HoldAudit,
    NoteDialogue,
    PrepareAudit,
    ProposeAction,
    ProposeYearPlan,
    ReceiveComplaint,
    RenewChecklist,
    ReopenFinding,
    ReportQuota,
    ReuseAudit,
    RuleOnFinding,
    SaveAnswers,
    SetQuota,
    SettleQuota,
    VerifyAction,
    VerifyQuota,
    WithdrawEvidence,
)  # fmt: skip
from services.audits.domain import (
    ActionState,
    Audit,
    AuditState,
    Checklist,
    Complaint,
    CorrectiveAction,
    Dialogue,
    EvidenceRequest,
    Finding,
    FindingState,
    Quota,
    RequestState,
    YearPlan,
    YearState,
)  # fmt: skip
from services.audits.domain.checklists import Given, Verdict
from services.audits.domain.complaints import Category, Channel, Outcome
from services.audits.domain.dialogues import Form
from services.audits.domain.questions import Answer, Question, QuestionType
from services.audits.domain.quotas import PeriodState, QuotaKind, QuotaUnit
from services.audits.domain.years import Auditor
from services.audits.handlers import router
from shared.domain import Caller
from shared.events import catalogue
from shared.events.audits import (
    AuditHeld,
    CorrectiveActionAgreed,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    EvidenceAccepted,
    EvidenceOverdue,
    EvidenceReceived,
    FindingClosed,
    FindingRuled,
)  # fmt: skip
from shared.events.base import Command, Event, Need
from shared.events.subcontractors import SubcontractorDeclared
from shared.events.words import Clause, PartyDescription, Right
from shared.identity import ROLES
from shared.testing import World
from tests.audits.conftest import ADAPTERS, BUYER, FOUND, K1, LABOUR, SUPPLIER, clauses, signed

SIGNE = Caller(
    subject="signe", roles=("auditor", "officer", "contract_manager", "tip_receiver"), buyers=("*",)
)
OLE = SIGNE.model_copy(update={"subject": "ole"})
"""Somebody else, where the first has stood aside."""
SUB = "dk-cvr-10000003"
APPRENTICES = Clause(code="apprentices", rights=(Right.AUDIT,))
WHY, PAPERS = "because of it", ("doc-1",)
Step = Command | timedelta


class Everything(World):
    """A world that reads each of its facts once."""

    def __init__(self) -> None:
        super().__init__(router, adapters=ADAPTERS)
        self._read: list[Event] = []
        self._kinds = catalogue()

    @property
    def announced(self) -> list[Event]:
        for entry in self.store.journal[len(self._read) :]:
            self._read.append(self._kinds[entry.type].model_validate_json(entry.body))
        return self._read


async def world_of_everything() -> World:
    """A contract with an audit that is planned, a subcontractor, and a clause with a quota."""
    world = Everything()
    sub = SubcontractorDeclared(
        contract_id=K1, buyer_id=BUYER, party=PartyDescription(party_id=SUB, name="Sub"),
        parent_id=SUPPLIER, tier=1, service="cleaning", chain_version=1,
    )  # fmt: skip
    await world.tell(signed(), clauses(LABOUR, APPRENTICES), sub)
    return world


def all_of(world: World, kind: type[Any]) -> list[Any]:
    return [one for one in world.store.documents.values() if isinstance(one, kind)]


def choices(world: World) -> list[Step]:
    """Everything that anybody might try now, lawful or not."""
    steps: list[Step] = [timedelta(days=3), timedelta(days=20), timedelta(days=200)]
    for audit in all_of(world, Audit):
        id = audit.id
        steps += [
            PrepareAudit(audit_id=id, team=("signe",), sites=("Køge",)),
            PrepareAudit(audit_id=id, team=("ole",)),
            DeclareForAudit(audit_id=id, no_conflict=True),
            DeclareForAudit(audit_id=id, no_conflict=False, reason="My brother works there."),
            HoldAudit(audit_id=id, conclusion="Partly in order.", findings=(FOUND,)),
            HoldAudit(audit_id=id, conclusion="Fine.", findings=(FOUND,), no_conflict=True),
            HoldAudit(audit_id=id, conclusion="In order.", no_conflict=True),
            ReuseAudit(
                audit_id=id, other_buyer_id="dk-cvr-11111111", reference="2026/4",
                held_on=date(2026, 6, 1), same_level=True, document_ids=PAPERS,
                assessment="The same sites and the same terms were looked at.",
            ),
        ]  # fmt: skip
    for checklist in all_of(world, Checklist):
        given = tuple(
            Given(question_id=one.id, verdict=Verdict.CONFORMS) for one in checklist.questions
        )
        steps += [
            AnswerChecklist(audit_id=checklist.id, answers=given),
            RenewChecklist(audit_id=checklist.id),
        ]
    for finding in all_of(world, Finding):
        id = finding.id
        steps += [
            AgreeAction(finding_id=id, measure="Tell them.", working_days=8),
            ProposeAction(finding_id=id, measure="Tell them.", working_days=8),
            DisputeFinding(finding_id=id, reason=WHY, forum="The court"),
            RuleOnFinding(finding_id=id, upheld=True, reference="AV 1", reason=WHY),
            RuleOnFinding(finding_id=id, upheld=False, reference="AV 2", reason=WHY),
            CheckEffectiveness(finding_id=id, effective=True, reason=WHY),
            CheckEffectiveness(finding_id=id, effective=False, reason=WHY),
            ReopenFinding(finding_id=id, reason=WHY),
        ]
    for action in all_of(world, CorrectiveAction):
        id = action.id
        steps += [
            AnswerProposal(action_id=id, agrees=True, told_by="Ida"),
            AnswerProposal(action_id=id, agrees=False, measure="Ours", working_days=9, reason=WHY),
            AcceptCounter(action_id=id),
            ExtendAction(action_id=id, working_days=30, reason=WHY),
            VerifyAction(action_id=id, document_ids=PAPERS, reason=WHY),
        ]
    return steps + _asked(world) + _shown(world)


def _asked(world: World) -> list[Step]:
    question = Question(id="policy", text="Which policy?", type=QuestionType.TEXT)
    steps: list[Step] = [
        AskEvidence(
            request_id="evidence-1", contract_id=K1, party_id=SUPPLIER, obligation="labour-ilo94",
            questions=(question,), working_days=7,
        )
    ]  # fmt: skip
    for request in all_of(world, EvidenceRequest):
        id, said = request.id, (Answer(question_id="policy", text="Ours."),)
        steps += [
            SaveAnswers(request_id=id, answers=said),
            SaveAnswers(request_id=id, answers=said, submit=True),
            SaveAnswers(request_id=id, submit=True),
            DelegateEvidence(request_id=id, party_id=SUB),
            ExtendEvidence(request_id=id, working_days=30, reason=WHY),
            AcceptEvidence(request_id=id, reason=WHY),
            AskAgain(request_id=id, reason=WHY, working_days=5),
            WithdrawEvidence(request_id=id, reason=WHY),
        ]
    return steps


def _shown(world: World) -> list[Step]:
    steps: list[Step] = [
        SetQuota(
            contract_id=K1, party_id=SUPPLIER, kind=QuotaKind.APPRENTICES,
            unit=QuotaUnit.PERSONS, required=4, months=6,
        ),
        ReceiveComplaint(
            complaint_id="c-1", source_id="person-c-1", buyer_id=BUYER, channel=Channel.PHONE,
            category=Category.WAGES, text="They pay too little.", source="Per Hansen",
        ),
        AssessComplaint(complaint_id="c-1", outcome=Outcome.FOUNDED, told="Pay is low."),
        AssessComplaint(complaint_id="c-1", outcome=Outcome.FOUNDED, told="Per Hansen says so."),
        NoteDialogue(
            dialogue_id="d-1", contract_id=K1, party_id=SUPPLIER, form=Form.CALL,
            held_on=date(2026, 11, 20), subject="Notices", agreed="Hang them up.",
            follow_on=date(2030, 11, 20),
        ),
        FollowDialogue(dialogue_id="d-1", kept=True, reason=WHY),
        ProposeYearPlan(
            buyer_id=BUYER, year=world.now.year + 1, auditors=(Auditor(subject="signe", hours=90),)
        ),
    ]  # fmt: skip
    steps += [ApproveYearPlan(year_plan_id=year.id) for year in all_of(world, YearPlan)]
    for quota in all_of(world, Quota):
        for period in quota.periods:
            about: dict[str, Any] = {"quota_id": quota.id, "period": period.name}
            steps += [
                ReportQuota(**about, reported=3),
                VerifyQuota(**about, verified=2, document_ids=PAPERS),
                VerifyQuota(**about, verified=4, document_ids=PAPERS),
                SettleQuota(**about, reason=WHY),
            ]
    return steps


async def take(world: World, step: Step, by: Caller = SIGNE) -> None:
    """One step. What is refused is refused with a reason, and leaves nothing half done."""
    if isinstance(step, timedelta):
        await world.advance(step)
    else:
        error = (await world.tell(step, by=by)).error
        if error is not None:
            assert error["kind"] in ("rejected", "forbidden", "unknown"), error
            assert len(error["reason"]) > 10, error
    must_be_lawful(world)


# ------------------------------------------------------------ what holds in every state


def waiting(world: World) -> dict[str, Need]:
    """The needs that nobody has settled, by their ids."""
    found: dict[str, Need] = {}
    for event in world.announced:
        for id in event.settles:
            found.pop(id, None)
        if event.need is not None:
            found[event.need.id] = event.need
    return found


def must_be_lawful(world: World) -> None:
    """Every waiting state has a need with owner and deadline, or a clock; an end has neither."""
    needs = waiting(world)
    for need in needs.values():
        assert need.role in ROLES, need
        assert need.due is not None
    expected = {id for one in _kinds(world) for id in one}
    stray = {id for id in needs if id not in expected and not id.startswith("review-year-plan")}
    assert not stray, f"nobody waits for {stray}"
    missing = {id for id in expected if id not in needs}
    assert not missing, f"nobody is asked for {missing}"
    _clocks(world)
    must_have_been_lawful(world.announced)
    assert not world.rejected


def _kinds(world: World) -> list[list[str]]:
    """Whom each thing waits for now."""
    audits = [a.need_id for a in all_of(world, Audit) if a.state is AuditState.PLANNED]
    findings, actions = all_of(world, Finding), all_of(world, CorrectiveAction)
    agreeing = [f.need_id for f in findings if f.state is FindingState.RAISED]
    disputed = [f for f in findings if f.state is FindingState.DISPUTED]
    agreeing += [f.need_id for f in disputed if f.before is FindingState.RAISED]
    ruling = [f.ruling_need_id for f in disputed]
    checking = [
        f.check_need_id
        for f in findings
        if f.state is FindingState.CLOSED and f.check_asked > f.checked and f.check_asked == f.turn
    ]
    open_actions = (ActionState.AGREED, ActionState.OVERDUE, ActionState.SUSPENDED)
    acting = [id for a in actions if a.state in open_actions for id in a._verified(a.deadlines)]
    chasing = [
        a.chase_need_id
        for a in actions
        if a.state in (ActionState.AGREED, ActionState.SUSPENDED) and a.escalated == a.deadlines
    ]
    requests = all_of(world, EvidenceRequest)
    weighing = [r.weigh_need_id for r in requests if r.state is RequestState.SUBMITTED]
    late = [
        r.chase_need_id
        for r in requests
        if r.state is RequestState.OPEN and r.overdue and r.overdue == r.deadlines
    ]
    years = [y.need_id for y in all_of(world, YearPlan) if y.state is YearState.PROPOSED]
    return [
        audits, agreeing, ruling, checking, acting, chasing, weighing, late, years,
        *_of_quotas(world),
        [c.need_id for c in all_of(world, Complaint) if c.state == "received"],
        [d.need_id for d in all_of(world, Dialogue) if d.kept is None],
    ]  # fmt: skip


def _of_quotas(world: World) -> list[list[str]]:
    found: list[list[str]] = []
    for quota in all_of(world, Quota):
        for one in quota.periods:
            verify = quota._need_id("verify-quota", one.name)
            asked = one.reported is not None and one.verified is None
            if one.state is PeriodState.REPORTED or (one.state is PeriodState.SHORT and asked):
                found.append([verify])
            if one.state is PeriodState.SHORT:
                found.append([quota._short_id(one)])
    return found


def _clocks(world: World) -> None:
    """What waits for a party has a deadline that comes by itself; what is over has none."""
    clocks = set(world.deadlines)
    for action in all_of(world, CorrectiveAction):
        assert (f"due/{action.id}" in clocks) == (action.state is ActionState.AGREED), action
    for request in all_of(world, EvidenceRequest):
        is_open = request.state is RequestState.OPEN and request.overdue < request.deadlines
        assert (f"evidence-due/{request.id}" in clocks) == is_open, request
    for finding in all_of(world, Finding):
        unasked = finding.state is FindingState.CLOSED and finding.action_ids
        if unasked and finding.closed_at and finding.checked < finding.turn > finding.check_asked:
            upheld = finding.forum == ""
            assert f"check-effectiveness/{finding.id}" in clocks or not upheld, finding
    for quota in all_of(world, Quota):
        still = [one for one in quota.periods if one.state is PeriodState.OPEN]
        assert not still or any(quota.id in id for id in clocks), quota


def must_have_been_lawful(events: list[Event]) -> None:
    """What must come before each step was there before it, and no step was said twice."""
    agreed, received = set[str](), Counter[str]()
    ended, told = set[str](), Counter[tuple[object, ...]]()
    for event in events:
        match event:
            case AuditHeld():
                assert event.by in event.declared, "a report without declared independence"
                told["held", event.audit_id] += 1
            case CorrectiveActionAgreed():
                agreed.add(event.action_id)
            case CorrectiveActionReminded():
                assert event.action_id in agreed
                told["reminded", event.action_id, event.reminder] += 1
            case CorrectiveActionOverdue():
                told["overdue", event.action_id, event.due] += 1
            case CorrectiveActionVerified():
                assert event.action_id in agreed
                ended.add(event.finding_id)
            case FindingRuled():
                if not event.upheld:
                    ended.add(event.finding_id)
            case FindingClosed():
                assert event.finding_id in ended, "closed without evidence or ruling"
                ended.discard(event.finding_id)
            case EvidenceReceived():
                received[event.request_id] += 1
            case EvidenceOverdue():
                told["late", event.request_id, event.due] += 1
            case EvidenceAccepted():
                assert received[event.request_id], "accepted and never handed in"
    assert not [step for step, times in told.items() if times > 1]
