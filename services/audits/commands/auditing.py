"""What is asked about audits and their checklists."""

from datetime import date

from services.audits.domain import FindingClass, Severity
from services.audits.domain.checklists import Given
from shared.events.base import Command, Internal
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
    """Report an audit that took place. Without a day it was held today.

    `no_conflict`: who reports declares that nothing ties it to the party, unless it has before.
    """

    audit_id: str
    conclusion: str
    held_on: date | None = None
    findings: tuple[Found, ...] = ()
    no_conflict: bool = False


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


class FollowUpComes(Internal):
    """It is time for the nth follow-up of an obligation: an auditor's list, or questions."""

    contract_id: str
    obligation: str
    party_id: str
    turn: int
    auditor: str = ""
