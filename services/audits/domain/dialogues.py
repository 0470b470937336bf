"""The dialogue log: talks with a party and what was agreed, the first rung of the ladder."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from services.audits.domain.findings import words
from services.audits.domain.telling import Telling
from shared.domain import Rejected
from shared.events.audits import DialogueFollowed, DialogueNoted
from shared.events.base import Criminal, Need


class Form(StrEnum):
    MEETING = "meeting"
    CALL = "call"
    MAIL = "mail"


class Dialogue(Telling):
    """One talk. `kept` is whether what was agreed was done, as far as anybody has looked."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "listed")

    contract_id: str = ""
    buyer_id: str = ""
    form: Form = Form.MEETING
    held_on: date | None = None
    subject: Criminal[str] = ""
    agreed: Criminal[str] = ""
    finding_id: str = ""
    by: str = ""
    listed: str = ""
    kept: bool | None = None

    @property
    def need_id(self) -> str:
        return f"follow-dialogue/{self.id}"

    def note(self, today: date, due: datetime | None) -> None:
        """`due`: by then somebody looks whether it was done."""
        if self.listed:
            raise Rejected("this talk is in the log already")
        assert self.held_on is not None
        if self.held_on > today:
            raise Rejected("a talk that took place", field="held_on")
        words(self.subject, "subject", "what it was about")
        self.listed = self.held_on.isoformat()
        need = None
        if due is not None:
            need = Need(
                id=self.need_id,
                kind="follow-dialogue",
                role="contract_manager",
                buyer_id=self.buyer_id,
                due=due,
                owner=self.by,
                about=self.contract_id,
            )
        self.announce(
            DialogueNoted(
                **self._said,
                form=self.form,
                held_on=self.held_on,
                agreed=words(self.agreed, "agreed", "what was agreed"),
                finding_id=self.finding_id,
                by=self.by,
                need=need,
            )
        )

    def follow(self, kept: bool, reason: str, by: str) -> None:
        if self.kept is not None:
            raise Rejected("somebody has looked already")
        self.kept = kept
        reason = words(reason, "reason", "what you saw")
        self.announce(
            DialogueFollowed(**self._said, kept=kept, reason=reason, by=by, settles=(self.need_id,))
        )

    @property
    def _said(self) -> dict[str, str]:
        return {
            "dialogue_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "offences_of": self.offences_of,
        }
