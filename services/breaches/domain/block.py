"""Track 1: hold at once, then the verdict, then a second approver, then the instruction.

An asset freeze takes no hearing, no self-cleaning and no opinion of an authority (domain §1).
"""

from datetime import datetime

from services.breaches.domain.aftermath import AftermathSteps
from services.breaches.domain.file import Dues
from services.breaches.domain.stages import Action, Stage
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.breaches import (
    BreachConfirmed,
    ContractorInstructed,
    InterimMeasureLifted,
    InterimMeasureOrdered,
    SecondApprovalGiven,
    Track,
)
from shared.events.words import Status


class BlockSteps(AftermathSteps):
    def hold(self, measure: str, by: str, reason: str, dues: Dues, now: datetime) -> None:
        """One officer orders the precautionary hold, at once. The clock of the verdict runs."""
        self.must_allow(Action.HOLD)
        self.held = True
        self.worsen(Status.BLOCKED_LEGAL)
        waits = self.enter(Stage.HELD, dues)
        self.log("hold ordered", by, reason, now)
        self.announce(
            InterimMeasureOrdered(
                **self.about(), measure=measure, by=by, reason=reason, due=self.due, **waits
            )
        )

    def confirm(self, by: str, reason: str, basis: str, dues: Dues, now: datetime) -> None:
        """The ground is established. In a legal block another person must approve that."""
        self.must_allow(Action.CONFIRM)
        self.established, self.established_by = True, by
        legal = self.track is Track.LEGAL_BLOCK
        self.worsen(Status.BLOCKED_LEGAL if legal else Status.CONDITIONAL)
        waits = self.enter(Stage.CONFIRMED, dues)
        self.log("ground established", by, reason, now)
        self.announce(BreachConfirmed(**self.about(), by=by, reason=reason, basis=basis, **waits))

    def approve(
        self,
        by: str,
        reason: str,
        instruction: str,
        dues: Dues,
        now: datetime,
        report_due: datetime,
    ) -> None:
        """A second person approves, and the contractor is told what to do at once."""
        self.must_allow(Action.APPROVE)
        if by == self.established_by:
            raise Rejected(f"{by} established the ground: the second approval takes another person")
        waits = self.enter(Stage.BLOCKED, dues)
        self.log("second approval", by, reason, now)
        self.announce(
            SecondApprovalGiven(
                **self.about(),
                by=by,
                reason=reason,
                settles=waits["settles"],
                need=self._must_report(report_due),
            )
        )
        self.log("contractor instructed", "breaches", instruction, now)
        self.announce(
            ContractorInstructed(
                **self.about(),
                instruction=instruction,
                link_id=f"link-{self.id}-instruction",
                need=waits["need"],
            )
        )

    def _must_report(self, due: datetime) -> Need | None:
        """A freeze is reported to its authority without delay (Reg. 269/2014 Art 8)."""
        if self.report_due is not None:
            return None
        self.report_due = due
        return self.need_to_report(due)

    def lift_hold(self, by: str, reason: str, now: datetime) -> None:
        """The precautionary hold ends with the case."""
        if not self.held:
            return
        self.held = False
        self.log("hold lifted", by, reason, now)
        self.announce(InterimMeasureLifted(**self.about(), by=by, reason=reason))
