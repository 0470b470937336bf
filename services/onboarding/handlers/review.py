"""What a person decides about a document that the readers were not sure of."""

from typing import Any

from services.onboarding.commands import RejectDocument, VerifyDocument
from services.onboarding.domain import Document, Party
from services.onboarding.policy import Policy
from services.onboarding.readers import KINDS
from shared.domain import Rejected
from shared.unit import Unit

from .router import router
from .steps import claims, contract_of, count

SHORTEST_REASON = 3


@router.on(VerifyDocument)
async def verify(command: VerifyDocument, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer lets a document count, with what was corrected."""
    document, by = await _in_review(command.document_id, command.reason, unit)
    if command.kind is not None and command.kind not in policy.kinds | set(KINDS):
        known = ", ".join(sorted(policy.kinds | set(KINDS)))
        raise Rejected(f"the kinds of documents are {known}", field="kind")
    document.correct(
        kind=command.kind,
        party_id=command.party_id,
        issued=command.issued,
        valid_until=command.valid_until,
    )
    if document.party_id is None:
        raise Rejected("say whom the document is about", field="party_id")
    if not document.kind:
        raise Rejected("say which kind of document it is", field="kind")
    party = await unit.load(Party, document.party_id)
    if party is None:
        raise Rejected(f"no party {document.party_id} is known here", field="party_id")
    today = unit.now.date()
    rule = policy.on(today, document.buyer_id)
    until = rule.valid_until(document.kind, document.issued, document.valid_until)
    if until is not None and until < today:
        raise Rejected(f"it counts until {until}, which has passed", field="valid_until")
    if document.understood is not None:
        await claims(document, unit, policy)
        contract = await contract_of(document, unit)
        if contract is not None and party.id in contract.supplier_ids:
            document.name_subcontractors(contract.id, party.id)
    await count(document, party, by, until, unit, policy, reason=command.reason)
    return {"document_id": document.id, "state": document.state}


@router.on(RejectDocument)
async def reject(command: RejectDocument, unit: Unit) -> dict[str, Any]:
    """An officer does not let a document count."""
    document, by = await _in_review(command.document_id, command.reason, unit)
    document.reject(by, command.reason)
    unit.save(document)
    return {"document_id": document.id, "state": document.state}


async def _in_review(id: str, reason: str, unit: Unit) -> tuple[Document, str]:
    document = await unit.get(Document, id)
    if unit.caller is not None:
        unit.caller.must_serve(document.buyer_id)
    document.must_be_in_review()
    if len(reason.strip()) < SHORTEST_REASON:
        raise Rejected("give the reason in a few words", field="reason")
    return document, unit.caller.subject if unit.caller else ""
