"""What is found of a party before a contract knows it, and what of that a procedure must weigh.

Once there is a contract, `subcontractors` says whom a fact touches. Before the award nobody does:
what speaks against a winner is found by its own id (ADR-0055, ADR-0075).
"""

from services.breaches.domain import Agreement, Case, Claim
from services.breaches.domain.found import Found
from services.breaches.handlers.door import router
from services.breaches.handlers.opening import open_or_join
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitReopened,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipConcluded,
    OwnershipFlagged,
)
from shared.events.words import Cause, CauseKind, Role, Status
from shared.unit import Unit

FREEZE, ART_5K, TAX_LIST = "SAN-AF", "SAN-5K", "TAX-LIST"

BINDING = ("eu", "un")
"""Lists whose entries bind a buyer here; others are advisory (design §5)."""

OWNED, PERHAPS = "owned", "unknown"
ART_5K_SAYS = ("yes", "review")
"""Conclusions that a person must look at. `unknown` is missing at the gate before the award."""

FALSE_DECLARATION = "EX-J"


def of_hit(hit_id: str) -> str:
    """As `subcontractors` calls a confirmed hit, so that both are one cause."""
    return f"{hit_id}#confirmed"


async def weigh_winner(
    party_id: str, agreement: Agreement, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    """Whatever is known against somebody to whom an award is intended is a case there."""
    for claim in await unit.find(Claim, party_id=party_id):
        if claim.buyer_id == agreement.buyer_id and claim.speaks:
            await open_for_claim(claim, agreement, unit, shelf, terms)
    for found in await unit.find(Found, party_id=party_id):
        if found.counts_for(agreement.buyer_id):
            await _open(found, agreement, unit, shelf, terms)


async def open_for_claim(
    claim: Claim, agreement: Agreement, unit: Unit, shelf: Shelf, terms: Terms, rule: str = ""
) -> None:
    """A winner admits a ground, or evidence says something else than it claimed: a question first.

    `rule` is another one that the same contradiction touches.
    """
    ground = rule or claim.ground
    await open_or_join(
        unit,
        shelf,
        terms,
        agreement,
        rule_code=ground,
        party_id=claim.party_id,
        supplier_id=claim.party_id,
        role=Role.SUPPLIER,
        path=(claim.party_id,),
        cause=Cause(kind=CauseKind.CLAIM, ref=claim.id, rule=ground, detail=claim.found),
        status=Status.REVIEW,
        amount=claim.amount.amount if claim.amount and not rule else None,
    )


async def open_for_false_declaration(
    case: Case, agreement: Agreement, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    """What is established had been denied: whether that was a false declaration is a question of
    its own (udbudsloven § 136, nr. 3; Directive 2014/24/EU Art 57(4)(h)), also where the debt is
    paid meanwhile."""
    if not agreement.tender or case.rule == FALSE_DECLARATION:
        return
    for ref in case.cause_refs:
        claim = await unit.load(Claim, ref)
        if claim is not None and claim.denied:
            await open_for_claim(claim, agreement, unit, shelf, terms, FALSE_DECLARATION)


async def _open(found: Found, agreement: Agreement, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    await open_or_join(
        unit,
        shelf,
        terms,
        agreement,
        rule_code=found.cause.rule,
        party_id=found.party_id,
        supplier_id=found.party_id,
        role=Role.SUPPLIER,
        path=(found.party_id,),
        cause=found.cause,
        status=found.status,
        only_a_question=found.question,
    )


async def procedures_of(party_id: str, buyer_id: str, unit: Unit) -> list[Agreement]:
    """Where an award to this party is intended; of one buyer, where one is named."""
    known = await unit.find(Agreement, party_ids=party_id)
    return [one for one in known if one.tender and buyer_id in ("", one.buyer_id)]


async def say_gone(ref: str, why: str, unit: Unit, buyer_id: str = "") -> None:
    """What opened a case before the award speaks no longer. A person says what that means."""
    for case in await unit.find(Case, cause_refs=ref, open=True):
        agreement = await unit.load(Agreement, case.contract_id)
        ours = buyer_id in ("", case.buyer_id)
        if ours and agreement is not None and agreement.tender:
            case.note(f"the ground is gone: {why}", "screening", unit.now)
            unit.save(case)


async def _note(found: Found, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    known = await unit.load(Found, found.id)
    if known is not None:
        known.cause, known.status, known.question = found.cause, found.status, found.question
        known.gone = ""
    unit.save(known or found)
    for agreement in await procedures_of(found.party_id, found.buyer_id, unit):
        await _open(found, agreement, unit, shelf, terms)


async def _end(id: str, why: str, unit: Unit) -> None:
    found = await unit.load(Found, id)
    if found is None or found.gone:
        return
    found.gone = why
    unit.save(found)
    await say_gone(found.cause.ref, why, unit, found.buyer_id)


@router.on(HitConfirmed)
async def note_hit(event: HitConfirmed, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """An officer of the buyer found that a tenderer is the listed one."""
    if event.entry.source not in BINDING:
        return
    ref = of_hit(event.hit_id)
    cause = Cause(kind=CauseKind.HIT, ref=ref, rule=FREEZE, detail="confirmed")
    id = Found.id_of(ref, event.buyer_id)
    about = {"party_id": event.party_id, "buyer_id": event.buyer_id}
    await _note(Found(id=id, **about, cause=cause), unit, shelf, terms)


@router.on(HitDismissed)
@router.on(HitReopened)
async def note_other_verdict(event: HitDismissed | HitReopened, unit: Unit) -> None:
    await _end(Found.id_of(of_hit(event.hit_id), event.buyer_id), event.reason, unit)


@router.on(HitEnded)
async def note_delisting(event: HitEnded, unit: Unit) -> None:
    for found in await unit.find(Found, party_id=event.party_id):
        if found.cause.ref == of_hit(event.hit_id):
            await _end(found.id, event.reason, unit)


@router.on(OwnershipFlagged, loads=(Found, "flag_id"))
async def note_owner(event: OwnershipFlagged, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """What listed owners mean for a tenderer: owned, not, or a question."""
    id = Found.id_of(event.flag_id)
    if event.verdict not in (OWNED, PERHAPS):
        await _end(id, event.reason, unit)
        return
    kind = CauseKind.OWNERSHIP
    cause = Cause(kind=kind, ref=event.flag_id, rule=event.rule, detail=event.reason)
    perhaps = event.verdict == PERHAPS
    found = Found(
        id=id,
        party_id=event.party_id,
        buyer_id=event.buyer_id,
        cause=cause,
        status=Status.CONDITIONAL if perhaps else Status.REVIEW,
        question=perhaps,
    )
    await _note(found, unit, shelf, terms)


@router.on(OwnershipConcluded, loads=(Found, "conclusion_id"))
async def note_conclusion(
    event: OwnershipConcluded, unit: Unit, shelf: Shelf, terms: Terms
) -> None:
    """Of the rules about owners Art 5k alone forbids an award."""
    if event.rule != ART_5K:
        return
    ref = event.conclusion_id
    if event.verdict not in ART_5K_SAYS:
        await _end(Found.id_of(ref), event.reason, unit)
        return
    cause = Cause(kind=CauseKind.OWNERSHIP, ref=ref, rule=ART_5K, detail=event.reason)
    found = Found(id=Found.id_of(ref), party_id=event.party_id, cause=cause)
    await _note(found, unit, shelf, terms)


@router.on(JurisdictionFlagged, loads=(Found, "flag_id"))
async def note_seat(event: JurisdictionFlagged, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """The seat itself is a ground (udbudsloven § 134 a); every other tie is a question."""
    detail = f"{event.whose} in {event.country}, {event.list_name} of {event.list_date}"
    rule = event.rule or TAX_LIST
    cause = Cause(kind=CauseKind.JURISDICTION, ref=event.flag_id, rule=rule, detail=detail)
    found = Found(id=Found.id_of(event.flag_id), party_id=event.party_id, cause=cause)
    await _note(found, unit, shelf, terms)


@router.on(JurisdictionEnded, loads=(Found, "flag_id"))
async def note_move(event: JurisdictionEnded, unit: Unit) -> None:
    await _end(Found.id_of(event.flag_id), event.reason, unit)
