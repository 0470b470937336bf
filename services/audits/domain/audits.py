"""One audit: planned for a day, held by an auditor who says what was seen."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.audits import AuditCalledOff, AuditHeld, AuditMoved, AuditPlanned
from shared.events.base import Need


class AuditState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CALLED_OFF = "called_off"


class Audit(Aggregate):
    """A look at one obligation of one party. `listed` is the planned day, by which it is found.

    `reaudit_of` is the finding whose mending is looked at, where that is what it is for.
    """

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "state", "listed")

    state: AuditState = AuditState.PLANNED
    contract_id: str = ""
    buyer_id: str = ""
    party_id: str = ""
    obligation: str = ""
    method: str = ""
    turn: int = 1
    reaudit_of: str = ""
    auditor: str = ""
    chain_ids: tuple[str, ...] = ()
    moved: int = 0
    planned_for: date | None = None
    listed: str = ""
    held_on: date | None = None
    by: str = ""
    conclusion: str = ""
    finding_ids: tuple[str, ...] = ()

    @property
    def need_id(self) -> str:
        return f"hold-audit/{self.id}" + (f"/{self.moved}" if self.moved else "")

    def plan(self, day: date, due: datetime) -> None:
        """It is to be held on a day, and waits for an auditor from now on."""
        if self.planned_for is not None:
            raise Rejected(f"audit {self.id} is planned for {self.planned_for} already")
        self.planned_for, self.listed = day, day.isoformat()
        self.announce(
            AuditPlanned(
                **self._said,
                method=self.method,
                planned_for=day,
                reaudit_of=self.reaudit_of,
                need=self._need(due),
            )
        )

    def move(self, day: date, due: datetime, reason: str, auditor: str | None = None) -> bool:
        """It is held on another day, by another auditor, or after all. Returns whether that is new.

        Raises `Rejected` where it was held.
        """
        was, off = self.planned_for, self.state is AuditState.CALLED_OFF
        if was is None or self.state is AuditState.HELD:
            self._must_be_planned()
        whose = self.auditor if auditor is None else auditor
        if (day, whose) == (was, self.auditor) and not off:
            return False
        assert was is not None
        settles = () if off else (self.need_id,)
        self.state = AuditState.PLANNED
        self.planned_for, self.listed, self.auditor = day, day.isoformat(), whose
        self.moved += 1
        self.announce(
            AuditMoved(
                **self._said,
                planned_for=day,
                was=was,
                auditor=whose,
                reason=reason,
                need=self._need(due),
                settles=settles,
            )
        )
        return True

    def call_off(self, reason: str, by: str) -> None:
        """It is not held."""
        self._must_be_planned()
        self.state = AuditState.CALLED_OFF
        self.announce(AuditCalledOff(**self._said, reason=reason, by=by, settles=(self.need_id,)))

    def hold(
        self, conclusion: str, held_on: date, today: date, by: str, finding_ids: tuple[str, ...]
    ) -> None:
        """An auditor was there, and concludes."""
        self._must_be_planned()
        if len(conclusion.strip()) < 3:
            raise Rejected("say what you concluded, in at least three letters", field="conclusion")
        if held_on > today:
            raise Rejected("an audit is reported when it has been held", field="held_on")
        self.state, self.held_on, self.by = AuditState.HELD, held_on, by
        self.conclusion, self.finding_ids = conclusion.strip(), finding_ids
        self.announce(
            AuditHeld(
                **self._said,
                held_on=held_on,
                by=by,
                conclusion=self.conclusion,
                settles=(self.need_id,),
            )
        )

    def _must_be_planned(self) -> None:
        if self.state is AuditState.HELD:
            raise Rejected(f"audit {self.id} was held on {self.held_on}: it is held once")
        if self.state is not AuditState.PLANNED or self.planned_for is None:
            raise Rejected(f"audit {self.id} is {self.state}: it is not held")

    def _need(self, due: datetime) -> Need:
        return Need(
            id=self.need_id,
            kind="hold-audit",
            role="auditor",
            buyer_id=self.buyer_id,
            due=due,
            owner=self.auditor or None,
            about=self.id,
        )

    @property
    def _said(self) -> dict[str, str]:
        return {
            "audit_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "obligation": self.obligation,
        }
