"""Mails to people: written when what waits for somebody has stopped growing."""

from services.notifications.domain import (
    DIRECTORY,
    Call,
    Delivery,
    Directory,
    Person,
    Pile,
    Piled,
    Preferences,
    id_of,
    pile_id,
    preferences_id,
)
from services.notifications.handlers.calls import pass_on
from services.notifications.handlers.routes import router
from services.notifications.mail import Mailer
from services.notifications.messages import MailAccepted, MailRefused, PileDue, Row, SendMail
from services.notifications.rules import Rules
from shared.events.base import Need
from shared.unit import Unit

MOST_ROWS = 100
"""Things named in one mail. A longer table is read in the console."""


@router.on(PileDue)
async def mail_pile(event: PileDue, unit: Unit, rules: Rules) -> None:
    """One mail for everything that waits; what was settled meanwhile is left out."""
    pile = await unit.get(Pile, pile_id(event.subject))
    gathering = rules.gathering
    if look := pile.still_growing(unit.now, gathering.pause, gathering.most):
        pile.look = look
        unit.save(pile)
        unit.schedule(f"pile/{event.subject}", look, event)
        return
    ready, beyond = pile.take(unit.now)
    unit.save(pile)
    if pile.look is not None:
        unit.schedule(f"pile/{event.subject}", pile.look, event)
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    person = directory.find(event.subject)
    if person is None:
        return
    calls = await _open_calls(ready, unit)
    if calls:
        await _mail(person, calls, beyond, unit)


Open = tuple[Piled, Call, Need]


async def _open_calls(ready: tuple[Piled, ...], unit: Unit) -> list[Open]:
    await unit.prefetch(Call, [one.call_id for one in ready], cached=False)
    found = [(one, await unit.load(Call, one.call_id)) for one in ready]
    return [
        (one, call, call.need)
        for one, call in found
        if call is not None and call.need is not None and call.state != "settled"
    ]


async def _mail(person: Person, calls: list[Open], beyond: int, unit: Unit) -> None:
    mail_id = id_of("mail", person.subject, unit.message.id)
    how = await unit.load(Preferences, preferences_id(person.subject))
    first, call, need = calls[0]
    one = len(calls) == 1 and not beyond
    words = f"need.{first.kind}" if one else "several"
    deliveries = _deliveries(mail_id, person, calls, words)
    for delivery in deliveries:
        delivery.queued, delivery.about = unit.now.isoformat(), need.about if one else ""
        unit.save(delivery)
    unit.effect(
        mail_id,
        SendMail(
            notification_id=mail_id,
            deliveries=tuple(delivery.id for delivery in deliveries),
            to=person.email,
            language=(how.language if how else None) or person.language,
            words="escalated" if one and first.escalated else words,
            due=first.due,
            facts=(("kind", first.kind), ("count", str(len(calls) + beyond))),
            rows=() if one else tuple(_row(piled) for piled, _, _ in calls[:MOST_ROWS]),
            more=0 if one else max(0, len(calls) - MOST_ROWS) + beyond,
            path=f"/needs/{call.id}" if one else "/",
            thread=call.story if one else "",
        ),
    )


def _deliveries(mail_id: str, person: Person, calls: list[Open], words: str) -> list[Delivery]:
    """One for each buyer in the mail: what was sent is shown to a buyer's own people."""
    needs: dict[str, list[str]] = {}
    for _, _, need in calls:
        needs.setdefault(need.buyer_id, []).append(need.id)
    return [
        Delivery(
            id=id_of("mail", mail_id, buyer_id) if len(needs) > 1 else mail_id,
            recipient=person.subject,
            buyer_id=buyer_id,
            words=words,
            need_ids=tuple(ids),
            queued="",
        )
        for buyer_id, ids in needs.items()
    ]


def _row(one: Piled) -> Row:
    path = f"/needs/{one.call_id}"
    return Row(kind=one.kind, due=one.due, path=path, escalated=one.escalated)


@router.does(SendMail)
async def send_mail(effect: SendMail, mailer: Mailer) -> MailAccepted | MailRefused:
    problem = await mailer.send(effect)
    noted = effect.deliveries or (effect.notification_id,)
    if problem:
        return MailRefused(deliveries=noted, problem=problem)
    return MailAccepted(deliveries=noted)


@router.on(MailAccepted)
async def note_accepted(event: MailAccepted, unit: Unit) -> None:
    for id in event.deliveries:
        delivery = await unit.get(Delivery, id)
        delivery.accepted(unit.now)
        unit.save(delivery)


@router.on(MailRefused)
async def note_refused(event: MailRefused, unit: Unit, rules: Rules) -> None:
    """Needs in a mail that bounced are passed on at once instead of waiting for their deadline."""
    for id in event.deliveries:
        delivery = await unit.get(Delivery, id)
        delivery.refused(event.problem, unit.now)
        unit.save(delivery)
        for need_id in delivery.need_ids:
            call = await unit.get(Call, id_of("need", need_id))
            if call.state != "settled" and call.need is not None:
                await pass_on(call, unit, rules)
