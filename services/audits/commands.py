"""What audits is asked to do, and the moments that it waits for."""

from datetime import date

from services.audits.domain import FindingClass, Severity
from shared.events.base import Command, Internal


class Found(Command):
    """One thing that an auditor found. Without an obligation: the one that was looked at."""

    obligation: str = ""
    severity: Severity
    finding_class: FindingClass
    description: str


class HoldAudit(Command):
    """Report an audit that took place. Without a day it was held today."""

    audit_id: str
    conclusion: str
    held_on: date | None = None
    findings: tuple[Found, ...] = ()


class AgreeAction(Command):
    """Agree on what is done about a finding. Without days: those of the contract's clause."""

    finding_id: str
    measure: str
    working_days: int | None = None


class VerifyAction(Command):
    """Say that the evidence was seen."""

    action_id: str
    document_ids: tuple[str, ...]
    reason: str


class NextAuditComes(Internal):
    """It is time to put the next audit of an obligation on an auditor's list."""

    audit_id: str
    planned_for: date


class ReminderComes(Internal):
    """It is time to remind a party of a corrective action."""

    action_id: str
    number: int


class ActionDue(Internal):
    """The deadline of a corrective action has passed."""

    action_id: str
