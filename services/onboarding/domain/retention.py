"""How long what is kept for one contract is kept: announced, decided or held, and then erased."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.base import Need
from shared.events.onboarding import (
    DataErased,
    ErasureAnnounced,
    ErasureDecided,
    ErasureHeld,
    ErasureReleased,
    ErasureWaits,
    RetentionBegan,
)


class RetentionState(StrEnum):
    """`due`: its day has come, and a hold or a missing decision keeps it."""

    KEPT = "kept"
    ANNOUNCED = "announced"
    DUE = "due"
    ERASING = "erasing"
    ERASED = "erased"


def retention_id(contract_id: str) -> str:
    return f"retention-{contract_id}"


class Retention(Aggregate):
    """One contract that is over. It names persons by ids alone, which are keyed hashes."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "state", "erase_on")

    contract_id: str
    buyer_id: str
    country: str
    ended: date
    rule: str
    erase_on: str
    needs_decision: bool
    state: RetentionState = RetentionState.KEPT
    persons: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    held: str = ""
    decision: str = ""

    def begins_anew(self, ended: date, rule: str, day: date, needs_decision: bool) -> bool:
        """The contract went on and is over again. What is erased stays erased."""
        if self.state in (RetentionState.ERASING, RetentionState.ERASED):
            return False
        self.ended, self.rule, self.erase_on = ended, rule, day.isoformat()
        self.needs_decision, self.state = needs_decision, RetentionState.KEPT
        return True

    def begin(self) -> None:
        day = date.fromisoformat(self.erase_on)
        self.announce(RetentionBegan(**self._about(), erase_on=day, rule=self.rule))

    def tell(self, persons: tuple[str, ...], documents: tuple[str, ...], due: datetime) -> None:
        """Say to a person what goes, while it can still be held back."""
        if self.state is not RetentionState.KEPT:
            return
        self.state = RetentionState.ANNOUNCED
        self.persons, self.documents = persons, documents
        self.announce(
            ErasureAnnounced(
                **self._about(),
                erase_on=date.fromisoformat(self.erase_on),
                persons=len(persons),
                documents=len(documents),
                needs_decision=self.needs_decision,
                need=self._need(due),
            )
        )

    def decide(self, reference: str, by: str, reason: str) -> None:
        """Record the decision by which it may be erased."""
        self._must_be_there()
        if self.decision:
            raise Rejected(f"it was decided already: {self.decision}")
        self.decision = reference
        self.announce(
            ErasureDecided(
                **self._about(),
                reference=reference,
                by=by,
                reason=reason,
                settles=() if self.held else (self._need_id,),
            )
        )

    def hold(self, by: str, reason: str) -> None:
        self._must_be_there()
        if self.held:
            raise Rejected(f"it is held already: {self.held}")
        self.held = reason
        self.announce(ErasureHeld(**self._about(), by=by, reason=reason, settles=(self._need_id,)))

    def release(self, by: str, reason: str) -> None:
        self._must_be_there()
        if not self.held:
            raise Rejected("it is not held")
        self.held = ""
        self.announce(ErasureReleased(**self._about(), by=by, reason=reason))

    def day_comes(self, persons: tuple[str, ...], documents: tuple[str, ...]) -> bool:
        """Whether it is erased now. What somebody needs again since it was announced stays."""
        if self.state in (RetentionState.ERASING, RetentionState.ERASED):
            return False
        waits = "held" if self.held else ""
        if self.needs_decision and not self.decision:
            waits = waits or "undecided"
        if waits:
            self.state = RetentionState.DUE
            self.announce(ErasureWaits(**self._about(), why=waits))
            return False
        known = self.state is not RetentionState.KEPT
        self.persons = tuple(one for one in persons if not known or one in self.persons)
        self.documents = tuple(one for one in documents if not known or one in self.documents)
        self.state = RetentionState.ERASING
        return True

    def erased(self, held: int) -> None:
        self.state = RetentionState.ERASED
        self.announce(
            DataErased(
                **self._about(),
                persons=len(self.persons) - held,
                documents=len(self.documents),
                held=held,
                rule=self.rule,
                settles=(self._need_id,),
            )
        )

    def _must_be_there(self) -> None:
        if self.state in (RetentionState.ERASING, RetentionState.ERASED):
            raise Rejected("it is erased already")

    def _about(self) -> dict[str, str]:
        return {"contract_id": self.contract_id, "buyer_id": self.buyer_id}

    @property
    def _need_id(self) -> str:
        return f"review-erasure/{self.contract_id}"

    def _need(self, due: datetime) -> Need:
        return Need(
            id=self._need_id,
            kind="review-erasure",
            role="officer",
            buyer_id=self.buyer_id,
            due=due,
            about=self.contract_id,
        )
