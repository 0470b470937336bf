"""Registers that can be asked what has changed are asked so each day, about all parties at once.

Then no party need be asked about alone while the answers are kept fresh. A register that fails is
asked again from the same moment on, so no change is passed over.
"""

from datetime import timedelta

from services.onboarding.deciding import AskChanges, ChangedParty, ChangesDue, ChangesSaid
from services.onboarding.domain.register_entry import RegisterEntry, entry_id
from services.onboarding.domain.register_watch import RegisterWatch, watch_id
from services.onboarding.policy import Policy
from services.onboarding.registers import Registers, RegisterState
from services.onboarding.registers.portfolio import Portfolio
from shared.events.onboarding import RegisterFact
from shared.persons import without_person_numbers
from shared.unit import Unit

from .fresh import EACH, FIRST_PAUSE, ask_changes_after
from .registers import learn
from .router import router

OVERLAP = timedelta(days=1)
"""A change is found in a register some hours after it was dated. One heard twice is no news."""

AT_ONCE = 500
"""Parties of one effect: one or three requests, and one commit of those that changed."""


@router.on(ChangesDue)
async def ask_for_changes(event: ChangesDue, unit: Unit, registers: Registers) -> None:
    watch = await unit.get(RegisterWatch, watch_id(event.register_name))
    if event.register_name not in registers.on:
        ask_changes_after(EACH, watch, unit)
        return
    _ask(
        AskChanges(register_name=watch.register_name, since=watch.until - OVERLAP, began=unit.now),
        unit,
    )


def _ask(effect: AskChanges, unit: Unit) -> None:
    id = f"changes/{effect.register_name}/{effect.began.isoformat()}/{effect.after}"
    unit.effect(id, effect)


@router.does(AskChanges)
async def look(effect: AskChanges, registers: Registers, portfolio: Portfolio) -> ChangesSaid:
    about = effect.model_dump(exclude={"after"})
    held = await portfolio.numbers(effect.register_name, effect.after, AT_ONCE)
    after = held[-1][0] if len(held) == AT_ONCE else ""
    asked = registers.on.get(effect.register_name)
    if asked is None:
        return ChangesSaid(**about, problem="it was switched off meanwhile")
    numbers = list(dict.fromkeys(number for _, number in held if number))
    said = await asked.changed(numbers, effect.since)
    changed = tuple(
        ChangedParty(party_id=id, facts=_clean(said.answers[number].facts))
        for id, number in held
        if number in said.answers
    )
    return ChangesSaid(**about, after=after, changed=changed, problem=said.problem)


def _clean(facts: tuple[RegisterFact, ...]) -> tuple[RegisterFact, ...]:
    return tuple(f.model_copy(update={"value": without_person_numbers(f.value)}) for f in facts)


@router.on(ChangesSaid)
async def take_changes(event: ChangesSaid, unit: Unit, policy: Policy) -> None:
    """Each change is kept and told like an answer about the party alone."""
    watch = await unit.get(RegisterWatch, watch_id(event.register_name))
    if event.problem:
        watch.fail(event.problem, unit.now)
        pause: timedelta = FIRST_PAUSE * 2 ** min(watch.failures - 1, 5)
        ask_changes_after(min(pause, EACH), watch, unit)
    else:
        for one in event.changed:
            await _take(event.register_name, one, unit, policy)
        watch.hear(event.began, len(event.changed), whole=not event.after)
        if event.after:
            _ask(AskChanges.model_validate(event.model_dump()), unit)
        else:
            ask_changes_after(EACH, watch, unit)
    unit.save(watch)


async def _take(register: str, one: ChangedParty, unit: Unit, policy: Policy) -> None:
    entry = await unit.load(RegisterEntry, entry_id(register, one.party_id))
    if entry is None or entry.asking:
        return  # it is being asked about alone: that answer is as new
    if entry.hear(RegisterState.KNOWN, one.facts, "", unit.now):
        await learn(one.party_id, register, one.facts, unit, policy)
    unit.save(entry)
