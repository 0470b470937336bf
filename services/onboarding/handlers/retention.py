"""When a contract is over, the time of what is kept for it begins, and ends by itself."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.onboarding.commands import KeptLongEnough
from services.onboarding.domain import Contract, Document, Ledger, Party, Qualification
from services.onboarding.domain.retention import Retention, RetentionState, retention_id
from services.onboarding.retention import RetentionRules
from services.onboarding.retention.commands import (
    DecideErasure,
    ErasePersons,
    ErasureDue,
    ErasureNear,
    HoldErasure,
    PersonsErased,
    ReleaseErasure,
    RetentionCommand,
)
from shared.calendar import ZONES, Country, working_days_before
from shared.domain import Caller, Forbidden, Rejected
from shared.erasures import Persons
from shared.events.base import is_natural_person
from shared.events.offences import told_in
from shared.retention import noon_of
from shared.sealing import HeldBack
from shared.unit import Unit

from .router import router

SHORTEST_REASON = 3


async def begin(contract: Contract, unit: Unit, retention: RetentionRules) -> None:
    """Called when a contract ends. A contract that ends again begins anew."""
    zone = ZoneInfo(ZONES[_country(contract.country)])
    ended = unit.now.astimezone(zone).date()
    rule = retention.on(ended, contract.country, contract.buyer_id)
    day = rule.ends(ended)
    one = await unit.load(Retention, retention_id(contract.id))
    if one is None:
        one = Retention(
            id=retention_id(contract.id),
            contract_id=contract.id,
            buyer_id=contract.buyer_id,
            country=rule.country,
            ended=ended,
            rule=rule.code,
            erase_on=day.isoformat(),
            needs_decision=rule.needs_decision,
        )
    elif not one.begins_anew(ended, rule.code, day, rule.needs_decision):
        return
    one.begin()
    unit.save(one)
    due = noon_of(day, rule.country)
    told = working_days_before(day, rule.notice_working_days, rule.country)
    near = noon_of(told, rule.country)
    unit.schedule(f"erasure-near/{contract.id}", near, ErasureNear(contract_id=contract.id))
    unit.schedule(f"erasure/{contract.id}", due, ErasureDue(contract_id=contract.id))


def _country(said: str) -> Country:
    return "SE" if said == "SE" else "DK"


@router.on(ErasureNear)
async def say_what_goes(moment: ErasureNear, unit: Unit) -> None:
    one = await unit.get(Retention, retention_id(moment.contract_id))
    if await _lives(one.contract_id, unit):
        return
    persons, documents = await _kept_for(one, unit)
    zone = ZoneInfo(ZONES[_country(one.country)])
    day = datetime.fromisoformat(one.erase_on).replace(hour=12, tzinfo=zone)
    one.tell(persons, documents, day.astimezone(UTC))
    unit.save(one)


@router.on(ErasureDue)
async def day_comes(moment: ErasureDue, unit: Unit) -> None:
    one = await unit.get(Retention, retention_id(moment.contract_id))
    if not await _lives(one.contract_id, unit):
        await _erase(one, unit)


async def _erase(one: Retention, unit: Unit) -> None:
    persons, documents = await _kept_for(one, unit)
    if one.day_comes(persons, documents):
        for id in one.documents:
            kept = KeptLongEnough(document_id=id)
            unit.schedule(f"keeping/{id}", unit.now, kept)
        words = await _words_kept_for(one, unit)
        erasing = ErasePersons(contract_id=one.contract_id, persons=one.persons, words=words)
        unit.effect(f"erase-persons/{one.contract_id}", erasing)
    unit.save(one)


@router.does(ErasePersons)
async def erase_persons(effect: ErasePersons, persons: Persons) -> PersonsErased:
    """Destroy their keys. Doing it again changes nothing."""
    held = 0
    for person in (*effect.persons, *effect.words):
        try:
            await persons.destroy(person)
        except HeldBack:
            held += 1
    return PersonsErased(contract_id=effect.contract_id, held=held)


@router.on(PersonsErased)
async def tell_erased(event: PersonsErased, unit: Unit) -> None:
    one = await unit.get(Retention, retention_id(event.contract_id))
    if one.state is RetentionState.ERASING:
        one.erased(event.held)
        unit.save(one)


# ---------------------------------------------------------------- what people say


async def _asked(command: RetentionCommand, unit: Unit) -> tuple[Retention, Caller]:
    one = await unit.get(Retention, retention_id(command.contract_id))
    if unit.caller is None:
        raise Forbidden("this needs a person who is signed in")
    unit.caller.must_serve(one.buyer_id)
    if len(command.reason.strip()) < SHORTEST_REASON:
        raise Rejected("say it in a few words at least", field="reason")
    return one, unit.caller


@router.on(DecideErasure)
async def decide(command: DecideErasure, unit: Unit) -> dict[str, str]:
    one, caller = await _asked(command, unit)
    if len(command.reference.strip()) < SHORTEST_REASON:
        raise Rejected("name the decision as it stands in your records", field="reference")
    one.decide(command.reference.strip(), caller.subject, command.reason.strip())
    if one.state is RetentionState.DUE and not one.held:
        await _erase(one, unit)
    unit.save(one)
    return {"contract_id": one.contract_id, "state": one.state}


@router.on(HoldErasure)
async def hold(command: HoldErasure, unit: Unit) -> dict[str, str]:
    one, caller = await _asked(command, unit)
    one.hold(caller.subject, command.reason.strip())
    unit.save(one)
    return {"contract_id": one.contract_id, "state": one.state}


@router.on(ReleaseErasure)
async def release(command: ReleaseErasure, unit: Unit) -> dict[str, str]:
    one, caller = await _asked(command, unit)
    one.release(caller.subject, command.reason.strip())
    if one.state is RetentionState.DUE:
        await _erase(one, unit)
    unit.save(one)
    return {"contract_id": one.contract_id, "state": one.state}


# ---------------------------------------------------------------- whom nobody needs any more


async def _lives(contract_id: str, unit: Unit) -> bool:
    contract = await unit.load(Contract, contract_id)
    return contract is not None and not contract.ended


async def _kept_for(one: Retention, unit: Unit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Persons whom no other contract of anybody needs, and this buyer's documents of parties with
    which it has no other contract."""
    parties = await _parties_of(one.contract_id, unit)
    persons: set[str] = set()
    documents: list[str] = []
    for id in sorted(parties):
        needed_by = await _needed_by(id, one, unit)
        if one.buyer_id not in needed_by:
            mine = await unit.find(Document, party_id=id, buyer_id=one.buyer_id)
            documents += sorted(document.id for document in mine if document.stored)
            named = {p.party_id for d in mine if d.understood for p in d.understood.persons}
            persons |= {p for p in named if not needed_by}
        if needed_by:
            continue
        party = await unit.load(Party, id)
        owners = party.owner_ids if party is not None else ()
        persons |= {person for person in (id, *owners) if is_natural_person(person)}
    free = [person for person in sorted(persons) if not await _owns_another(person, one, unit)]
    return tuple(free), tuple(documents)


async def _words_kept_for(one: Retention, unit: Unit) -> tuple[str, ...]:
    """The keys of what papers and claims of those parties say of offences, towards this buyer."""
    words: set[str] = set()
    for id in await _parties_of(one.contract_id, unit):
        if one.buyer_id in await _needed_by(id, one, unit):
            continue
        papers = await unit.find(Document, party_id=id, buyer_id=one.buyer_id)
        ledgers = await unit.find(Ledger, party_id=id, buyer_id=one.buyer_id)
        claims = [claim for ledger in ledgers for claim in ledger.claim_ids]
        words |= {told_in(about) for about in (*(paper.id for paper in papers), *claims)}
    return tuple(sorted(words))


async def _parties_of(contract_id: str, unit: Unit) -> set[str]:
    contract = await unit.load(Contract, contract_id)
    qualified = await unit.find(Qualification, contract_id=contract_id)
    suppliers = contract.supplier_ids if contract is not None else ()
    return {*suppliers, *(one.party_id for one in qualified)}


async def _needed_by(party_id: str, one: Retention, unit: Unit) -> set[str]:
    """The buyers that have another contract with a party whose time is not over."""
    contracts = {c.id: c.buyer_id for c in await unit.find(Contract, supplier_ids=party_id)}
    for qualified in await unit.find(Qualification, party_id=party_id):
        contracts[qualified.contract_id] = qualified.buyer_id
    contracts.pop(one.contract_id, None)
    return {buyer for id, buyer in contracts.items() if not await _is_over(id, unit)}


async def _is_over(contract_id: str, unit: Unit) -> bool:
    other = await unit.load(Retention, retention_id(contract_id))
    if other is None or await _lives(contract_id, unit):
        return False
    gone = other.state in (RetentionState.ERASING, RetentionState.ERASED)
    return gone or (not other.held and other.erase_on <= unit.now.date().isoformat())


async def _owns_another(person: str, one: Retention, unit: Unit) -> bool:
    """Whether a person owns, or is, somebody whom another contract still needs."""
    owned = [party.id for party in await unit.find(Party, owner_ids=person)]
    return any([await _needed_by(id, one, unit) for id in (person, *owned)])
