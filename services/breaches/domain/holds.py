"""Payment that is held for what is claimed: never more than that, and released as it is paid."""

from datetime import datetime

from pydantic import BaseModel

from services.breaches.domain.file import CaseRecord, Decision
from services.breaches.domain.papers import WageClaim
from services.breaches.domain.stages import Action
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.breaches import PaymentHoldOrdered, PaymentHoldReleased, PaymentReleaseDue
from shared.events.words import Money

RELEASED_BY = {"CL-WAGE": "back_pay_shown", "CL-DOCS": "documents_shown"}
"""What ends a hold, by rule; else that the breach is remedied."""

REMEDIED = "breach_remedied"


class Sum(BaseModel, frozen=True):
    """The arithmetic of a hold: `cap` is what was claimed less what was shown to be paid back.

    Without any claim there is no cap, and the officer's amount stands with its reasons.
    """

    currency: str
    claimed: float
    paid: float
    cap: float | None
    withheld: float

    @property
    def too_much(self) -> float:
        """What is held beyond what is still claimed."""
        return 0.0 if self.cap is None else max(0.0, self.withheld - self.cap)


class HoldSteps(CaseRecord):
    @property
    def sum(self) -> Sum:
        claimed = sum(claim.amount for claim in self.claims)
        cap = max(0.0, claimed - self.paid_back) if self.claims else None
        return Sum(
            currency=self.currency,
            claimed=claimed,
            paid=self.paid_back,
            cap=cap,
            withheld=self.withheld,
        )

    @property
    def release_condition(self) -> str:
        return RELEASED_BY.get(self.rule, REMEDIED)

    def money(self, amount: float) -> Money:
        return Money(amount=amount, currency=self.currency)

    def claim(self, ref: str, amount: float, now: datetime) -> None:
        """So much is claimed for a finding; said again with another amount, that one counts."""
        others = tuple(claim for claim in self.claims if claim.ref != ref)
        self.claims = (*others, WageClaim(ref=ref, amount=amount))
        self.log("claim noted", "audits", f"{self.currency} {amount:g} for {ref}", now)

    def must_hold_no_more_than_claimed(self, amount: float | None) -> None:
        """Raise `Rejected` without an amount, or with more than the hold may cover."""
        if not (amount and amount > 0):
            raise Rejected(
                f"say how much is held, in {self.currency}: no more than what it is to cover",
                field="amount",
            )
        sum = self.sum
        if sum.cap is not None and amount > sum.cap:
            raise Rejected(
                f"at most {self.currency} {sum.cap:g} can be held: {sum.claimed:g} are claimed and "
                f"{sum.paid:g} of that were shown to be paid back",
                field="amount",
            )

    def hold_payment(self, decision: Decision, amount: float, now: datetime) -> None:
        self.withheld = amount
        self.log("payment held", "breaches", f"{self.currency} {amount:g} on {decision.basis}", now)
        cap = self.sum.cap
        self.announce(
            PaymentHoldOrdered(
                **self.about(),
                decision_id=decision.decision_id,
                amount=self.money(amount),
                basis=decision.basis,
                release_condition=self.release_condition,
                cap=None if cap is None else self.money(cap),
            )
        )

    def back_pay(self, paid: float, due: datetime, now: datetime) -> None:
        """It was shown that workers got so much. What is held beyond the rest must be released,
        which a person does."""
        self.paid_back += paid
        self.log("back-pay shown", "audits", f"{self.currency} {paid:g}", now)
        self.ask_for_release(due)

    def ask_for_release(self, due: datetime) -> None:
        before, sum = self.release_need, self.sum
        if not sum.too_much:
            return
        self.release_need = f"release-payment/{self.id}/{len(self.steps)}/{len(self.predecessors)}"
        need = Need(
            id=self.release_need,
            kind="release-payment",
            role="officer",
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
        self.announce(
            PaymentReleaseDue(
                **self.about(),
                amount=self.money(sum.too_much),
                claimed=self.money(sum.claimed),
                paid=self.money(sum.paid),
                need=need,
                settles=(before,) if before else (),
            )
        )

    def release(
        self, amount: float, document_ids: tuple[str, ...], by: str, reason: str, now: datetime
    ) -> None:
        """Proof of back-pay came for a worker: so much is paid after all."""
        self.must_allow(Action.RELEASE)
        if not self.withheld:
            raise Rejected("no payment is held in this case")
        if not 0 < amount <= self.withheld:
            raise Rejected(
                f"more than nought and at most the {self.currency} {self.withheld:g} that are held",
                field="amount",
            )
        self._release(amount, document_ids, by, reason, now)

    def release_all(self, by: str, reason: str, now: datetime) -> None:
        """Nothing is held once its decision, or the case, has ended."""
        if self.withheld:
            self._release(self.withheld, (), by, reason, now)

    def _release(
        self, amount: float, document_ids: tuple[str, ...], by: str, reason: str, now: datetime
    ) -> None:
        self.withheld -= amount
        self.log("payment released", by, f"{self.currency} {amount:g}: {reason}", now)
        settles: tuple[str, ...] = ()
        if self.release_need and not self.sum.too_much:
            settles, self.release_need = (self.release_need,), ""
        self.announce(
            PaymentHoldReleased(
                **self.about(),
                amount=self.money(amount),
                left=self.money(self.withheld),
                by=by,
                reason=reason,
                document_ids=document_ids,
                settles=settles,
            )
        )
