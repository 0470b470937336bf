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
        self.precaution = precaution
        self.worsen(Status.CONDITIONAL)
        self.log("precaution", precaution.by, f"{precaution.measure}: {precaution.reason}", now)
        self.announce(PrecautionOrdered(**self.about(), **precaution.model_dump()))

    def end_precaution(self, reason: str, now: datetime) -> None:
        """It ends by itself on its day, with the decision, or with the case."""
        if self.precaution is None:
            return
        self.precaution = None
        self.log("precaution ended", "breaches", reason, now)
        self.announce(PrecautionEnded(**self.about(), reason=reason))
