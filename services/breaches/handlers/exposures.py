"""From facts that touch a contract to a case: which rule, which track."""

from services.breaches.domain import Agreement, Case, Claim
from services.breaches.handlers.door import router
from services.breaches.handlers.opening import open_or_join, save
from services.breaches.handlers.siblings import open_on
from services.breaches.handlers.winners import open_for_claim, procedures_of, say_gone
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms
from shared.events.onboarding import ClaimContradicted, ClaimMade, ClaimReconciled
from shared.events.subcontractors import ChainViolationFound, ExposureEnded, ExposureFound
from shared.events.words import Cause, CauseKind, Role, Status
from shared.unit import Unit

CHAIN_RULE = "CH-RULE"


@router.on(ExposureFound)
async def open_case(event: ExposureFound, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """A hit that nobody has confirmed is no case, and a substitute is not on the contract yet."""
    cause = event.cause
    unconfirmed = cause.kind is CauseKind.HIT and cause.detail != "confirmed"
    if unconfirmed or event.role is Role.SUBSTITUTE:
        return
    agreement = await unit.get(Agreement, event.contract_id)
    claim = None
    if cause.kind is CauseKind.CLAIM:
        claim = await unit.load(Claim, cause.ref) or Claim(id=cause.ref)
        # Saved so that evidence which arrives at the same moment elsewhere meets this version.
        unit.save(claim)
    case = await open_or_join(
        unit,
        shelf,
        terms,
        agreement,
        rule_code=cause.rule,
        party_id=event.party_id,
        supplier_id=event.supplier_id,
        role=event.role,
        path=event.path,
        cause=cause,
        status=event.status,
        exposure_id=event.exposure_id,
        amount=claim.amount.amount if claim and claim.amount else None,
        share=event.share.maximum if event.share else None,
        only_a_question=event.status is Status.CONDITIONAL,
    )
    if case and claim and claim.reconciled:
        case.note(f"the ground is gone: {claim.reconciled}", "onboarding", unit.now)
        save(unit, case)


@router.on(ExposureEnded)
async def note_end(event: ExposureEnded, unit: Unit) -> None:
    """A case does not end by itself: it shows what is gone, and an officer says why it closes."""
    for case in await unit.find(Case, contract_id=event.contract_id, cause_refs=event.cause.ref):
        if case.open:
            case.exposure_ended(event.exposure_id, event.reason, unit.now)
            unit.save(case)


@router.on(ClaimContradicted, loads=(Claim, "claim_id"))
async def note_contradiction(
    event: ClaimContradicted, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    claim = await unit.load(Claim, event.claim_id) or Claim(id=event.claim_id)
    claim.contradicted(event)
    unit.save(claim)
    for case in await unit.find(Case, cause_refs=event.claim_id, open=True):
        if case.amount is None and event.amount is not None:
            case.amount = event.amount.amount
            unit.save(case)
    for agreement in await procedures_of(event.party_id, event.buyer_id, unit):
        await open_for_claim(claim, agreement, unit, shelf, terms)


@router.on(ClaimMade, loads=(Claim, "claim_id"))
async def note_claim(event: ClaimMade, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """A ground that a tenderer admits speaks against it like one that evidence shows."""
    claim = await unit.load(Claim, event.claim_id)
    if event.ground_exists:
        claim = claim or Claim(id=event.claim_id)
        claim.admits(event)
        unit.save(claim)
        for agreement in await procedures_of(event.party_id, event.buyer_id, unit):
            await open_for_claim(claim, agreement, unit, shelf, terms)
    elif claim is not None and claim.admitted:
        claim.takes_back()
        unit.save(claim)
        await say_gone(claim.id, "it now declares that the ground does not exist", unit)


@router.on(ClaimReconciled, loads=(Claim, "claim_id"))
async def note_reconciliation(event: ClaimReconciled, unit: Unit) -> None:
    """The ground may be gone: a fact to weigh for whoever decides."""
    claim = await unit.load(Claim, event.claim_id) or Claim(id=event.claim_id)
    claim.reconcile(event)
    unit.save(claim)
    for case in await unit.find(Case, cause_refs=event.claim_id, open=True):
        case.note(f"the ground is gone: {claim.reconciled}", "onboarding", unit.now)
        unit.save(case)


@router.on(ChainViolationFound)
async def open_for_violation(
    event: ChainViolationFound, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    known = any(book.rule(event.rule) for book in shelf.books)
    rule = event.rule if known else CHAIN_RULE
    cause = Cause(kind=CauseKind.VIOLATION, ref=event.violation_id, rule=rule, detail=event.detail)
    agreement = await unit.get(Agreement, event.contract_id)
    await open_on(unit, shelf, terms, agreement, event.party_id, cause, Status.CONDITIONAL)
