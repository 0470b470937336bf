"""Needs: put to people, passed on when nobody acts or looks, and ended."""

import logging
from datetime import datetime

from services.notifications.domain import (
    AGAIN_AFTER,
    DIRECTORY,
    TEAM,
    Call,
    Contract,
    Directory,
    InboxEntry,
    Person,
    Pile,
    Piled,
    Preferences,
    Rota,
    id_of,
    pile_id,
    preferences_id,
    rota_id,
)
from services.notifications.handlers.routes import router
from services.notifications.hours import in_office_hours, next_digest, quiet_until, today
from services.notifications.messages import CallOverdue, CallUnread, PileDue
from services.notifications.rules import Route, Rules
from shared.events.base import Event, Need
from shared.unit import Unit

log = logging.getLogger("ansvar.notifications")


async def ring(event: Event, need: Need, unit: Unit, rules: Rules) -> None:
    """Put a need to its people: once, however many facts carry it."""
    call_id = id_of("need", need.id)
    call = await unit.load(Call, call_id) or Call(id=call_id)
    happened = unit.message.time or unit.now
    name, story = type(event).__name__, unit.message.story
    route = rules.route_of(need, event, await _category(event, unit))
    if not call.raised(need, happened, event=name, story=story, route=rules.routes.index(route)):
        return
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    people = await whom(call, directory, unit, rules)
    await tell(call, call.put_to(people), unit, rules)
    if not call.told:
        log.error("a need reaches nobody", extra={"need": need.id, "role": need.role})
    unit.schedule(f"overdue/{call_id}", need.due, CallOverdue(call_id=call_id))
    unit.schedule(f"unread/{call_id}", unit.now + route.unread, CallUnread(call_id=call_id))
    unit.save(call)


async def _category(event: Event, unit: Unit) -> str:
    contract_id = str(getattr(event, "contract_id", ""))
    contract = await unit.load(Contract, contract_id) if contract_id else None
    return contract.category if contract else ""


async def whom(call: Call, directory: Directory, unit: Unit, rules: Rules) -> tuple[Person, ...]:
    """Those asked, the deputies of those away, and at night those on duty for what cannot wait."""
    need = call.need
    assert need is not None
    route = rules.routes[call.route]
    people = list(directory.asked_by(need))
    for role in route.also:
        people += directory.with_role(role, need.buyer_id)
    people += directory.members(route.teams, need.buyer_id)
    away = await _away(people, directory, unit)
    people = list(directory.instead_of(tuple(people), away, need))
    if route.speed == "at-once" and not _open(unit.now, rules):
        rota = await unit.load(Rota, rota_id(need.buyer_id))
        on_duty = rota.on_duty(unit.now) if rota else ()
        people += [p for s in on_duty if (p := directory.find(s)) and p.serves(need.buyer_id)]
    return tuple({person.subject: person for person in people}.values())


async def _away(people: list[Person], directory: Directory, unit: Unit) -> frozenset[str]:
    """Who of these, and of those who stand in for them, is away today."""
    meant = {person.subject: person for person in people}
    waiting = list(people)
    while waiting:
        deputy = directory.find(waiting.pop().deputy)
        if deputy is not None and deputy.subject not in meant:
            meant[deputy.subject] = deputy
            waiting.append(deputy)
    await unit.prefetch(Preferences, [preferences_id(one) for one in meant], cached=False)
    day = today(unit.now)
    hows = [await _told_how(person, unit) for person in meant.values()]
    return frozenset(how.subject for how in hows if how.is_away(day))


def _open(at: datetime, rules: Rules) -> bool:
    return in_office_hours(at, rules.office.opens, rules.office.closes)


async def tell(
    call: Call, people: tuple[Person, ...], unit: Unit, rules: Rules, *, escalated: bool = False
) -> None:
    """An inbox entry for each, and for those who are there a place on the pile of their mail."""
    need = call.need
    assert need is not None
    route = rules.routes[call.route]
    for person in people:
        entry_id = id_of("inbox", need.id, person.subject)
        entry = await unit.load(InboxEntry, entry_id) or InboxEntry(
            id=entry_id, subject=person.subject, call_id=call.id, need=need, since=unit.now
        )
        entry.ring(need, unit.now, escalated=escalated)
        unit.save(entry)
        how = await _told_how(person, unit)
        if route.tells and (not how.is_away(today(unit.now)) or len(people) == 1):
            when = _when(route, how, unit.now, rules)
            channels = route.channels if _wants_mail(route, how) else ("webhook",)
            if "mail" in channels or person.webhook:
                one = piled(call, need, when, channels, escalated=escalated)
                await pile_up(one, person.subject, unit, rules)
    if people and "webhook" in route.channels:
        directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
        for team in directory.teams_of(people, need.buyer_id):
            one = piled(call, need, unit.now, ("webhook",), escalated=escalated)
            await pile_up(one, f"{TEAM}{team.id}", unit, rules)


def _wants_mail(route: Route, how: Preferences) -> bool:
    return how.mail != "urgent" or route.speed == "at-once"


def _when(route: Route, how: Preferences, now: datetime, rules: Rules) -> datetime:
    """When a mail about it may go to this person."""
    if route.speed == "at-once":
        return now
    if how.mail == "digest":
        return next_digest(now, rules.office.digest_at)
    return quiet_until(how, now)


async def _told_how(person: Person, unit: Unit) -> Preferences:
    id = preferences_id(person.subject)
    return await unit.load(Preferences, id) or Preferences(id=id, subject=person.subject)


def piled(
    call: Call, need: Need, when: datetime, channels: tuple[str, ...], *, escalated: bool = False
) -> Piled:
    return Piled(
        call_id=call.id,
        need_id=need.id,
        kind=need.kind,
        due=need.due,
        when=when,
        escalated=escalated,
        channels=channels,
    )


async def pile_up(one: Piled, subject: str, unit: Unit, rules: Rules) -> None:
    """Have it told to a person, or at the webhook of a team, with what else comes."""
    id = pile_id(subject)
    pile = await unit.load(Pile, id) or Pile(id=id, subject=subject)
    pile.put(one, unit.now)
    look = max(one.when, unit.now + rules.gathering.pause)
    if pile.look_at(look):
        unit.schedule(f"pile/{subject}", look, PileDue(subject=subject))
    unit.save(pile)


async def settle(need_id: str, unit: Unit) -> None:
    call_id = id_of("need", need_id)
    call = await unit.load(Call, call_id) or Call(id=call_id)
    call.settle(unit.message.time or unit.now)
    unit.save(call)
    unit.cancel(f"overdue/{call_id}")
    unit.cancel(f"unread/{call_id}")
    for entry in await unit.find(InboxEntry, call_id=call_id):
        entry.settle()
        unit.save(entry)


@router.on(CallOverdue)
async def overdue(event: CallOverdue, unit: Unit, rules: Rules) -> None:
    """Nobody acted in time: the next person is told, then the next, a day apart."""
    call = await unit.get(Call, event.call_id)
    if call.state == "settled" or call.need is None:
        return
    passed_on = await pass_on(call, unit, rules)
    if passed_on or not call.told:
        again = unit.now + AGAIN_AFTER
        unit.schedule(f"overdue/{call.id}", again, CallOverdue(call_id=call.id))


@router.on(CallUnread)
async def unread(event: CallUnread, unit: Unit, rules: Rules) -> None:
    """None of those who were told has looked: the next person is told, once."""
    call = await unit.get(Call, event.call_id)
    if call.state == "settled" or call.need is None:
        return
    entries = await unit.find(InboxEntry, call_id=call.id)
    if any(entry.state == "read" for entry in entries):
        return
    await pass_on(call, unit, rules)


async def pass_on(call: Call, unit: Unit, rules: Rules) -> bool:
    """Tell the next people who have not been told. Says whether there are any."""
    assert call.need is not None
    directory = await unit.load(Directory, DIRECTORY) or Directory(id=DIRECTORY)
    people = directory.next_after(call.told, call.need)
    await tell(call, call.escalate(people), unit, rules, escalated=True)
    unit.save(call)
    return bool(people)


async def tell_the_untold(directory: Directory, unit: Unit, rules: Rules) -> None:
    """Needs that reached nobody reach those who are there now."""
    for call in await unit.find(Call, state="untold"):
        if call.need is not None:
            await tell(call, call.put_to(directory.asked_by(call.need)), unit, rules)
            unit.save(call)
