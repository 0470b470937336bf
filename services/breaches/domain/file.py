"""What a case is made of, whose turn it is, and the guard before every step."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import BaseModel

from services.breaches.domain.papers import (
    Alongside,
    Borrowed,
    Cleaning,
    Opinion,
    Precaution,
    Rest,
    Served,
    Supply,
    WageClaim,
)
from services.breaches.domain.paths import PATHS, resting, undelivered
from services.breaches.domain.rules import Phase
from services.breaches.domain.stages import Action, Stage, Wait
from shared.domain import Aggregate, Rejected
from shared.events.base import Criminal, Need
from shared.events.breaches import BreachEscalated, Consequence, Track
from shared.events.offences import offences_of
from shared.events.words import Cause, Role, Status, Weighing

Dues = Mapping[Stage, datetime]
"""When each state, entered now, must have been left. Working days are counted outside."""


class Step(BaseModel, frozen=True):
    """One line of the case's journal: who did what, when, and why."""

    at: datetime
    by: str
    what: str
    detail: Criminal[str] = ""
    stage: Stage


class Exchange(BaseModel, frozen=True):
    """A question or a hearing, and what came of it.

    `delivered` is when it reached its addressee. `unserved`: its time ran out before anything
    showed that. `alongside` is what a subcontractor said of it.
    """

    kind: str
    text: Criminal[str]
    sent: datetime
    due: datetime
    link_id: str
    answer: Criminal[str] = ""
    document_ids: tuple[str, ...] = ()
    answered: datetime | None = None
    lapsed: bool = False
    delivered: datetime | None = None
    unserved: bool = False
    alongside: tuple[Alongside, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.answered is None and not self.lapsed


class Decision(BaseModel, frozen=True):
    """What an officer prepared and others sign.

    `proportionality` is what it comes to in one text, `weighing` the six sides of it. `unverified`
    are the legal texts in it that the rulebook remembers and nobody has read in a source.
    """

    decision_id: str
    consequence: Consequence
    basis: str
    reason: Criminal[str]
    proportionality: Criminal[str]
    working_days: int
    deadline: datetime | None
    by: str
    proposed: datetime
    signed_by: tuple[str, ...] = ()
    ordered: datetime | None = None
    withdrawn: Criminal[str] = ""
    amount: float | None = None
    deviation: Criminal[str] = ""
    derogation: Criminal[str] = ""
    rulebook_version: str = ""
    corrections: Criminal[tuple[str, ...]] = ()
    weighing: Weighing | None = None
    unverified: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.ordered is None and not self.withdrawn

    @property
    def in_force(self) -> bool:
        return self.ordered is not None and not self.withdrawn


class CaseRecord(Aggregate):
    """One rule touched by one party on one contract, from the first fact to the end."""

    subject_field: ClassVar[str] = "offences_of"
    indexes: ClassVar[tuple[str, ...]] = (
        "contract_id",
        "party_id",
        "buyer_id",
        "rule",
        "open",
        "opened",
        "cause_refs",
    )

    contract_id: str
    buyer_id: str
    party_id: str
    supplier_id: str
    role: Role
    path: tuple[str, ...] = ()
    track: Track
    rule: str
    rulebook_version: str
    phase: Phase
    mandatory: bool
    amount: float | None = None
    cause: Cause
    cause_refs: tuple[str, ...] = ()
    exposure_ids: tuple[str, ...] = ()
    ended_exposures: tuple[str, ...] = ()
    status: Status
    stage: Stage = Stage.FLAGGED
    open: bool = True
    opened: str = ""
    due: datetime
    escalated: bool = False
    established: bool = False
    established_by: str = ""
    held: bool = False
    need_id: str = ""
    asked_for: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    decisions: tuple[Decision, ...] = ()
    replacement_id: str = ""
    steps: tuple[Step, ...] = ()
    notes: Criminal[tuple[str, ...]] = ()
    letters: int = 0
    share: float | None = None
    final: bool = False
    chosen: bool | None = None
    relevant_until: date | None = None
    recused: tuple[str, ...] = ()
    rest: Rest | None = None
    cleaning_offered: bool = False
    cleaning: Cleaning | None = None
    opinion: Opinion | None = None
    supply: Supply | None = None
    withheld: float = 0.0
    currency: str = "DKK"
    claims: tuple[WageClaim, ...] = ()
    paid_back: float = 0.0
    release_need: str = ""
    precaution: Precaution | None = None
    borrowed: tuple[Borrowed, ...] = ()
    served: tuple[Served, ...] = ()
    predecessors: tuple[str, ...] = ()
    report_due: datetime | None = None
    reported: str = ""

    @property
    def offences_of(self) -> str:
        """Whose key seals the words of the case; nothing where no offence is spoken of (ADR 74)."""
        return offences_of(self.id, self.rule, self.party_id)

    # ------------------------------------------------------------ what it waits for

    @property
    def wait(self) -> Wait | None:
        """What the case waits for; nothing where it is over."""
        if self.stage.is_over:
            return None
        wait = PATHS[self.track][self.stage]
        if self.rest:
            return resting(self.rest.kind, self.track, wait)
        asked = self.open_exchange()
        waits = self.stage in (Stage.ASKED, Stage.HEARING)
        return undelivered(wait) if waits and asked is not None and asked.unserved else wait

    def open_exchange(self) -> Exchange | None:
        """The question or hearing that waits for an answer."""
        return next((e for e in self.exchanges if e.is_open), None)

    def must_allow(self, action: Action) -> None:
        """Raise `Rejected` where a step may not come next: what must come first, and why."""
        wait = self.wait
        if wait is None:
            raise Rejected(f"case {self.id} is {self.stage}: nothing can be done to it any more")
        if action not in wait.may:
            possible = ", ".join(wait.may)
            state = f"{self.stage} and rests" if self.rest else str(self.stage)
            raise Rejected(
                f"case {self.id} is {state}: {action} cannot come next. First: {wait.what}, "
                f"because {wait.law}. Possible now: {possible}"
            )

    def note(self, text: str, by: str, at: datetime) -> None:
        """Something that whoever decides must see. It changes no state."""
        if text not in self.notes:
            self.notes = (*self.notes, text)
            self.log("noted", by, text, at)

    def log(self, what: str, by: str, detail: str, at: datetime) -> None:
        step = Step(at=at, by=by, what=what, detail=detail, stage=self.stage)
        self.steps = (*self.steps, step)

    # ------------------------------------------------------------ how states change

    def enter(
        self, stage: Stage, dues: Dues, need_id: str = "", due: datetime | None = None
    ) -> Any:
        """Go to a state: `need` and `settles` of the fact that says so."""
        settles = (self.need_id,) if self.need_id else ()
        if self.escalated:
            settles = (*settles, self._escalation_need())
        self.stage, self.escalated = stage, False
        self.open = not stage.is_over
        wait = self.wait
        if wait is None:
            self.need_id = ""
            return {"need": None, "settles": settles}
        self.due = due or (self.rest.until if self.rest else dues[stage])
        self.asked_for = (*self.asked_for, wait.need)
        nth = self.asked_for.count(wait.need)
        again = f"/{nth}" if nth > 1 else ""
        self.need_id = need_id or f"{wait.need}/{self.id}{again}"
        need = Need(
            id=self.need_id,
            kind=wait.need,
            role=wait.role,
            buyer_id=self.buyer_id,
            due=self.due,
            about=self.id,
        )
        return {"need": need, "settles": tuple(s for s in settles if s != need.id)}

    def about(self) -> dict[str, Any]:
        """The fields that every fact of a case has."""
        return {
            "case_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "supplier_id": self.supplier_id,
            "track": self.track,
            "rule": self.rule,
            "status": self.status,
        }

    def worsen(self, status: Status) -> None:
        """A contract never looks better because a case went on."""
        self.status = max(self.status, status, key=lambda s: s.severity)

    def escalate(self, dues: Dues, what: str, at: datetime) -> None:
        """What had to be done was not done in time: an approver of the buyer is told, once."""
        if self.escalated or self.wait is None:
            return
        self.escalated = True
        self.log("escalated", "clock", what, at)
        need = Need(
            id=self._escalation_need(),
            kind="escalated-case",
            role="approver",
            buyer_id=self.buyer_id,
            due=dues[self.stage],
            about=self.id,
        )
        self.announce(BreachEscalated(**self.about(), what=what, need=need))

    def _change(self, decision: Decision, update: dict[str, object]) -> Decision:
        changed = decision.model_copy(update=update)
        self.decisions = tuple(changed if d is decision else d for d in self.decisions)
        return changed

    def _escalation_need(self) -> str:
        nth = sum(step.what == "escalated" for step in self.steps)
        return f"escalated-case/{self.id}/{nth}"
