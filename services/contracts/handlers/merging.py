"""Parties that turn out to be one, and those that do not (ADR-0032)."""

from collections.abc import Iterable

from services.contracts.commands import PartiesKnownAnew
from services.contracts.domain import Contract, Stage
from services.contracts.handlers.concerns import say_anew
from services.contracts.handlers.door import router
from services.contracts.handlers.knowing import identify, ids_of, known_as, numbers_of, page_of
from services.contracts.handlers.procedures import weigh_awards
from services.contracts.sending_terms import SendingTerms
from shared.events.onboarding import PartiesMerged, PartyAliased, PartySplit
from shared.unit import Unit

AT_ONCE = 100
"""Contracts that are looked at in one message; the rest follows in the next."""


@router.on(PartyAliased)
async def party_has_another_number(event: PartyAliased, unit: Unit, terms: SendingTerms) -> None:
    """Whoever is known by the number alone is known by it as this party from now on."""
    known = await page_of(event.party_id, unit)
    numbers = numbers_of([event.identifier])
    if known.also_has(*numbers):
        unit.save(known)
    for other in numbers:
        await _merge(other, event.party_id, unit, terms)


@router.on(PartiesMerged)
async def merged(event: PartiesMerged, unit: Unit, terms: SendingTerms) -> None:
    await _merge(event.merged_id, event.party_id, unit, terms)


@router.on(PartySplit)
async def split(event: PartySplit, unit: Unit, terms: SendingTerms) -> None:
    """The party stands alone again, with what was told of it; the others stay together."""
    page = await page_of(event.split_id, unit)
    if page.known_as() == page.id:
        return
    ids = await ids_of(event.split_id, unit)
    page.part(unit.now)
    unit.save(page)
    await _look_again(ids, unit, terms)


async def _merge(merged_id: str, into_id: str, unit: Unit, terms: SendingTerms) -> None:
    into = await page_of(await known_as(into_id, unit), unit)
    parts = await ids_of(merged_id, unit)
    if into.id in parts:
        return
    for id in parts:
        part = await page_of(id, unit)
        part.join(into.id, unit.now)
        unit.save(part)
        into.has_twin(id)
    unit.save(into)
    await _look_again(await ids_of(into.id, unit), unit, terms)


async def _look_again(party_ids: tuple[str, ...], unit: Unit, terms: SendingTerms) -> None:
    """Everything that says something of these parties says it of who they are now."""
    contracts: dict[str, None] = {}
    for id in party_ids:
        for found in (
            await unit.find(Contract, supplier_ids=id),
            await unit.find(Contract, concerned_ids=id),
        ):
            contracts |= dict.fromkeys(one.id for one in found)
    await _say_anew(tuple(contracts), party_ids, unit, terms)
    await weigh_awards(party_ids, unit)


@router.on(PartiesKnownAnew)
async def go_on(step: PartiesKnownAnew, unit: Unit, terms: SendingTerms) -> None:
    await _say_anew(step.contract_ids, step.party_ids, unit, terms)


async def _say_anew(
    contract_ids: tuple[str, ...], party_ids: Iterable[str], unit: Unit, terms: SendingTerms
) -> None:
    now, later = contract_ids[:AT_ONCE], contract_ids[AT_ONCE:]
    for id in now:
        contract = await unit.get(Contract, id)
        if contract.stage is not Stage.EXPECTED:
            renamed = await identify(contract, unit)
            await say_anew(contract, party_ids, unit, terms, renamed=renamed)
    if later:
        step = PartiesKnownAnew(contract_ids=later, party_ids=tuple(party_ids))
        unit.schedule(f"known-anew/{later[0]}/{step.party_ids[0]}", unit.now, step)
