"""A party may deny a finding: its deadlines rest until the forum has ruled."""

from services.audits.commands import DisputeFinding, RuleOnFinding
from services.audits.domain import ActionState, CorrectiveAction, Finding, Plan
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.ladder import climb, climb_down
from services.audits.handlers.places import day_of, deadline
from services.audits.libraries import Libraries
from shared.unit import Unit


@router.on(DisputeFinding)
async def dispute(
    command: DisputeFinding, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    assert unit.caller is not None
    finding = await unit.get(Finding, command.finding_id)
    unit.caller.must_serve(finding.buyer_id)
    plan = await unit.get(Plan, finding.contract_id)
    finding.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    due = deadline(unit.now, policy.mending.ruling_working_days, plan.country)
    finding.dispute(command.reason, command.forum, due)
    unit.save(finding)
    action = await _last(finding, unit)
    if action is not None and action.suspend():
        unit.save(action)
        climb_down(action, unit)
    return {"finding_id": finding.id, "state": finding.state}


@router.on(RuleOnFinding)
async def rule(
    command: RuleOnFinding, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """An upheld finding goes on with days of its own; one that was not is closed, and its action
    is asked for no more."""
    assert unit.caller is not None
    finding = await unit.get(Finding, command.finding_id)
    unit.caller.must_serve(finding.buyer_id)
    plan = await unit.get(Plan, finding.contract_id)
    finding.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    by = unit.caller.subject
    finding.rule(command.upheld, command.reference, command.reason, by)
    action = await _last(finding, unit)
    if not command.upheld:
        finding.closed_at = unit.now
        await _withdraw(finding, action, command.reference, unit)
    elif action is not None and action.state is ActionState.SUSPENDED:
        days = policy.mending.after_ruling_working_days
        action.extend(deadline(unit.now, days, plan.country), by, command.reference)
        unit.save(action)
        climb(action, days, plan.country, unit, policy.ladder)
    unit.save(finding)
    return {"finding_id": finding.id, "state": finding.state}


async def _withdraw(
    finding: Finding, action: CorrectiveAction | None, reference: str, unit: Unit
) -> None:
    proposed = finding.proposal_id
    actions = [action, await unit.load(CorrectiveAction, proposed) if proposed else None]
    finding.proposal_id = ""
    for one in actions:
        if one is not None and one.state in (
            ActionState.SUSPENDED,
            ActionState.OVERDUE,
            ActionState.PROPOSED,
            ActionState.COUNTERED,
        ):
            one.withdraw(f"the finding was not upheld: {reference}")
            unit.save(one)


async def _last(finding: Finding, unit: Unit) -> CorrectiveAction | None:
    return await unit.load(CorrectiveAction, finding.action_ids[-1]) if finding.action_ids else None
