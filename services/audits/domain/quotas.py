"""Quotas of a contract, period by period: required, reported, verified, short.

Of one period: open → reported → verified; verified below what is required, or silent at the end:
short → settled. What is reported counts only once a person has seen the evidence.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from services.audits.domain.findings import words
from shared.domain import Aggregate, Rejected
from shared.events.audits import (
    QuotaFellShort,
    QuotaReported,
    QuotaSet,
    QuotaSettled,
    QuotaVerified,
)
from shared.events.base import Criminal, Need, Said


class QuotaKind(StrEnum):
    APPRENTICES = "apprentices"
    TRAINING = "training"
    WAGE_SUBSIDY = "wage-subsidy"


OBLIGATION = {
    QuotaKind.APPRENTICES: "apprentices",
    QuotaKind.TRAINING: "training",
    QuotaKind.WAGE_SUBSIDY: "wage-subsidy-share",
}


class QuotaUnit(StrEnum):
    PERSON_WEEKS = "person-weeks"
    PERSONS = "persons"
    PERCENT = "percent"


class PeriodState(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    VERIFIED = "verified"
    SHORT = "short"
    SETTLED = "settled"


class Period(Said):
    """From `starts` to the day before `ends`. Its name is the first of its days.

    `shorts` counts how often it was said to be short: more evidence can be seen later.
    """

    starts: date
    ends: date
    state: PeriodState = PeriodState.OPEN
    reported: float | None = None
    verified: float | None = None
    document_ids: tuple[str, ...] = ()
    settled_because: Criminal[str] = ""
    shorts: int = 0

    @property
    def name(self) -> str:
        return self.starts.isoformat()


class Quota(Aggregate):
    """What a contract requires of one kind in each period of so many months."""

    indexes: ClassVar[tuple[str, ...]] = ("buyer_id", "contract_id", "party_id", "kind")

    contract_id: str = ""
    buyer_id: str = ""
    party_id: str = ""
    kind: QuotaKind = QuotaKind.APPRENTICES
    unit: QuotaUnit = QuotaUnit.PERSON_WEEKS
    required: float = 0.0
    months: int = 12
    periods: tuple[Period, ...] = ()

    def set(self, required: float, by: str, first: Period) -> None:
        if self.required:
            raise Rejected(f"quota {self.id} is set already", field="kind")
        if required <= 0:
            raise Rejected("a quota is more than nothing", field="required")
        if self.unit is QuotaUnit.PERCENT and required > 100:
            raise Rejected("at most 100 per cent", field="required")
        self.required, self.periods = required, (first,)
        self.announce(
            QuotaSet(
                **self._said,
                required=required,
                unit=self.unit,
                months=self.months,
                starts=first.starts,
                by=by,
            )
        )

    def open(self, period: Period) -> None:
        """The next period begins."""
        if all(one.name != period.name for one in self.periods):
            self.periods = (*self.periods, period)

    def report(self, name: str, amount: float, by: str, today: date, due: datetime) -> None:
        period = self._of(name)
        if period.state not in (PeriodState.OPEN, PeriodState.REPORTED):
            raise Rejected(f"the period from {name} is {period.state}", field="period")
        if amount < 0:
            raise Rejected("nothing or more", field="reported")
        if today < period.starts:
            raise Rejected("a period that has begun", field="period")
        self._put(period, state=PeriodState.REPORTED, reported=amount)
        need = self._need(self._need_id("verify-quota", name), "verify-quota", "auditor", due)
        self.announce(QuotaReported(**self._said, period=name, reported=amount, by=by, need=need))

    def verify(
        self, name: str, amount: float, document_ids: tuple[str, ...], by: str, due: datetime
    ) -> bool:
        """A person saw evidence for so much. Returns whether that is less than required."""
        period = self._of(name)
        if period.state in (PeriodState.VERIFIED, PeriodState.SETTLED):
            raise Rejected(f"the period from {name} is {period.state}", field="period")
        if amount < 0:
            raise Rejected("nothing or more", field="verified")
        if not document_ids:
            raise Rejected("name the documents that show it", field="document_ids")
        settles = (self._need_id("verify-quota", name), self._short_id(period))
        self._put(period, state=PeriodState.VERIFIED, verified=amount, document_ids=document_ids)
        self.announce(
            QuotaVerified(
                **self._said,
                period=name,
                verified=amount,
                required=self.required,
                by=by,
                document_ids=document_ids,
                settles=settles,
            )
        )
        if amount >= self.required:
            return False
        self._fall_short(self._of(name), due)
        return True

    def end(self, name: str, due: datetime) -> bool:
        """The period is over and its days to report are too. Returns whether it is short now."""
        period = self._of(name)
        if period.state not in (PeriodState.OPEN, PeriodState.REPORTED):
            return False
        self._fall_short(period, due)
        return True

    def settle(self, name: str, finding_id: str, reason: str, by: str) -> None:
        period = self._of(name)
        if period.state is not PeriodState.SHORT:
            raise Rejected(f"the period from {name} is {period.state}: it is not short")
        reason = words(reason, "reason", "what becomes of the shortfall")
        self._put(period, state=PeriodState.SETTLED, settled_because=reason)
        self.announce(
            QuotaSettled(
                **self._said,
                period=name,
                finding_id=finding_id,
                reason=reason,
                by=by,
                settles=(self._short_id(period), self._need_id("verify-quota", name)),
            )
        )

    def shortfall(self, period: Period) -> float:
        """What is missing; where nobody has seen anything, all of it."""
        return round(max(0.0, self.required - (period.verified or 0.0)), 2)

    def _fall_short(self, period: Period, due: datetime) -> None:
        self._put(period, state=PeriodState.SHORT, shorts=period.shorts + 1)
        id = self._short_id(self._of(period.name))
        self.announce(
            QuotaFellShort(
                **self._said,
                period=period.name,
                required=self.required,
                verified=period.verified,
                shortfall=self.shortfall(period),
                need=self._need(id, "settle-quota", "contract_manager", due),
            )
        )

    def _of(self, name: str) -> Period:
        period = next((one for one in self.periods if one.name == name), None)
        if period is None:
            known = ", ".join(one.name for one in self.periods)
            raise Rejected(f"its periods begin on {known}", field="period")
        return period

    def _put(self, period: Period, **changed: object) -> None:
        new = period.model_copy(update=changed)
        self.periods = tuple(new if one.name == new.name else one for one in self.periods)

    def _need_id(self, kind: str, name: str) -> str:
        return f"{kind}/{self.id}/{name}"

    def _short_id(self, period: Period) -> str:
        return f"settle-quota/{self.id}/{period.name}/{period.shorts}"

    def _need(self, id: str, kind: str, role: str, due: datetime) -> Need:
        return Need(
            id=id,
            kind=kind,
            role=role,
            buyer_id=self.buyer_id,
            due=due,
            about=self.contract_id,
        )

    @property
    def _said(self) -> dict[str, str]:
        return {
            "quota_id": self.id,
            "contract_id": self.contract_id,
            "buyer_id": self.buyer_id,
            "party_id": self.party_id,
            "kind": self.kind,
        }
