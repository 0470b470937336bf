"""Systems that send a buyer's invoices, and the keys by which they prove that they are it."""

from datetime import datetime
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.contracts import (
    PaymentSourceClosed,
    PaymentSourceOpened,
    PaymentsRefused,
    PaymentsTakenAgain,
)

AT_ONCE = 2
"""Keys that are believed at a time: the one that goes out of use and the one that follows."""


class PaymentSource(Aggregate):
    """One system of one buyer. Its keys are derived, never stored (ADR-0068).

    `refusing`: something of it could not be taken, and somebody was asked to see to that.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    buyer_id: str = ""
    name: str = ""
    open: bool = True
    generations: tuple[int, ...] = (1,)
    refusing: bool = False
    closed_because: str = ""

    @property
    def need_id(self) -> str:
        return f"mend-payments/{self.id}"

    def start(self, by: str) -> None:
        self.announce(
            PaymentSourceOpened(source_id=self.id, buyer_id=self.buyer_id, name=self.name, by=by)
        )

    def renew(self) -> int:
        """A new key; the one before it is believed until the next renewal."""
        self.must_be_open()
        newest = max(self.generations) + 1
        self.generations = (*self.generations, newest)[-AT_ONCE:]
        return newest

    def retire(self) -> None:
        """Only the newest key is believed from now on."""
        self.must_be_open()
        self.generations = self.generations[-1:]

    def close(self, reason: str, by: str) -> None:
        self.must_be_open()
        if len(reason.strip()) < 3:
            raise Rejected("say why, in at least three letters", field="reason")
        settles = (self.need_id,) if self.refusing else ()
        self.open, self.refusing, self.closed_because = False, False, reason.strip()
        self.announce(
            PaymentSourceClosed(
                source_id=self.id,
                buyer_id=self.buyer_id,
                reason=self.closed_because,
                by=by,
                settles=settles,
            )
        )

    def must_be_open(self) -> None:
        if not self.open:
            raise Rejected(f"source {self.id} is closed: {self.closed_because}")

    def refuse(self, place: str, reason: str, due: datetime) -> None:
        """Something could not be taken: somebody is asked once, until it is understood again."""
        need = Need(
            id=self.need_id,
            kind="mend-payments",
            role="contract_manager",
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
        self.announce(
            PaymentsRefused(
                source_id=self.id,
                buyer_id=self.buyer_id,
                place=place,
                reason=reason[:300],
                need=None if self.refusing else need,
            )
        )
        self.refusing = True

    def understood(self) -> bool:
        """All of a message was taken. True where that was not so before."""
        if not self.refusing:
            return False
        self.refusing = False
        self.announce(
            PaymentsTakenAgain(source_id=self.id, buyer_id=self.buyer_id, settles=(self.need_id,))
        )
        return True
