"""What the reports say: pure functions from what is stored to tables of numbers.

The columns are codes, which `papers` puts into words. A share is in per cent, a time in days.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Literal

from pydantic import BaseModel

from services.audits.domain import (
    ActionState,
    Audit,
    AuditState,
    CorrectiveAction,
    EvidenceRequest,
    Finding,
    FindingState,
    HavenCase,
    Plan,
    Quota,
    RequestState,
    Supply,
)
from services.audits.domain.quotas import PeriodState
from services.audits.domain.years import AT_RISK

Group = Literal["contract", "supplier", "category", "clause", "buyer"]
Value = str | int | float | None

AGES = (10, 30, 90, 180)
"""Upper ends of the classes of age, in days."""
YEAR = 365


class Table(BaseModel):
    """A report: the code of its title, those of its columns, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]


@dataclass
class Known:
    """What is stored about the buyers that somebody asks for."""

    plans: Sequence[Plan] = ()
    audits: Sequence[Audit] = ()
    findings: Sequence[Finding] = ()
    actions: Sequence[CorrectiveAction] = ()
    requests: Sequence[EvidenceRequest] = ()
    havens: Sequence[HavenCase] = ()
    quotas: Sequence[Quota] = ()
    supplies: Sequence[Supply] = ()
    today: date = field(default=date.min)


STATE = (
    "key", "label", "contracts", "risk", "planned", "late", "held", "reused", "deferred",
    "open_findings", "closed_findings", "overdue_actions", "open_questions", "late_questions",
)  # fmt: skip


def state(known: Known, by: Group) -> Table:
    """Where follow-up stands, for each contract, supplier, category, clause or buyer."""
    groups = _Groups(known.plans, by)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    risk: dict[str, int] = defaultdict(int)
    for plan in known.plans:
        for key in groups.of_plan(plan):
            rows[key]["contracts"] += 1
            risk[key] = max(risk[key], plan.risk.score)
            rows[key]["deferred"] += len(plan.deferred)
    for audit in known.audits:
        for key in groups.of(audit.contract_id, audit.party_id, audit.obligation):
            for name in _of_audit(audit, known.today):
                rows[key][name] += 1
    for finding in known.findings:
        for key in groups.of(finding.contract_id, finding.party_id, finding.obligation):
            closed = finding.state is FindingState.CLOSED
            rows[key]["closed_findings" if closed else "open_findings"] += 1
    for action in known.actions:
        if action.state is ActionState.OVERDUE:
            for key in groups.of(action.contract_id, action.party_id, action.obligation):
                rows[key]["overdue_actions"] += 1
    for request in known.requests:
        if request.state in (RequestState.OPEN, RequestState.SUBMITTED):
            for key in groups.of(request.contract_id, request.party_id, request.obligation):
                rows[key]["open_questions"] += 1
                rows[key]["late_questions"] += bool(request.overdue == request.deadlines)
    names = STATE[4:]
    found = [
        (
            key,
            groups.labels.get(key, ""),
            rows[key]["contracts"],
            risk[key],
            *(rows[key][name] for name in names),
        )
        for key in rows
    ]
    return Table(name=f"state-{by}", columns=STATE, rows=sorted(found, key=_worst_first))


def _worst_first(row: tuple[Value, ...]) -> tuple[float, str]:
    return (-float(row[3] or 0), str(row[0]))


def _of_audit(audit: Audit, today: date) -> Iterable[str]:
    match audit.state:
        case AuditState.PLANNED:
            yield "planned"
            if audit.planned_for is not None and audit.planned_for < today:
                yield "late"
        case AuditState.HELD:
            yield "held"
        case AuditState.REUSED:
            yield "reused"


class _Groups:
    """In which rows of a report a contract, party and clause are counted."""

    def __init__(self, plans: Sequence[Plan], by: Group) -> None:
        self._by = by
        self._plans = {plan.id: plan for plan in plans}
        self.labels = {plan.id: plan.title for plan in plans} if by == "contract" else {}

    def of_plan(self, plan: Plan) -> tuple[str, ...]:
        match self._by:
            case "supplier":
                return plan.supplier_ids
            case "clause":
                return tuple(one.obligation for one in plan.follow_ups)
        return self.of(plan.id, "", "")

    def of(self, contract_id: str, party_id: str, obligation: str) -> tuple[str, ...]:
        plan = self._plans.get(contract_id)
        if plan is None:
            return ()
        match self._by:
            case "contract":
                return (contract_id,)
            case "supplier":
                return (party_id,)
            case "category":
                return (plan.category[:2] or "?",)
            case "clause":
                return (obligation,)
            case "buyer":
                return (plan.buyer_id,)


def lead_times(known: Known) -> Table:
    """Days from a finding to an agreed action, to seen evidence, to its end: median and slowest."""
    raised = {one.id: one.listed[:10] for one in known.findings}
    took: dict[str, list[int]] = defaultdict(list)
    for action in known.actions:
        began = raised.get(action.finding_id)
        if began and action.agreed_at is not None:
            took["agreed"].append(_days(began, action.agreed_at.date()))
        if began and action.verified_at is not None:
            took["verified"].append(_days(began, action.verified_at.date()))
    for finding in known.findings:
        if finding.closed_at is not None and finding.listed:
            took["closed"].append(_days(finding.listed[:10], finding.closed_at.date()))
    rows: list[tuple[Value, ...]] = [
        (name, len(days), median(days) if days else None, max(days, default=None))
        for name in ("agreed", "verified", "closed")
        for days in (took[name],)
    ]
    return Table(
        name="lead-times", columns=("step", "count", "median_days", "slowest_days"), rows=rows
    )


def _days(began: str, ended: date) -> int:
    return (ended - date.fromisoformat(began)).days


def ages(known: Known) -> Table:
    """Open findings by their age, those of each severity for themselves."""
    counted: Counter[tuple[int, str]] = Counter()
    for finding in known.findings:
        if finding.state is not FindingState.CLOSED and finding.listed:
            age = _days(finding.listed[:10], known.today)
            place = next((n for n, end in enumerate(AGES) if age <= end), len(AGES))
            counted[place, str(finding.severity)] += 1
    names = [f"0-{AGES[0]}"]
    names += [f"{low + 1}-{high}" for low, high in pairwise(AGES)]
    names += [f"{AGES[-1] + 1}-"]
    severities = ("minor", "major", "critical")
    rows: list[tuple[Value, ...]] = [
        (name, *(counted[n, one] for one in severities)) for n, name in enumerate(names)
    ]
    return Table(name="ages", columns=("days", *severities), rows=rows)


def havens(known: Known) -> Table:
    """The outcome of the charter on tax havens: how many ties led to a question, and to what."""
    steps: Counter[str] = Counter()
    for case in known.havens:
        for step in case.steps:
            steps[step] += 1
        if case.way_out:
            steps[f"dismissed: {case.way_out}"] += 1
    rows: list[tuple[Value, ...]] = [("parties", len({one.party_id for one in known.havens}))]
    first = ("flagged", "asked", "answered")
    rows += [(name, steps.pop(name, 0)) for name in first]
    rows += sorted(steps.items())
    return Table(name="havens", columns=("outcome", "count"), rows=rows)


def figures(known: Known) -> Table:
    """The figures for the political level, on one page."""
    running = [plan for plan in known.plans if not plan.over]
    seen = _looked_at(known)
    open_ones = [one for one in known.findings if one.state is not FindingState.CLOSED]
    ends = [
        _days(one.listed[:10], one.closed_at.date())
        for one in known.findings
        if one.closed_at is not None and one.listed
    ]
    short = sum(
        period.state is PeriodState.SHORT for quota in known.quotas for period in quota.periods
    )
    claims = sum(one.claim.amount for one in known.findings if one.claim is not None)
    rows: list[tuple[Value, ...]] = [
        ("contracts", len(running)),
        ("contracts_with_plan", sum(bool(plan.follow_ups) for plan in running)),
        ("looked_at_within_a_year", len(seen)),
        ("looked_at_share", round(100 * len(seen) / len(running), 1) if running else None),
        ("contracts_at_risk", sum(plan.risk.level in AT_RISK for plan in running)),
        ("deferred_at_risk", sum(
            len(plan.deferred) for plan in running if plan.risk.level in AT_RISK
        )),
        ("audits_held", sum(one.state is AuditState.HELD for one in known.audits)),
        ("audits_reused", sum(one.state is AuditState.REUSED for one in known.audits)),
        ("findings", len(known.findings)),
        ("open_findings", len(open_ones)),
        ("repeated_findings", sum(bool(one.repeats) for one in known.findings)),
        ("wage_findings", sum(one.finding_class == "wages" for one in known.findings)),
        ("claims", round(claims, 2)),
        ("days_to_mend", median(ends) if ends else None),
        ("overdue_actions", sum(one.state is ActionState.OVERDUE for one in known.actions)),
        ("quotas_short", short),
        ("stocks_short", sum(one.short for one in known.supplies)),
        ("haven_parties_asked", len({
            one.party_id for one in known.havens if "asked" in one.steps
        })),
    ]  # fmt: skip
    return Table(name="figures", columns=("figure", "value"), rows=rows)


def _looked_at(known: Known) -> set[str]:
    """Running contracts of which somebody looked at something within a year."""
    running = {plan.id for plan in known.plans if not plan.over}
    seen = {
        one.contract_id
        for one in known.audits
        if one.held_on is not None and (known.today - one.held_on).days <= YEAR
    }
    seen |= {one.contract_id for one in known.requests if one.state is RequestState.ACCEPTED}
    return seen & running


REPORTS: dict[str, Callable[[Known], Table]] = {
    "lead-times": lead_times,
    "ages": ages,
    "havens": havens,
    "figures": figures,
}
