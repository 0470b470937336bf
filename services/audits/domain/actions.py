"""Corrective actions: what both sides agree to do about a finding, and by when.

    proposed → agreed → verified
        ↓ ↑       ↓ ↑
    countered  suspended (the finding is disputed)
               agreed → overdue → verified | replaced

What is proposed, countered or suspended, or overdue in a dispute, can be withdrawn. The ladder of
an agreed action: reminder, second reminder, the manager, and once the deadline has passed
`CorrectiveActionOverdue`, on which `breaches` opens a case.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from services.audits.domain.findings import words
from services.audits.domain.telling import Telling
from shared.domain import Rejected
from shared.events.audits import (
    CorrectiveActionAgreed,
    CorrectiveActionCountered,
    CorrectiveActionEscalated,
    CorrectiveActionExtended,
    CorrectiveActionOverdue,
    CorrectiveActionProposed,
    CorrectiveActionReminded,
    CorrectiveActionVerified,
    CorrectiveActionWithdrawn,
)
from shared.events.base import Criminal, Need


class ActionState(StrEnum):
    PROPOSED = "proposed"
    COUNTERED = "countered"
    AGREED = "agreed"
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    VERIFIED = "verified"


class CorrectiveAction(Telling):
    """What is done about a finding. `agreed_with` is who agreed for the party, and how.

    `reminded` counts the reminders sent, `escalated` those told to the manager; both go on
    counting when the deadline moves, so that no step has the number of another.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "finding_id", "state")

    state: ActionState = ActionState.PROPOSED
    finding_id: str = ""
    contract_id: str = ""
    buyer_id: str = ""
    measure: Criminal[str] = ""
    working_days: int = 0
    due: datetime | None = None
    answer_due: datetime | None = None
    link_id: str = ""
    agreed_by: str = ""
    agreed_with: Criminal[str] = ""
    counter_reason: Criminal[str] = ""
    reminded: int = 0
    escalated: int = 0
    deadlines: int = 0
    verified_by: str = ""
    document_ids: tuple[str, ...] = ()
    agreed_at: datetime | None = None
    verified_at: datetime | None = None

    @property
    def need_id(self) -> str:
        return f"verify-action/{self.id}"

    @property
    def chase_need_id(self) -> str:
        return f"chase-action/{self.id}/{self.escalated}"

    def propose(
        self, measure: str, working_days: int, by: str, answer_due: datetime, link_id: str
    ) -> None:
        """Ask the party for its yes, or for a proposal of its own."""
        if self.measure:
            raise Rejected(f"action {self.id} is {self.state}: it was proposed before")
        self.measure = words(measure, "measure", "what is to be done")
        self.working_days, self.answer_due, self.link_id = working_days, answer_due, link_id
        self.announce(
            CorrectiveActionProposed(
                **self._said,
                measure=self.measure,
                working_days=working_days,
                by=by,
                answer_due=answer_due,
                link_id=link_id,
            )
        )

    def counter(self, measure: str, working_days: int, reason: str) -> None:
        """The party would rather do something else, or needs other time."""
        if self.state is not ActionState.PROPOSED:
            raise Rejected(f"action {self.id} is {self.state}: the party answers a proposal once")
        self.measure = words(measure, "measure", "what you will do instead")
        self.counter_reason = words(reason, "reason", "why")
        self.state, self.working_days = ActionState.COUNTERED, working_days
        self.announce(
            CorrectiveActionCountered(
                **self._said,
                measure=self.measure,
                working_days=working_days,
                reason=self.counter_reason,
            )
        )

    def agree(
        self, measure: str, due: datetime, by: str, settles: tuple[str, ...], agreed_with: str = ""
    ) -> None:
        """`settles` are the needs that nobody has any more, now that this is agreed."""
        if self.state not in (ActionState.PROPOSED, ActionState.COUNTERED):
            raise Rejected(f"action {self.id} is {self.state}: it was agreed before")
        self.measure = words(measure, "measure", "what is to be done")
        self.due, self.agreed_by, self.agreed_with = due, by, agreed_with.strip()
        self.state, self.deadlines = ActionState.AGREED, 1
        self.link_id = self.link_id or f"link-{self.id}"
        self.announce(
            CorrectiveActionAgreed(
                **self._said,
                measure=self.measure,
                due=due,
                agreed_with=self.agreed_with,
                link_id=self.link_id,
                settles=settles,
                need=self._need(self.need_id, "verify-action", "auditor", due),
            )
        )

    def remind(self, number: int) -> bool:
        """The party is reminded for the nth time, if that is still of use. Never twice."""
        if self.state is not ActionState.AGREED or number <= self.reminded or self.due is None:
            return False
        self.reminded = number
        self.announce(
            CorrectiveActionReminded(
                **self._said, reminder=number, due=self.due, link_id=self.link_id
            )
        )
        return True

    def escalate(self, deadline: int) -> bool:
        """The manager is told, shortly before the nth deadline. Never twice for the same one."""
        if self.state is not ActionState.AGREED or deadline <= self.escalated or self.due is None:
            return False
        self.escalated = deadline
        need = self._need(self.chase_need_id, "chase-action", "contract_manager", self.due)
        self.announce(CorrectiveActionEscalated(**self._said, due=self.due, need=need))
        return True

    def pass_deadline(self) -> bool:
        """The deadline has passed without verified evidence. Said once."""
        if self.state is not ActionState.AGREED or self.due is None:
            return False
        self.state = ActionState.OVERDUE
        self.announce(
            CorrectiveActionOverdue(
                **self._said,
                obligation=self.obligation,
                due=self.due,
                settles=self._chased,
            )
        )
        return True

    def extend(self, due: datetime, by: str, reason: str) -> None:
        """A later deadline, granted before the old one has passed, or when a dispute is over."""
        if self.state not in (ActionState.AGREED, ActionState.SUSPENDED) or self.due is None:
            raise Rejected(f"action {self.id} is {self.state}: one that is agreed can be extended")
        if due <= self.due and self.state is ActionState.AGREED:
            raise Rejected(
                f"it is due on {self.due:%Y-%m-%d}: an extension ends later", field="working_days"
            )
        reason = words(reason, "reason", "why it has more time")
        self.state, self.due, self.deadlines = ActionState.AGREED, due, self.deadlines + 1
        need = self._need(f"{self.need_id}/{self.deadlines}", "verify-action", "auditor", due)
        self.announce(
            CorrectiveActionExtended(
                **self._said,
                due=due,
                by=by,
                reason=reason,
                link_id=self.link_id,
                need=need,
                settles=(*self._verified(self.deadlines - 1), *self._chased),
            )
        )

    def suspend(self) -> bool:
        """Its finding is disputed: the deadline rests."""
        if self.state is not ActionState.AGREED:
            return False
        self.state = ActionState.SUSPENDED
        return True

    def withdraw(self, reason: str) -> None:
        """It is not asked for any more: another was proposed, or its finding was unfounded."""
        if self.state in (ActionState.AGREED, ActionState.VERIFIED, ActionState.WITHDRAWN):
            raise Rejected(f"action {self.id} is {self.state}: it is not withdrawn")
        self.state = ActionState.WITHDRAWN
        settles = (*self._verified(self.deadlines), *self._chased)
        self.announce(CorrectiveActionWithdrawn(**self._said, reason=reason, settles=settles))

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
        words(reason, "reason", "what the evidence shows")
        self.state, self.verified_by = ActionState.VERIFIED, by
        self.document_ids = document_ids
        self.announce(
            CorrectiveActionVerified(
                **self._said,
                by=by,
                document_ids=document_ids,
                settles=(*self._verified(self.deadlines), *self._chased),
            )
        )

    @property
    def open_needs(self) -> tuple[str, ...]:
        """The needs that still wait for somebody because of this action."""
        return (*self._verified(self.deadlines), *self._chased)

    def _verified(self, deadline: int) -> tuple[str, ...]:
        """Each deadline has a need of its own, which is settled when the next one is set."""
        if deadline == 0:
            return ()
        return (self.need_id if deadline == 1 else f"{self.need_id}/{deadline}",)

    @property
    def _chased(self) -> tuple[str, ...]:
        return (self.chase_need_id,) if self.escalated else ()

    def _need(self, id: str, kind: str, role: str, due: datetime) -> Need:
        return Need(id=id, kind=kind, role=role, buyer_id=self.buyer_id, due=due, about=self.id)

    @property
    def _said(self) -> dict[str, str]:
        return {
            "action_id": self.id,
            "finding_id": self.finding_id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "offences_of": self.offences_of,
        }
