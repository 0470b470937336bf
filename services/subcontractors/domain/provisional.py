"""A substitute that works before everything about it was shown, where the supply demands it.

Whether it or an owner is on a list is known on the same day; its documents follow within some
days. Then it is confirmed, or its use is ended: by a person, in either case.
"""

from datetime import date, datetime

from services.subcontractors.domain.candidate import Answer, Candidate, Stage
from services.subcontractors.domain.demand import ReplacementRecord
from services.subcontractors.domain.substitute import least_missing, open_checks
from shared.domain import Rejected
from shared.events.subcontractors import (
    ProvisionalSubstituteAllowed,
    ProvisionalSubstituteEnded,
    SubcontractorReplaced,
    SubstituteCleared,
)


class ProvisionalSteps(ReplacementRecord):
    def must_be_safe_at_least(self, party_id: str) -> Candidate:
        """Raise `Rejected` where a substitute may not even work provisionally, and why."""
        self._must_be(Stage.DEMANDED, "allow a provisional substitute")
        candidate = self.candidate(party_id)
        self._must_be_unanswered(candidate)
        if missing := least_missing(candidate.checks):
            raise Rejected(
                f"{party_id} cannot work provisionally: {'; '.join(missing)}. Only documents may "
                "follow later"
            )
        return candidate

    def allow(
        self, party_id: str, by: str, reason: str, day: date, until: datetime, chain_version: int
    ) -> None:
        """It works from this day on, and the one who had to go does not."""
        candidate = self.must_be_safe_at_least(party_id)
        self._change(candidate, answer=Answer.PROVISIONAL, by=by, reason=reason)
        self.stage, self.vacant = Stage.PROVISIONAL, True
        self.effective, self.until, self.overdue = day, until, False
        self.announce(
            ProvisionalSubstituteAllowed(
                **self._who(),
                substitute_id=party_id,
                effective=day,
                until=until,
                missing=open_checks(candidate.checks),
                by=by,
                reason=reason,
                chain_version=chain_version,
                need=self._need("complete-provisional", "officer", until),
                settles=(
                    self._need_id("decide-substitute", party_id),
                    self._need_id("overdue-replacement"),
                ),
            )
        )

    def provisional(self) -> Candidate:
        """Who works provisionally."""
        self._must_be(Stage.PROVISIONAL, "say something of a provisional substitute")
        return next(c for c in self.candidates if c.answer is Answer.PROVISIONAL)

    def confirm(self, by: str, reason: str, chain_version: int) -> None:
        """Everything was shown: the substitute stays."""
        candidate = self.provisional()
        if missing := open_checks(candidate.checks):
            raise Rejected(
                f"{candidate.party_id} cannot be confirmed yet: {'; '.join(missing)}. Possible "
                "are more time with reasons, or to end its use"
            )
        self._change(candidate, answer=Answer.CLEARED, by=by, reason=reason)
        self.announce(
            SubstituteCleared(
                **self._who(),
                substitute_id=candidate.party_id,
                by=by,
                reason=reason,
                link_id=self.link_id,
            )
        )
        unneeded = self._answer_the_rest("another substitute was taken")
        self.stage, self.outcome = Stage.REPLACED, f"replaced by {candidate.party_id}"
        assert self.effective is not None  # set when it was allowed
        self.announce(
            SubcontractorReplaced(
                **self._who(),
                incoming_id=candidate.party_id,
                effective=self.effective,
                chain_version=chain_version,
                settles=(*self._clock_needs(), *unneeded),
            )
        )

    def end_provisional(
        self, by: str, reason: str, ends: date, deadline: datetime, chain_version: int
    ) -> None:
        """It works no longer. The contractor proposes another one, with time of its own."""
        candidate = self.provisional()
        self._change(candidate, answer=Answer.REFUSED, by=by, reason=reason)
        self.stage, self.effective, self.until = Stage.DEMANDED, None, None
        self.deadline, self.overdue = deadline, False
        self.announce(
            ProvisionalSubstituteEnded(
                **self._who(),
                substitute_id=candidate.party_id,
                ends=ends,
                by=by,
                reason=reason,
                chain_version=chain_version,
                deadline=deadline,
                need=self._need("follow-replacement", "contract_manager", deadline),
                settles=(
                    self._need_id("complete-provisional"),
                    self._need_id("overdue-replacement"),
                ),
            )
        )
