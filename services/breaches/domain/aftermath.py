"""After a decision or a block: correction, withdrawal, the report, and a new buyer."""

from datetime import datetime

from services.breaches.domain.file import Decision, Dues
from services.breaches.domain.holds import HoldSteps
from services.breaches.domain.papers import LEAST_LEFT
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.breaches import (
    AuthorityReported,
    CasePassedOn,
    DecisionCorrected,
    DecisionWithdrawn,
    ReportPassedOn,
    Track,
)
from shared.events.words import Status

REPORTS_TO = {"DK": "Erhvervsstyrelsen", "SE": "Kronofogdemyndigheten"}
"""Whom a freeze is reported to (Reg. 269/2014 Art 8); remembered, a lawyer confirms it."""


class AftermathSteps(HoldSteps):
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

    # ------------------------------------------------------------ the report of a freeze

    @property
    def report_need(self) -> str:
        return "/".join(("report-authority", self.id, *self.predecessors))

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

    # ------------------------------------------------------------ another buyer

    def pass_on(self, to: str, now: datetime) -> None:
        """Another authority has taken the contract over: what waits, waits for its people.

        What was decided stays decided; what was not signed is signed by the successor's own.
        """
        if not self.open or self.buyer_id == to:
            return
        before, owed = self.buyer_id, self.report_need
        for decision in self.decisions:
            if decision.is_open and decision.signed_by:
                self._change(decision, {"signed_by": ()})
        self.buyer_id, self.predecessors = to, (*self.predecessors, before)
        waits = self.enter(self.stage, {}, due=max(self.due, now + LEAST_LEFT))
        self.log("passed on", "contracts", f"from {before} to {to}", now)
        self.announce(CasePassedOn(**self.about(), predecessor_id=before, **waits))
        if self.report_due and not self.reported:
            need = self.need_to_report(self.report_due)
            passed = ReportPassedOn(**self.about(), due=self.report_due, need=need, settles=(owed,))
            self.announce(passed)
        self.ask_for_release(self.due)

    def need_to_report(self, due: datetime) -> Need:
        return Need(
            id=self.report_need,
            kind="report-authority",
            role="officer",
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
