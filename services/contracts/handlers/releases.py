"""Releases of the contract system: each is answered with what happened, or what is wrong."""

import hashlib

from services.contracts.clause_templates import Templates
from services.contracts.commands import TakeIn
from services.contracts.domain import Contract, Deal, KnownParty, Stage, Tidings
from services.contracts.handlers.door import router
from services.contracts.handlers.knowing import identify, party_works
from services.contracts.handlers.nightly import wait_for_the_night
from services.contracts.handlers.procedures import take_notice
from services.contracts.handlers.remembering import remember
from services.contracts.reading import Reading
from services.contracts.sending_terms import SendingTerms
from shared.domain import Record, Rejected
from shared.unit import Unit


class SeenRelease(Record):
    """A release that was taken in, with the hash of what it said."""

    fingerprint: str

    @staticmethod
    def id_of(reading: Reading) -> str:
        said = f"{reading.ocid}|{reading.release_id}".encode()
        return f"release-{hashlib.sha256(said).hexdigest()[:32]}"


@router.on(TakeIn)
async def take_in(
    command: TakeIn, unit: Unit, templates: Templates, terms: SendingTerms
) -> dict[str, object]:
    """Every release is answered for itself: one that is wrong keeps none of the others out."""
    assert unit.caller is not None
    all_told = [told for reading in command.readings for told in reading.told]
    noticed = [reading.noticed for reading in command.readings if reading.noticed is not None]
    buyers = {one.buyer_id for one in all_told} | {one.buyer_id for one in noticed}
    for buyer_id in sorted(buyers):
        unit.caller.must_serve(buyer_id)
    await unit.prefetch(SeenRelease, map(SeenRelease.id_of, command.readings), cached=False)
    news = [told for one in command.readings if not await _seen(one, unit) for told in one.told]
    await unit.prefetch(Contract, [told.contract_id for told in news], cached=False)
    suppliers = [party.party_id for told in news for party in told.suppliers]
    await unit.prefetch(KnownParty, suppliers, cached=False)
    lines = [await _take_in_one(reading, unit, templates, terms) for reading in command.readings]
    outcomes = [str(line["outcome"]) for line in lines]
    return {"releases": lines, **{word: outcomes.count(word) for word in ("taken", "refused")}}


async def _take_in_one(
    reading: Reading, unit: Unit, templates: Templates, terms: SendingTerms
) -> dict[str, object]:
    line: dict[str, object] = {"ocid": reading.ocid, "release_id": reading.release_id}
    if reading.problem:
        return line | {"outcome": "refused", "field": reading.field, "reason": reading.problem}
    if not reading.told and reading.noticed is None:
        tags = ", ".join(reading.tags)
        return line | {"outcome": "passed_over", "reason": f"nothing about a contract: {tags}"}
    seen = await _seen(reading, unit)
    if seen is not None and seen.fingerprint == reading.fingerprint:
        return line | {"outcome": "known", "reason": "this release was taken in before"}
    if seen is not None:
        reason = "this id belongs to another release; a release never changes, send a new one"
        return line | {"outcome": "refused", "field": f"{reading.place}.id", "reason": reason}
    answers = [await _answer(told, unit, templates) for told in reading.told]
    contracts = [answer for answer, _ in answers]
    if any(contract["outcome"] == "refused" for contract in contracts):
        return line | {"outcome": "refused", "contracts": contracts}
    for answer, contract in answers:
        if contract is not None:
            contract.ocid = reading.ocid
            unit.save(contract)
            if answer["outcome"] == "signed":
                await begin(contract, unit, terms)
    if reading.noticed is not None:
        line["procedure"] = await take_notice(reading.noticed, unit)
    unit.put(SeenRelease(id=SeenRelease.id_of(reading), fingerprint=reading.fingerprint))
    return line | {"outcome": "taken", "contracts": contracts}


async def _seen(reading: Reading, unit: Unit) -> SeenRelease | None:
    return await unit.record(SeenRelease, SeenRelease.id_of(reading))


async def _answer(
    told: Deal, unit: Unit, templates: Templates
) -> tuple[dict[str, object], Contract | None]:
    line: dict[str, object] = {"contract_id": told.contract_id}
    try:
        answer, contract = await _apply(told, unit, templates)
    except Rejected as rejected:
        refused = {"outcome": "refused", "field": rejected.field, "reason": rejected.reason}
        return line | refused, None
    return line | answer, contract


async def _apply(
    told: Deal, unit: Unit, templates: Templates
) -> tuple[dict[str, object], Contract]:
    """What a line makes of its contract, on a copy: nothing is done where another part of the
    line is refused.
    """
    held = await unit.load(Contract, told.contract_id) or Contract(id=told.contract_id)
    contract = held.copy_to_change()
    if told.buyer_id in contract.predecessors:
        told = told.model_copy(update={"buyer_id": contract.buyer_id})
    if contract.buyer_id not in ("", told.buyer_id):
        raise Rejected("this contract belongs to another buyer", field="buyer.id")
    if contract.stage is not Stage.EXPECTED:
        return _continue(contract, told, templates), contract
    if told.tidings is not Tidings.SIGNED:
        contract.expect(told)
        return {"outcome": "waiting", "reason": "the contract itself has not come yet"}, contract
    earlier = contract.sign(told)
    source, clauses = "contract", templates.complete(told.clauses or ())
    if told.clauses is None:
        day = told.signed or told.awarded or told.at.date()
        source, clauses = templates.clauses(told.buyer_id, told.category or "", day)
    contract.set_clauses(clauses, source, told.at, told.omitted)
    for one in earlier:
        _continue(contract, one, templates)
    if told.over:
        contract.end(told.reason or "terminated", told.at)
    return {"outcome": "signed", "clauses": source}, contract


async def begin(contract: Contract, unit: Unit, terms: SendingTerms) -> None:
    """A contract that was taken over stands from now on, and its suppliers are known."""
    for supplier in contract.suppliers:
        await party_works(supplier, contract.id, contract.buyer_ids, unit)
    await identify(contract, unit)
    remember(contract, unit)
    await wait_for_the_night(contract.buyer_id, contract.country, unit, terms)


def _continue(contract: Contract, told: Deal, templates: Templates) -> dict[str, object]:
    """What a release changes in a contract that is known."""
    changed = list(contract.amend(told))
    if told.clauses is not None:
        clauses = templates.complete(told.clauses)
        if contract.set_clauses(clauses, "contract", told.at, told.omitted):
            changed.append("clauses")
    if told.over and contract.end(told.reason or "terminated", told.at):
        return {"outcome": "ended", "changed": changed}
    return {"outcome": "amended" if changed else "unchanged", "changed": changed}
