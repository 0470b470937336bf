"""A sample of payslips of one party: compared, claimed, and paid back worker by worker."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from services.audits.domain.findings import words
from services.audits.domain.wages import Comparison, Hours, MissingDocument, Slip
from shared.domain import Aggregate, Rejected
from shared.events.audits import BackPayShown, WagesClaimed, WagesCompared, WagesLetBe
from shared.events.base import Need, Said
from shared.events.words import Money


class CheckState(StrEnum):
    COMPARED = "compared"
    CLAIMED = "claimed"
    PAID = "paid"
    LET_BE = "let_be"


class BackPay(Said):
    """Money that one worker was shown to have got afterwards."""

    worker: str
    amount: Decimal
    document_ids: tuple[str, ...]
    by: str


class WageCheck(Aggregate):
    """What sampled payslips owe. Workers go by codes; the payslips themselves lie in onboarding."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "state", "listed")

    state: CheckState = CheckState.COMPARED
    contract_id: str = ""
    buyer_id: str = ""
    party_id: str = ""
    audit_id: str = ""
    agreement: str = ""
    currency: str = "DKK"
    policy_version: str = ""
    slips: tuple[Slip, ...] = ()
    hours: tuple[Hours, ...] = ()
    missing: tuple[MissingDocument, ...] = ()
    document_ids: tuple[str, ...] = ()
    comparison: Comparison | None = None
    back_pay: tuple[BackPay, ...] = ()
    finding_ids: tuple[str, ...] = ()
    listed: str = ""
    turn: int = 0

    @property
    def need_id(self) -> str:
        return f"weigh-wages/{self.id}/{self.turn}"

    def compared(self, comparison: Comparison, due: datetime, now: datetime) -> None:
        """Keep what was worked out. What is short, or missing, waits for a person by `due`."""
        if self.state is not CheckState.COMPARED:
            raise Rejected(f"wage check {self.id} is {self.state}: enter a new one")
        settles = (self.need_id,) if self.turn else ()
        self.comparison, self.turn = comparison, self.turn + 1
        self.listed = self.listed or now.isoformat()
        need = Need(
            id=self.need_id,
            kind="weigh-wages",
            role="auditor",
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
        self.announce(
            WagesCompared(
                **self._said,
                workers=len(comparison.by_worker),
                underpaid=self._money(comparison.underpaid),
                penalty=self._money(comparison.penalty),
                documents_penalty=self._money(comparison.documents_penalty),
                need=need if comparison.underpaid or comparison.documents_penalty else None,
                settles=settles,
            )
        )

    def claim(self, finding_ids: tuple[str, ...], by: str) -> None:
        """A person claims it: the findings are raised with it."""
        if self.state is not CheckState.COMPARED or self.comparison is None:
            raise Rejected(f"wage check {self.id} is {self.state}: what is compared is claimed")
        if not (self.comparison.underpaid or self.comparison.documents_penalty):
            raise Rejected(f"wage check {self.id} shows nothing that could be claimed")
        self.state, self.finding_ids = CheckState.CLAIMED, finding_ids
        underpaid = self._money(self.comparison.underpaid)
        self.announce(
            WagesClaimed(**self._said, underpaid=underpaid, by=by, settles=(self.need_id,))
        )

    def let_be(self, reason: str, by: str) -> None:
        """A person sees no claim in it, and says why."""
        if self.state is not CheckState.COMPARED:
            raise Rejected(f"wage check {self.id} is {self.state}: it cannot be let be")
        reason = words(reason, "reason", "why nothing is claimed")
        self.state = CheckState.LET_BE
        self.announce(WagesLetBe(**self._said, reason=reason, by=by, settles=(self.need_id,)))

    def pay_back(self, paid: BackPay) -> None:
        """The party showed that a worker got money afterwards. Raises `Rejected` for too much."""
        if self.state is not CheckState.CLAIMED:
            raise Rejected(f"wage check {self.id} is {self.state}: what is claimed is paid back")
        left = self.outstanding.get(paid.worker)
        if left is None:
            raise Rejected(f"nothing is claimed for worker {paid.worker}", field="worker")
        if not 0 < paid.amount <= left:
            raise Rejected(f"more than 0 and at most {left}, which is missing", field="amount")
        if not paid.document_ids:
            raise Rejected("name the documents that show it", field="document_ids")
        self.back_pay = (*self.back_pay, paid)
        missing = sum(self.outstanding.values(), Decimal(0))
        if not missing:
            self.state = CheckState.PAID
        self.announce(
            BackPayShown(
                **self._said,
                paid=self._money(paid.amount),
                outstanding=self._money(missing),
                by=paid.by,
            )
        )

    @property
    def outstanding(self) -> dict[str, Decimal]:
        """What each worker to whom something was short still misses."""
        assert self.comparison is not None
        left = {worker: short for worker, short in self.comparison.by_worker.items() if short}
        for paid in self.back_pay:
            left[paid.worker] -= paid.amount
        return left

    def _money(self, amount: Decimal) -> Money:
        return Money(amount=float(amount), currency=self.currency)

    @property
    def _said(self) -> dict[str, str]:
        return {
            "check_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
        }
