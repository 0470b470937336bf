"""Whoever works here no longer is forgotten by itself, unless somebody holds that back."""

from datetime import date, timedelta

from services.notifications.domain import (
    DIRECTORY,
    Directory,
    Preferences,
    preferences_id,
)
from services.notifications.handlers.routes import router
from services.notifications.hours import today
from services.notifications.messages import DirectoryDue, HoldPerson, ReleasePerson
from shared.domain import Rejected
from shared.retention import KeepingRules
from shared.unit import Unit

LOOK = timedelta(days=7)
"""Between two looks: so much later than its day somebody may be forgotten."""


def watch(directory: Directory, unit: Unit) -> None:
    """From the first person on it is looked at from time to time."""
    if not directory.watched:
        directory.watched = True
        unit.schedule("directory/keeping", unit.now + LOOK, DirectoryDue())


@router.on(DirectoryDue)
async def look(moment: DirectoryDue, unit: Unit, keeping: KeepingRules) -> None:
    directory = await unit.get(Directory, DIRECTORY)
    unit.schedule("directory/keeping", unit.now + LOOK, DirectoryDue())
    day = today(unit.now)
    for person in directory.strangers():
        if person.subject not in directory.seen:  # known before days were noted
            directory.see(person.subject, day)
    for subject in directory.forget(_over(directory, day, keeping)):
        own = await unit.load(Preferences, preferences_id(subject))
        if own is not None:
            unit.save(own.forgotten())
    unit.save(directory)


def _over(directory: Directory, day: date, keeping: KeepingRules) -> dict[str, str]:
    """Whom nobody saw for longer than the rules of all their buyers have it, and by which."""
    found = {}
    for person in directory.strangers():
        rules = [
            keeping.on(day, "SE" if buyer.startswith("se-") else "DK", buyer)
            for buyer in person.buyers or ("*",)
        ]
        last = max(rules, key=lambda rule: rule.months)
        if last.ends(directory.seen[person.subject]) <= day:
            found[person.subject] = last.code
    return found


@router.on(HoldPerson)
async def hold(command: HoldPerson, unit: Unit) -> dict[str, object]:
    directory = await _of_mine(command.subject, unit)
    if len(command.reason.strip()) < 3:
        raise Rejected("say in a few words why", field="reason")
    directory.hold(command.subject, command.reason.strip())
    unit.save(directory)
    return {"subject": command.subject, "held": True}


@router.on(ReleasePerson)
async def release(command: ReleasePerson, unit: Unit) -> dict[str, object]:
    directory = await _of_mine(command.subject, unit)
    directory.release(command.subject)
    unit.save(directory)
    return {"subject": command.subject, "held": False}


async def _of_mine(subject: str, unit: Unit) -> Directory:
    """Of the buyers that the caller acts for alone."""
    assert unit.caller is not None
    directory = await unit.get(Directory, DIRECTORY)
    person = directory.find(subject)
    for buyer_id in person.buyers if person is not None else ():
        unit.caller.must_serve(buyer_id)
    return directory
