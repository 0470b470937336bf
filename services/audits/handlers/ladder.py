"""The ladder of an agreed action: two reminders, the manager, overdue. Each step once."""

from services.audits.commands import ActionDue, EscalationComes, ReminderComes
from services.audits.domain import CorrectiveAction, Finding
from services.audits.following import Ladder
from services.audits.handlers.door import router
from services.audits.handlers.places import deadline
from shared.unit import Unit


def climb(
    action: CorrectiveAction, working_days: int, country: str, unit: Unit, ladder: Ladder
) -> None:
    """Have every step of the ladder come in its time, up to the deadline that was just set."""
    days = ladder.reminder_days(working_days)
    for number, after in enumerate(days, start=action.reminded + 1):
        reminder = ReminderComes(action_id=action.id, number=number)
        comes = deadline(unit.now, after, country)
        unit.schedule(_reminder(action.id, number - action.reminded), comes, reminder)
    day = ladder.escalation_day(working_days)
    if day is not None:
        told = EscalationComes(action_id=action.id, deadline=action.deadlines)
        unit.schedule(_escalation(action.id), deadline(unit.now, day, country), told)
    assert action.due is not None
    unit.schedule(_due(action.id), action.due, ActionDue(action_id=action.id))


def climb_down(action: CorrectiveAction, unit: Unit) -> None:
    """Forget every step that has not come yet."""
    for id in (_reminder(action.id, 1), _reminder(action.id, 2)):
        unit.cancel(id)
    unit.cancel(_escalation(action.id))
    unit.cancel(_due(action.id))


@router.on(ReminderComes, loads=(CorrectiveAction, "action_id"))
async def remind(moment: ReminderComes, unit: Unit) -> None:
    action = await unit.get(CorrectiveAction, moment.action_id)
    if action.remind(moment.number):
        unit.save(action)


@router.on(EscalationComes, loads=(CorrectiveAction, "action_id"))
async def escalate(moment: EscalationComes, unit: Unit) -> None:
    action = await unit.get(CorrectiveAction, moment.action_id)
    if action.escalate(moment.deadline):
        unit.save(action)


@router.on(ActionDue, loads=(CorrectiveAction, "action_id"))
async def pass_deadline(moment: ActionDue, unit: Unit) -> None:
    action = await unit.get(CorrectiveAction, moment.action_id)
    if action.due is None or action.due > unit.now or not action.pass_deadline():
        return
    finding = await unit.get(Finding, action.finding_id)
    finding.miss()
    unit.save(action)
    unit.save(finding)


def _reminder(action_id: str, number: int) -> str:
    return f"remind/{action_id}/{number}"


def _escalation(action_id: str) -> str:
    return f"escalate/{action_id}"


def _due(action_id: str) -> str:
    return f"due/{action_id}"
