"""What the records system was given of each case, and the numbers it gave back."""

from datetime import date
from typing import ClassVar, Literal

from shared.domain import Aggregate
from shared.events.notifications import RecordFiled


class Dossier(Aggregate):
    """How many records of one case there are."""

    count: int = 0

    def next_number(self) -> int:
        self.count += 1
        return self.count


class Filing(Aggregate):
    """One record, once per fact. `filed_as` and `journal_date` are those of the records system."""

    indexes: ClassVar[tuple[str, ...]] = ("case_id", "at")

    case_id: str
    buyer_id: str
    fact: str
    nth: int
    at: str
    state: Literal["queued", "given", "filed"] = "queued"
    filed_as: str = ""
    journal_date: date | None = None

    def given(self) -> None:
        if self.state == "queued":
            self.state = "given"

    def filed(self, number: str, journal_date: date) -> None:
        """The same number twice says nothing new; another one replaces it."""
        if (self.filed_as, self.journal_date) == (number, journal_date):
            return
        self.state, self.filed_as, self.journal_date = "filed", number, journal_date
        self.announce(
            RecordFiled(
                record_id=self.id,
                case_id=self.case_id,
                buyer_id=self.buyer_id,
                number=number,
                journal_date=journal_date,
            )
        )


class Paper(Aggregate):
    """The hash of a document, by which whoever fetches it knows that it is the one."""

    sha256: str = ""
