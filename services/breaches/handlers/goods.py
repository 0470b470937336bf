"""Goods and their certificates: what may run short is a supply case, before patients notice."""

from services.breaches.domain import Agreement, Case
from services.breaches.handlers.door import router
from services.breaches.handlers.opening import open_or_join, save
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms
from shared.events.contracts import GoodsListed
from shared.events.onboarding import (
    ClaimOverdue,
    DocumentReinstated,
    DocumentSuspended,
    DocumentWithdrawn,
)
from shared.events.subcontractors import ChainViolationEnded
from shared.events.words import Cause, CauseKind, Good, Role, Status
from shared.unit import Unit

OF_GOODS = (
    "mdr-certificate",
    "ivdr-certificate",
    "ce-certificate",
    "ppe-certificate",
    "declaration-of-conformity",
)
"""Kinds of documents without which goods may not be put into use."""


@router.on(GoodsListed, loads=(Agreement, "contract_id"))
async def note_goods(event: GoodsListed, unit: Unit) -> None:
    agreement = await unit.get(Agreement, event.contract_id)
    agreement.list_goods(event.goods)
    unit.save(agreement)


@router.on(DocumentSuspended)
async def open_for_suspension(
    event: DocumentSuspended, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    await _open(event, "suspended", unit, shelf, terms)


@router.on(DocumentWithdrawn)
async def open_for_withdrawal(
    event: DocumentWithdrawn, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    await _open(event, "withdrawn", unit, shelf, terms)


@router.on(DocumentReinstated)
async def note_reinstatement(event: DocumentReinstated, unit: Unit) -> None:
    """The certificate is valid again: an officer sees it and resumes the ordinary supply."""
    for case in await unit.find(Case, cause_refs=event.document_id, open=True):
        case.note(f"the {event.kind} is valid again: {event.told}", "onboarding", unit.now)
        unit.save(case)


async def _open(
    event: DocumentSuspended | DocumentWithdrawn,
    state: str,
    unit: Unit,
    shelf: Shelf,
    terms: Terms,
) -> None:
    """One case for each contract of this buyer that delivers critical goods of this maker."""
    if event.kind not in OF_GOODS:
        return
    for agreement in await unit.find(Agreement, makers=event.party_id):
        if agreement.buyer_id != event.buyer_id or agreement.over:
            continue
        goods = agreement.critical_goods_of(event.party_id)
        if not goods:
            continue
        supplier_id = next(iter(agreement.supplier_ids), event.party_id)
        maker = event.party_id
        detail = f"{event.kind} {state} since {event.since}: {_named(goods)}"
        await open_or_join(
            unit,
            shelf,
            terms,
            agreement,
            rule_code="SUP-CERT",
            party_id=maker,
            supplier_id=supplier_id,
            role=Role.SUPPLIER if maker in agreement.supplier_ids else Role.SUBCONTRACTOR,
            path=tuple(dict.fromkeys((supplier_id, maker))),
            cause=Cause(
                kind=CauseKind.DOCUMENT, ref=event.document_id, rule="SUP-CERT", detail=detail
            ),
            status=Status.CONDITIONAL,
        )


def _named(goods: tuple[Good, ...]) -> str:
    """The goods with what is known of their stock."""
    return ", ".join(
        f"{good.title or good.item}"
        + (f" ({good.days_of_stock:g} days of stock)" if good.days_of_stock is not None else "")
        + (", no other source" if good.sole_source else "")
        for good in goods
    )


@router.on(ClaimOverdue)
async def note_unproven(event: ClaimOverdue, unit: Unit) -> None:
    """Silence proves nothing; whoever decides a case about the claim must see it."""
    for case in await unit.find(Case, cause_refs=event.claim_id, open=True):
        text = f"nothing that shows the claim about {event.ground} came by {event.due:%Y-%m-%d}"
        case.note(text, "onboarding", unit.now)
        unit.save(case)


@router.on(ChainViolationEnded)
async def note_end_of_violation(event: ChainViolationEnded, unit: Unit) -> None:
    """The chain keeps the rule again. A person says what that means for the case."""
    for case in await unit.find(Case, cause_refs=event.violation_id, open=True):
        case.note(f"the violation has ended: {event.reason}", "subcontractors", unit.now)
        save(unit, case)
