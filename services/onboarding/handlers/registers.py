"""Registers: asked about parties, asked again when the answer is old, and what they say learnt."""

from datetime import datetime
from typing import Any

from services.onboarding.deciding import AskRegisters, LookUp, RegistersAgain, RegisterSaid
from services.onboarding.domain import Party
from services.onboarding.domain.register_entry import RegisterEntry, entry_id
from services.onboarding.policy import Policy
from services.onboarding.registers import Registers, RegisterState
from services.onboarding.registers.formats import number_for
from shared.events.base import is_natural_person
from shared.events.onboarding import RegisterFact
from shared.persons import without_person_numbers
from shared.unit import Unit

from .fresh import LONGEST_AGE, is_due, kept_fresh, pause, watched
from .router import router
from .steps import register

NATIONAL_REGISTERS = ("cvr", "bolagsverket", "gleif", "eudamed")
"""Those whose name for a company we learn; VIES gives what it was told."""


@router.on(AskRegisters, loads=(Party, "party_id"))
async def ask_registers(command: AskRegisters, unit: Unit, registers: Registers) -> dict[str, Any]:
    """Ask every register that is on and knows the party by a number that we have."""
    party = await unit.get(Party, command.party_id)
    asked = await _ask(party, unit, registers, anew=command.anew)
    if not party.looked_up:
        party.looked_up = True
        unit.save(party)
    return {"party_id": party.id, "asked": asked}


@router.on(RegistersAgain, loads=(Party, "party_id"))
async def ask_again(event: RegistersAgain, unit: Unit, registers: Registers) -> None:
    """So we hear of what has changed meanwhile."""
    await _ask(await unit.get(Party, event.party_id), unit, registers, anew=False)


async def _ask(party: Party, unit: Unit, registers: Registers, *, anew: bool) -> list[str]:
    if is_natural_person(party.id):
        return []
    numbers = {i.scheme: i.value for i in party.party.identifiers}
    asked = []
    for name in registers.on:
        number = number_for(name, numbers)
        if number is None:
            continue
        id = entry_id(name, party.id)
        held = await unit.load(RegisterEntry, id)
        entry = held or RegisterEntry(id=id, party_id=party.id, register_name=name)
        watch = await watched(name, unit)
        if entry.asking:
            continue
        if not anew and watch is not None and kept_fresh(entry, watch, unit.now):
            _again(entry, watch.until + LONGEST_AGE, unit)
            continue
        if not (anew or is_due(entry, unit.now)):
            continue
        entry.known_by = number
        entry.asking = True
        unit.save(entry)
        unit.effect(
            f"look-up/{id}/{unit.now.isoformat()}",
            LookUp(register_name=name, party_id=party.id, number=number),
        )
        asked.append(name)
    return asked


@router.does(LookUp)
async def look_up(effect: LookUp, registers: Registers) -> RegisterSaid:
    about = {"register_name": effect.register_name, "party_id": effect.party_id}
    asked = registers.on.get(effect.register_name)
    if asked is None:
        problem = "it was switched off meanwhile"
        return RegisterSaid(**about, state=RegisterState.UNAVAILABLE, problem=problem)
    answer = await asked.ask(effect.number)
    facts = tuple(
        f.model_copy(update={"value": without_person_numbers(f.value)}) for f in answer.facts
    )
    return RegisterSaid(**about, state=answer.state, facts=facts, problem=answer.problem)


@router.on(RegisterSaid)
async def take_answer(event: RegisterSaid, unit: Unit, policy: Policy) -> None:
    """An answer is kept with its day."""
    entry = await unit.get(RegisterEntry, entry_id(event.register_name, event.party_id))
    news = entry.hear(event.state, event.facts, event.problem, unit.now)
    unit.save(entry)
    _again(entry, unit.now + pause(entry), unit)
    if news:
        await learn(event.party_id, event.register_name, event.facts, unit, policy)


def _again(entry: RegisterEntry, moment: datetime, unit: Unit) -> None:
    again = RegistersAgain(party_id=entry.party_id)
    unit.schedule(f"registers/{entry.id}", moment, again)


async def learn(
    party_id: str,
    register_name: str,
    facts: tuple[RegisterFact, ...],
    unit: Unit,
    policy: Policy,
) -> None:
    """A name that a national register gives is one more to screen."""
    said = {fact.name: fact.value for fact in facts}
    if register_name not in NATIONAL_REGISTERS or "name" not in said:
        return
    party = await unit.get(Party, party_id)
    learnt = party.party.model_copy(
        update={"name": said["name"], "address": said.get("address"), "aliases": ()}
    )
    await register(learnt, f"the register {register_name}", unit, policy)
