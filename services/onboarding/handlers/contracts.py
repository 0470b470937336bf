"""What contracts, chains and cases say: who becomes a party, and what it is asked for."""

from services.onboarding.domain import Contract, Qualification, qualification_id, reference_of
from services.onboarding.policy import Policy
from services.onboarding.retention import RetentionRules
from shared.events.breaches import EnquiryOpened, HearingOpened, LetterIssued
from shared.events.contracts import ContractEnded, ContractSigned, PayeeMet
from shared.events.subcontractors import (
    ReplacementDemanded,
    SubcontractorDeclared,
    SubcontractorNotApproved,
    SubcontractorReplaced,
    SubcontractorWithdrawn,
    SubstituteProposed,
    SubstituteRefused,
)
from shared.events.words import Role
from shared.unit import Unit

from .asking import forget, keep, open_door, plan
from .procedures import sign
from .retention import begin
from .router import router
from .steps import look_again, register


@router.on(ContractSigned, loads=(Contract, "contract_id"))
async def know_contract(event: ContractSigned, unit: Unit, policy: Policy) -> None:
    """Every supplier becomes a party and is asked for its documents."""
    contract = await unit.load(Contract, event.contract_id)
    contract = contract or Contract(id=event.contract_id, buyer_id=event.buyer_id)
    contract.reference = reference_of(event.procedure_id)
    contract.supplier_ids = tuple(supplier.party_id for supplier in event.suppliers)
    contract.country, contract.category = event.country, event.category
    contract.value, contract.starts = event.value, event.starts
    unit.save(contract)
    parties = [await register(s, event.contract_id, unit, policy) for s in event.suppliers]
    await sign(event.procedure_id, contract, unit)
    await look_again(unit, policy, buyer_id=event.buyer_id)
    for party in parties:
        await plan(contract, party.party, Role.SUPPLIER, unit, policy)


@router.on(PayeeMet)
async def register_payee(event: PayeeMet, unit: Unit, policy: Policy) -> None:
    """Whoever is to be paid becomes a party, and so is screened. It is asked for nothing."""
    await register(event.party, f"payments of {event.buyer_id}", unit, policy)


@router.on(ContractEnded, loads=(Contract, "contract_id"))
async def end_contract(event: ContractEnded, unit: Unit, retention: RetentionRules) -> None:
    """Nothing is asked for any more, and the time of what is kept begins."""
    contract = await unit.get(Contract, event.contract_id)
    contract.ended = True
    unit.save(contract)
    await begin(contract, unit, retention)
    for qualification in await unit.find(Qualification, contract_id=event.contract_id):
        await _close(qualification, unit)


@router.on(SubcontractorDeclared, loads=(Contract, "contract_id"))
async def register_subcontractor(event: SubcontractorDeclared, unit: Unit, policy: Policy) -> None:
    contract = await unit.get(Contract, event.contract_id)
    party = await register(event.party, event.document_id or event.contract_id, unit, policy)
    await plan(contract, party.party, Role.SUBCONTRACTOR, unit, policy)


@router.on(SubstituteProposed, loads=(Contract, "contract_id"))
async def register_substitute(event: SubstituteProposed, unit: Unit, policy: Policy) -> None:
    contract = await unit.get(Contract, event.contract_id)
    party = await register(event.party, event.replacement_id, unit, policy)
    await plan(contract, party.party, Role.SUBSTITUTE, unit, policy)


@router.on(SubcontractorNotApproved)
async def not_approved(event: SubcontractorNotApproved, unit: Unit) -> None:
    await _leave(event.contract_id, event.party_id, Role.SUBCONTRACTOR, unit)


@router.on(SubcontractorWithdrawn)
async def withdrawn(event: SubcontractorWithdrawn, unit: Unit) -> None:
    await _leave(event.contract_id, event.party_id, Role.SUBCONTRACTOR, unit)


@router.on(SubcontractorReplaced)
async def replaced(event: SubcontractorReplaced, unit: Unit) -> None:
    await _leave(event.contract_id, event.outgoing_id, Role.SUBCONTRACTOR, unit)


@router.on(SubstituteRefused)
async def refused(event: SubstituteRefused, unit: Unit) -> None:
    await _leave(event.contract_id, event.substitute_id, Role.SUBSTITUTE, unit)


async def _leave(contract_id: str, party_id: str, role: Role, unit: Unit) -> None:
    """Who has left is asked for nothing. A party that never came is none of ours."""
    id = qualification_id(contract_id, party_id, role)
    qualification = await unit.load(Qualification, id)
    if qualification is not None:
        await _close(qualification, unit)


async def _close(qualification: Qualification, unit: Unit) -> None:
    forget(qualification.close(), unit)
    await keep(qualification, (), unit)


@router.on(EnquiryOpened)
async def open_enquiry(event: EnquiryOpened, unit: Unit) -> None:
    """The one who is asked may send papers with the answer."""
    await open_door(
        event.link_id, event.buyer_id, event.supplier_id, event.contract_id, event.case_id, unit
    )


@router.on(HearingOpened)
async def open_hearing(event: HearingOpened, unit: Unit) -> None:
    await open_door(
        event.link_id, event.buyer_id, event.addressee_id, event.contract_id, event.case_id, unit
    )


@router.on(LetterIssued)
async def open_letter(event: LetterIssued, unit: Unit) -> None:
    """Somebody heard alongside sends papers through the link of its own letter."""
    if event.link_id and event.due is not None:
        await open_door(
            event.link_id,
            event.buyer_id,
            event.addressee_id,
            event.contract_id,
            event.case_id,
            unit,
        )


@router.on(ReplacementDemanded)
async def open_replacement(event: ReplacementDemanded, unit: Unit) -> None:
    await open_door(
        event.link_id, event.buyer_id, event.supplier_id, event.contract_id, event.case_id, unit
    )
