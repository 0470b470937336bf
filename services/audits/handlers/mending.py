"""From a finding to its end: agreed, reminded, verified, or overdue and said so once."""

from services.audits.commands import ActionDue, AgreeAction, ReminderComes, VerifyAction
from services.audits.domain import CorrectiveAction, Finding, FindingState, Plan, reminder_days
from services.audits.handlers.door import router
from services.audits.handlers.places import deadline, id_of
from shared.domain import Rejected
from shared.unit import Unit

MOST_WORKING_DAYS = 250
"""About a year; what takes longer is agreed in steps that can be verified."""


@router.on(AgreeAction)
async def agree(command: AgreeAction, unit: Unit) -> dict[str, object]:
    """The deadline counts from now, in the working days of the buyer."""
    assert unit.caller is not None
    finding = await unit.get(Finding, command.finding_id)
    unit.caller.must_serve(finding.buyer_id)
    plan = await unit.get(Plan, finding.contract_id)
    days = _days(command.working_days, finding, plan)
    settles = [finding.need_id]
    if finding.state is FindingState.MISSED:
        missed = await unit.get(CorrectiveAction, finding.action_ids[-1])
        missed.give_way()
        unit.save(missed)
        settles.append(missed.need_id)
    action = CorrectiveAction(
        id=id_of("action", finding.id, len(finding.action_ids) + 1),
        finding_id=finding.id,
        contract_id=finding.contract_id,
        buyer_id=finding.buyer_id,
        party_id=finding.party_id,
        obligation=finding.obligation,
    )
    due = deadline(unit.now, days, plan.country)
    finding.take_in_hand(action.id)
    action.agree(command.measure, due, unit.caller.subject, tuple(settles))
    unit.save(finding)
    unit.save(action)
    for number, after in enumerate(reminder_days(days), start=1):
        comes = deadline(unit.now, after, plan.country)
        reminder = ReminderComes(action_id=action.id, number=number)
        unit.schedule(_reminder(action.id, number), comes, reminder)
    unit.schedule(_due(action.id), due, ActionDue(action_id=action.id))
    return {"action_id": action.id, "due": due.isoformat()}


@router.on(ReminderComes)
async def remind(moment: ReminderComes, unit: Unit) -> None:
    action = await unit.get(CorrectiveAction, moment.action_id)
    if action.remind(moment.number):
        unit.save(action)


@router.on(ActionDue)
async def pass_deadline(moment: ActionDue, unit: Unit) -> None:
    action = await unit.get(CorrectiveAction, moment.action_id)
    if not action.pass_deadline():
        return
    finding = await unit.get(Finding, action.finding_id)
    finding.miss()
    unit.save(action)
    unit.save(finding)


@router.on(VerifyAction)
async def verify(command: VerifyAction, unit: Unit) -> dict[str, object]:
    """Seen evidence ends the finding and everything that was to come of it."""
    assert unit.caller is not None
    action = await unit.get(CorrectiveAction, command.action_id)
    unit.caller.must_serve(action.buyer_id)
    finding = await unit.get(Finding, action.finding_id)
    action.verify(command.document_ids, command.reason, unit.caller.subject)
    finding.close(command.reason.strip())
    unit.save(action)
    unit.save(finding)
    for id in (_reminder(action.id, 1), _reminder(action.id, 2), _due(action.id)):
        unit.cancel(id)
    return {"action_id": action.id, "finding_id": finding.id, "state": finding.state}


def _days(given: int | None, finding: Finding, plan: Plan) -> int:
    follow_up = plan.of(finding.obligation)
    days = given if given is not None else (follow_up.remedy_working_days if follow_up else 10)
    if not 1 <= days <= MOST_WORKING_DAYS:
        raise Rejected(f"from 1 to {MOST_WORKING_DAYS} working days", field="working_days")
    return days


def _reminder(action_id: str, number: int) -> str:
    return f"remind/{action_id}/{number}"


def _due(action_id: str) -> str:
    return f"due/{action_id}"
