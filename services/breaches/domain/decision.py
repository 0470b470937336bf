"""A decision is prepared by an officer and signed by two others who have no conflict."""

from datetime import datetime

from services.breaches.domain.aftermath import AftermathSteps
from services.breaches.domain.basis import Option
from services.breaches.domain.file import Decision, Dues
from services.breaches.domain.precaution import PrecautionSteps
from services.breaches.domain.rules import Measure
from services.breaches.domain.stages import Action, Stage
from services.breaches.domain.weighing import WeighingSteps
from shared.domain import Forbidden, Rejected
from shared.events.breaches import (
    Consequence,
    ConsequenceOrdered,
    DecisionApproved,
    DecisionProposed,
    Track,
)
from shared.events.words import Status, Weighing

SIGNATURES = 2

SHOWS = {
    Consequence.REPLACE: Status.REPLACE_REQUIRED,
    Consequence.BLOCK: Status.BLOCKED_LEGAL,
    Consequence.HOLD_PAYMENT: Status.CONDITIONAL,
    Consequence.REMEDY: Status.CONDITIONAL,
    Consequence.BOD: Status.CONDITIONAL,
    Consequence.DIALOGUE: Status.REVIEW,
    Consequence.NONE: Status.REVIEW,
    Consequence.EXCLUDE: Status.EXCLUDED,
    Consequence.TERMINATE: Status.CONDITIONAL,
    Consequence.DEROGATE: Status.CONDITIONAL,
}
"""What a contract shows once a consequence is ordered, unless something worse is shown already."""


class DecisionSteps(AftermathSteps, PrecautionSteps, WeighingSteps):
    def open_decision(self) -> Decision:
        """The decision that waits for signatures."""
        for decision in self.decisions:
            if decision.is_open:
                return decision
        raise Rejected(f"no decision is prepared in case {self.id}")

    def propose(
        self,
        option: Option,
        reason: str,
        proportionality: str,
        working_days: int,
        deadline: datetime,
        by: str,
        dues: Dues,
        now: datetime,
        amount: float | None = None,
        deviation: str = "",
        derogation: str = "",
        weighing: Weighing | None = None,
        unverified: tuple[str, ...] = (),
    ) -> Decision:
        """An officer prepares a decision on a lawful basis. One without all its signatures gives
        way to a new one."""
        self.must_allow(Action.PROPOSE)
        self.must_be_proportionate(option.measure, proportionality, weighing)
        if option.measure is Measure.HOLD_PAYMENT:
            self.must_hold_no_more_than_claimed(amount)
        for earlier in self.decisions:
            if earlier.is_open:
                self._change(earlier, {"withdrawn": "another decision was prepared"})
        decision = Decision(
            decision_id=f"decision-{self.id.removeprefix('case-')}-{len(self.decisions) + 1}",
            consequence=Consequence(option.measure.value),
            basis=option.basis,
            reason=reason,
            proportionality=proportionality,
            working_days=working_days,
            deadline=deadline,
            by=by,
            proposed=now,
            amount=amount,
            deviation=deviation,
            derogation=derogation,
            rulebook_version=self.rulebook_version,
            weighing=weighing,
            unverified=unverified,
        )
        self.decisions = (*self.decisions, decision)
        waits = self.enter(Stage.PROPOSED, dues, need_id=f"sign-decision/{decision.decision_id}")
        self.log("decision prepared", by, f"{decision.consequence} on {decision.basis}", now)
        self.announce(
            DecisionProposed(
                **self.about(),
                decision_id=decision.decision_id,
                consequence=decision.consequence,
                basis=decision.basis,
                reason=reason,
                proportionality=proportionality,
                deadline=deadline,
                by=by,
                weighing=weighing,
                deviation=deviation,
                derogation=derogation,
                unverified=unverified,
                **waits,
            )
        )
        return decision

    def sign(
        self,
        by: str,
        no_conflict: bool,
        deadline: datetime,
        dues: Dues,
        now: datetime,
        signatures: int = SIGNATURES,
    ) -> Decision:
        """An approver signs; with the last signature the decision takes effect."""
        self.must_allow(Action.SIGN)
        decision = self.open_decision()
        if not no_conflict:
            raise Rejected(
                "declare that you have no conflict of interest; if you have one, another "
                "approver must sign",
                field="no_conflict",
            )
        if decision.by in self.recused:
            raise Rejected(
                f"{decision.by}, who prepared this decision, has an interest in the case: another "
                "officer prepares it anew"
            )
        if by == decision.by:
            raise Forbidden(f"{by} prepared this decision: two other persons sign it")
        if by in decision.signed_by:
            raise Rejected(f"{by} has signed already: another person must")
        signed = (*decision.signed_by, by)
        complete = len(signed) >= max(signatures, SIGNATURES)
        update: dict[str, object] = {"signed_by": signed}
        if complete:
            update |= {"ordered": now, "deadline": deadline}
        decision = self._change(decision, update)
        self.log("decision signed", by, "no conflict of interest declared", now)
        approved = {
            "decision_id": decision.decision_id,
            "by": by,
            "signatures": len(signed),
            "complete": complete,
        }
        if not complete:
            self.announce(DecisionApproved(**self.about(), **approved))
            return decision
        if self.track is not Track.LEGAL_BLOCK:
            self.worsen(SHOWS[decision.consequence])
        self.end_precaution("a decision has taken its place", now)
        waits = self.enter(Stage.ORDERED, dues, due=deadline)
        self.announce(DecisionApproved(**self.about(), **approved, settles=waits["settles"]))
        self.log("consequence ordered", "breaches", decision.consequence, now)
        self.announce(
            ConsequenceOrdered(
                **self.about(),
                decision_id=decision.decision_id,
                consequence=decision.consequence,
                basis=decision.basis,
                reason=decision.reason,
                deadline=deadline,
                **self._limits(decision),
                need=waits["need"],
            )
        )
        if decision.consequence is Consequence.HOLD_PAYMENT and decision.amount:
            self.hold_payment(decision, decision.amount, now)
        return decision

    def _limits(self, decision: Decision) -> dict[str, object]:
        """How much is held and until what, or until when a ground can count at the longest."""
        match decision.consequence:
            case Consequence.HOLD_PAYMENT if decision.amount:
                return {
                    "amount": self.money(decision.amount),
                    "release_condition": self.release_condition,
                }
            case Consequence.EXCLUDE:
                return {"excluded_until": self.relevant_until}
        return {}
