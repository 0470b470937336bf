"""Findings: what is promised and not done.

    raised → in hand → closed → raised (reopened)
                ↓ ↑
               missed → closed
    raised | in hand | missed → disputed → where it was | closed

A finding is in hand while an action is agreed, and missed once that action's deadline has passed.
Evidence that comes late still closes it; what the lateness means is for `breaches` to say.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from services.audits.domain.telling import Telling
from shared.domain import Rejected
from shared.events.audits import (
    EffectivenessCheckDue,
    EffectivenessChecked,
    FindingClosed,
    FindingDisputed,
    FindingRaised,
    FindingReopened,
    FindingRuled,
)
from shared.events.base import Criminal, Need
from shared.events.words import Money


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
    DISPUTED = "disputed"
    CLOSED = "closed"


OPEN = (FindingState.RAISED, FindingState.IN_HAND, FindingState.MISSED)


def words(text: str, field: str, what: str) -> str:
    """A reason in three letters or more, or a refusal that names the field."""
    if len(text.strip()) < 3:
        raise Rejected(f"say {what}, in at least three letters", field=field)
    return text.strip()


class Finding(Telling):
    """Something promised that is not done. `listed` is when it was raised, as text.

    `claim` is what is claimed for it, in money; `repeats` the earlier finding of the same party
    and obligation; `turn` counts how often it was opened; `before` is where a dispute found it.
    """

    indexes: ClassVar[tuple[str, ...]] = (
        "buyer_id",
        "contract_id",
        "party_id",
        "obligation",
        "state",
        "listed",
    )

    state: FindingState = FindingState.RAISED
    audit_id: str = ""
    contract_id: str = ""
    buyer_id: str = ""
    severity: Severity = Severity.MINOR
    finding_class: FindingClass = FindingClass.OTHER
    description: Criminal[str] = ""
    root_cause: Criminal[str] = ""
    claim: Money | None = None
    repeats: str = ""
    document_ids: tuple[str, ...] = ()
    affected_party_ids: tuple[str, ...] = ()
    affected_contract_ids: tuple[str, ...] = ()
    question_id: str = ""
    listed: str = ""
    turn: int = 1
    action_ids: tuple[str, ...] = ()
    proposal_id: str = ""
    before: FindingState | None = None
    forum: str = ""
    closed_because: Criminal[str] = ""
    closed_at: datetime | None = None
    check_asked: int = 0
    checked: int = 0

    @property
    def need_id(self) -> str:
        return f"agree-action/{self.id}" + (f"/{self.turn}" if self.turn > 1 else "")

    @property
    def ruling_need_id(self) -> str:
        return f"await-ruling/{self.id}"

    @property
    def check_need_id(self) -> str:
        return f"check-effectiveness/{self.id}/{self.turn}"

    def raise_now(self, due: datetime, now: datetime) -> None:
        """Make it known; somebody must agree by `due` with the party on what is done about it."""
        words(self.description, "description", "what was found")
        if self.claim is not None and self.claim.amount <= 0:
            raise Rejected("a claim is more than nothing; leave it out otherwise", field="claim")
        self.listed = now.isoformat()
        self.announce(
            FindingRaised(
                **self._said,
                audit_id=self.audit_id,
                obligation=self.obligation,
                severity=self.severity,
                finding_class=self.finding_class,
                description=self.description,
                claim=self.claim,
                repeats=self.repeats,
                root_cause=self.root_cause,
                document_ids=self.document_ids,
                affected_party_ids=self.affected_party_ids,
                affected_contract_ids=self.affected_contract_ids,
                need=self._need(self.need_id, "agree-action", "contract_manager", due),
            )
        )

    def must_want_action(self) -> None:
        """Raise `Rejected` unless an action can be proposed or agreed on now."""
        if self.state not in (FindingState.RAISED, FindingState.MISSED):
            raise Rejected(
                f"finding {self.id} is {self.state}: an action is agreed on a finding that was "
                "raised, or whose action was missed"
            )

    def take_in_hand(self, action_id: str) -> None:
        self.must_want_action()
        self.state, self.proposal_id = FindingState.IN_HAND, ""
        self.action_ids = (*self.action_ids, action_id)

    def miss(self) -> None:
        if self.state is not FindingState.IN_HAND:
            raise Rejected(f"finding {self.id} is {self.state}: nothing of it can be missed")
        self.state = FindingState.MISSED

    def close(self, reason: str) -> None:
        if self.state not in (FindingState.IN_HAND, FindingState.MISSED):
            raise Rejected(f"finding {self.id} is {self.state}: it is closed by a verified action")
        self._close(reason, ())

    def dispute(self, reason: str, forum: str, due: datetime) -> None:
        """The party denies it. Nothing of it goes on until the forum has ruled; `due` to ask."""
        if self.state not in OPEN:
            raise Rejected(f"finding {self.id} is {self.state}: an open finding can be disputed")
        reason = words(reason, "reason", "why it is disputed")
        forum = words(forum, "forum", "who rules on it")
        self.before, self.forum, self.state = self.state, forum, FindingState.DISPUTED
        need = self._need(self.ruling_need_id, "await-ruling", "officer", due)
        self.announce(FindingDisputed(**self._said, reason=reason, forum=forum, need=need))

    def rule(self, upheld: bool, reference: str, reason: str, by: str) -> None:
        """The forum has ruled: the finding goes on where it was, or is closed as unfounded."""
        if self.state is not FindingState.DISPUTED or self.before is None:
            raise Rejected(f"finding {self.id} is {self.state}: only a disputed one is ruled on")
        reference = words(reference, "reference", "which ruling it is")
        reason = words(reason, "reason", "what was ruled")
        self.state, self.before = self.before, None
        self.announce(
            FindingRuled(
                **self._said,
                upheld=upheld,
                reference=reference,
                reason=reason,
                by=by,
                settles=(self.ruling_need_id,),
            )
        )
        if not upheld:
            self._close(f"{reference}: {reason}", (self.need_id,))

    def ask_whether_effective(self, turn: int, due: datetime) -> bool:
        """Some time after it was closed somebody looks again. Asked once for each closing."""
        if self.state is not FindingState.CLOSED or turn != self.turn or self.check_asked >= turn:
            return False
        self.check_asked = turn
        need = self._need(self.check_need_id, "check-effectiveness", "auditor", due)
        self.announce(EffectivenessCheckDue(**self._said, obligation=self.obligation, need=need))
        return True

    def check(
        self, effective: bool, reason: str, by: str, document_ids: tuple[str, ...], due: datetime
    ) -> None:
        """A person has looked whether it stays mended. If it does not, it is open again."""
        if self.state is not FindingState.CLOSED:
            raise Rejected(f"finding {self.id} is {self.state}: a closed one is checked")
        if self.checked >= self.turn:
            raise Rejected(f"finding {self.id} was checked already; reopen it if it does not hold")
        reason = words(reason, "reason", "what you saw")
        self.checked = self.turn
        self.announce(
            EffectivenessChecked(
                **self._said,
                effective=effective,
                reason=reason,
                by=by,
                document_ids=document_ids,
                settles=(self.check_need_id,),
            )
        )
        if not effective:
            self.reopen(reason, by, due)

    def reopen(self, reason: str, by: str, due: datetime) -> None:
        """It was closed and is not mended: an action is wanted by `due`, as at the first time."""
        if self.state is not FindingState.CLOSED:
            raise Rejected(f"finding {self.id} is {self.state}: only a closed one is reopened")
        reason = words(reason, "reason", "why it is reopened")
        settles = (self.check_need_id,)
        self.state, self.turn, self.closed_because = FindingState.RAISED, self.turn + 1, ""
        self.closed_at = None
        need = self._need(self.need_id, "agree-action", "contract_manager", due)
        self.announce(
            FindingReopened(
                **self._said, reason=reason, by=by, turn=self.turn, need=need, settles=settles
            )
        )

    def _close(self, reason: str, settles: tuple[str, ...]) -> None:
        self.state, self.closed_because = FindingState.CLOSED, reason
        self.announce(FindingClosed(**self._said, reason=reason, settles=settles))

    def _need(self, id: str, kind: str, role: str, due: datetime) -> Need:
        return Need(id=id, kind=kind, role=role, buyer_id=self.buyer_id, due=due, about=self.id)

    @property
    def _said(self) -> dict[str, str]:
        return {
            "finding_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "offences_of": self.offences_of,
        }
