"""Findings and the corrective actions that mend them.

    finding   raised → in hand → closed
                          ↓ ↑
                         missed → closed
    action    agreed → verified
                 ↓
              overdue → verified | replaced

A finding is in hand while an action is agreed, and missed once that action's deadline has passed.
Evidence that comes late still closes it; what the lateness means is for `breaches` to say.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.audits import (
    CorrectiveActionAgreed,
    CorrectiveActionOverdue,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    FindingClosed,
    FindingRaised,
)
from shared.events.base import Need


class Severity(StrEnum):
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class FindingClass(StrEnum):
    """`WAGES` and `DOCUMENTS` go to the breach track at once (design §5)."""

    WAGES = "wages"
    DOCUMENTS = "documents"
    OTHER = "other"


class FindingState(StrEnum):
    RAISED = "raised"
    IN_HAND = "in_hand"
    MISSED = "missed"
    CLOSED = "closed"


class ActionState(StrEnum):
    AGREED = "agreed"
    OVERDUE = "overdue"
    REPLACED = "replaced"
    VERIFIED = "verified"


LAST_CALL = 2
"""Working days before the deadline at which the last reminder goes out."""


def reminder_days(working_days: int) -> tuple[int, ...]:
    """After how many working days a party is reminded: at half time, and shortly before the end.

    A deadline too short for both has one reminder, one of a single day has none.
    """
    days = {working_days // 2, working_days - LAST_CALL}
    return tuple(sorted(day for day in days if 0 < day < working_days))


class Finding(Aggregate):
    """Something promised that is not done. `listed` is when it was raised, as text."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "state", "listed")

    state: FindingState = FindingState.RAISED
    audit_id: str = ""
    contract_id: str = ""
    buyer_id: str = ""
    party_id: str = ""
    obligation: str = ""
    severity: Severity = Severity.MINOR
    finding_class: FindingClass = FindingClass.OTHER
    description: str = ""
    listed: str = ""
    action_ids: tuple[str, ...] = ()
    closed_because: str = ""

    @property
    def need_id(self) -> str:
        return f"agree-action/{self.id}"

    def raise_now(self, due: datetime, now: datetime) -> None:
        """Make it known; somebody must agree by `due` with the party on what is done about it."""
        if len(self.description.strip()) < 3:
            raise Rejected("say what was found, in at least three letters", field="description")
        self.listed = now.isoformat()
        self.announce(
            FindingRaised(
                finding_id=self.id,
                audit_id=self.audit_id,
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                obligation=self.obligation,
                severity=self.severity,
                finding_class=self.finding_class,
                description=self.description,
                need=Need(
                    id=self.need_id,
                    kind="agree-action",
                    role="contract_manager",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )

    def take_in_hand(self, action_id: str) -> None:
        if self.state not in (FindingState.RAISED, FindingState.MISSED):
            raise Rejected(
                f"finding {self.id} is {self.state}: an action is agreed on a finding that was "
                "raised, or whose action was missed"
            )
        self.state, self.action_ids = FindingState.IN_HAND, (*self.action_ids, action_id)

    def miss(self) -> None:
        if self.state is not FindingState.IN_HAND:
            raise Rejected(f"finding {self.id} is {self.state}: nothing of it can be missed")
        self.state = FindingState.MISSED

    def close(self, reason: str) -> None:
        if self.state not in (FindingState.IN_HAND, FindingState.MISSED):
            raise Rejected(f"finding {self.id} is {self.state}: it is closed by a verified action")
        self.state, self.closed_because = FindingState.CLOSED, reason
        self.announce(
            FindingClosed(
                finding_id=self.id,
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                reason=reason,
            )
        )


class CorrectiveAction(Aggregate):
    """What both sides agreed to do about a finding, and by when."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "finding_id")

    state: ActionState = ActionState.AGREED
    finding_id: str = ""
    contract_id: str = ""
    buyer_id: str = ""
    party_id: str = ""
    obligation: str = ""
    measure: str = ""
    due: datetime | None = None
    agreed_by: str = ""
    reminded: int = 0
    verified_by: str = ""
    document_ids: tuple[str, ...] = ()

    @property
    def need_id(self) -> str:
        return f"verify-action/{self.id}"

    def agree(self, measure: str, due: datetime, by: str, settles: tuple[str, ...]) -> None:
        """`settles` are the needs that nobody has any more, now that this is agreed."""
        if self.due is not None:
            raise Rejected(f"action {self.id} is agreed already, until {self.due.date()}")
        if len(measure.strip()) < 3:
            raise Rejected("say what is to be done, in at least three letters", field="measure")
        self.measure, self.due, self.agreed_by = measure.strip(), due, by
        self.announce(
            CorrectiveActionAgreed(
                **self._said,
                measure=self.measure,
                due=due,
                settles=settles,
                need=Need(
                    id=self.need_id,
                    kind="verify-action",
                    role="auditor",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )

    def remind(self, number: int) -> bool:
        """The party is reminded for the nth time, if that is still of use. Never twice."""
        if self.state is not ActionState.AGREED or number <= self.reminded or self.due is None:
            return False
        self.reminded = number
        self.announce(CorrectiveActionReminded(**self._said, reminder=number, due=self.due))
        return True

    def pass_deadline(self) -> bool:
        """The deadline has passed without verified evidence. Said once."""
        if self.state is not ActionState.AGREED or self.due is None:
            return False
        self.state = ActionState.OVERDUE
        self.announce(
            CorrectiveActionOverdue(**self._said, obligation=self.obligation, due=self.due)
        )
        return True

    def give_way(self) -> None:
        """Another action was agreed after this one was missed."""
        if self.state is not ActionState.OVERDUE:
            raise Rejected(f"action {self.id} is {self.state}: only an overdue one is replaced")
        self.state = ActionState.REPLACED

    def verify(self, document_ids: tuple[str, ...], reason: str, by: str) -> None:
        """A person has seen the evidence. Late evidence is evidence."""
        if self.state not in (ActionState.AGREED, ActionState.OVERDUE) or self.due is None:
            raise Rejected(
                f"action {self.id} is {self.state}: one that is agreed or overdue can be verified"
            )
        if not document_ids:
            raise Rejected("name the documents that show it", field="document_ids")
        if len(reason.strip()) < 3:
            raise Rejected("say what the evidence shows, in three letters or more", field="reason")
        self.state, self.verified_by = ActionState.VERIFIED, by
        self.document_ids = document_ids
        self.announce(
            CorrectiveActionVerified(
                **self._said, by=by, document_ids=document_ids, settles=(self.need_id,)
            )
        )

    @property
    def _said(self) -> dict[str, str]:
        return {
            "action_id": self.id,
            "finding_id": self.finding_id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
        }
