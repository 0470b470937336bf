"""What contracts and chains say: which law, which clauses, who is who."""

from datetime import date

from services.breaches.domain import Agreement, Case
from services.breaches.domain.ending import what_ends
from services.breaches.handlers.door import router
from services.breaches.handlers.ending import tell_end
from services.breaches.handlers.opening import save, tendering_of
from services.breaches.rulebook import Shelf
from shared.events.contracts import (
    ClausesSet,
    ContractEnded,
    ContractPassedOn,
    ContractSigned,
)
from shared.events.subcontractors import (
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorReplaced,
    SubcontractorWithdrawn,
)
from shared.unit import Unit


@router.on(ContractSigned, loads=(Agreement, "contract_id"))
async def note_contract(event: ContractSigned, unit: Unit) -> None:
    """What is open of its suppliers from the procedure goes on with the contract."""
    if await unit.load(Agreement, event.contract_id) is not None:
        return
    agreement = Agreement.of(event)
    unit.save(agreement)
    procedure = await tendering_of(unit, agreement)
    for case in await unit.find(Case, contract_id=procedure.id, open=True) if procedure else ():
        if case.party_id in agreement.supplier_ids:
            case.goes_on_with(agreement.id, unit.now)
            save(unit, case)


@router.on(ClausesSet, loads=(Agreement, "contract_id"))
async def note_clauses(event: ClausesSet, unit: Unit) -> None:
    agreement = await unit.get(Agreement, event.contract_id)
    agreement.clauses = event.clauses
    unit.save(agreement)


@router.on(SubcontractorDeclared, loads=(Agreement, "contract_id"))
async def note_subcontractor(event: SubcontractorDeclared, unit: Unit) -> None:
    agreement = await unit.get(Agreement, event.contract_id)
    agreement.meet(event.party)
    unit.save(agreement)


@router.on(ContractPassedOn)
async def pass_on(event: ContractPassedOn, unit: Unit) -> None:
    """Another authority is the buyer: what is open is its business, and its people are asked.

    What is closed stays the case of the one that decided it.
    """
    agreement = await unit.get(Agreement, event.contract_id)
    agreement.buyer_id, agreement.buyer_name = event.buyer_id, event.buyer_name
    unit.save(agreement)
    for case in await unit.find(Case, contract_id=agreement.id, open=True):
        case.pass_on(event.buyer_id, unit.now)
        save(unit, case)


@router.on(ContractEnded)
async def close_all(event: ContractEnded, unit: Unit, shelf: Shelf) -> None:
    """Nothing is pursued on a contract that is over."""
    agreement = await unit.get(Agreement, event.contract_id)
    agreement.over = event.reason or "ended"
    unit.save(agreement)
    for case in await unit.find(Case, contract_id=agreement.id, open=True):
        ending = what_ends(case)
        case.falls_away(f"the contract is over: {agreement.over}", unit.now)
        if not case.open:
            await tell_end(unit, case, agreement, shelf, ending, "over")
        save(unit, case)


@router.on(SubcontractorReplaced)
async def close_replaced(event: SubcontractorReplaced, unit: Unit, shelf: Shelf) -> None:
    """Whatever was wrong with the one who went no longer touches this contract."""
    reason = f"replaced by {event.incoming_id} from {event.effective}"
    gone = (event.outgoing_id, event.effective)
    await _remedied(unit, shelf, event.contract_id, *gone, reason, "replaced")


@router.on(SubcontractorWithdrawn)
async def close_withdrawn(event: SubcontractorWithdrawn, unit: Unit, shelf: Shelf) -> None:
    reason = f"it has left the chain on {event.ends}: {event.reason}"
    gone = (event.party_id, event.ends)
    await _remedied(unit, shelf, event.contract_id, *gone, reason, "left")


@router.on(SubcontractorNotApproved)
async def close_not_approved(event: SubcontractorNotApproved, unit: Unit, shelf: Shelf) -> None:
    reason = f"it was not approved and does not work on the contract: {event.reason}"
    gone = (event.party_id, None)
    await _remedied(unit, shelf, event.contract_id, *gone, reason, "not_approved")


async def _remedied(
    unit: Unit,
    shelf: Shelf,
    contract_id: str,
    party_id: str,
    leaves: date | None,
    reason: str,
    outcome: str,
) -> None:
    """Who was stopped, heard or ordered something is told by letter that this has ended."""
    agreement = await unit.load(Agreement, contract_id)
    if agreement is not None:
        agreement.leaves(party_id)
        unit.save(agreement)
    for case in await unit.find(Case, contract_id=contract_id, party_id=party_id, open=True):
        ending = what_ends(case)
        case.is_remedied(reason, unit.now)
        if agreement is not None:
            await tell_end(unit, case, agreement, shelf, ending, outcome, leaves)
        save(unit, case)
