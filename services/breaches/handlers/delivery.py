"""Letters that arrive, and those of which nothing shows that they did."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from services.breaches.commands import AnswerAlongside, NoteDelivery, reasoned
from services.breaches.domain import Agreement, Case
from services.breaches.domain.delivery import BY_HAND
from services.breaches.domain.papers import Served
from services.breaches.handlers.door import router
from services.breaches.handlers.insight import letter_arrived
from services.breaches.handlers.letters import write
from services.breaches.handlers.opening import rule_of, save
from services.breaches.handlers.steps import Told, case_of, dues_for, told
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms, country_of, day_of
from shared.calendar import ZONES
from shared.events.notifications import LetterDelivered
from shared.unit import Unit

OF_A_CASE, OF_A_REQUEST = "link-case-", "link-insight-"
NOON = time(12)


def case_in(event: LetterDelivered) -> str:
    """The case of a letter, which is about the case itself or is one of its numbered papers."""
    about = event.about
    return about.removeprefix("letter-").rpartition("-")[0] if about[:7] == "letter-" else about


@router.on(LetterDelivered)
async def note_delivered(event: LetterDelivered, unit: Unit, terms: Terms, shelf: Shelf) -> None:
    """The time for an answer counts from the day on which the question arrived (design §5)."""
    if event.link_id.startswith(OF_A_REQUEST):
        await letter_arrived(event, unit)
    if not event.link_id.startswith(OF_A_CASE):
        return
    case = await unit.load(Case, case_in(event))
    if case is None:
        return
    served = Served(
        link_id=event.link_id,
        addressee_id=event.party_id,
        channel=event.channel,
        at=event.delivered_at,
        reference=event.reference,
    )
    agreement = await unit.get(Agreement, case.contract_id)
    counted = counted_from(event.delivered_at, case, agreement, terms, unit)
    if case.has_been_served(served, counted, unit.now):
        tell_new_day(unit, case, agreement, shelf, event.delivered_at)
    save(unit, case)


@router.on(NoteDelivery)
async def note_by_hand(command: NoteDelivery, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    """An officer saw to it that it arrived, by another way."""
    case, agreement, caller = await case_of(command, unit)
    zone = ZoneInfo(ZONES[country_of(agreement)])
    at = datetime.combine(command.on, NOON, tzinfo=zone)
    if command.on == day_of(unit.now, agreement):
        at = min(at, unit.now)
    served = Served(
        link_id="",
        addressee_id=case.supplier_id,
        channel=BY_HAND,
        at=at,
        reference=reasoned(command.how, "how"),
        by=caller.subject,
    )
    counted = counted_from(at, case, agreement, terms, unit)
    if case.serve_by_hand(served, counted, unit.now):
        tell_new_day(unit, case, agreement, shelf, at)
    save(unit, case)
    return told(case)


def tell_new_day(unit: Unit, case: Case, agreement: Agreement, shelf: Shelf, at: datetime) -> None:
    """It has longer than the paper says: the day is another one than when it was written."""
    arrived = {"arrived": str(day_of(at, agreement))}
    write(unit, case, agreement, rule_of(case, shelf), "extension", more=arrived)


def counted_from(
    at: datetime, case: Case, agreement: Agreement, terms: Terms, unit: Unit
) -> datetime:
    """When the time for an answer ends that begins at this moment."""
    dues = dues_for(unit, case, agreement, terms, since=at)
    return dues.get(case.stage, unit.now)


@router.on(AnswerAlongside)
async def hear_alongside(command: AnswerAlongside, unit: Unit) -> Told:
    case, _, _ = await case_of(command, unit)
    answer = reasoned(command.answer, "answer")
    case.hear_alongside(answer, command.document_ids, unit.now, self_cleaning=command.self_cleaning)
    save(unit, case)
    return told(case)
