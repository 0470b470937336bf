"""Who has the rota at night and on holidays, when a legal block cannot wait for the morning."""

from datetime import datetime
from itertools import pairwise
from typing import ClassVar

from pydantic import BaseModel, model_validator

from shared.domain import Aggregate, Rejected


class Shift(BaseModel, frozen=True):
    """From one moment until another, both with a time zone: an officer, and an approver who gives
    the second approval."""

    starts: datetime
    ends: datetime
    officer: str
    approver: str = ""

    @model_validator(mode="after")
    def _is_a_time(self) -> "Shift":
        if self.starts.tzinfo is None or self.ends.tzinfo is None:
            raise ValueError("a shift begins and ends at a time with a time zone")
        if self.ends <= self.starts:
            raise ValueError("a shift ends after it has begun")
        if self.officer == self.approver:
            raise ValueError("the approver of a shift is another person than its officer")
        return self


class Rota(Aggregate):
    """The rota of one buyer; its id is the buyer's."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id",)

    buyer_id: str = ""
    shifts: tuple[Shift, ...] = ()
    set_by: str = ""

    def set(self, shifts: tuple[Shift, ...], by: str) -> None:
        """Take over a whole rota. No two shifts of it may be at the same time."""
        ordered = tuple(sorted(shifts, key=lambda shift: shift.starts))
        for earlier, later in pairwise(ordered):
            if later.starts < earlier.ends:
                raise Rejected(
                    f"the shift of {later.officer} begins at {later.starts.isoformat()}, before "
                    f"that of {earlier.officer} ends",
                    field="shifts",
                )
        self.shifts, self.set_by = ordered, by

    def on_duty(self, moment: datetime) -> Shift | None:
        return next((s for s in self.shifts if s.starts <= moment < s.ends), None)
