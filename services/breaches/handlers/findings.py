"""What auditors find, what is claimed for it, and what a forum rules on it."""

from services.breaches.domain import Action, Agreement, Case
from services.breaches.handlers.door import router
from services.breaches.handlers.opening import save
from services.breaches.handlers.siblings import open_on
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms, working_days
from shared.events.audits import (
    BackPayShown,
    CorrectiveActionOverdue,
    CorrectiveActionVerified,
    FindingDisputed,
    FindingRaised,
    FindingRuled,
)
from shared.events.words import Cause, CauseKind, Status
from shared.unit import Unit

AT_ONCE = {"wages": "CL-WAGE", "documents": "CL-DOCS"}
"""Classes of findings that are a breach without waiting for a corrective action (design §5)."""

BY = "audits"


@router.on(FindingRaised)
async def open_for_finding(event: FindingRaised, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """Wages and missing documents are a breach at once; anything else may be mended first.

    Other contracts that the auditor named get their own cases, opened together with this one.
    """
    rule = AT_ONCE.get(event.finding_class)
    if rule is None:
        return
    detail = event.openly(event.description)
    cause = Cause(kind=CauseKind.FINDING, ref=event.finding_id, rule=rule, detail=detail)
    agreement = await unit.get(Agreement, event.contract_id)
    case = await open_on(unit, shelf, terms, agreement, event.party_id, cause, Status.CONDITIONAL)
    if case and event.claim:
        case.claim(event.finding_id, event.claim.amount, unit.now)
        save(unit, case)
    for contract_id in event.affected_contract_ids:
        other = await unit.load(Agreement, contract_id)
        if other and other.buyer_id == agreement.buyer_id and other.id != agreement.id:
            await open_on(
                unit, shelf, terms, other, event.party_id, cause, Status.REVIEW, question=True
            )


@router.on(CorrectiveActionOverdue)
async def open_for_overdue(
    event: CorrectiveActionOverdue, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    """What was agreed was not done in time. A case about the same finding takes it in."""
    text = f"{event.obligation}: what was agreed was not done by {event.due:%Y-%m-%d}"
    cases = await _about(unit, event.finding_id, event.contract_id)
    for case in cases:
        case.note(text, BY, unit.now)
        unit.save(case)
    if not cases:
        cause = Cause(kind=CauseKind.FINDING, ref=event.finding_id, rule="CL-REMEDY", detail=text)
        agreement = await unit.get(Agreement, event.contract_id)
        await open_on(unit, shelf, terms, agreement, event.party_id, cause, Status.CONDITIONAL)


@router.on(CorrectiveActionVerified)
async def note_verified(event: CorrectiveActionVerified, unit: Unit) -> None:
    for case in await _about(unit, event.finding_id, event.contract_id):
        case.note(f"{event.by} saw evidence that it has been put right", BY, unit.now)
        unit.save(case)


@router.on(FindingDisputed)
async def await_ruling(event: FindingDisputed, unit: Unit, terms: Terms) -> None:
    """The finding behind a case is denied: the case rests until a forum has ruled."""
    for case in await _about(unit, event.finding_id, event.contract_id):
        agreement = await unit.get(Agreement, case.contract_id)
        until = working_days(unit.now, terms.ruling, agreement)
        reason = event.openly(event.reason)
        case.note(f"the finding is disputed before {event.forum}: {reason}", BY, unit.now)
        wait = case.wait
        if wait and Action.DISPUTE in wait.may:
            case.dispute("awaits_ruling", until, BY, f"{event.forum}: {reason}", unit.now)
        save(unit, case)


@router.on(FindingRuled)
async def take_ruling(event: FindingRuled, unit: Unit) -> None:
    """The forum has ruled: the case goes on, and a person says what the ruling means for it."""
    for case in await _about(unit, event.finding_id, event.contract_id):
        said = "stands" if event.upheld else "is gone"
        text = f"the ground {said} by ruling {event.reference}: {event.openly(event.reason)}"
        case.note(text, BY, unit.now)
        if case.rest and case.rest.kind == "awaits_ruling":
            case.resume(event.by or BY, text, unit.now)
        save(unit, case)


@router.on(BackPayShown)
async def note_back_pay(event: BackPayShown, unit: Unit, terms: Terms) -> None:
    """Workers got what was short, or a part of it: a hold that is now too large is released."""
    where = {"contract_id": event.contract_id, "party_id": event.party_id, "open": True}
    for case in await unit.find(Case, **where, rule="CL-WAGE"):
        agreement = await unit.get(Agreement, case.contract_id)
        due = working_days(unit.now, terms.release, agreement)
        case.back_pay(event.paid.amount, due, unit.now)
        save(unit, case)


async def _about(unit: Unit, finding_id: str, contract_id: str) -> list[Case]:
    """The open cases of the contract on which the finding was made."""
    found = await unit.find(Case, cause_refs=finding_id, open=True)
    return [case for case in found if case.contract_id == contract_id]
