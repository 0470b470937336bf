"""One audit: planned for a day, held by an auditor who says what was seen."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.domain import Aggregate, Rejected
from shared.events.audits import AuditHeld, AuditPlanned
from shared.events.base import Need


class AuditState(StrEnum):
    PLANNED = "planned"
    HELD = "held"


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
    planned_for: date | None = None
    listed: str = ""
    held_on: date | None = None
    by: str = ""
    conclusion: str = ""
    finding_ids: tuple[str, ...] = ()

    @property
    def need_id(self) -> str:
        return f"hold-audit/{self.id}"

    def plan(self, day: date, due: datetime) -> None:
        """It is to be held on a day, and waits for an auditor from now on."""
        if self.planned_for is not None:
            raise Rejected(f"audit {self.id} is planned for {self.planned_for} already")
        self.planned_for, self.listed = day, day.isoformat()
        self.announce(
            AuditPlanned(
                audit_id=self.id,
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                obligation=self.obligation,
                method=self.method,
                planned_for=day,
                reaudit_of=self.reaudit_of,
                need=Need(
                    id=self.need_id,
                    kind="hold-audit",
                    role="auditor",
                    buyer_id=self.buyer_id,
                    due=due,
                    about=self.id,
                ),
            )
        )

    def hold(
        self, conclusion: str, held_on: date, today: date, by: str, finding_ids: tuple[str, ...]
    ) -> None:
        """An auditor was there, and concludes."""
        if self.state is not AuditState.PLANNED or self.planned_for is None:
            raise Rejected(f"audit {self.id} was held on {self.held_on}: it is held once")
        if len(conclusion.strip()) < 3:
            raise Rejected("say what you concluded, in at least three letters", field="conclusion")
        if held_on > today:
            raise Rejected("an audit is reported when it has been held", field="held_on")
        self.state, self.held_on, self.by = AuditState.HELD, held_on, by
        self.conclusion, self.finding_ids = conclusion.strip(), finding_ids
        self.announce(
            AuditHeld(
                audit_id=self.id,
                contract_id=self.contract_id,
                buyer_id=self.buyer_id,
                party_id=self.party_id,
                obligation=self.obligation,
                held_on=held_on,
                by=by,
                conclusion=self.conclusion,
                settles=(self.need_id,),
            )
        )
