"""The same subcontractor on other contracts of the same buyer: each of them gets its own case."""

from services.breaches.domain import Agreement, Case
from services.breaches.handlers.opening import open_or_join, rule_of
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms
from shared.events.breaches import Track
from shared.events.words import Cause, Role, Status
from shared.unit import Unit


async def open_siblings(unit: Unit, case: Case, shelf: Shelf, terms: Terms) -> None:
    """A subcontractor must be replaced here: on its other contracts that is a question.

    What one contract's clause says is no ground on another contract. A listed owner is one
    everywhere: there `subcontractors` says whom it touches, and the cases are open already.
    """
    if rule_of(case, shelf).track is Track.LEGAL_BLOCK or case.role is Role.SUPPLIER:
        return
    found = await unit.find(Agreement, party_ids=case.party_id)
    others = [a for a in found if a.id != case.contract_id and a.buyer_id == case.buyer_id]
    detail = f"it must be replaced on contract {case.contract_id}: does the same matter here?"
    cause = case.cause.model_copy(update={"detail": detail})
    for agreement in others:
        known = await unit.find(
            Case, contract_id=agreement.id, party_id=case.party_id, rule=case.rule, open=True
        )
        if not known and not agreement.over:
            await open_on(
                unit, shelf, terms, agreement, case.party_id, cause, Status.REVIEW, question=True
            )


async def open_on(
    unit: Unit,
    shelf: Shelf,
    terms: Terms,
    agreement: Agreement,
    party_id: str,
    cause: Cause,
    status: Status,
    *,
    question: bool = False,
) -> Case | None:
    """A case about a party that works on a contract, as its supplier or under it."""
    supplier = party_id in agreement.supplier_ids
    supplier_id = party_id if supplier else next(iter(agreement.supplier_ids), party_id)
    return await open_or_join(
        unit,
        shelf,
        terms,
        agreement,
        rule_code=cause.rule,
        party_id=party_id,
        supplier_id=supplier_id,
        role=Role.SUPPLIER if supplier else Role.SUBCONTRACTOR,
        path=(supplier_id,) if supplier else (supplier_id, party_id),
        cause=cause,
        status=status,
        only_a_question=question,
    )
