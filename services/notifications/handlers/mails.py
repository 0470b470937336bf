"""Mails to people and messages to webhooks: written when what waits has stopped growing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications.domain import (
    DIRECTORY,
    TEAM,
    Call,
    Delivery,
    Directory,
    HookForm,
    Person,
    Pile,
    Piled,
    Preferences,
    Reach,
    id_of,
    pile_id,
    preferences_id,
    reach_id,
)
from services.notifications.figures import Counts, note
from services.notifications.handlers.calls import pass_on
from services.notifications.handlers.routes import router
from services.notifications.mail import Mailer
from services.notifications.messages import (
    HookLate,
    MailAccepted,
    MailRefused,
    PileDue,
    Row,
    SendHook,
    SendMail,
)
from services.notifications.rules import Rules
from shared.events.base import Need
from shared.languages import Language
from shared.unit import Unit

MOST_ROWS = 100
"""Things named in one mail. A longer table is read in the console."""


@router.on(PileDue)
async def mail_pile(event: PileDue, unit: Unit, rules: Rules, figures: Counts) -> None:
    """One message for everything that waits; what was settled meanwhile is left out."""
    pile = await unit.get(Pile, pile_id(event.subject))
    gathering = rules.gathering
    storm = pile.after_a_storm(unit.now, gathering.storm_messages, gathering.storm_pause)
    if storm:
        figures.counted("notifications_held_back")
    if look := storm or pile.still_growing(unit.now, gathering.pause, gathering.most):
        pile.look = look
        unit.save(pile)
        unit.schedule(f"pile/{event.subject}", look, event)
        return
    ready, beyond = pile.take(unit.now)
    unit.save(pile)
    if pile.look is not None:
        unit.schedule(f"pile/{event.subject}", pile.look, event)
    calls = await _open_calls(ready, unit)
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    if event.subject.startswith(TEAM):
        team = directory.team(event.subject.removeprefix(TEAM))
        if team is not None and team.webhook and calls:
            to = Hook(event.subject, team.webhook, team.webhook_form, team.language)
            _tell_hook(to, calls, beyond, unit, rules)
        return
    person = directory.find(event.subject)
    if person is not None and calls:
        await _tell_person(person, calls, beyond, unit, rules)


Open = tuple[Piled, Call, Need]


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of a person or a team, and the language in which it is told."""

    recipient: str
    url: str
    form: HookForm
    language: Language


async def _open_calls(ready: tuple[Piled, ...], unit: Unit) -> list[Open]:
    await unit.prefetch(Call, [one.call_id for one in ready], cached=False)
    found = [(one, await unit.load(Call, one.call_id)) for one in ready]
    return [
        (one, call, call.need)
        for one, call in found
        if call is not None and call.need is not None and call.state != "settled"
    ]


async def _tell_person(
    person: Person, calls: list[Open], beyond: int, unit: Unit, rules: Rules
) -> None:
    """At the webhook where there is one and the route allows it, else by mail."""
    how = await unit.load(Preferences, preferences_id(person.subject))
    language = (how.language if how else None) or person.language
    hooked = [one for one in calls if person.webhook and "webhook" in one[0].channels]
    mailed = [one for one in calls if one not in hooked and "mail" in one[0].channels]
    if hooked:
        to = Hook(person.subject, person.webhook, person.webhook_form, language)
        _tell_hook(to, hooked, 0 if mailed else beyond, unit, rules)
    reach = await unit.load(Reach, reach_id(person.subject))
    if mailed and reach is not None and reach.fails == person.email:
        for _, call, _ in mailed:
            await pass_on(call, unit, rules)
    elif mailed:
        _mail(person, language, mailed, beyond, unit)


def _mail(person: Person, language: Language, calls: list[Open], beyond: int, unit: Unit) -> None:
    id = id_of("mail", person.subject, unit.message.id)
    said = _said(id, person.subject, "mail", calls, beyond, unit)
    thread = calls[0][1].story if not said["rows"] else ""
    unit.effect(
        id,
        SendMail(subject=person.subject, to=person.email, language=language, thread=thread, **said),
    )


def _tell_hook(to: Hook, calls: list[Open], beyond: int, unit: Unit, rules: Rules) -> None:
    """What it has not taken in time is mailed."""
    id = id_of("hook", to.recipient, unit.message.id)
    said = _said(id, to.recipient, "webhook", calls, beyond, unit)
    late = unit.now + rules.webhooks.fallback
    unit.schedule(f"hook/{id}", late, HookLate(deliveries=said["deliveries"]))
    unit.effect(
        id,
        SendHook(
            endpoint_id=to.recipient,
            url=to.url,
            form=to.form,
            language=to.language,
            give_up=late,
            **said,
        ),
    )


def _said(
    id: str, recipient: str, channel: str, calls: list[Open], beyond: int, unit: Unit
) -> dict[str, Any]:
    """What a message says of these needs, whichever way it goes; it is noted as on its way."""
    first, call, need = calls[0]
    one = len(calls) == 1 and not beyond
    words = f"need.{first.kind}" if one else "several"
    deliveries = _deliveries(id, recipient, calls, words)
    for delivery in deliveries:
        delivery.queued, delivery.about = unit.now.isoformat(), need.about if one else ""
        delivery.channel = channel
        unit.save(delivery)
    return {
        "notification_id": id,
        "deliveries": tuple(delivery.id for delivery in deliveries),
        "words": "escalated" if one and first.escalated else words,
        "due": first.due,
        "facts": (("kind", first.kind), ("count", str(len(calls) + beyond))),
        "rows": () if one else tuple(_row(piled, unit.now) for piled, _, _ in calls[:MOST_ROWS]),
        "more": 0 if one else max(0, len(calls) - MOST_ROWS) + beyond,
        "path": f"/needs/{call.id}" if one else "/",
    }


def _deliveries(id: str, recipient: str, calls: list[Open], words: str) -> list[Delivery]:
    """One for each buyer in it: what was sent is shown to a buyer's own people."""
    needs: dict[str, list[str]] = {}
    for _, _, need in calls:
        needs.setdefault(need.buyer_id, []).append(need.id)
    return [
        Delivery(
            id=id_of("mail", id, buyer_id) if len(needs) > 1 else id,
            recipient=recipient,
            buyer_id=buyer_id,
            words=words,
            need_ids=tuple(ids),
            queued="",
            message=id,
        )
        for buyer_id, ids in needs.items()
    ]


def _row(one: Piled, now: datetime) -> Row:
    return Row(
        kind=one.kind,
        due=one.due,
        path=f"/needs/{one.call_id}",
        escalated=one.escalated,
        late=one.due < now,
    )


@router.does(SendMail)
async def send_mail(
    effect: SendMail, mailer: Mailer, figures: Counts
) -> MailAccepted | MailRefused:
    problem = await mailer.send(effect)
    note(figures, "mail", effect, problem)
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
