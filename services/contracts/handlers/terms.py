"""What people decide about the terms of a contract: its clauses, and who is its buyer."""

from datetime import UTC, datetime, time

from services.contracts.clause_templates import Templates
from services.contracts.commands import BuyerPasses, PassOnContracts, SetClauses
from services.contracts.domain import (
    LISTS_IN_FORCE,
    Act,
    Contract,
    ListsInForce,
    Stage,
)
from services.contracts.handlers.concerns import known, note_parties
from services.contracts.handlers.door import router
from services.contracts.handlers.releases import begin
from services.contracts.handlers.sending import tell_endpoints
from services.contracts.sending_terms import SendingTerms
from shared.domain import Rejected
from shared.unit import Unit

AT_ONCE = 100
"""Contracts that are passed on in one message; the rest follows in the next."""


@router.on(SetClauses)
async def set_clauses(command: SetClauses, unit: Unit, templates: Templates) -> dict[str, object]:
    """Each clause is set, and each omitted one left out, for a reason ("efter konkret vurdering").

    A clause about something that the catalogue does not know brings its own plan of follow-up.
    """
    assert unit.caller is not None
    contract = await known(unit, command.contract_id)
    may = [one.buyer_id for one in contract.joint if Act.DECIDE in one.may]
    if not any(unit.caller.serves(buyer_id) for buyer_id in may):
        unit.caller.must_serve(contract.buyer_id)
    if contract.stage is Stage.ENDED:
        raise Rejected(f"contract {contract.id} is over and changes no more")
    for number, clause in enumerate(command.clauses):
        if clause.follow_up is None and clause.code not in templates.obligations.obligations:
            raise Rejected(
                f"nobody has planned how {clause.code} is followed up: say method, every_months "
                "and role",
                field=f"clauses.{number}.follow_up",
            )
    by = unit.caller.subject
    omitted = tuple(one.model_copy(update={"by": by}) for one in command.omitted)
    clauses = templates.complete(command.clauses)
    changed = contract.set_clauses(clauses, "decided", unit.now, omitted)
    unit.save(contract)
    return {"contract_id": contract.id, "changed": changed}


@router.on(PassOnContracts)
async def pass_on(command: PassOnContracts, unit: Unit) -> dict[str, object]:
    """Another authority takes over from a day on, as where regions merge."""
    assert unit.caller is not None
    unit.caller.must_serve(command.buyer_id)
    if command.buyer_id == command.successor_id:
        raise Rejected("a buyer cannot succeed itself", field="successor_id")
    bought = await unit.find(Contract, buyer_ids=command.buyer_id)
    held = [one for one in bought if one.buyer_id == command.buyer_id]
    wanted = set(command.contract_ids) or {one.id for one in held}
    running = [one.id for one in held if one.stage is Stage.SIGNED and one.id in wanted]
    if missing := sorted(set(command.contract_ids) - set(running)):
        raise Rejected(
            f"contract {missing[0]} is no running one of that buyer", field="contract_ids"
        )
    day = datetime.combine(command.effective, time.min, UTC)
    passes = BuyerPasses(
        buyer_id=command.buyer_id,
        contract_ids=tuple(running),
        successor_id=command.successor_id,
        successor_name=command.successor_name,
        effective=command.effective,
        reason=command.reason,
        by=unit.caller.subject,
    )
    unit.schedule(_reminder(passes), max(day, unit.now), passes)
    return {"contracts": len(running), "effective": command.effective.isoformat()}


@router.on(BuyerPasses)
async def buyer_passes(moment: BuyerPasses, unit: Unit, terms: SendingTerms) -> None:
    """The day has come. What has ended meanwhile stays with whom it ended."""
    now, later = moment.contract_ids[:AT_ONCE], moment.contract_ids[AT_ONCE:]
    for contract_id in now:
        contract = await known(unit, contract_id)
        if contract.stage is Stage.SIGNED and contract.buyer_id == moment.buyer_id:
            await _pass_on(contract, moment, unit, terms)
    if later:
        rest = moment.model_copy(update={"contract_ids": later})
        unit.schedule(_reminder(rest), unit.now, rest)


async def _pass_on(
    contract: Contract, moment: BuyerPasses, unit: Unit, terms: SendingTerms
) -> None:
    """Statuses go along: the successor's contract system is told, the old buyer's parties move."""
    party_ids = {concern.party_id for concern in contract.concerns}
    before = contract.buyer_ids
    contract.pass_on(
        moment.successor_id, moment.successor_name, moment.effective, moment.reason, moment.by
    )
    leaving = [buyer_id for buyer_id in before if buyer_id not in contract.buyer_ids]
    await note_parties(contract, party_ids, contract.list_as_of, unit, leaving=leaving)
    unit.save(contract)
    await begin(contract, unit, terms)
    if contract.status_version:
        lists = await unit.load(ListsInForce, LISTS_IN_FORCE)
        contract.list_as_of = lists.lists if lists else contract.list_as_of
        await tell_endpoints(contract, unit, terms)


def _reminder(passes: BuyerPasses) -> str:
    first = passes.contract_ids[0] if passes.contract_ids else "-"
    return f"passes/{passes.buyer_id}/{passes.successor_id}/{first}"
