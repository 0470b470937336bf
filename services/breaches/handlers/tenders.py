"""Procedures: what the notice chose, to whom an award is intended, and what speaks against that.

Before the award there is no contract and no chain, and so no exposure. What a buyer is told about
somebody whom it intends to award to opens a case in the procedure itself.
"""

from services.breaches.domain import Agreement, Case, Phase, Tendering
from services.breaches.domain.ending import what_ends
from services.breaches.handlers.door import router
from services.breaches.handlers.ending import tell_end
from services.breaches.handlers.opening import save
from services.breaches.handlers.winners import weigh_winner
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms
from shared.events.contracts import AwardIntended, ProcedureAwarded, ProcedureOpened
from shared.unit import Unit


@router.on(ProcedureOpened, loads=(Tendering, "procedure_id"))
async def note_notice(event: ProcedureOpened, unit: Unit) -> None:
    """Which voluntary grounds count: those alone that the notice chose (udbudsloven § 137)."""
    tendering = await _tendering(event.procedure_id, unit)
    for name in ("title", "country", "regime", "above_threshold", "category", "value", "grounds"):
        setattr(tendering, name, getattr(event, name))
    tendering.reference, tendering.buyer_id = event.reference, event.buyer_id
    unit.save(tendering)


@router.on(AwardIntended, loads=(Tendering, "procedure_id"))
async def note_award(event: AwardIntended, unit: Unit, shelf: Shelf, terms: Terms) -> None:
    """By when a decision must have fallen: the award, and the end of the tenders' validity.

    What was found of a winner before it was one is a case from now on.
    """
    tendering = await _tendering(event.procedure_id, unit)
    tendering.reference, tendering.buyer_id = event.reference, event.buyer_id
    tendering.award_on = event.award_on or tendering.award_on
    tendering.tenders_until = event.tenders_until or tendering.tenders_until
    unit.save(tendering)
    agreement = await unit.load(Agreement, event.procedure_id)
    if agreement is None:
        others = await unit.find(Agreement, buyer_id=event.buyer_id)
        name = next((one.buyer_name for one in others if one.buyer_name), "")
        agreement = Agreement.intended(tendering, event, name)
    agreement.awarded = event.award_on or agreement.awarded
    agreement.is_for(event.winners)
    unit.save(agreement)
    for winner in event.winners:
        await weigh_winner(winner.party_id, agreement, unit, shelf, terms)


@router.on(ProcedureAwarded)
async def end_procedure(event: ProcedureAwarded, unit: Unit, shelf: Shelf) -> None:
    """Nothing more is pursued of those who won nothing. A winner's case goes on: its ground was
    there at the award (udbudsloven § 185)."""
    agreement = await unit.load(Agreement, event.procedure_id)
    if agreement is None or not agreement.tender:
        return
    agreement.tender, agreement.awarded = False, event.awarded
    won = set(event.winner_ids)
    if not won:
        agreement.over = event.reason or "the procedure ended without an award"
    unit.save(agreement)
    for case in await unit.find(Case, contract_id=agreement.id, open=True):
        if case.party_id in won:
            case.phase = Phase.AT_AWARD
            case.note(f"awarded on {event.awarded}: the ground was there", "contracts", unit.now)
        else:
            ending = what_ends(case)
            case.falls_away(f"the procedure was awarded on {event.awarded}", unit.now)
            await tell_end(unit, case, agreement, shelf, ending, "not_awarded")
        save(unit, case)


async def _tendering(procedure_id: str, unit: Unit) -> Tendering:
    return await unit.load(Tendering, procedure_id) or Tendering(id=procedure_id)
