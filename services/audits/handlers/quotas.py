"""Quotas: set on a contract, reported, verified, and short where nobody says otherwise."""

from datetime import date

from services.audits.commands import (
    QuotaPeriodEnds,
    ReportQuota,
    SetQuota,
    SettleQuota,
    VerifyQuota,
)
from services.audits.domain import Finding, Plan
from services.audits.domain.quotas import OBLIGATION, Period, Quota
from services.audits.domain.risk import Mark
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of, deadline, id_of, start_of
from services.audits.handlers.risks import note
from services.audits.risk_weights import RiskWeights
from shared.domain import Rejected
from shared.unit import Unit


@router.on(SetQuota)
async def set_quota(command: SetQuota, unit: Unit, policy: Policy) -> dict[str, object]:
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    obligation = OBLIGATION[command.kind]
    if plan.of(obligation) is None:
        raise Rejected(f"the contract has no clause {obligation}", field="kind")
    if command.party_id not in plan.supplier_ids:
        raise Rejected("a supplier of the contract", field="party_id")
    id = id_of("quota", plan.id, command.party_id, command.kind)
    if await unit.load(Quota, id) is not None:
        raise Rejected("this quota is set already", field="kind")
    quota = Quota(
        id=id,
        contract_id=plan.id,
        buyer_id=plan.buyer_id,
        party_id=command.party_id,
        kind=command.kind,
        unit=command.unit,
        months=command.months,
    )
    starts = command.starts or plan.starts or day_of(unit.now, plan.country)
    first = _period(starts, command.months)
    quota.set(command.required, unit.caller.subject, first)
    unit.save(quota)
    _await_end(quota, first, plan, unit, policy)
    return {"quota_id": quota.id, "period": first.name}


@router.on(ReportQuota)
async def report(command: ReportQuota, unit: Unit, policy: Policy) -> dict[str, object]:
    quota, plan = await _quota(command.quota_id, unit)
    assert unit.caller is not None
    due = deadline(unit.now, policy.quotas.verify_working_days, plan.country)
    today = day_of(unit.now, plan.country)
    quota.report(command.period, command.reported, unit.caller.subject, today, due)
    unit.save(quota)
    return {"quota_id": quota.id, "period": command.period}


@router.on(VerifyQuota)
async def verify(
    command: VerifyQuota, unit: Unit, policy: Policy, weights: RiskWeights
) -> dict[str, object]:
    quota, plan = await _quota(command.quota_id, unit)
    assert unit.caller is not None
    due = deadline(unit.now, policy.quotas.settle_working_days, plan.country)
    who, papers = unit.caller.subject, command.document_ids
    if quota.verify(command.period, command.verified, papers, who, due):
        await _mark(quota, command.period, plan, unit, policy, weights)
    unit.save(quota)
    return {"quota_id": quota.id, "period": command.period}


@router.on(SettleQuota)
async def settle(command: SettleQuota, unit: Unit) -> dict[str, object]:
    quota, _ = await _quota(command.quota_id, unit)
    assert unit.caller is not None
    if command.finding_id:
        finding = await unit.load(Finding, command.finding_id)
        if finding is None or finding.contract_id != quota.contract_id:
            raise Rejected("a finding of this contract", field="finding_id")
    quota.settle(command.period, command.finding_id, command.reason, unit.caller.subject)
    unit.save(quota)
    return {"quota_id": quota.id, "period": command.period}


@router.on(QuotaPeriodEnds)
async def end_period(
    moment: QuotaPeriodEnds, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    """A period nobody reported, or whose report nobody verified, is short. The next one is open."""
    quota = await unit.get(Quota, moment.quota_id)
    plan = await unit.get(Plan, quota.contract_id)
    due = deadline(unit.now, policy.quotas.settle_working_days, plan.country)
    if quota.end(moment.period, due):
        await _mark(quota, moment.period, plan, unit, policy, weights)
    following = _period(quota.periods[-1].ends, quota.months)
    if not plan.over and (plan.ends is None or following.starts < plan.ends):
        quota.open(following)
        _await_end(quota, following, plan, unit, policy)
    unit.save(quota)


async def _mark(
    quota: Quota, period: str, plan: Plan, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    today = day_of(unit.now, plan.country)
    mark = Mark(code="quota-short", ref=f"{quota.id}/{period}", since=today, detail=quota.kind)
    await note(plan, mark, "quota-fell-short", unit, policy, weights)


def _period(starts: date, months: int) -> Period:
    ahead = starts.month - 1 + months
    year, month = starts.year + ahead // 12, ahead % 12 + 1
    return Period(starts=starts, ends=date(year, month, min(starts.day, 28)))


def _await_end(quota: Quota, period: Period, plan: Plan, unit: Unit, policy: Policy) -> None:
    """So many working days after its end, a period that nobody reported is short."""
    end = start_of(period.ends, plan.country)
    comes = deadline(end, policy.quotas.report_working_days, plan.country)
    ends = QuotaPeriodEnds(quota_id=quota.id, period=period.name)
    unit.schedule(f"quota/{quota.id}/{period.name}", comes, ends)


async def _quota(quota_id: str, unit: Unit) -> tuple[Quota, Plan]:
    assert unit.caller is not None
    quota = await unit.get(Quota, quota_id)
    unit.caller.must_serve(quota.buyer_id)
    return quota, await unit.get(Plan, quota.contract_id)
