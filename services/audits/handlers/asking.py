"""Questions on their way: the deadline, the reminders before it, and how they are called off."""

from datetime import datetime

from services.audits.commands import EvidenceDue, EvidenceReminderComes
from services.audits.domain import EvidenceRequest
from services.audits.domain.evidence import MOST_REMINDERS
from services.audits.following import Policy
from services.audits.handlers.places import deadline
from shared.domain import Rejected
from shared.unit import Unit

MOST_WORKING_DAYS = 250


def send_questions(
    request: EvidenceRequest,
    working_days: int,
    unit: Unit,
    policy: Policy,
    remind_before: tuple[int, ...] | None = None,
) -> datetime:
    """The party is asked, and reminded before the deadline. Returns that."""
    due = due_in(working_days, request.country, unit)
    request.ask(due, unit.now)
    before = policy.evidence.remind_before if remind_before is None else remind_before
    climb(request, unit, before)
    unit.save(request)
    return due


def due_in(days: int, country: str, unit: Unit) -> datetime:
    if not 1 <= days <= MOST_WORKING_DAYS:
        raise Rejected(f"from 1 to {MOST_WORKING_DAYS} working days", field="working_days")
    return deadline(unit.now, days, country)


def climb(request: EvidenceRequest, unit: Unit, remind_before: tuple[int, ...]) -> None:
    """Reminders so many working days before the deadline, those of them that still lie ahead."""
    assert request.due is not None
    days = 0
    while deadline(unit.now, days, request.country) < request.due:
        days += 1
    ahead = sorted({days - before for before in remind_before if 0 < days - before < days})
    request.steps = min(len(ahead), MOST_REMINDERS)
    for nth, after in enumerate(ahead[:MOST_REMINDERS], start=1):
        number = request.reminded + nth
        comes = EvidenceReminderComes(request_id=request.id, number=number)
        unit.schedule(_step(request, nth), deadline(unit.now, after, request.country), comes)
    due = EvidenceDue(request_id=request.id, deadline=request.deadlines)
    unit.schedule(f"evidence-due/{request.id}", request.due, due)


def climb_down(request: EvidenceRequest, unit: Unit) -> None:
    for nth in range(1, request.steps + 1):
        unit.cancel(_step(request, nth))
    unit.cancel(f"evidence-due/{request.id}")


def _step(request: EvidenceRequest, nth: int) -> str:
    return f"remind-evidence/{request.id}/{nth}"
