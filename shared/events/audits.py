"""Facts announced by audits: what was promised, what was found, what got mended."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Criminal, Event, is_natural_person
from shared.events.words import Money


class AuditsEvent(Event):
    topic: ClassVar[str] = "audits.v1"


class TellingEvent(AuditsEvent):
    """About a party, in words of people that may tell of offences.

    `offences_of` (since 2026-12) names the key that seals them where what is followed up may be an
    offence (ADR 76). Else that of the party does, where it is a person; of a company they are open.
    """

    subject_field: ClassVar[str] = "whose"

    party_id: str
    offences_of: str = ""

    @property
    def whose(self) -> str:
        """Whose key seals its words: nobody's where this is a company."""
        return self.offences_of or self.party_id


class FindingEvent(TellingEvent):
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str

    def openly(self, words: str) -> str:
        """What may be told beside the finding of what was said of it."""
        return f"see finding {self.finding_id}" if is_natural_person(self.whose) else words


class AuditPlanned(AuditsEvent):
    """An obligation of a contract is to be followed up on a day.

    `reaudit_of` is the finding whose mending is looked at again (since 2026-11).
    """

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    method: str
    planned_for: date
    reaudit_of: str = ""


class AuditMoved(TellingEvent):
    """A planned audit is to be held on another day, or by another auditor. Since 2026-11."""

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    planned_for: date
    was: date
    auditor: str = ""
    reason: Criminal[str]


class AuditCalledOff(TellingEvent):
    """A planned audit is not held, and why; `by` is who did. Since 2026-11."""

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    reason: Criminal[str]
    by: str = ""


class RiskChanged(AuditsEvent):
    """The risk score of a contract is another. `factors` are their codes and points; `reason` is
    the fact that changed it. A score says where to look first and nothing else. Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    score: int
    level: str
    before: int
    level_before: str
    reason: str
    factors: tuple[str, ...]
    weights: str


class DeferredFollowUpUrgent(AuditsEvent):
    """The risk of a contract rose after an approved year's plan had left follow-ups of it out.

    Since 2026-11.
    """

    contract_id: str
    buyer_id: str
    level: str
    deferred: int
    reason: str


class YearPlanEvent(AuditsEvent):
    year_plan_id: str
    buyer_id: str
    year: int


class YearPlanProposed(YearPlanEvent):
    """The system proposes the follow-ups of a buyer's year: a person changes and approves it.

    `out` of `planned` and these do not fit the auditors' hours; `out_at_risk` of them have a high
    or critical risk. Since 2026-11.
    """

    planned: int
    out: int
    out_at_risk: int
    hours: float
    by: str


class YearPlanChanged(YearPlanEvent):
    """A person moved, left out or took in one follow-up of a year, and why. Since 2026-11.

    `offences_of` (since 2026-12): whose key seals the reason, where one does (ADR 76).
    """

    subject_field: ClassVar[str] = "offences_of"

    contract_id: str
    obligation: str
    change: str
    reason: Criminal[str]
    by: str
    offences_of: str = ""


class YearPlanApproved(YearPlanEvent):
    """A person approved the year's plan, with what falls out of it. Since 2026-11."""

    planned: int
    out: int
    out_at_risk: int
    by: str


class AuditHeld(TellingEvent):
    """An audit took place, and what the auditor concluded.

    `declared`: who held it and said that nothing ties them to the party. Since 2026-11.
    """

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    held_on: date
    by: str
    conclusion: Criminal[str]
    declared: tuple[str, ...] = ()


class FindingRaised(FindingEvent):
    """Something promised is not done. `finding_class` is `wages`, `documents` or `other`.

    Since 2026-11: `claim` is what is claimed for it, above which nothing may be held back;
    `repeats` the earlier finding of the same party and obligation; `document_ids` the evidence.
    """

    finding_id: str
    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    severity: str
    finding_class: str
    description: Criminal[str]
    claim: Money | None = None
    repeats: str = ""
    root_cause: Criminal[str] = ""
    document_ids: tuple[str, ...] = ()
    affected_party_ids: tuple[str, ...] = ()
    affected_contract_ids: tuple[str, ...] = ()


class CorrectiveActionAgreed(TellingEvent):
    """Both sides agreed what is done about a finding, and by when.

    `agreed_with` says who agreed for the party, and how; `link_id` is where the party sees it
    (both since 2026-11).
    """

    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    measure: Criminal[str]
    due: datetime
    agreed_with: Criminal[str] = ""
    link_id: str = ""


class ActionEvent(TellingEvent):
    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str


class CorrectiveActionProposed(ActionEvent):
    """The party is asked to agree to a measure, or to propose another, through a one-time link."""

    measure: Criminal[str]
    working_days: int
    by: str
    answer_due: datetime
    link_id: str


class CorrectiveActionCountered(ActionEvent):
    """The party proposes another measure, or more time, and says why."""

    measure: Criminal[str]
    working_days: int
    reason: Criminal[str]


class CorrectiveActionWithdrawn(ActionEvent):
    """A corrective action, or the proposal of one, is no longer asked for."""

    reason: Criminal[str]


class CorrectiveActionExtended(ActionEvent):
    """A corrective action has a later deadline: granted by a person, or after a dispute."""

    due: datetime
    by: str
    reason: Criminal[str]
    link_id: str = ""


class CorrectiveActionEscalated(ActionEvent):
    """Two reminders did not help: the manager of the contract must act before the deadline."""

    due: datetime


class CorrectiveActionReminded(AuditsEvent):
    """The party was reminded of a corrective action for the nth time."""

    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    reminder: int
    due: datetime
    link_id: str = ""


class CorrectiveActionVerified(AuditsEvent):
    """A person saw evidence that the corrective action was done."""

    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    by: str
    document_ids: tuple[str, ...]


class CorrectiveActionOverdue(AuditsEvent):
    """The deadline of a corrective action passed without verified evidence. Announced once."""

    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    due: datetime


class FindingClosed(FindingEvent):
    """A finding needs nothing more."""

    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    reason: Criminal[str]


class FindingDisputed(FindingEvent):
    """The party denies a finding: its deadlines rest until `forum` has ruled. Since 2026-11."""

    reason: Criminal[str]
    forum: str


class FindingRuled(FindingEvent):
    """A dispute about a finding was ruled on. `reference` names the ruling. Since 2026-11."""

    upheld: bool
    reference: str
    reason: Criminal[str]
    by: str


class FindingReopened(FindingEvent):
    """A finding was closed, and turned out not to be mended. Since 2026-11."""

    reason: Criminal[str]
    by: str
    turn: int


class EffectivenessCheckDue(FindingEvent):
    """Time has passed since a finding was closed: does what was done still hold? Since 2026-11."""

    obligation: str


class EffectivenessChecked(FindingEvent):
    """A person looked whether a closed finding stays mended. Since 2026-11."""

    effective: bool
    reason: Criminal[str]
    by: str
    document_ids: tuple[str, ...] = ()


class WagesEvent(AuditsEvent):
    check_id: str
    contract_id: str
    buyer_id: str
    party_id: str


class WagesCompared(WagesEvent):
    """Payslips were compared with an agreement: how much is short in all, and what might follow.

    `penalty` and `documents_penalty` are proposals of the arithmetic; people decide. No worker is
    named. Since 2026-11.
    """

    workers: int
    underpaid: Money
    penalty: Money
    documents_penalty: Money


class WagesClaimed(WagesEvent):
    """A person claims what is short; the findings carry the amounts. Since 2026-11."""

    underpaid: Money
    by: str


class WagesLetBe(WagesEvent):
    """A person sees no claim in what was compared. Since 2026-11."""

    reason: Criminal[str]
    by: str


class BackPayShown(WagesEvent):
    """It was shown that a worker got what was short, or a part of it. Since 2026-11."""

    paid: Money
    outstanding: Money
    by: str


class EvidenceEvent(TellingEvent):
    """About questions to a party; `link_id` is the one-time link of the party that is told."""

    request_id: str
    contract_id: str
    buyer_id: str
    party_id: str


class EvidenceRequested(EvidenceEvent):
    """A party is asked questions about an obligation, through a one-time link. Since 2026-11."""

    obligation: str
    questions: int
    due: datetime
    link_id: str


class EvidenceReminded(EvidenceEvent):
    """A party was reminded of questions for the nth time. Since 2026-11."""

    reminder: int
    due: datetime
    link_id: str


class EvidenceDelegated(EvidenceEvent):
    """The party has a subcontractor answer; it stays answerable itself.

    `party_id` is the subcontractor, `by_party_id` who was asked. Since 2026-11.
    """

    by_party_id: str
    due: datetime
    link_id: str


class EvidenceExtended(EvidenceEvent):
    """A party has more time for its answers. Since 2026-11."""

    due: datetime
    by: str
    reason: Criminal[str]
    link_id: str = ""


class EvidenceOverdue(EvidenceEvent):
    """Answers did not come in time. Said once for each deadline. Since 2026-11."""

    obligation: str
    due: datetime


class EvidenceReceived(EvidenceEvent):
    """A party handed in its answers: a person accepts them, or asks again. Since 2026-11."""

    late: bool
    document_ids: tuple[str, ...] = ()


class EvidenceAccepted(EvidenceEvent):
    """A person accepted the answers. Since 2026-11."""

    by: str
    reason: Criminal[str]


class EvidenceAskedAgain(EvidenceEvent):
    """The answers do not do: the party is asked again, and told why. Since 2026-11."""

    reason: Criminal[str]
    by: str
    due: datetime
    link_id: str


class EvidenceWithdrawn(EvidenceEvent):
    """The questions need no answer any more. Since 2026-11."""

    reason: Criminal[str]
    by: str


class AuditPrepared(AuditsEvent):
    """Scope and team of an audit are set, and its checklist has a version. Since 2026-11.

    `announced`: the party was told the day beforehand. `sites` are places in words.
    """

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    team: tuple[str, ...]
    announced: bool
    sites: tuple[str, ...] = ()
    chain_ids: tuple[str, ...] = ()
    checklist_version: str
    questions: int
    by: str


class AuditAnnounced(AuditsEvent):
    """The party is told by letter when it is audited, where and about what. Since 2026-11.

    `number` counts up: it is told again when the day or the places change. An audit that is not
    announced beforehand has no such fact.
    """

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    planned_for: date
    sites: tuple[str, ...] = ()
    number: int
    link_id: str


class AuditorStoodAside(TellingEvent):
    """A member of an audit's team declared a conflict of interest, and is off it. Since 2026-11."""

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    person: str
    reason: Criminal[str]


class AuditReused(TellingEvent):
    """Another buyer's audit counts here too: under terms of the same level, not older than three
    years, with an assessment of one's own. Since 2026-11.
    """

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    other_buyer_id: str
    reference: str
    held_on: date
    assessment: Criminal[str]
    by: str


class QuotaEvent(AuditsEvent):
    """About a quota of a contract: `kind` is `apprentices`, `training` or `wage-subsidy`."""

    quota_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    kind: str


class QuotaSet(QuotaEvent):
    """A contract requires so much for each period; `unit` is `person-weeks`, `persons` or
    `percent`. Since 2026-11.
    """

    required: float
    unit: str
    months: int
    starts: date
    by: str


class QuotaReported(QuotaEvent):
    """So much was reported for a period. A person verifies it. Since 2026-11."""

    period: str
    reported: float
    by: str


class QuotaVerified(QuotaEvent):
    """A person saw evidence for so much in a period. Since 2026-11."""

    period: str
    verified: float
    required: float
    by: str
    document_ids: tuple[str, ...] = ()


class QuotaFellShort(QuotaEvent):
    """Less than required was verified for a period; None: nobody has reported. Since 2026-11."""

    period: str
    required: float
    verified: float | None = None
    shortfall: float


class QuotaSettled(QuotaEvent):
    """A person said what becomes of a shortfall: a finding, or why none. Since 2026-11."""

    period: str
    finding_id: str = ""
    reason: Criminal[str]
    by: str


class ComplaintReceived(AuditsEvent):
    """Somebody complained or gave a tip. Neither the source nor its words travel. Since 2026-11.

    `channel` is `form`, `mail`, `phone` or `meeting`; without a contract nobody knows yet which.
    """

    complaint_id: str
    buyer_id: str
    channel: str
    category: str
    contract_id: str = ""
    party_id: str = ""


class ComplaintAssessed(TellingEvent):
    """A person assessed a complaint: `outcome` is `founded`, `unfounded` or `elsewhere`.

    `told` is what may be said of it without giving its source away. Since 2026-11.
    """

    complaint_id: str
    buyer_id: str
    outcome: str
    contract_id: str = ""
    party_id: str = ""
    told: Criminal[str]
    by: str


class DialogueNoted(TellingEvent):
    """A talk with a party, and what was agreed: the first rung of the ladder. Since 2026-11.

    `form` is `meeting`, `call` or `mail`; `finding_id` is what it was about, where it was one.
    """

    dialogue_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    form: str
    held_on: date
    agreed: Criminal[str]
    finding_id: str = ""
    by: str


class DialogueFollowed(TellingEvent):
    """A person saw what became of what was agreed in a talk. Since 2026-11."""

    dialogue_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    kept: bool
    reason: Criminal[str]
    by: str


class ComplaintErasureAnnounced(AuditsEvent):
    """Source and words of a complaint are erased on a day, unless somebody holds them back.

    `needs_decision`: not before a decision is recorded. Since 2026-12.
    """

    complaint_id: str
    buyer_id: str
    rule: str
    erase_on: date
    needs_decision: bool


class ComplaintHeld(AuditsEvent):
    """Source and words of a complaint are held back from being erased. Since 2026-12."""

    complaint_id: str
    buyer_id: str
    by: str
    reason: str


class ComplaintReleased(AuditsEvent):
    """It is held back no longer: what is over is erased on its day. Since 2026-12."""

    complaint_id: str
    buyer_id: str
    by: str
    reason: str


class ComplaintErasureDecided(AuditsEvent):
    """The decision is recorded under which it may be erased. Since 2026-12."""

    complaint_id: str
    buyer_id: str
    reference: str
    by: str
    reason: str


class ComplaintErasureWaits(AuditsEvent):
    """The day has come, and it is not erased: `why` is `held` or `undecided`. Since 2026-12."""

    complaint_id: str
    buyer_id: str
    rule: str
    why: str


class ComplaintErased(AuditsEvent):
    """Source and words of a complaint read as erased: their key was destroyed. Since 2026-12."""

    complaint_id: str
    buyer_id: str
    rule: str
