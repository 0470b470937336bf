"""Facts announced by audits: what was promised, what was found, what got mended."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event
from shared.events.words import Money


class AuditsEvent(Event):
    topic: ClassVar[str] = "audits.v1"


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


class AuditHeld(AuditsEvent):
    """An audit took place, and what the auditor concluded."""

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    held_on: date
    by: str
    conclusion: str


class FindingRaised(AuditsEvent):
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
    description: str
    claim: Money | None = None
    repeats: str = ""
    root_cause: str = ""
    document_ids: tuple[str, ...] = ()
    affected_party_ids: tuple[str, ...] = ()
    affected_contract_ids: tuple[str, ...] = ()


class CorrectiveActionAgreed(AuditsEvent):
    """Both sides agreed what is done about a finding, and by when.

    `agreed_with` says who agreed for the party, and how (since 2026-11).
    """

    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    measure: str
    due: datetime
    agreed_with: str = ""


class ActionEvent(AuditsEvent):
    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str


class CorrectiveActionProposed(ActionEvent):
    """The party is asked to agree to a measure, or to propose another, through a one-time link."""

    measure: str
    working_days: int
    by: str
    answer_due: datetime
    link_id: str


class CorrectiveActionCountered(ActionEvent):
    """The party proposes another measure, or more time, and says why."""

    measure: str
    working_days: int
    reason: str


class CorrectiveActionWithdrawn(ActionEvent):
    """A corrective action, or the proposal of one, is no longer asked for."""

    reason: str


class CorrectiveActionExtended(ActionEvent):
    """A corrective action has a later deadline: granted by a person, or after a dispute."""

    due: datetime
    by: str
    reason: str


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


class FindingClosed(AuditsEvent):
    """A finding needs nothing more."""

    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    reason: str


class FindingEvent(AuditsEvent):
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str


class FindingDisputed(FindingEvent):
    """The party denies a finding: its deadlines rest until `forum` has ruled. Since 2026-11."""

    reason: str
    forum: str


class FindingRuled(FindingEvent):
    """A dispute about a finding was ruled on. `reference` names the ruling. Since 2026-11."""

    upheld: bool
    reference: str
    reason: str
    by: str


class FindingReopened(FindingEvent):
    """A finding was closed, and turned out not to be mended. Since 2026-11."""

    reason: str
    by: str
    turn: int


class EffectivenessCheckDue(FindingEvent):
    """Time has passed since a finding was closed: does what was done still hold? Since 2026-11."""

    obligation: str


class EffectivenessChecked(FindingEvent):
    """A person looked whether a closed finding stays mended. Since 2026-11."""

    effective: bool
    reason: str
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

    reason: str
    by: str


class BackPayShown(WagesEvent):
    """It was shown that a worker got what was short, or a part of it. Since 2026-11."""

    paid: Money
    outstanding: Money
    by: str


class EvidenceEvent(AuditsEvent):
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
    reason: str


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
    reason: str


class EvidenceAskedAgain(EvidenceEvent):
    """The answers do not do: the party is asked again, and told why. Since 2026-11."""

    reason: str
    by: str
    due: datetime
    link_id: str


class EvidenceWithdrawn(EvidenceEvent):
    """The questions need no answer any more. Since 2026-11."""

    reason: str
    by: str
