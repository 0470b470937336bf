"""After a decision or a block: correction, withdrawal, what is paid after all, and the report."""

from datetime import datetime

from services.breaches.domain.file import CaseRecord, Decision, Dues
from services.breaches.domain.paths import Action, Stage
from shared.domain import Rejected
from shared.events.breaches import (
    AuthorityReported,
    DecisionCorrected,
    DecisionWithdrawn,
    PaymentHoldOrdered,
    PaymentHoldReleased,
    Track,
)
from shared.events.words import Money, Status

REPORTS_TO = {"DK": "Erhvervsstyrelsen", "SE": "Kronofogdemyndigheten"}
"""Whom a freeze is reported to (Reg. 269/2014 Art 8); remembered, a lawyer confirms it."""


class AftermathSteps(CaseRecord):
    def in_force(self) -> Decision:
        for decision in reversed(self.decisions):
            if decision.in_force:
                return decision
        raise Rejected(f"no decision is in force in case {self.id}")

    def correct(self, correction: str, by: str, reason: str, now: datetime) -> Decision:
        """Errors in the words. Whoever wants something else withdraws it and decides anew."""
        self.must_allow(Action.CORRECT)
        decision = self.in_force()
        corrections = (*decision.corrections, correction)
        self._change(decision, {"corrections": corrections})
        self.log("decision corrected", by, f"{correction} ({reason})", now)
        self.announce(
            DecisionCorrected(
                **self.about(),
                decision_id=decision.decision_id,
                correction=correction,
                by=by,
                reason=reason,
            )
        )
        return self.in_force()

    def withdraw(self, by: str, reason: str, dues: Dues, now: datetime) -> Decision:
        """The decision holds no longer, and the case is where it was before it."""
        self.must_allow(Action.WITHDRAW)
        decision = self.in_force()
        self._change(decision, {"withdrawn": reason})
        self.release_all(by, "the decision was withdrawn", now)
        self.rest = None
        self.status = self._status_without()
        waits = self.enter(self._stage_before(), dues)
        self.log("decision withdrawn", by, reason, now)
        self.announce(
            DecisionWithdrawn(
                **self.about(),
                decision_id=decision.decision_id,
                consequence=decision.consequence,
                by=by,
                reason=reason,
                **waits,
            )
        )
        return decision

    def _stage_before(self) -> Stage:
        if self.track is Track.LEGAL_BLOCK:
            return Stage.BLOCKED
        if self.established:
            return Stage.CONFIRMED
        return Stage.ANSWERED if self.track is Track.ENQUIRY else Stage.FLAGGED

    def _status_without(self) -> Status:
        if self.track is Track.LEGAL_BLOCK:
            return Status.BLOCKED_LEGAL
        return Status.CONDITIONAL if self.established else Status.REVIEW

    # ------------------------------------------------------------ payment that is held

    def hold_payment(self, decision: Decision, amount: float, now: datetime) -> None:
        self.withheld = amount
        self.log("payment held", "breaches", f"DKK {amount:g} on {decision.basis}", now)
        self.announce(
            PaymentHoldOrdered(
                **self.about(),
                decision_id=decision.decision_id,
                amount=Money(amount=amount),
                basis=decision.basis,
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
                f"more than nought and at most the DKK {self.withheld:g} that are held",
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
        self.log("payment released", by, f"DKK {amount:g}: {reason}", now)
        self.announce(
            PaymentHoldReleased(
                **self.about(),
                amount=Money(amount=amount),
                left=Money(amount=self.withheld),
                by=by,
                reason=reason,
                document_ids=document_ids,
            )
        )

    # ------------------------------------------------------------ the report of a freeze

    @property
    def report_need(self) -> str:
        return f"report-authority/{self.id}"

    def report(self, country: str, reference: str, by: str, now: datetime) -> None:
        """The block is reported (Reg. 269/2014 Art 8). That is also owed once the case is over."""
        if self.report_due is None:
            raise Rejected(
                "there is nothing to report: a block is reported once a second person approved it"
            )
        if self.reported:
            raise Rejected(f"this block was reported already: {self.reported}")
        authority = REPORTS_TO.get(country, REPORTS_TO["DK"])
        self.reported = f"{authority}, {reference}"
        self.log("reported", by, self.reported, now)
        self.announce(
            AuthorityReported(
                **self.about(),
                authority=authority,
                reference=reference,
                by=by,
                settles=(self.report_need,),
            )
        )
