"""What is personal in something is kept for a time once it is over: held, decided, then erased.

The rules are the same wherever that is so; each service says in facts of its own what became of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.base import Event, Need
from shared.events.keeping import Kept

TO_DECIDE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeepingFacts:
    """What a service announces of it. `about` is the field of these facts that holds its id, `role`
    who decides on it."""

    about: str
    role: str
    announced: Callable[..., Event]
    held: Callable[..., Event]
    released: Callable[..., Event]
    decided: Callable[..., Event]
    waits: Callable[..., Event]
    erased: Callable[..., Event]


class KeptForATime(Aggregate):
    """`kept` is nothing while it is not over."""

    keeping_facts: ClassVar[KeepingFacts]

    buyer_id: str = ""
    kept: Kept | None = None

    def tell_soon(self, due: datetime) -> None:
        """Say to a person, once, that it is soon erased, while it can still be held back. Whoever
        has held it back or decided on it knows."""
        kept = self.kept
        if kept is None or kept.erased or kept.told or kept.held or kept.decision:
            return
        self.kept = kept.model_copy(update={"told": True})
        self._tell(
            self.keeping_facts.announced,
            rule=kept.rule,
            erase_on=kept.erase_on,
            needs_decision=kept.needs_decision,
            need=self._keeping_need("review-keeping", due),
        )

    def hold(self, by: str, reason: str) -> None:
        kept = self._kept()
        if kept.held:
            raise Rejected(f"it is held already: {kept.held}")
        self.kept = kept.model_copy(update={"held": reason})
        self._tell(self.keeping_facts.held, by=by, reason=reason, settles=self._asked())

    def release(self, by: str, reason: str) -> None:
        kept = self._kept()
        if not kept.held:
            raise Rejected("it is not held")
        self.kept = kept.model_copy(update={"held": ""})
        self._tell(self.keeping_facts.released, by=by, reason=reason)

    def decide_erasure(self, reference: str, by: str, reason: str) -> None:
        """Record the decision by which it may be erased (SE: gallringsbeslut)."""
        kept = self._kept()
        if kept.decision:
            raise Rejected(f"it was decided already: {kept.decision}")
        self.kept = kept.model_copy(update={"decision": reference})
        said = {"reference": reference, "by": by, "reason": reason}
        self._tell(self.keeping_facts.decided, **said, settles=self._asked())

    def time_is_over(self, now: datetime) -> bool:
        """Whether it is to be erased now. Else it is said what keeps it, and asked for a decision
        where that is what is missing."""
        kept = self.kept
        if kept is None or kept.erased:
            return False
        if kept.waits:
            self._tell(
                self.keeping_facts.waits,
                rule=kept.rule,
                why=kept.waits,
                need=self._keeping_need("decide-erasure", now + TO_DECIDE)
                if kept.waits == "undecided"
                else None,
                settles=(self._keeping_id("review-keeping"),) if kept.told else (),
            )
            return False
        return True

    def erased(self) -> None:
        kept = self._kept()
        self.kept = kept.model_copy(update={"erased": True})
        self._tell(self.keeping_facts.erased, rule=kept.rule, settles=self._asked())

    def _kept(self) -> Kept:
        if self.kept is None:
            raise Rejected("it is not over yet: its time has not begun")
        if self.kept.erased:
            raise Rejected("it is erased already")
        return self.kept

    def _tell(self, fact: Callable[..., Event], **said: Any) -> None:
        whose = {self.keeping_facts.about: self.id, "buyer_id": self.buyer_id}
        self.announce(fact(**whose, **said))

    def _asked(self) -> tuple[str, ...]:
        return (self._keeping_id("decide-erasure"), self._keeping_id("review-keeping"))

    def _keeping_id(self, kind: str) -> str:
        return f"{kind}/{self.id}"

    def _keeping_need(self, kind: str, due: datetime) -> Need:
        return Need(
            id=self._keeping_id(kind),
            kind=kind,
            role=self.keeping_facts.role,
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
