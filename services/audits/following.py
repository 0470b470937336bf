"""How each obligation is followed up: dated data, not code.

Every clause has a follow-up. How strong it is depends on what the clause lets the buyer do: of the
methods of its obligation the first counts whose right the clause gives. Where the contract itself
says how often, the more frequent of the two counts.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from services.audits.domain import FollowUp, Severity
from shared.events.words import Clause, Right


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Method(Part):
    """A way to look. Without `right` a buyer may do it on every contract."""

    name: str
    right: Right | None = None
    audited: bool = False


class Rule(Part):
    """How one obligation is followed up; working days count from the start of the contract."""

    methods: tuple[Method, ...] = Field(min_length=1)
    first_after_working_days: int = Field(ge=0, le=1000)
    months: int = Field(ge=1, le=120)
    why: str


class Ladder(Part):
    """When a party is reminded of what it agreed to, and when the manager is told.

    `first_reminder_share` is a share of the agreed working days; the others count back from
    the end.
    """

    first_reminder_share: float = Field(gt=0, lt=1)
    last_reminder_working_days: int = Field(ge=1, le=100)
    escalate_working_days: int = Field(ge=1, le=100)
    why: str

    def reminder_days(self, working_days: int) -> tuple[int, ...]:
        """After how many working days a party is reminded.

        A deadline too short for both has one reminder, one of a single day has none.
        """
        first = int(working_days * self.first_reminder_share)
        days = {first, working_days - self.last_reminder_working_days}
        return tuple(sorted(day for day in days if 0 < day < working_days))

    def escalation_day(self, working_days: int) -> int | None:
        """After how many working days the manager is told, if there is time for that."""
        day = working_days - self.escalate_working_days
        return day if day > 0 else None


class Mending(Part):
    """The days of a finding's way, by its severity where that counts.

    `check_after_months` after its closing somebody looks whether it holds; a severity that is not
    named under `reaudit_working_days` has no audit of its own for that.
    """

    answer_working_days: int = Field(ge=1, le=100)
    ruling_working_days: int = Field(ge=1, le=1000)
    after_ruling_working_days: int = Field(ge=1, le=250)
    repeated_within_months: int = Field(ge=1, le=120)
    check_after_months: dict[Severity, int]
    check_working_days: int = Field(ge=1, le=100)
    reaudit_working_days: dict[Severity, int]
    why: str


class Evidence(Part):
    """`remind_before`: so many working days before the deadline a party is reminded."""

    remind_before: tuple[int, ...] = Field(max_length=5)
    weigh_working_days: int = Field(ge=1, le=100)
    chase_working_days: int = Field(ge=1, le=100)
    why: str


class Reuse(Part):
    """For so many months another buyer's audit can be taken over."""

    months: int = Field(ge=1, le=120)
    why: str


class Quotas(Part):
    """Working days to report a period after its end, to verify a report, to settle a shortfall."""

    report_working_days: int = Field(ge=1, le=100)
    verify_working_days: int = Field(ge=1, le=100)
    settle_working_days: int = Field(ge=1, le=100)
    why: str


class Policy(Part):
    """`lead_working_days`: so long before its day the next audit comes on an auditor's list.

    `hasten_working_days` is the notice of a follow-up that a risk brings forward, `hours` what an
    auditor needs for each method.
    """

    version: str
    agree_within_working_days: int = Field(ge=1, le=100)
    lead_working_days: int = Field(ge=0, le=250)
    hasten_working_days: int = Field(ge=1, le=100)
    hours: dict[str, float]
    ladder: Ladder
    mending: Mending
    evidence: Evidence
    reuse: Reuse
    quotas: Quotas
    complaint_working_days: int = Field(ge=1, le=100)
    rules: dict[str, Rule]
    otherwise: Rule

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls.model_validate_json(path.read_bytes())

    def follow_ups(self, clauses: Iterable[Clause]) -> tuple[FollowUp, ...]:
        return tuple(self._follow_up(clause) for clause in clauses)

    def _follow_up(self, clause: Clause) -> FollowUp:
        rule = self.rules.get(clause.code, self.otherwise)
        method = next(
            (one for one in rule.methods if one.right is None or one.right in clause.rights),
            self.otherwise.methods[-1],
        )
        own = clause.follow_up
        agreed = own is not None and own.source == "contract"
        return FollowUp(
            obligation=clause.code,
            method=method.name,
            audited=method.audited,
            first_after_working_days=(
                own.first_working_days if own and agreed else rule.first_after_working_days
            ),
            months=min(rule.months, own.every_months) if own and agreed else rule.months,
            remedy_working_days=clause.remedy_working_days,
            why=rule.why,
            flows_down=clause.flows_down,
        )
