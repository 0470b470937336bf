"""A document that is asked for, and that no qualification depends on."""

from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Self

from shared.domain import Aggregate
from shared.events.base import Need
from shared.events.onboarding import (
    DocumentOverdue,
    DocumentReminded,
    DocumentRequested,
    DocumentRequestWithdrawn,
)


class AskState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


def ask_id(party_id: str, buyer_id: str, kind: str, because: str) -> str:
    """The same question for the same reason is one."""
    said = f"{party_id}|{buyer_id}|{kind}|{because}"
    return f"ask-{sha256(said.encode()).hexdigest()[:20]}"


class Ask(Aggregate):
    """One document of one party for one buyer, with a purpose of its own.

    A document counts for it that was issued on `since` or later, or carries no date.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id", "because")

    party_id: str
    buyer_id: str
    contract_id: str
    kind: str
    because: str
    purpose: str
    due: datetime
    since: date | None = None
    state: AskState = AskState.OPEN
    overdue: bool = False
    document_id: str = ""

    @property
    def link_id(self) -> str:
        return self.id.replace("ask-", "link-ask-")

    @property
    def need_id(self) -> str:
        return f"chase-document/{self.id}"

    @classmethod
    def put(cls, **what: Any) -> Self:
        id = ask_id(what["party_id"], what["buyer_id"], what["kind"], what["because"])
        ask = cls(id=id, **what)
        ask.announce(
            DocumentRequested(
                **ask._about(),
                due=ask.due,
                link_id=ask.link_id,
                counts=False,
                purpose=ask.purpose,
            )
        )
        return ask

    def wants(self, kind: str, issued: date | None) -> bool:
        fresh = issued is None or self.since is None or issued >= self.since
        return self.state is AskState.OPEN and self.kind == kind and fresh

    def answer(self, document_id: str) -> None:
        self.state, self.document_id = AskState.ANSWERED, document_id

    def withdraw(self, reason: str) -> None:
        """It is no longer needed."""
        if self.state is not AskState.OPEN:
            return
        self.state = AskState.WITHDRAWN
        self.announce(
            DocumentRequestWithdrawn(
                **self._about(), reason=reason, settles=(self.need_id,) if self.overdue else ()
            )
        )

    def remind(self, link_id: str) -> bool:
        if self.state is not AskState.OPEN or self.overdue:
            return False
        self.announce(DocumentReminded(**self._about(), due=self.due, link_id=link_id))
        return True

    def pass_due(self, chase_by: datetime) -> None:
        if self.state is not AskState.OPEN or self.overdue:
            return
        self.overdue = True
        self.announce(
            DocumentOverdue(
                **self._about(),
                need=Need(
                    id=self.need_id,
                    kind="chase-document",
                    role="officer",
                    buyer_id=self.buyer_id,
                    due=chase_by,
                    about=self.id,
                ),
            )
        )

    def _about(self) -> dict[str, Any]:
        return {
            "request_id": self.id,
            "party_id": self.party_id,
            "buyer_id": self.buyer_id,
            "contract_id": self.contract_id,
            "kind": self.kind,
        }
