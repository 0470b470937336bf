"""The life of a document: received, read, then verified, in review, or rejected."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Self

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.onboarding import (
    DocumentExpired,
    DocumentExpiring,
    DocumentNeedsReview,
    DocumentRead,
    DocumentReceived,
    DocumentReinstated,
    DocumentRejected,
    DocumentReplaced,
    DocumentSuspended,
    DocumentVerified,
    DocumentWithdrawn,
    SubcontractorsNamed,
)

from .said import Understanding


def document_id(buyer_id: str, digest: str) -> str:
    """The same bytes are one document of a buyer; another buyer has its own."""
    return f"doc-{sha256(f'{buyer_id}|{digest}'.encode()).hexdigest()[:24]}"


class State(StrEnum):
    RECEIVED = "received"
    REVIEW = "needs review"
    VERIFIED = "verified"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REPLACED = "replaced"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Document(Aggregate):
    """One file of one buyer, what it was understood to say, and whether it counts.

    `expected_party_id` is who sent it, where that is known; whom it is about stands in itself.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "party_id", "state", "received_at")

    buyer_id: str
    sha256: str
    name: str
    media_type: str
    size: int
    channel: str
    received_at: str
    stored: bool = True
    link_id: str = ""
    expected_party_id: str | None = None
    attempts: int = 0
    state: State = State.RECEIVED
    kind: str = ""
    party_id: str | None = None
    issued: date | None = None
    valid_until: date | None = None
    understood: Understanding | None = None
    reasons: tuple[str, ...] = ()
    asked_somebody: bool = False
    decided_by: str = ""
    decision: str = ""
    named_on: tuple[str, ...] = ()
    warned: bool = False

    @classmethod
    def receive(
        cls,
        *,
        buyer_id: str,
        digest: str,
        name: str,
        media_type: str,
        size: int,
        channel: str,
        at: datetime,
    ) -> Self:
        document = cls(
            id=document_id(buyer_id, digest),
            buyer_id=buyer_id,
            sha256=digest,
            name=name,
            media_type=media_type,
            size=size,
            channel=channel,
            received_at=at.isoformat(),
        )
        document.announce(
            DocumentReceived(
                document_id=document.id,
                sha256=digest,
                name=name,
                media_type=media_type,
                size=size,
                channel=channel,
                buyer_id=buyer_id,
            )
        )
        return document

    @property
    def need_id(self) -> str:
        return f"review-document/{self.id}"

    def read(self, understood: Understanding, party_id: str | None) -> None:
        """Keep what a reader understood, and say so."""
        self.understood, self.kind, self.party_id = understood, understood.kind, party_id
        self.issued, self.valid_until = understood.issued, understood.valid_until
        self.announce(
            DocumentRead(
                document_id=self.id,
                kind=self.kind,
                buyer_id=self.buyer_id,
                party_id=party_id,
                reader=understood.reader,
                issued=self.issued,
                valid_until=self.valid_until,
            )
        )

    def ask_for_review(self, reasons: tuple[str, ...], due: datetime) -> None:
        """A person must look, and is told why. The same reasons are not told twice."""
        if self.state is State.REVIEW and reasons == self.reasons:
            return
        self.state, self.reasons, self.asked_somebody = State.REVIEW, reasons, True
        self.announce(
            DocumentNeedsReview(
                document_id=self.id,
                buyer_id=self.buyer_id,
                reason="; ".join(reasons),
                need=Need(
                    id=self.need_id,
                    kind="review-document",
                    role="officer",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )

    def verify(
        self, by: str, valid_until: date | None, *, settles: tuple[str, ...] = (), reason: str = ""
    ) -> None:
        """It is what it says, is in date, and counts as evidence about its party."""
        if self.party_id is None or not self.kind:
            raise Rejected("say whom the document is about and of which kind it is first")
        settles = (*self._settled(), *settles)
        self.state, self.reasons, self.decided_by = State.VERIFIED, (), by
        self.valid_until, self.decision = valid_until, reason
        self.announce(
            DocumentVerified(
                document_id=self.id,
                party_id=self.party_id,
                buyer_id=self.buyer_id,
                kind=self.kind,
                issued=self.issued,
                valid_until=valid_until,
                verified_by=by,
                settles=settles,
            )
        )

    def reject(self, by: str, reason: str) -> None:
        """It does not count as evidence."""
        settles = self._settled()
        self.state, self.reasons, self.decided_by = State.REJECTED, (reason,), by
        self.announce(
            DocumentRejected(
                document_id=self.id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                reason=reason,
                settles=settles,
            )
        )

    # ------------------------------------------------------------ how long it counts

    def runs_out(self) -> bool:
        """It counts only a while longer. Told once; says whether it was told now."""
        if self.state is not State.VERIFIED or self.warned or self.valid_until is None:
            return False
        self.warned = True
        self.announce(DocumentExpiring(**self._about(), valid_until=self.valid_until))
        return True

    def expire(self) -> bool:
        """The last day on which it counted has passed. Says whether it counted until now."""
        if self.state not in (State.VERIFIED, State.SUSPENDED) or self.valid_until is None:
            return False
        self.state, self.reasons = State.EXPIRED, (f"it counted until {self.valid_until}",)
        self.announce(DocumentExpired(**self._about(), valid_until=self.valid_until))
        return True

    def give_way(self, newer_id: str) -> None:
        """A newer one of its kind counts from now on."""
        self.state, self.reasons = State.REPLACED, (f"replaced by {newer_id}",)
        self.announce(DocumentReplaced(**self._about(), newer_id=newer_id))

    def suspend(self, told: Mapping[str, Any]) -> None:
        """Whoever gave it has suspended it. `told` is since when, by which source, what it says."""
        if self.state is not State.VERIFIED:
            raise Rejected(f"the document is {self.state}; only one that counts can be suspended")
        self.state, self.reasons = State.SUSPENDED, (str(told["told"]),)
        self.announce(DocumentSuspended(**self._about(), **told))

    def reinstate(self, told: Mapping[str, Any]) -> None:
        """The suspension is over."""
        if self.state is not State.SUSPENDED:
            raise Rejected(f"the document is {self.state}, not suspended")
        self.state, self.reasons = State.VERIFIED, ()
        self.announce(DocumentReinstated(**self._about(), **told))

    def withdraw(self, told: Mapping[str, Any]) -> None:
        """Whoever gave it has withdrawn it, for good."""
        if self.state not in (State.VERIFIED, State.SUSPENDED):
            raise Rejected(f"the document is {self.state}; only one that counts can be withdrawn")
        self.state, self.reasons = State.WITHDRAWN, (str(told["told"]),)
        self.announce(DocumentWithdrawn(**self._about(), **told))

    def _about(self) -> dict[str, Any]:
        return {
            "document_id": self.id,
            "party_id": self.party_id or "",
            "buyer_id": self.buyer_id,
            "kind": self.kind,
        }

    def _settled(self) -> tuple[str, ...]:
        """What nobody need do any more."""
        asked, self.asked_somebody = self.asked_somebody, False
        return (self.need_id,) if asked else ()

    def have_read(self) -> int:
        """It goes to the readers, once more perhaps; returns for the how manieth time."""
        self.state, self.reasons = State.RECEIVED, ()
        self.attempts += 1
        return self.attempts

    def must_be_in_review(self) -> None:
        if self.state is not State.REVIEW:
            raise Rejected(
                f"document {self.id} is {self.state}; only one that needs review can be decided on"
            )

    def correct(
        self,
        *,
        kind: str | None = None,
        party_id: str | None = None,
        issued: date | None = None,
        valid_until: date | None = None,
    ) -> None:
        """What a person saw in the document stands above what the reader saw."""
        self.kind = kind or self.kind
        self.party_id = party_id or self.party_id
        self.issued = issued or self.issued
        self.valid_until = valid_until or self.valid_until

    def name_subcontractors(self, contract_id: str, supplier_id: str) -> bool:
        """Tell once on which contract the subcontractors were named. Says whether it did."""
        if self.understood is None or not self.understood.named or contract_id in self.named_on:
            return False
        self.named_on = (*self.named_on, contract_id)
        self.announce(
            SubcontractorsNamed(
                contract_id=contract_id,
                buyer_id=self.buyer_id,
                supplier_id=supplier_id,
                document_id=self.id,
                named=self.understood.named,
            )
        )
        return True
