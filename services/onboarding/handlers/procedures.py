"""Procedures before their award: when proof must be there, computed backwards, and who shows it.

What `contracts` tells of a procedure is enough; a person, or the buyer's system, may tell the days
by hand where no notice is taken in.
"""

from typing import Any

from services.onboarding.deciding import OpenQualification, PlanProcedure
from services.onboarding.domain import Contract, Party, Qualification, asked, reference_of
from services.onboarding.policy import Policy
from shared.domain import Forbidden, Rejected
from shared.events.contracts import AwardIntended, ProcedureAwarded, ProcedureOpened
from shared.events.words import Role
from shared.unit import Unit

from .asking import around, forget, keep, plan, wanted_of
from .router import router
from .steps import register


@router.on(ProcedureOpened, loads=(Contract, "procedure_id"))
async def know_procedure(event: ProcedureOpened, unit: Unit) -> None:
    """What it is about is known before anybody is asked for anything."""
    procedure = await _procedure(event.procedure_id, event.reference, event.buyer_id, unit)
    procedure.country, procedure.reference = event.country, reference_of(event.reference)
    procedure.category, procedure.value = event.category, event.value
    unit.save(procedure)


@router.on(AwardIntended, loads=(Contract, "procedure_id"))
async def prepare_award(event: AwardIntended, unit: Unit, policy: Policy) -> None:
    """The winners and those whom they rely on are asked, so that proof is there by the award.

    An intention that is told anew counts: whoever is no longer meant is asked for nothing more.
    """
    procedure = await _procedure(event.procedure_id, event.reference, event.buyer_id, unit)
    procedure.award, procedure.tenders_until = event.award_on, event.tenders_until
    unit.save(procedure)
    meant = [(one, Role.SUPPLIER) for one in event.winners]
    meant += [(one, Role.SUBCONTRACTOR) for one in event.chain]
    stay = {(one.party_id, role.value) for one, role in meant}
    for one in await unit.find(Qualification, contract_id=procedure.id):
        if (one.party_id, one.role) not in stay:
            await _close(one, unit)
    await _move_days(procedure, unit, policy)
    for described, role in meant:
        party = await register(described, procedure.id, unit, policy)
        await plan(procedure, party.party, role, unit, policy)


@router.on(ProcedureAwarded, loads=(Contract, "procedure_id"))
async def pass_award(event: ProcedureAwarded, unit: Unit) -> None:
    """Those who did not win are asked for nothing more; without a winner, nobody is."""
    procedure = await _procedure(event.procedure_id, event.reference, event.buyer_id, unit)
    procedure.award, procedure.ended = event.awarded, not event.winner_ids
    unit.save(procedure)
    for one in await unit.find(Qualification, contract_id=procedure.id):
        lost = one.role == Role.SUPPLIER and one.party_id not in event.winner_ids
        if lost or procedure.ended:
            await _close(one, unit)


async def sign(reference: str, contract: Contract, unit: Unit) -> None:
    """A contract came of a procedure: what its suppliers show from now on, they show for it."""
    if not reference:
        return
    for procedure in await unit.find(
        Contract, buyer_id=contract.buyer_id, reference=reference_of(reference)
    ):
        if procedure.supplier_ids:
            continue
        for one in await unit.find(Qualification, contract_id=procedure.id):
            if one.party_id in contract.supplier_ids:
                await _close(one, unit)


async def _procedure(id: str, reference: str, buyer_id: str, unit: Unit) -> Contract:
    """The procedure, also where a person told of it by its reference before its notice came."""
    found = await unit.load(Contract, id)
    if found is None:
        alike = await unit.find(Contract, buyer_id=buyer_id, reference=reference_of(reference))
        found = next((one for one in alike if not one.supplier_ids), None)
    return found or Contract(id=id, buyer_id=buyer_id, reference=reference_of(reference))


async def _move_days(procedure: Contract, unit: Unit, policy: Policy) -> None:
    """What nobody was asked for yet is planned by the newer days."""
    rule = policy.on(unit.now.date(), procedure.buyer_id)
    for one in await unit.find(Qualification, contract_id=procedure.id):
        wanted = [wanted_of(kind, procedure, rule, unit) for kind in asked.unsent(one)]
        if asked.plan_anew(one, wanted, await around(one, unit, rule)):
            await keep(one, one.requests, unit, rule)


async def _close(one: Qualification, unit: Unit) -> None:
    forget(one.close(), unit)
    await keep(one, (), unit)


# ---------------------------------------------------------------- told by hand


@router.on(PlanProcedure)
async def plan_procedure(command: PlanProcedure, unit: Unit, policy: Policy) -> dict[str, Any]:
    """A procedure, and the days by which proof must be there. Told again, the newer days count."""
    if unit.caller is None:
        raise Forbidden("a procedure is planned by a person or the buyer's system")
    unit.caller.must_serve(command.buyer_id)
    if command.award <= unit.now.date():
        raise Rejected(f"the award on {command.award} is not to come any more", field="award")
    if command.tenders_until and command.tenders_until < command.award:
        raise Rejected("the tenders would not bind until the award", field="tenders_until")
    if command.starts and command.starts < command.award:
        raise Rejected("the contract would begin before the award", field="starts")
    procedure = await _procedure(command.procedure_id, command.procedure_id, command.buyer_id, unit)
    if procedure.buyer_id != command.buyer_id:
        raise Rejected("this procedure belongs to another buyer", field="procedure_id")
    if procedure.supplier_ids:
        raise Rejected("this contract is signed already", field="procedure_id")
    procedure.country, procedure.category = command.country, command.category
    procedure.value, procedure.award = command.value, command.award
    procedure.tenders_until, procedure.starts = command.tenders_until, command.starts
    unit.save(procedure)
    await _move_days(procedure, unit, policy)
    return {"procedure_id": procedure.id}


@router.on(OpenQualification)
async def open_qualification(
    command: OpenQualification, unit: Unit, policy: Policy
) -> dict[str, Any]:
    """Somebody is to show what a role asks for: in a procedure, or relied upon in a contract."""
    contract = await unit.get(Contract, command.contract_id)
    if unit.caller is None:
        raise Forbidden("this is asked by a person or the buyer's system")
    unit.caller.must_serve(contract.buyer_id)
    if command.role not in list(Role):
        raise Rejected(f"the roles are {', '.join(Role)}", field="role")
    if contract.ended:
        raise Rejected("this contract is over", field="contract_id")
    party = await unit.load(Party, command.party_id)
    if party is None:
        raise Rejected(f"no party {command.party_id} is known here", field="party_id")
    one = await plan(contract, party.party, command.role, unit, policy)
    return {"qualification_id": one.id, "stage": one.stage}
