"""Facts announced by audits: what was promised, what was found, what got mended."""

from datetime import date, datetime
from typing import ClassVar

from shared.events.base import Event


class AuditsEvent(Event):
    topic: ClassVar[str] = "audits.v1"


class AuditPlanned(AuditsEvent):
    """An obligation of a contract is to be followed up on a day."""

    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    method: str
    planned_for: date


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
    """Something promised is not done. `finding_class` is `wages`, `documents` or `other`."""

    finding_id: str
    audit_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    obligation: str
    severity: str
    finding_class: str
    description: str


class CorrectiveActionAgreed(AuditsEvent):
    """Both sides agreed what is done about a finding, and by when."""

    action_id: str
    finding_id: str
    contract_id: str
    buyer_id: str
    party_id: str
    measure: str
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
