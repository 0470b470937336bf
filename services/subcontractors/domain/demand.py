"""What is kept of the replacement of one subcontractor, and what can be read from it."""

from datetime import date, datetime
from typing import ClassVar

from services.subcontractors.domain.candidate import Answer, Candidate, Stage
from shared.domain import Aggregate, Rejected
from shared.events.base import Need


class ReplacementRecord(Aggregate):
    """`vacant`: the one who had to go has gone, and a provisional substitute was let in.

    `until` is by when a provisional substitute is confirmed, or its use ended. Each time that the
    clock was stopped or the buyer changed, what waits is asked anew under an id of its own.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "case_id", "stage", "opened")

    opened: str
    case_id: str
    decision_id: str
    contract_id: str
    buyer_id: str
    supplier_id: str
    outgoing_id: str
    deadline: datetime
    basis: str
    reason: str
    link_id: str
    stage: Stage = Stage.DEMANDED
    overdue: bool = False
    candidates: tuple[Candidate, ...] = ()
    effective: date | None = None
    outcome: str = ""
    vacant: bool = False
    until: datetime | None = None
    predecessors: tuple[str, ...] = ()
    pauses: int = 0

    @property
    def is_open(self) -> bool:
        return self.stage in (Stage.DEMANDED, Stage.PROVISIONAL, Stage.CLEARED)

    def candidate(self, party_id: str) -> Candidate:
        for candidate in reversed(self.candidates):
            if candidate.party_id == party_id:
                return candidate
        proposed = ", ".join(c.party_id for c in self.candidates) or "nobody"
        raise Rejected(f"{party_id} was not proposed in {self.id}; proposed so far: {proposed}")

    def _answer_the_rest(self, reason: str) -> tuple[str, ...]:
        """Substitutes without an answer need none any more; which needs that settles."""
        waiting = [c for c in self.candidates if c.answer is Answer.OPEN]
        for candidate in waiting:
            self._change(candidate, answer=Answer.NOT_NEEDED, reason=reason)
        return tuple(self._need_id("decide-substitute", c.party_id) for c in waiting)

    def _must_be_unanswered(self, candidate: Candidate) -> None:
        if candidate.answer is not Answer.OPEN:
            party_id, answer, reason = candidate.party_id, candidate.answer, candidate.reason
            raise Rejected(f"{party_id} is {answer} already: {reason}")

    def _must_be(self, stage: Stage, to: str) -> None:
        if self.stage is not stage:
            raise Rejected(
                f"{self.id} is {self.stage}{f' ({self.outcome})' if self.outcome else ''}: "
                f"to {to} it must be {stage}"
            )

    def _change(self, candidate: Candidate, **update: object) -> None:
        changed = candidate.model_copy(update=update)
        self.candidates = tuple(changed if c is candidate else c for c in self.candidates)

    def _who(self) -> dict[str, str]:
        return {
            "replacement_id": self.id,
            "case_id": self.case_id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "supplier_id": self.supplier_id,
            "outgoing_id": self.outgoing_id,
        }

    def _told(self) -> list[Candidate]:
        """Substitutes whom an officer was asked about, and has not answered."""
        return [c for c in self.candidates if c.answer is Answer.OPEN and c.told]

    def _need_id(self, kind: str, party_id: str = "") -> str:
        before = len(self.predecessors) + (0 if party_id else self.pauses)
        return "/".join(filter(None, (kind, self.id, party_id, str(before + 1) * bool(before))))

    def _clock_needs(self) -> tuple[str, ...]:
        """What waits because time runs."""
        kinds = ["follow-replacement", "overdue-replacement"]
        if self.vacant:
            kinds.append("complete-provisional")
        return tuple(self._need_id(kind) for kind in kinds)

    def _need(self, kind: str, role: str, due: datetime, party_id: str = "") -> Need:
        return Need(
            id=self._need_id(kind, party_id),
            kind=kind,
            role=role,
            buyer_id=self.buyer_id,
            due=due,
            about=self.id,
        )
