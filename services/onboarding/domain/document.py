"""The life of a document: received, read, then verified, in review, or rejected."""

from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Literal, Self

from shared.domain import Aggregate, Rejected
from shared.events.base import Criminal, Need
from shared.events.onboarding import (
    DocumentForgotten,
    DocumentKept,
    DocumentNeedsReview,
    DocumentOpened,
    DocumentRead,
    DocumentReceived,
    DocumentRedacted,
    DocumentRejected,
    DocumentScanned,
    DocumentVerified,
    SubcontractorsNamed,
)

from .said import Correction, Understanding, certificate_of
from .telling import told_in


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
    OPENED = "opened"
    KEPT = "kept"


Scan = Literal["", "waiting", "clean", "infected", "unavailable"]
"""What the virus scanner said of a file: nothing where none is used."""


class Document(Aggregate):
    """One file of one buyer, what it was understood to say, and whether it counts.

    `expected_party_id` is who sent it, where that is known; whom it is about stands in itself.
    `kept_as` is the hash of what was kept in place of the file that came, `reviewer` the role that
    may look at it.

    `certificate` is what it is called in the register of those who gave it (notified body and
    number), `standing_from` who said last that it was suspended, reinstated or withdrawn.

    `expected_kind` and `contract_id` are what the sender said. An archive or a mail is opened: its
    files are documents of their own, named in `parts`. What is `kept_for` an audit or a case of
    another service is not read.
    """

    subject_field: ClassVar[str] = "offences_of"
    indexes: ClassVar[tuple[str, ...]] = (
        "buyer_id",
        "party_id",
        "state",
        "received_at",
        "kind",
        "manufacturer_id",
        "goods",
        "certificate",
        "corrected",
        "sha256",
        "part_of",
        "parts",
        "kept_for",
        "consignment_id",
        "link_id",
    )

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
    expected_kind: str = ""
    contract_id: str = ""
    sender_id: str = ""
    consignment_id: str = ""
    part_of: str = ""
    parts: tuple[str, ...] = ()
    kept_for: str = ""
    scan: Scan = ""
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
    decision: Criminal[str] = ""
    named_on: tuple[str, ...] = ()
    manufacturer_id: str = ""
    goods: tuple[str, ...] = ()
    certificate: str = ""
    standing_from: str = ""
    restricted: bool = False
    corrections: tuple[Correction, ...] = ()
    corrected: bool = False
    kept_as: str = ""
    reviewer: str = "officer"
    warned: bool = False

    @property
    def offences_of(self) -> str:
        """Whose key seals what stands in it; nothing where it tells of no offence (ADR 77)."""
        return told_in(self.id, self.kind, self.understood, self.party_id)

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
        sender_id: str = "",
        part_of: str = "",
        kept_for: str = "",
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
            sender_id=sender_id,
            part_of=part_of,
            kept_for=kept_for,
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
                part_of=part_of,
                sender_id=sender_id,
                kept_for=kept_for,
            )
        )
        return document

    @property
    def file(self) -> str:
        """The hash under which its file lies."""
        return self.kept_as or self.sha256

    @property
    def received(self) -> datetime:
        return datetime.fromisoformat(self.received_at)

    @property
    def need_id(self) -> str:
        return f"review-document/{self.id}"

    def have_scanned(self) -> int:
        """It goes to the virus scanner; returns for the how manieth time."""
        self.scan = "waiting" if not self.scan else self.scan
        self.attempts += 1
        return self.attempts

    def scanned(self, result: Literal["clean", "infected", "unavailable"], found: str) -> None:
        """What the scanner said. That it is still away is not told again."""
        if result == self.scan:
            return
        self.scan = result
        self.announce(
            DocumentScanned(document_id=self.id, buyer_id=self.buyer_id, result=result, found=found)
        )

    def infected(self, found: str) -> None:
        """It carries a virus: it does not count, and its bytes are not given out or kept."""
        self.scanned("infected", found)
        self.stored = False
        self.reject("virus scanner", f"the virus scanner found {found}")

    def open(self, parts: tuple[str, ...]) -> None:
        """Its files are documents of their own from now on."""
        self.state, self.parts, self.kind = State.OPENED, parts, "container"
        self.announce(DocumentOpened(document_id=self.id, buyer_id=self.buyer_id, parts=parts))

    def keep(self) -> None:
        """It is for another service to use, and nothing is read in it here."""
        self.state = State.KEPT
        self.announce(
            DocumentKept(document_id=self.id, buyer_id=self.buyer_id, kept_for=self.kept_for)
        )

    def read(self, understood: Understanding, party_id: str | None) -> None:
        """Keep what a reader understood, and say so."""
        self.understood, self.kind, self.party_id = understood, understood.kind, party_id
        self.issued, self.valid_until = understood.issued, understood.valid_until
        maker = understood.manufacturer
        self.manufacturer_id = maker.party_id if maker else ""
        self.goods = tuple(
            dict.fromkeys(u for g in understood.goods for u in (g.basic_udi, g.udi_di) if u)
        )
        self.announce(
            DocumentRead(
                document_id=self.id,
                kind=self.kind,
                buyer_id=self.buyer_id,
                party_id=party_id,
                reader=understood.reader,
                issued=self.issued,
                valid_until=self.valid_until,
                manufacturer_id=self.manufacturer_id,
                goods=self.goods,
                status=understood.status,
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
                    role=self.reviewer,
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
        self.certificate = certificate_of(self.kind, self.understood)
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

    def about(self) -> dict[str, Any]:
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

    def keep_redacted(self, sha256: str) -> None:
        """Only a part of the file is kept from now on."""
        self.kept_as = sha256
        self.announce(
            DocumentRedacted(
                document_id=self.id, buyer_id=self.buyer_id, kind=self.kind, sha256=sha256
            )
        )

    def lose_file(self) -> bool:
        """It held a file that may only be kept in part: it goes. Says whether it was there."""
        there, self.stored = self.stored, False
        if there:
            self.announce(
                DocumentForgotten(document_id=self.id, buyer_id=self.buyer_id, kind=self.kind)
            )
        return there

    def forget(self) -> None:
        """Its time is over: nothing that was read in it stays, and its file goes."""
        if not self.stored:
            return
        self.stored, self.corrections, self.corrected = False, (), False
        if self.understood is not None:
            gone = {"fields": (), "persons": (), "party": None}
            self.understood = self.understood.model_copy(update=gone)
        self.announce(
            DocumentForgotten(document_id=self.id, buyer_id=self.buyer_id, kind=self.kind)
        )

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
