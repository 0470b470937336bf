"""How long who asked for access to documents is kept, and what ends or stops that."""

from datetime import datetime, timedelta

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.breaches import (
    InsightErased,
    InsightErasureDecided,
    InsightErasureWaits,
    InsightHeld,
    InsightReleased,
)
from shared.events.keeping import Kept

TO_DECIDE = timedelta(days=30)


class KeptInsight(Aggregate):
    """`kept` is nothing while it is not over."""

    buyer_id: str
    kept: Kept | None = None

    def hold(self, by: str, reason: str) -> None:
        kept = self._kept()
        if kept.held:
            raise Rejected(f"it is held already: {kept.held}")
        self.kept = kept.model_copy(update={"held": reason})
        self.announce(InsightHeld(**self._whose(), by=by, reason=reason, settles=self._asked()))

    def release(self, by: str, reason: str) -> None:
        kept = self._kept()
        if not kept.held:
            raise Rejected("it is not held")
        self.kept = kept.model_copy(update={"held": ""})
        self.announce(InsightReleased(**self._whose(), by=by, reason=reason))

    def decide_erasure(self, reference: str, by: str, reason: str) -> None:
        """Record the decision by which it may be erased (SE: gallringsbeslut)."""
        kept = self._kept()
        if kept.decision:
            raise Rejected(f"it was decided already: {kept.decision}")
        self.kept = kept.model_copy(update={"decision": reference})
        self.announce(
            InsightErasureDecided(
                **self._whose(), reference=reference, by=by, reason=reason, settles=self._asked()
            )
        )

    def time_is_over(self, now: datetime) -> bool:
        """Whether it is to be erased now. Else it is said what keeps it, and asked for a decision
        where that is what is missing."""
        kept = self.kept
        if kept is None or kept.erased:
            return False
        if kept.waits:
            need = self._to_decide(now + TO_DECIDE) if kept.waits == "undecided" else None
            self.announce(
                InsightErasureWaits(**self._whose(), rule=kept.rule, why=kept.waits, need=need)
            )
            return False
        return True

    def erased(self) -> None:
        kept = self._kept()
        self.kept = kept.model_copy(update={"erased": True})
        self.announce(InsightErased(**self._whose(), rule=kept.rule, settles=self._asked()))

    def _kept(self) -> Kept:
        if self.kept is None:
            raise Rejected("it is not over yet: its time has not begun")
        if self.kept.erased:
            raise Rejected("it is erased already")
        return self.kept

    def _whose(self) -> dict[str, str]:
        return {"insight_id": self.id, "buyer_id": self.buyer_id}

    def _asked(self) -> tuple[str, ...]:
        return (f"decide-erasure/{self.id}",)

    def _to_decide(self, due: datetime) -> Need:
        return Need(
            id=f"decide-erasure/{self.id}",
            kind="decide-erasure",
            role="officer",
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
