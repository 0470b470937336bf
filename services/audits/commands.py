"""What audits is asked to do, and the moments that it waits for."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from services.audits.domain import FindingClass, Severity
from services.audits.domain.checklists import Given
from services.audits.domain.complaints import Category, Channel, Outcome
from services.audits.domain.dialogues import Form
from services.audits.domain.questions import Answer, Question
from services.audits.domain.quotas import QuotaKind, QuotaUnit
from services.audits.domain.wages import Hours, MissingDocument, Slip
from services.audits.domain.years import Auditor
from shared.events.base import Command, Internal, Personal
from shared.events.words import Money


class Found(Command):
    """One thing that an auditor found. Without an obligation: the one that was looked at.

    `question_id` is the question of the checklist whose answer it is.
    """

    obligation: str = ""
    severity: Severity
    finding_class: FindingClass
    description: str
    root_cause: str = ""
    claim: Money | None = None
    document_ids: tuple[str, ...] = ()
    affected_party_ids: tuple[str, ...] = ()
    affected_contract_ids: tuple[str, ...] = ()
    question_id: str = ""


class HoldAudit(Command):
    """Report an audit that took place. Without a day it was held today."""

    audit_id: str
    conclusion: str
    held_on: date | None = None
    findings: tuple[Found, ...] = ()


class RaiseFinding(Command):
    """Raise a finding that no audit made: what a complaint, an answer or a payslip has shown."""

    finding_id: str
    contract_id: str
    party_id: str
    found: Found


class ProposeAction(Command):
    """Ask the party to agree to a measure. Without days: those of the contract's clause."""

    finding_id: str
    measure: str
    working_days: int | None = None


class AnswerProposal(Command):
    """The party's answer: yes, or what it would do instead, in how many days, and why."""

    action_id: str
    agrees: bool
    measure: str = ""
    working_days: int | None = None
    reason: str = ""
    link_id: str = ""
    told_by: str = ""


class AcceptCounter(Command):
    """Agree to what the party proposed instead."""

    action_id: str


class AgreeAction(Command):
    """Record what both sides agreed on in a talk. Without days: those of the contract's clause."""

    finding_id: str
    measure: str
    working_days: int | None = None
    agreed_with: str = ""


class ExtendAction(Command):
    """Give an action more time, counted from today."""

    action_id: str
    working_days: int
    reason: str


class DisputeFinding(Command):
    """The party denies a finding; `forum` is who rules on it (a labour court, an arbitration)."""

    finding_id: str
    reason: str
    forum: str


class RuleOnFinding(Command):
    """Record how a dispute was ruled on."""

    finding_id: str
    upheld: bool
    reference: str
    reason: str


class CheckEffectiveness(Command):
    """Say whether a closed finding stays mended."""

    finding_id: str
    effective: bool
    reason: str
    document_ids: tuple[str, ...] = ()


class ReopenFinding(Command):
    """Say that a closed finding is not mended."""

    finding_id: str
    reason: str


class VerifyAction(Command):
    """Say that the evidence was seen."""

    action_id: str
    document_ids: tuple[str, ...]
    reason: str


class NoteRisk(Command):
    """Say that a factor of risk applies to a contract, and how one knows."""

    contract_id: str
    code: str
    reason: str


class DropRisk(Command):
    """Take back what was noted."""

    contract_id: str
    code: str
    reason: str


class PrepareAudit(Command):
    """Set team, sites and members of the chain of an audit, and whether the party is told."""

    audit_id: str
    team: tuple[str, ...]
    sites: tuple[str, ...] = ()
    chain_ids: tuple[str, ...] = ()
    announced: bool = True


class DeclareForAudit(Command):
    """Say of oneself whether there is a conflict of interest."""

    audit_id: str
    no_conflict: bool
    reason: str = ""


class AnswerChecklist(Command):
    """Answer questions. `version` is that of the checklist that was seen, where it was exported."""

    audit_id: str
    answers: tuple[Given, ...]
    version: str = ""


class RenewChecklist(Command):
    """Take another version of the questions; the one in force where none is named."""

    audit_id: str
    version: str = ""


class ReuseAudit(Command):
    """Have another buyer's audit count. `other_audit_id`: where it stands in this system."""

    audit_id: str
    other_buyer_id: str = ""
    other_audit_id: str = ""
    reference: str = ""
    held_on: date | None = None
    same_level: bool
    assessment: str
    document_ids: tuple[str, ...] = ()


class SetQuota(Command):
    contract_id: str
    party_id: str
    kind: QuotaKind
    unit: QuotaUnit
    required: float
    months: int
    starts: date | None = None


class ReportQuota(Command):
    quota_id: str
    period: str
    reported: float


class VerifyQuota(Command):
    quota_id: str
    period: str
    verified: float
    document_ids: tuple[str, ...]


class SettleQuota(Command):
    """Say what becomes of a shortfall: a finding, or why none."""

    quota_id: str
    period: str
    finding_id: str = ""
    reason: str


class QuotaPeriodEnds(Internal):
    """A period of a quota is over, and the days to report it are too."""

    quota_id: str
    period: str


class ReceiveComplaint(Command):
    """Somebody says that something is wrong. `source_id` names the key that seals who and what."""

    subject_field: ClassVar[str] = "source_id"

    complaint_id: str
    source_id: str
    buyer_id: str
    channel: Channel
    category: Category
    text: Personal[str]
    contract_id: str = ""
    party_id: str = ""
    source: Personal[str] = ""
    contact: Personal[str] = ""


class AssessComplaint(Command):
    complaint_id: str
    outcome: Outcome
    told: str
    contract_id: str = ""
    party_id: str = ""
    answer: str = ""


class NoteDialogue(Command):
    """Log a talk. On `follow_on` somebody looks whether what was agreed was done."""

    dialogue_id: str
    contract_id: str
    party_id: str
    form: Form
    held_on: date
    subject: str
    agreed: str
    finding_id: str = ""
    follow_on: date | None = None


class FollowDialogue(Command):
    dialogue_id: str
    kept: bool
    reason: str


class ProposeYearPlan(Command):
    """Work out a buyer's year of follow-up anew; what was placed by hand stays."""

    buyer_id: str
    year: int
    auditors: tuple[Auditor, ...] = ()


class ChangeYearPlan(Command):
    """Move a line, give it to an auditor, leave it out or take it in, and say why."""

    year_plan_id: str
    line_id: str
    day: date | None = None
    auditor: str = ""
    out: bool = False
    reason: str


class ApproveYearPlan(Command):
    year_plan_id: str


class MonthGoesOut(Internal):
    """A month of an approved year's plan is put to work."""

    year_plan_id: str
    month: int
    round: int


class EnterWages(Command):
    """Enter sampled payslips and timesheets, or correct them before anything is claimed."""

    check_id: str
    contract_id: str
    party_id: str
    agreement: str
    audit_id: str = ""
    slips: tuple[Slip, ...] = ()
    hours: tuple[Hours, ...] = ()
    missing: tuple[MissingDocument, ...] = ()
    document_ids: tuple[str, ...] = ()


class ClaimWages(Command):
    """Claim what is short, under a clause of the contract."""

    check_id: str
    obligation: str


class LetWagesBe(Command):
    """Say that nothing is claimed, and why."""

    check_id: str
    reason: str


class ShowBackPay(Command):
    """Say that documents show what a worker got afterwards."""

    check_id: str
    worker: str
    amount: Decimal
    document_ids: tuple[str, ...]


class AskEvidence(Command):
    """Ask a party of the contract. Without days: those of the clause; reminders: of the policy."""

    request_id: str
    contract_id: str
    party_id: str
    obligation: str
    questions: tuple[Question, ...]
    working_days: int | None = None
    remind_before: tuple[int, ...] | None = None
    audit_id: str = ""


class SaveAnswers(Command):
    """Keep these answers, and hand all of them in with `submit`."""

    request_id: str
    answers: tuple[Answer, ...] = ()
    submit: bool = False
    by_delegate: bool = False


class DelegateEvidence(Command):
    """Have a subcontractor answer too."""

    request_id: str
    party_id: str


class ExtendEvidence(Command):
    """Give a party more time, counted from today."""

    request_id: str
    working_days: int
    reason: str


class AcceptEvidence(Command):
    request_id: str
    reason: str


class AskAgain(Command):
    """Say that the answers do not do, why, and how many working days there are to mend them."""

    request_id: str
    reason: str
    working_days: int


class WithdrawEvidence(Command):
    request_id: str
    reason: str


class EvidenceReminderComes(Internal):
    """It is time to remind a party of questions."""

    request_id: str
    number: int


class EvidenceDue(Internal):
    """The nth deadline of questions has passed."""

    request_id: str
    deadline: int


class FollowUpComes(Internal):
    """It is time for the nth follow-up of an obligation: an auditor's list, or questions."""

    contract_id: str
    obligation: str
    party_id: str
    turn: int
    auditor: str = ""


class ReminderComes(Internal):
    """It is time to remind a party of a corrective action."""

    action_id: str
    number: int


class EscalationComes(Internal):
    """It is time to tell the manager that an action is about to be missed."""

    action_id: str
    deadline: int


class EffectivenessComes(Internal):
    """It is time to look whether a finding stays mended."""

    finding_id: str
    turn: int


class ActionDue(Internal):
    """The deadline of a corrective action has passed."""

    action_id: str
