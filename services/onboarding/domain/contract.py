"""What onboarding knows of contracts, and the doors through which papers may come in."""

from datetime import date, datetime
from typing import ClassVar, Self

from shared.domain import Aggregate, Rejected
from shared.events.onboarding import UploadLinkClosed, UploadLinkOpened
from shared.events.words import Money

MOST_THROUGH_A_LINK = 50
"""Files that one link takes: more than any request asks for, too few to fill a disk."""


class Contract(Aggregate):
    """Which suppliers work under which contract, and the procedure from which it came.

    Of a procedure that is still to end in a contract `award` is the day on which proof must be
    there, and `tenders_until` how long the tenders bind.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "reference", "supplier_ids")

    buyer_id: str
    reference: str = ""
    supplier_ids: tuple[str, ...] = ()
    country: str = "DK"
    category: str = ""
    value: Money | None = None
    award: date | None = None
    tenders_until: date | None = None
    starts: date | None = None
    ended: bool = False


def reference_of(procedure_id: str) -> str:
    """A procedure's name in the form in which two papers agree on it."""
    return "-".join(procedure_id.casefold().split())


class Door(Aggregate):
    """A one-time link that lets a party send papers without an account, known by its link id.

    `until` is the end of one that an officer opened; others end with the token in their letter.
    What comes through one that is `kept_for` another service (`audit/a-17`) is kept, and not read.
    """

    indexes: ClassVar[tuple[str, ...]] = ("party_id", "buyer_id")

    buyer_id: str
    party_id: str
    contract_id: str
    asked_for: str
    opened: datetime
    files: int = 0
    until: datetime | None = None
    closed: str = ""
    kept_for: str = ""

    @classmethod
    def open_for(
        cls,
        id: str,
        *,
        buyer_id: str,
        party_id: str,
        contract_id: str,
        reason: str,
        opened: datetime,
        until: datetime,
    ) -> Self:
        """An officer lets a party in, for a while and for a reason."""
        door = cls(
            id=id,
            buyer_id=buyer_id,
            party_id=party_id,
            contract_id=contract_id,
            asked_for=reason,
            opened=opened,
            until=until,
        )
        door.announce(
            UploadLinkOpened(
                link_id=id,
                party_id=party_id,
                buyer_id=buyer_id,
                contract_id=contract_id,
                until=until,
                reason=reason,
            )
        )
        return door

    @property
    def left(self) -> int:
        """Files that it still takes."""
        return 0 if self.closed else MOST_THROUGH_A_LINK - self.files

    def close(self, reason: str) -> None:
        if self.closed:
            raise Rejected("this link is closed already")
        self.closed = reason
        self.announce(
            UploadLinkClosed(
                link_id=self.id, party_id=self.party_id, buyer_id=self.buyer_id, reason=reason
            )
        )

    def pass_one(self) -> None:
        if self.closed:
            raise Rejected("this link is closed; ask the buyer for a new one")
        if self.files >= MOST_THROUGH_A_LINK:
            raise Rejected(f"this link has taken {self.files} files; ask the buyer for a new one")
        self.files += 1
