"""A buyer's year of follow-up: proposed by risk within the auditors' hours, approved by a person.

    proposed → approved
       ↑_________|  proposed anew for what is not yet begun

What needs an auditor is placed in the order of its risk, into the month in which it is due or one
near it, with the auditor who has most hours left and no declared conflict with the party. What
does not fit falls out and is shown with its risk; nothing is left out in silence.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from services.audits.domain.findings import words
from services.audits.domain.risk import RiskLevel
from shared.domain import Aggregate, Rejected
from shared.events.audits import YearPlanApproved, YearPlanChanged, YearPlanProposed
from shared.events.base import Criminal, Need, Said, is_natural_person

MONTHS_NEAR = (0, 1, -1, 2)
"""Where a follow-up may go, in months from the one in which it is due, the best first."""
AT_RISK = ("high", "critical")
LAST_SAFE_DAY = 28


class Auditor(Said):
    """What one auditor can do in a month. `not_for`: parties with which a conflict is declared."""

    subject: str = Field(min_length=1, max_length=200)
    hours: float = Field(ge=0, le=300)
    off: tuple[int, ...] = ()
    not_for: tuple[str, ...] = ()

    def hours_in(self, month: int) -> float:
        return 0.0 if month in self.off else self.hours


class Line(Said):
    """One follow-up of the year. Its id is that of the audit; `hours` an auditor needs for it.

    `out`: it is left out, and `why`. `by_hand`: a person has placed it. `offences_of` as of the
    audit: what names the key that seals `why` (`Telling`).
    """

    subject_field: ClassVar[str] = "whose"

    id: str
    contract_id: str
    party_id: str
    obligation: str
    method: str
    turn: int
    due: date
    day: date
    hours: float
    audited: bool = True
    score: int = 0
    level: RiskLevel | Literal[""] = ""
    auditor: str = ""
    out: bool = False
    why: Criminal[str] = ""
    by_hand: bool = False
    offences_of: str = ""

    @property
    def whose(self) -> str:
        return self.offences_of or self.party_id


def fit(wanted: Iterable[Line], auditors: Iterable[Auditor], first: date) -> tuple[Line, ...]:
    """Place what is wanted into the hours there are, the riskiest first. Before `first` nothing.

    What a person has placed keeps its place and its hours.
    """
    team = {one.subject: one for one in auditors}
    left: dict[tuple[str, int], float] = {
        (who, month): one.hours_in(month) for who, one in team.items() for month in range(1, 13)
    }
    order = sorted(wanted, key=lambda one: (not one.by_hand, -one.score, one.due, one.id))
    placed = []
    for line in order:
        if line.by_hand or not line.audited:
            if line.auditor and not line.out:
                left[line.auditor, line.day.month] = (
                    left.get((line.auditor, line.day.month), 0.0) - line.hours
                )
            placed.append(line)
            continue
        placed.append(_placed(line, team, left, first))
    return tuple(placed)


def _placed(
    line: Line, team: dict[str, Auditor], left: dict[tuple[str, int], float], first: date
) -> Line:
    for near in MONTHS_NEAR:
        month = line.due.month + near
        if not first.month <= month <= 12:
            continue
        free = [
            (-left[who, month], who)
            for who, one in team.items()
            if left[who, month] >= line.hours and line.party_id not in one.not_for
        ]
        if free:
            who = min(free)[1]
            left[who, month] -= line.hours
            day = line.due if near == 0 else date(line.due.year, month, _same_day(line.due))
            return line.model_copy(
                update={"day": max(day, first), "auditor": who, "out": False, "why": ""}
            )
    return line.model_copy(update={"out": True, "auditor": "", "why": "capacity"})


def _same_day(day: date) -> int:
    return min(day.day, LAST_SAFE_DAY)


class YearState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"


class MonthPlan(Aggregate):
    """The follow-ups of one month of a year's plan; its id is `<year plan>/<month>`."""

    indexes: ClassVar[tuple[str, ...]] = ("year_plan_id",)

    year_plan_id: str = ""
    month: int = 1
    lines: tuple[Line, ...] = ()

    def line(self, id: str) -> Line | None:
        return next((one for one in self.lines if one.id == id), None)

    def drop(self, id: str) -> None:
        self.lines = tuple(one for one in self.lines if one.id != id)

    def put(self, line: Line) -> None:
        self.drop(line.id)
        self.lines = (*self.lines, line)


class YearPlan(Aggregate):
    """The plan of one buyer's year. Its lines lie in the plans of its months."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "state")

    buyer_id: str = ""
    year: int = 0
    state: YearState = YearState.PROPOSED
    auditors: tuple[Auditor, ...] = ()
    round: int = 0
    planned: int = 0
    out: int = 0
    out_at_risk: int = 0
    hours: float = 0.0
    weights: str = ""
    policy_version: str = ""
    proposed_by: str = ""
    approved_by: str = ""

    @property
    def need_id(self) -> str:
        return f"approve-year-plan/{self.id}/{self.round}"

    def propose(
        self, lines: tuple[Line, ...], auditors: tuple[Auditor, ...], by: str, due_need: Need
    ) -> None:
        """Proposed, or proposed anew with what was changed by hand kept."""
        settles = (self.need_id,) if self.round else ()
        self.state, self.auditors, self.proposed_by = YearState.PROPOSED, auditors, by
        self.round, self.approved_by = self.round + 1, ""
        self.count(lines)
        need = due_need.model_copy(update={"id": self.need_id})
        self.announce(
            YearPlanProposed(
                **self._said, **self._totals, hours=self.hours, by=by, need=need, settles=settles
            )
        )

    def count(self, lines: Iterable[Line]) -> None:
        every = tuple(lines)
        outside = [one for one in every if one.out]
        self.planned, self.out = len(every), len(outside)
        self.out_at_risk = sum(one.level in AT_RISK for one in outside)
        self.hours = round(sum(one.hours for one in every if not one.out), 1)

    def must_have(self, line: Line, lines: Iterable[Line]) -> None:
        """Raise `Rejected` where an auditor cannot take a line: unknown, in conflict, or full."""
        auditor = next((one for one in self.auditors if one.subject == line.auditor), None)
        if auditor is None:
            known = ", ".join(one.subject for one in self.auditors)
            raise Rejected(f"the auditors of this plan are {known}", field="auditor")
        if line.party_id in auditor.not_for:
            raise Rejected(
                f"{auditor.subject} has declared a conflict with {line.party_id}", field="auditor"
            )
        taken: dict[int, float] = defaultdict(float)
        for one in lines:
            if one.auditor == line.auditor and not one.out and one.id != line.id:
                taken[one.day.month] += one.hours
        left = auditor.hours_in(line.day.month) - taken[line.day.month]
        if left < line.hours:
            raise Rejected(
                f"{auditor.subject} has {left:g} hours left in {line.day:%Y-%m}, this takes "
                f"{line.hours:g}: choose another month or auditor, or leave something out",
                field="day",
            )

    def changed(
        self, line: Line, change: str, reason: str, by: str, settles: tuple[str, ...] = ()
    ) -> None:
        """A person has changed a line, and says why."""
        self.announce(
            YearPlanChanged(
                **self._said,
                contract_id=line.contract_id,
                obligation=line.obligation,
                change=change,
                reason=words(reason, "reason", "why"),
                by=by,
                offences_of=line.whose if is_natural_person(line.whose) else "",
                settles=settles,
            )
        )

    def approve(self, by: str) -> None:
        """From now on it counts; what falls out of it was seen by who approves."""
        if self.state is not YearState.PROPOSED or not self.round:
            raise Rejected(f"the plan of {self.year} is {self.state}: propose it anew to change it")
        self.state, self.approved_by = YearState.APPROVED, by
        self.announce(
            YearPlanApproved(**self._said, **self._totals, by=by, settles=(self.need_id,))
        )

    @property
    def _totals(self) -> dict[str, int]:
        return {"planned": self.planned, "out": self.out, "out_at_risk": self.out_at_risk}

    @property
    def _said(self) -> dict[str, str | int]:
        return {"year_plan_id": self.id, "buyer_id": self.buyer_id, "year": self.year}
