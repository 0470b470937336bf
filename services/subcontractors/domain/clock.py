"""The time of a replacement: it passes, is extended, stands still while its case rests, goes on.

Only the time to propose a substitute stands still. Whoever works provisionally owes its papers
whatever becomes of the case, and a swap that was agreed takes effect on its day.
"""

from datetime import datetime, timedelta

from pydantic import BaseModel

from services.subcontractors.domain.candidate import Stage
from services.subcontractors.domain.demand import ReplacementRecord
from shared.domain import Rejected
from shared.events.base import Need
from shared.events.subcontractors import (
    ReplacementExtended,
    ReplacementOverdue,
    ReplacementPassedOn,
    ReplacementPaused,
    ReplacementResumed,
    SubstituteChecked,
)

LEAST_LEFT = timedelta(days=1)
"""What a deadline that had run out before the rest has when the case goes on; as the case has."""


class Pause(BaseModel, frozen=True):
    """Why the case rests, until when at the latest, and how much time there was left."""

    kind: str
    reason: str
    by: str
    until: datetime
    left: timedelta


class ClockSteps(ReplacementRecord):
    pause: Pause | None = None

    @property
    def stands_still(self) -> bool:
        return self.pause is not None and self.stage is Stage.DEMANDED

    @property
    def runs_until(self) -> datetime:
        return self.until or self.deadline

    def pass_deadline(self, due: datetime) -> None:
        """The deadline came. Said once; it stays possible to propose, or to confirm whoever works
        provisionally."""
        if self.stage not in (Stage.DEMANDED, Stage.PROVISIONAL) or self.overdue:
            return
        if self.stands_still:
            return
        self.overdue = True
        self.announce(
            ReplacementOverdue(
                **self._who(),
                deadline=self.runs_until,
                need=self._need("overdue-replacement", "officer", due),
            )
        )

    def extend(self, deadline: datetime, by: str, reason: str) -> None:
        """More time to propose, or for the papers of whoever works provisionally."""
        if self.stage is not Stage.PROVISIONAL:
            self._must_be(Stage.DEMANDED, "extend the deadline")
        if self.stands_still:
            raise Rejected(
                f"the time of {self.id} stands still while its case rests: take the case up again "
                "first, and extend what is left then"
            )
        if deadline <= self.runs_until:
            raise Rejected(
                f"the deadline is {self.runs_until:%Y-%m-%d} already: an extension is later",
                field="working_days",
            )
        overdue = self._need_id("overdue-replacement")
        self._run_until(deadline)
        self.announce(
            ReplacementExtended(
                **self._who(),
                deadline=deadline,
                by=by,
                reason=reason,
                link_id=self.link_id,
                need=self._to_follow(),
                settles=(overdue,),
            )
        )

    # ------------------------------------------------------------ while the case rests

    def rest(self, kind: str, until: datetime, by: str, reason: str, now: datetime) -> None:
        """The case rests, and with it the time to propose a substitute."""
        if not self.is_open or self.pause is not None:
            return
        left = max(self.deadline - now, timedelta())
        self.pause = Pause(kind=kind, reason=reason, by=by, until=until, left=left)
        if self.stands_still:
            self._stand_still()

    def go_on(self, by: str, reason: str, now: datetime) -> None:
        """The case goes on: whoever must propose has the time that was left, a day at the least.

        What never stood still runs on as it did, and is said so that the case has the same clock.
        """
        pause, stood = self.pause, self.stands_still
        self.pause = None
        if self.stage not in (Stage.DEMANDED, Stage.PROVISIONAL):
            return
        if pause is not None and stood:
            self.pauses += 1
            self._run_until(now + max(pause.left, LEAST_LEFT))
        self.announce(
            ReplacementResumed(
                **self._who(),
                deadline=self.runs_until,
                by=by,
                reason=reason,
                need=self._to_follow() if stood else None,
            )
        )

    def stand_still_again(self, deadline: datetime, now: datetime) -> None:
        """Somebody must be proposed anew while the case rests: that time has yet to begin."""
        if self.pause is not None:
            self.pause = self.pause.model_copy(update={"left": deadline - now})
            self._stand_still()

    def _stand_still(self) -> None:
        assert self.pause is not None  # asked by whoever has just set it
        said = self.pause.model_dump(include={"kind", "until", "by", "reason"})
        self.announce(ReplacementPaused(**self._who(), **said, settles=self._clock_needs()))

    # ------------------------------------------------------------ another buyer

    def pass_on(self, to: str, due: datetime) -> None:
        """The contract has another buyer: what is open waits for its people. What is over stays
        the replacement of the one that demanded it."""
        if not self.is_open or self.buyer_id == to:
            return
        before, owed = self.buyer_id, self._clock_needs()
        asked = [(c, self._need_id("decide-substitute", c.party_id)) for c in self._told()]
        self.buyer_id, self.predecessors = to, (*self.predecessors, before)
        need = None if self.stands_still or self.stage is Stage.CLEARED else self._to_follow()
        self.announce(
            ReplacementPassedOn(
                **self._who(),
                predecessor_id=before,
                deadline=self.runs_until,
                need=need,
                settles=owed,
            )
        )
        if self.overdue:
            self.overdue = False
            self.pass_deadline(due)
        for candidate, need_id in asked:
            self.announce(
                SubstituteChecked(
                    **self._who(),
                    substitute_id=candidate.party_id,
                    checks=candidate.checks,
                    need=self._need("decide-substitute", "officer", due, candidate.party_id),
                    settles=(need_id,),
                )
            )

    def _run_until(self, deadline: datetime) -> None:
        self.overdue = False
        if self.stage is Stage.PROVISIONAL:
            self.until = deadline
        else:
            self.deadline = deadline

    def _to_follow(self) -> Need:
        if self.stage is Stage.PROVISIONAL:
            return self._need("complete-provisional", "officer", self.runs_until)
        return self._need("follow-replacement", "contract_manager", self.runs_until)
