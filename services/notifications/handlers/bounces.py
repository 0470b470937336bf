"""Mails that came back: letters wait for another address, people are told another way."""

from services.notifications.domain import (
    DIRECTORY,
    Call,
    Delivery,
    Directory,
    Person,
    Reach,
    id_of,
    reach_id,
)
from services.notifications.figures import Counts
from services.notifications.handlers.calls import pass_on, pile_up, piled
from services.notifications.handlers.letters import letter_came_back
from services.notifications.handlers.routes import router
from services.notifications.messages import MailBounced, MailRefused
from services.notifications.rules import Rules
from shared.calendar import add_working_days
from shared.domain import Unknown
from shared.unit import Unit


@router.on(MailRefused)
async def note_refused(event: MailRefused, unit: Unit, rules: Rules) -> None:
    for id in event.deliveries:
        await _came_back(await unit.get(Delivery, id), event.problem, unit, rules, bounced=False)


@router.on(MailBounced)
async def note_bounced(
    command: MailBounced, unit: Unit, rules: Rules, figures: Counts
) -> dict[str, object]:
    deliveries = await unit.find(Delivery, message=command.notification_id)
    if not deliveries:
        raise Unknown("delivery", command.notification_id)
    figures.counted("notifications_bounced")
    for delivery in deliveries:
        if delivery.channel == "mail" and delivery.state in ("queued", "delivered"):
            problem = f"it came back with status {command.status}"
            await _came_back(delivery, problem, unit, rules, bounced=True)
    return {"deliveries": len(deliveries)}


async def _came_back(
    delivery: Delivery, problem: str, unit: Unit, rules: Rules, *, bounced: bool
) -> None:
    delivery.refused(problem, unit.now, bounced=bounced)
    if delivery.letter is not None:
        await letter_came_back(delivery, problem, unit, rules)
    unit.save(delivery)
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    person = directory.find(delivery.recipient)
    if person is not None:
        await _note_that_mail_fails(person, delivery, problem, unit, rules)
    for need_id in delivery.need_ids:
        call = await unit.get(Call, id_of("need", need_id))
        if call.state != "settled" and call.need is not None:
            await _otherwise(call, person, unit, rules)


async def _note_that_mail_fails(
    person: Person, delivery: Delivery, problem: str, unit: Unit, rules: Rules
) -> None:
    id = reach_id(person.subject)
    reach = await unit.load(Reach, id) or Reach(id=id, subject=person.subject)
    due = add_working_days(unit.now, rules.find_address_days, "DK")
    reach.fail(person.email, problem, delivery.buyer_id, due)
    unit.save(reach)


async def _otherwise(call: Call, person: Person | None, unit: Unit, rules: Rules) -> None:
    """At the webhook of the same person, else the next one is told at once."""
    if person is not None and person.webhook and call.need is not None:
        await pile_up(piled(call, call.need, unit.now, ("webhook",)), person.subject, unit, rules)
    else:
        await pass_on(call, unit, rules)


async def restore_the_mended(directory: Directory, unit: Unit) -> None:
    """Whoever has another address now gets mail again."""
    for reach in await unit.find(Reach, failing=True):
        person = directory.find(reach.subject)
        if person is None or person.email != reach.fails:
            reach.restore()
            unit.save(reach)
