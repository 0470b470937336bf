"""Procedures: what is told of them, the intention to award, and the gate before the award."""

from datetime import UTC, datetime, time, timedelta

from services.contracts.commands import AwardProcedure, IntendAward, TellProcedure
from services.contracts.domain import Course, Noticed, PartyFile, Procedure
from services.contracts.handlers.door import router
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
    OwnershipConcluded,
    OwnershipFlagged,
    PartyScreened,
)
from shared.unit import Unit


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
    files = {id: await unit.load(PartyFile, id) for id in procedure.watched}
    return procedure.weigh({id: f for id, f in files.items() if f is not None}, _due(procedure))


def _due(procedure: Procedure) -> datetime:
    """The end of the day before the award, in UTC: proof is taken before it (udbudsloven § 151)."""
    assert procedure.award_on is not None
    day = procedure.award_on - timedelta(days=1)
    return datetime.combine(day, time(23, 59, 59), UTC)


# ---------------------------------------------------------------- what becomes known of a party


@router.on(PartyScreened, loads=(PartyFile, "party_id"))
async def note_screening(event: PartyScreened, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    first, file.screened = file.screened is None, unit.message.time or unit.now
    await _noted(file, unit, matters=first)


@router.on(HitRaised, loads=(PartyFile, "party_id"))
async def note_hit(event: HitRaised, unit: Unit) -> None:
    """Advisory lists have no legal effect here, so no award waits for them."""
    if event.advisory:
        return
    file = await _file(event.party_id, unit)
    file.hit(event.hit_id)
    await _noted(file, unit)


@router.on(HitConfirmed, loads=(PartyFile, "party_id"))
async def note_confirmed(event: HitConfirmed, unit: Unit) -> None:
    await _verdict(event.party_id, event.hit_id, event.buyer_id, "confirmed", unit)


@router.on(HitDismissed, loads=(PartyFile, "party_id"))
async def note_dismissed(event: HitDismissed, unit: Unit) -> None:
    await _verdict(event.party_id, event.hit_id, event.buyer_id, "dismissed", unit)


@router.on(HitReopened, loads=(PartyFile, "party_id"))
async def note_reopened(event: HitReopened, unit: Unit) -> None:
    await _verdict(event.party_id, event.hit_id, event.buyer_id, "", unit)


@router.on(HitEnded, loads=(PartyFile, "party_id"))
async def note_ended(event: HitEnded, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.hit_ended(event.hit_id)
    await _noted(file, unit)


@router.on(OwnershipConcluded, loads=(PartyFile, "party_id"))
async def note_owners(event: OwnershipConcluded, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.owned(event.rule, event.verdict)
    await _noted(file, unit)


@router.on(OwnershipFlagged, loads=(PartyFile, "party_id"))
async def note_flag(event: OwnershipFlagged, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.flag(event.flag_id, event.verdict)
    await _noted(file, unit)


@router.on(PartyQualified, loads=(PartyFile, "party_id"))
async def note_qualified(event: PartyQualified, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.qualify(event.buyer_id, event.contract_id, True)
    await _noted(file, unit)


@router.on(QualificationLost, loads=(PartyFile, "party_id"))
async def note_lost(event: QualificationLost, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.qualify(event.buyer_id, event.contract_id, False)
    await _noted(file, unit)


@router.on(ClaimContradicted, loads=(PartyFile, "party_id"))
async def note_contradiction(event: ClaimContradicted, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.contradict(event.claim_id, event.buyer_id)
    await _noted(file, unit)


@router.on(ClaimReconciled, loads=(PartyFile, "party_id"))
async def note_reconciled(event: ClaimReconciled, unit: Unit) -> None:
    file = await _file(event.party_id, unit)
    file.reconcile(event.claim_id)
    await _noted(file, unit)


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


async def _verdict(party_id: str, hit_id: str, buyer_id: str, verdict: str, unit: Unit) -> None:
    file = await _file(party_id, unit)
    file.verdict(hit_id, buyer_id, verdict)
    await _noted(file, unit)


async def _file(party_id: str, unit: Unit) -> PartyFile:
    return await unit.load(PartyFile, party_id) or PartyFile(id=party_id)


async def _noted(file: PartyFile, unit: Unit, *, matters: bool = True) -> None:
    """Write it down, and weigh anew every award that waits for the party."""
    unit.save(file)
    if not matters:
        return
    for procedure in await unit.find(Procedure, watched=file.id):
        if await _weigh(procedure, unit):
            unit.save(procedure)
