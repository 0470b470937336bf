"""What holds for the time of a procedure, before anything is decided: on a basis, for some days."""

from datetime import datetime

from services.breaches.domain.file import CaseRecord
from services.breaches.domain.papers import Precaution
from services.breaches.domain.stages import Action
from shared.domain import Rejected
from shared.events.breaches import PrecautionEnded, PrecautionOrdered
from shared.events.words import Status


class PrecautionSteps(CaseRecord):
    def take_precaution(
        self, precaution: Precaution, bases: tuple[str, ...], now: datetime
    ) -> None:
        """An officer protects somebody at once. `bases` are those on which something may follow."""
        self.must_allow(Action.PRECAUTION)
        if self.precaution is not None:
            raise Rejected(
                f"a precaution holds until {self.precaution.until:%Y-%m-%d} already: "
                f"{self.precaution.measure}"
            )
        if precaution.basis not in bases:
            possible = "; ".join(bases) or "none: only dialogue is possible"
            raise Rejected(
                f"a precaution takes a basis, and {precaution.basis!r} is none here. "
                f"Possible: {possible}",
                field="basis",
            )
        self.precaution = precaution.model_copy(update={"before": self.status})
        self.worsen(Status.CONDITIONAL)
        self.log("precaution", precaution.by, f"{precaution.measure}: {precaution.reason}", now)
        self.announce(PrecautionOrdered(**self.about(), **precaution.model_dump()))

    def lift_precaution(self, by: str, reason: str, now: datetime) -> None:
        """It is needed no longer, or never was: an officer ends it before its day."""
        self.must_allow(Action.LIFT)
        if self.precaution is None:
            raise Rejected("no precaution holds in this case")
        self.end_precaution(reason, now, by)

    def end_precaution(self, reason: str, now: datetime, by: str = "") -> None:
        """It ends by itself on its day, with the decision, or with the case."""
        if self.precaution is None:
            return
        before, self.precaution = self.precaution.before, None
        self._show_again(before)
        self.log("precaution ended", by or "breaches", reason, now)
        self.announce(PrecautionEnded(**self.about(), reason=reason, by=by))

    def _show_again(self, before: Status | None) -> None:
        """What the contract showed before it, where nothing else has made that worse."""
        if before is None or self.established or any(d.in_force for d in self.decisions):
            return
        if self.status is Status.CONDITIONAL:
            self.status = before
        if self.rest is not None and self.rest.before is Status.CONDITIONAL:
            self.rest = self.rest.model_copy(update={"before": before})
