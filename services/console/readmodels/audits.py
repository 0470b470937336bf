"""Audits, what they found, and what was agreed about it."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.domain import Aggregate
from shared.events.audits import (
    AuditCalledOff,
    AuditHeld,
    AuditMoved,
    AuditPlanned,
    AuditReused,
    CorrectiveActionAgreed,
    CorrectiveActionCountered,
    CorrectiveActionExtended,
    CorrectiveActionOverdue,
    CorrectiveActionProposed,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    CorrectiveActionWithdrawn,
    FindingClosed,
    FindingDisputed,
    FindingRaised,
    FindingReopened,
    FindingRuled,
)
from shared.events.base import Criminal, Event
from shared.unit import Unit

FOLLOWED = (
    AuditPlanned
    | AuditMoved
    | AuditCalledOff
    | AuditReused
    | AuditHeld
    | FindingRaised
    | FindingDisputed
    | FindingRuled
    | FindingReopened
    | FindingClosed
    | CorrectiveActionProposed
    | CorrectiveActionCountered
    | CorrectiveActionWithdrawn
    | CorrectiveActionAgreed
    | CorrectiveActionExtended
    | CorrectiveActionReminded
    | CorrectiveActionOverdue
    | CorrectiveActionVerified
)

OF_AUDITS = AuditPlanned | AuditMoved | AuditCalledOff | AuditReused | AuditHeld
OF_FINDINGS = FindingRaised | FindingDisputed | FindingRuled | FindingReopened | FindingClosed
BEFORE_AGREED = ("", "proposed", "countered")


class FollowUp(Aggregate):
    """One audit, one finding, or one corrective action: whichever `kind` says.

    `offences_of` names the key that seals what people wrote of it, where one but the party's does.
    """

    subject_field: ClassVar[str] = "whose"
    indexes: ClassVar[tuple[str, ...]] = ("contract_id", "party_id", "buyer_id")

    kind: Literal["audit", "finding", "action"] = "audit"
    contract_id: str = ""
    party_id: str = ""
    buyer_id: str = ""
    obligation: str = ""
    state: str = ""
    text: Criminal[str] = ""
    offences_of: str = ""
    severity: str = ""
    planned_for: date | None = None
    due: datetime | None = None
    above: str = ""
    """The audit of a finding, the finding of an action."""

    @property
    def whose(self) -> str:
        return self.offences_of or self.party_id

    @property
    def open(self) -> bool:
        return self.state in ("planned", "open", "agreed", "overdue")


async def follow_audits(event: Event, unit: Unit) -> None:
    if not isinstance(event, FOLLOWED):
        return
    found = await _followed(event, unit)
    found.contract_id, found.party_id = event.contract_id, event.party_id
    found.buyer_id = event.buyer_id
    found.obligation = getattr(event, "obligation", "") or found.obligation
    found.offences_of = getattr(event, "offences_of", "") or found.offences_of
    match event:
        case AuditPlanned():
            found.planned_for, found.state = event.planned_for, found.state or "planned"
        case AuditMoved():
            found.planned_for, found.state = event.planned_for, "planned"
        case AuditCalledOff():
            found.state, found.text = "called_off", event.reason
        case AuditReused():
            found.state, found.text = "reused", event.assessment
        case AuditHeld():
            found.state, found.text = "held", event.conclusion
        case FindingRaised():
            found.above, found.severity = event.audit_id, event.severity
            found.text, found.state = event.description, found.state or "open"
        case FindingDisputed():
            found.state = "disputed"
        case FindingRuled() | FindingReopened():
            found.state = "open"
        case FindingClosed():
            found.state = "closed"
        case CorrectiveActionProposed():
            found.above, found.text, found.state = event.finding_id, event.measure, "proposed"
        case CorrectiveActionCountered():
            found.text, found.state = event.measure, "countered"
        case CorrectiveActionWithdrawn():
            found.state = "withdrawn"
        case CorrectiveActionExtended():
            found.due, found.state = event.due, "agreed"
        case CorrectiveActionAgreed():
            found.above, found.text, found.due = event.finding_id, event.measure, event.due
            found.state = "agreed" if found.state in BEFORE_AGREED else found.state
        case CorrectiveActionOverdue():
            found.due = event.due
            found.state = "overdue" if found.state != "verified" else found.state
        case CorrectiveActionVerified():
            found.state = "verified"
    unit.save(found)


async def _followed(event: FOLLOWED, unit: Unit) -> FollowUp:
    kind: Literal["audit", "finding", "action"] = "audit"
    id = getattr(event, "audit_id", "")
    if isinstance(event, OF_FINDINGS):
        kind, id = "finding", event.finding_id
    elif not isinstance(event, OF_AUDITS):
        kind, id = "action", event.action_id
    return await unit.load(FollowUp, id) or FollowUp(id=id, kind=kind)
