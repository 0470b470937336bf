"""What onboarding knows of contracts, and the doors through which papers may come in."""

from datetime import date, datetime
from typing import ClassVar

from shared.domain import Aggregate, Rejected
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
    """A one-time link that lets a party send papers without an account, known by its link id."""

    indexes: ClassVar[tuple[str, ...]] = ("party_id",)

    buyer_id: str
    party_id: str
    contract_id: str
    asked_for: str
    opened: datetime
    files: int = 0

    def pass_one(self) -> None:
        if self.files >= MOST_THROUGH_A_LINK:
            raise Rejected(f"this link has taken {self.files} files; ask the buyer for a new one")
        self.files += 1
