"""What is closed is looked at again: a re-audit, a check after some time, and what reopens it."""

from services.audits.commands import CheckEffectiveness, EffectivenessComes, ReopenFinding
from services.audits.domain import Audit, Finding, Plan
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import MONTH, day_of, deadline, id_of
from services.audits.libraries import Libraries
from shared.unit import Unit


async def look_again(finding: Finding, plan: Plan, unit: Unit, policy: Policy) -> None:
    """Plan what the severity of a closed finding asks for."""
    mending = policy.mending
    if months := mending.check_after_months.get(finding.severity):
        comes = EffectivenessComes(finding_id=finding.id, turn=finding.turn)
        unit.schedule(_check(finding), unit.now + months * MONTH, comes)
    days = mending.reaudit_working_days.get(finding.severity)
    if days is None or plan.over:
        return
    audit = Audit(
        id=id_of("audit", finding.id, "re-audit", finding.turn),
        contract_id=finding.contract_id,
        buyer_id=finding.buyer_id,
        party_id=finding.party_id,
        obligation=finding.obligation,
        method="re-audit",
        turn=finding.turn,
        reaudit_of=finding.id,
    )
    due = deadline(unit.now, days, plan.country)
    audit.plan(day_of(due, plan.country), due)
    unit.save(audit)


@router.on(EffectivenessComes, loads=(Finding, "finding_id"))
async def ask(moment: EffectivenessComes, unit: Unit, policy: Policy) -> None:
    finding = await unit.get(Finding, moment.finding_id)
    plan = await unit.get(Plan, finding.contract_id)
    due = deadline(unit.now, policy.mending.check_working_days, plan.country)
    if finding.ask_whether_effective(moment.turn, due):
        unit.save(finding)


@router.on(CheckEffectiveness)
async def check(
    command: CheckEffectiveness, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    assert unit.caller is not None
    finding = await unit.get(Finding, command.finding_id)
    unit.caller.must_serve(finding.buyer_id)
    plan = await unit.get(Plan, finding.contract_id)
    finding.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    due = deadline(unit.now, policy.agree_within_working_days, plan.country)
    unit.cancel(_check(finding))
    who, papers = unit.caller.subject, command.document_ids
    finding.check(command.effective, command.reason, who, papers, due)
    unit.save(finding)
    return {"finding_id": finding.id, "state": finding.state}


@router.on(ReopenFinding)
async def reopen(
    command: ReopenFinding, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    assert unit.caller is not None
    finding = await unit.get(Finding, command.finding_id)
    unit.caller.must_serve(finding.buyer_id)
    plan = await unit.get(Plan, finding.contract_id)
    finding.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    due = deadline(unit.now, policy.agree_within_working_days, plan.country)
    unit.cancel(_check(finding))
    finding.reopen(command.reason, unit.caller.subject, due)
    unit.save(finding)
    return {"finding_id": finding.id, "state": finding.state}


def _check(finding: Finding) -> str:
    return f"check-effectiveness/{finding.id}"
