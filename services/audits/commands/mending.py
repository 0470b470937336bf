"""What is asked about findings and what mends them, and the moments that wait for it."""

from services.audits.commands.auditing import Found
from shared.events.base import Command, Internal


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
