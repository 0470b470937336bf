"""Procedures: what is told of them, the intention to award, and the gate before the award."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import get_args

from services.contracts.commands import AwardProcedure, IntendAward, TellProcedure
from services.contracts.domain import Course, Noticed, PartyFile, Procedure
from services.contracts.handlers.door import router
from services.contracts.handlers.knowing import ids_of
from services.contracts.handlers.paying import look_again_at
from services.contracts.sending_terms import SendingTerms
from shared.domain import Rejected
from shared.events.onboarding import (
    ClaimContradicted,
    ClaimReconciled,
    PartyQualified,
    QualificationLost,
    SubcontractorsNamed,
)
from shared.events.screening import (
    HitConfirmed,
    HitDismissed,
    HitEnded,
    HitRaised,
    HitReopened,
    JurisdictionEnded,
    JurisdictionFlagged,
    OwnershipConcluded,
    OwnershipFlagged,
    PartyScreened,
)
from shared.unit import Unit

FactOfParty = (
    PartyScreened
    | HitRaised
    | HitConfirmed
    | HitDismissed
    | HitReopened
    | HitEnded
    | JurisdictionFlagged
    | JurisdictionEnded
    | OwnershipConcluded
    | OwnershipFlagged
    | PartyQualified
    | QualificationLost
    | ClaimContradicted
    | ClaimReconciled
)
"""What an award waits for, or stops at, and what a payment does."""


async def take_notice(noticed: Noticed, unit: Unit) -> dict[str, object]:
    """What an intake says of a procedure."""
    id = Procedure.id_of(noticed.buyer_id, noticed.reference)
    known = await unit.load(Procedure, id)
    procedure = known or Procedure(id=id)
    changed = list(procedure.tell(noticed))
    if procedure.course is Course.INTENDED:
        await _weigh(procedure, unit)
    unit.save(procedure)
    outcome = "opened" if known is None else "changed" if changed else "unchanged"
    return {"procedure_id": id, "outcome": outcome, "changed": changed if known else []}


@router.on(TellProcedure)
async def tell(command: TellProcedure, unit: Unit) -> dict[str, object]:
    if command.noticed.at.tzinfo is None:
        raise Rejected("a moment has a time zone: 2026-11-23T08:00:00+01:00", field="at")
    assert unit.caller is not None
    unit.caller.must_serve(command.noticed.buyer_id)
    return await take_notice(command.noticed, unit)


@router.on(IntendAward)
async def intend(command: IntendAward, unit: Unit) -> dict[str, object]:
    """The gate opens: the answer says what is missing."""
    procedure = await _own(command.procedure_id, unit)
    assert unit.caller is not None
    if command.award_on < unit.now.date():
        raise Rejected(f"{command.award_on} is not to come any more", field="award_on")
    procedure.intend(command.winners, command.chain, command.award_on, unit.caller.subject)
    await _weigh(procedure, unit)
    unit.save(procedure)
    return {"procedure_id": procedure.id, "missing": list(procedure.missing)}


@router.on(AwardProcedure)
async def award(command: AwardProcedure, unit: Unit) -> dict[str, object]:
    procedure = await _own(command.procedure_id, unit)
    assert unit.caller is not None
    awarded = command.awarded or unit.now.date()
    procedure.award(awarded, command.standstill_until, unit.caller.subject, command.reason)
    unit.save(procedure)
    return {"procedure_id": procedure.id, "course": procedure.course}


async def _own(procedure_id: str, unit: Unit) -> Procedure:
    procedure = await unit.get(Procedure, procedure_id)
    assert unit.caller is not None
    unit.caller.must_serve(procedure.buyer_id)
    return procedure


async def _weigh(procedure: Procedure, unit: Unit) -> bool:
    files = {id: await _file(id, unit) for id in procedure.watched}
    return procedure.weigh({id: f for id, f in files.items() if f is not None}, _due(procedure))


def _due(procedure: Procedure) -> datetime:
    """The end of the day before the award, in UTC: proof is taken before it (udbudsloven § 151)."""
    assert procedure.award_on is not None
    day = procedure.award_on - timedelta(days=1)
    return datetime.combine(day, time(23, 59, 59), UTC)


# ---------------------------------------------------------------- what becomes known of a party


async def note(event: FactOfParty, unit: Unit, terms: SendingTerms) -> None:
    """Write it down, and weigh anew every award and payment that waits for the party.

    Advisory lists have no legal effect here, so no award waits for their hits.
    """
    if isinstance(event, HitRaised) and event.advisory:
        return
    file = await unit.load(PartyFile, event.party_id) or PartyFile(id=event.party_id)
    matters = file.note(event, unit.message.time or unit.now)
    unit.save(file)
    if matters:
        ids = await ids_of(event.party_id, unit)
        await weigh_awards(ids, unit)
        await look_again_at(ids, unit, terms)


for kind in get_args(FactOfParty):
    router.on(kind, loads=(PartyFile, "party_id"))(note)


@router.on(SubcontractorsNamed)
async def note_chain(event: SubcontractorsNamed, unit: Unit) -> None:
    """A tenderer names whom it will use: they are checked with it before the award."""
    named = [one.party for one in event.named]
    for procedure in await unit.find(Procedure, reference=event.contract_id):
        winners = {one.party_id for one in procedure.winners}
        of_winner = procedure.buyer_id == event.buyer_id and event.supplier_id in winners
        if of_winner and procedure.enlarge(named):
            await _weigh(procedure, unit)
            unit.save(procedure)


async def weigh_awards(party_ids: Iterable[str], unit: Unit) -> None:
    """Weigh anew every award that waits for one of these."""
    for party_id in party_ids:
        for procedure in await unit.find(Procedure, watched=party_id):
            if await _weigh(procedure, unit):
                unit.save(procedure)


async def _file(party_id: str, unit: Unit) -> PartyFile | None:
    """All that is known of the party, by whatever id it was told."""
    files = [await unit.load(PartyFile, id) for id in await ids_of(party_id, unit)]
    there = [file for file in files if file is not None]
    return PartyFile.together(there) if there else None
