"""What is asked about risk, the year's plan and quotas."""

from datetime import date

from services.audits.domain.quotas import QuotaKind, QuotaUnit
from services.audits.domain.years import Auditor
from shared.events.base import Command, Internal


class NoteRisk(Command):
    """Say that a factor of risk applies to a contract, and how one knows."""

    contract_id: str
    code: str
    reason: str


class DropRisk(Command):
    """Take back what was noted."""

    contract_id: str
    code: str
    reason: str


class ProposeYearPlan(Command):
    """Work out a buyer's year of follow-up anew; what was placed by hand stays."""

    buyer_id: str
    year: int
    auditors: tuple[Auditor, ...] = ()


class ChangeYearPlan(Command):
    """Move a line, give it to an auditor, leave it out or take it in, and say why."""

    year_plan_id: str
    line_id: str
    day: date | None = None
    auditor: str = ""
    out: bool = False
    reason: str


class ApproveYearPlan(Command):
    year_plan_id: str


class MonthGoesOut(Internal):
    """A piece of a month of an approved year's plan is put to work; without lines all of it."""

    year_plan_id: str
    month: int
    round: int
    line_ids: tuple[str, ...] = ()


class SetQuota(Command):
    contract_id: str
    party_id: str
    kind: QuotaKind
    unit: QuotaUnit
    required: float
    months: int
    starts: date | None = None


class ReportQuota(Command):
    quota_id: str
    period: str
    reported: float


class VerifyQuota(Command):
    quota_id: str
    period: str
    verified: float
    document_ids: tuple[str, ...]


class SettleQuota(Command):
    """Say what becomes of a shortfall: a finding, or why none."""

    quota_id: str
    period: str
    finding_id: str = ""
    reason: str


class QuotaPeriodEnds(Internal):
    """A period of a quota is over, and the days to report it are too."""

    quota_id: str
    period: str
