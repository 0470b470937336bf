"""Who must be replaced, by whom, until when."""

from datetime import date, datetime

from services.subcontractors.commands import (
    ClearSubstitute,
    ExtendReplacement,
    ProposeSubstitute,
    RefuseSubstitute,
    ReplacementDeadlineCame,
    SwapDayCame,
    WithdrawReplacement,
    asked_by,
    reasoned,
)
from services.subcontractors.domain import (
    Candidate,
    Chain,
    Deed,
    Member,
    Place,
    Replacement,
    Stage,
    Standing,
)
from services.subcontractors.domain.substitute import failed_checks, open_checks
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.placing import end_proposals, place_everyone
from services.subcontractors.handlers.tracing import footprint, trace
from services.subcontractors.terms import Terms, day_of, due, start_of
from shared.domain import Rejected
from shared.events.breaches import Consequence, ConsequenceOrdered, DecisionWithdrawn
from shared.events.words import Right, Role
from shared.unit import Unit

LONGEST_EXTENSION = 250
"""Working days; a year. More is another decision."""


@router.on(ConsequenceOrdered)
async def demand_replacement(event: ConsequenceOrdered, unit: Unit, terms: Terms) -> None:
    """A signed decision demands that a subcontractor is replaced."""
    if event.consequence is not Consequence.REPLACE:
        return
    chain = await unit.get(Chain, event.contract_id)
    deadline = event.deadline or due(unit.now, days_to_replace(chain, terms), chain.country)
    demanded = Replacement.demand(event, chain.buyer_id, deadline, unit.now)
    if await unit.load(Replacement, demanded.id) is not None:
        return
    if chain.without(event.party_id):
        demanded.withdraw("subcontractors", f"{event.party_id} does not work on the contract now")
    else:
        await await_deadline(unit, demanded)
    unit.save(demanded)
    chain.replacement_ids = (*chain.replacement_ids, demanded.id)
    unit.save(chain)


@router.on(DecisionWithdrawn)
async def end_demand(event: DecisionWithdrawn, unit: Unit, terms: Terms) -> None:
    """What a decision demanded falls with it."""
    if event.consequence is not Consequence.REPLACE:
        return
    for replacement in await unit.find(Replacement, case_id=event.case_id):
        if replacement.decision_id != event.decision_id or not replacement.is_open:
            continue
        replacement.withdraw(event.by, f"the decision was withdrawn: {event.openly(event.reason)}")
        unit.cancel(f"replacement-deadline/{replacement.id}")
        unit.save(replacement)
        await end_proposals(unit, terms, replacement, f"the demand was withdrawn: {event.reason}")


def days_to_replace(chain: Chain, terms: Terms) -> int:
    clause = chain.clause_with(Right.REPLACE_SUBCONTRACTOR)
    return clause.replacement_working_days if clause else terms.replace


async def await_deadline(unit: Unit, replacement: Replacement) -> None:
    """By when a substitute is proposed, or one that works provisionally is confirmed or ended."""
    if replacement.stands_still or replacement.stage is Stage.CLEARED:
        unit.cancel(f"replacement-deadline/{replacement.id}")
        return
    deadline = replacement.runs_until
    reminder = ReplacementDeadlineCame(replacement_id=replacement.id, deadline=deadline)
    unit.schedule(f"replacement-deadline/{replacement.id}", deadline, reminder)


@router.on(ReplacementDeadlineCame)
async def pass_deadline(moment: ReplacementDeadlineCame, unit: Unit, terms: Terms) -> None:
    replacement = await unit.get(Replacement, moment.replacement_id)
    chain = await unit.get(Chain, replacement.contract_id)
    if replacement.runs_until == moment.deadline:
        replacement.pass_deadline(due(unit.now, terms.act_on_overdue, chain.country))
        unit.save(replacement)


@router.on(ProposeSubstitute)
async def propose(command: ProposeSubstitute, unit: Unit, terms: Terms) -> dict[str, object]:
    """The supplier proposes: through its link, or told to somebody at the buyer's."""
    replacement = await unit.get(Replacement, command.replacement_id)
    asked_by(unit.caller, replacement.buyer_id)
    chain = await unit.get(Chain, replacement.contract_id)
    outgoing = chain.last_stay(replacement.outgoing_id)
    share = command.share or outgoing.share
    new = replacement.propose(command.party, share, command.service or outgoing.service, unit.now)
    unit.save(replacement)
    if new:
        party = await footprint(unit, command.party.party_id)
        party.proposed(
            Place(
                contract_id=chain.id,
                buyer_id=chain.buyer_id,
                country=chain.country,
                supplier_id=replacement.supplier_id,
                role=Role.SUBSTITUTE,
                tier=outgoing.tier,
                path=(*chain.path_to(outgoing.party_id)[:-1], command.party.party_id),
                share=share,
                replacement_id=replacement.id,
            )
        )
        unit.save(party)
        await trace(unit, terms, [party.id])
    return {"replacement_id": replacement.id, "party_id": command.party.party_id}


@router.on(ClearSubstitute)
async def clear(command: ClearSubstitute, unit: Unit, terms: Terms) -> dict[str, object]:
    """An officer accepts a substitute; the swap takes effect on its day."""
    replacement = await unit.get(Replacement, command.replacement_id)
    by = asked_by(unit.caller, replacement.buyer_id)
    chain = await unit.get(Chain, replacement.contract_id)
    today = day_of(unit.now, chain.country)
    effective = command.effective or today
    if effective < today:
        raise Rejected(f"today is {today}: the swap cannot lie before it", field="effective")
    last_day = max(today, day_of(replacement.deadline, chain.country))
    replacement.clear(command.party_id, by, reasoned(command.reason), effective, last_day)
    unit.save(replacement)
    unit.cancel(f"replacement-deadline/{replacement.id}")
    if effective == today:
        await _swap(unit, terms, replacement, chain)
    else:
        moment = SwapDayCame(replacement_id=replacement.id, effective=effective)
        unit.schedule(f"swap/{replacement.id}", start_of(effective, chain.country), moment)
    return {"stage": replacement.stage.value, "effective": effective.isoformat()}


@router.on(SwapDayCame)
async def swap_on_its_day(moment: SwapDayCame, unit: Unit, terms: Terms) -> None:
    replacement = await unit.get(Replacement, moment.replacement_id)
    if replacement.effective == moment.effective and replacement.is_open:
        chain = await unit.get(Chain, replacement.contract_id)
        await _swap(unit, terms, replacement, chain)


async def _swap(unit: Unit, terms: Terms, replacement: Replacement, chain: Chain) -> None:
    """One goes, the other comes. What was found since the clearing stops it."""
    incoming = replacement.incoming()
    if incoming is None or replacement.effective is None:
        raise Rejected(f"{replacement.id} has no cleared substitute")
    if failed_checks(incoming.checks) or open_checks(incoming.checks):
        replacement.reopen(incoming.party_id, unit.now)
        await await_deadline(unit, replacement)
        unit.save(replacement)
        await trace(unit, terms, [incoming.party_id])
        return
    before = chain.party_ids
    version = put_in_place(chain, replacement, incoming, replacement.effective, unit.now)
    replacement.complete(version)
    unit.save(replacement)
    await end_proposals(unit, terms, replacement, "the replacement is complete")
    because = f"it was replaced by {incoming.party_id}"
    await place_everyone(unit, terms, chain, before=before, because=because)


def put_in_place(
    chain: Chain, replacement: Replacement, incoming: Candidate, effective: date, now: datetime
) -> int:
    """The substitute takes the place of the one who goes, or has gone. The chain's new version."""
    outgoing = chain.last_stay(replacement.outgoing_id)
    member = Member(
        party=incoming.party,
        parent_id=outgoing.parent_id,
        tier=outgoing.tier,
        share=incoming.share,
        service=incoming.service,
        starts=effective,
        standing=Standing.APPROVED,
        role=outgoing.role,
        place=outgoing.place,
        place_country=outgoing.place_country,
        declared_at=incoming.proposed_at,
        declared_by=replacement.supplier_id,
        since_version=chain.chain_version,
        decided_by=incoming.by,
        reason=incoming.reason,
    )
    deed = Deed(by=incoming.by, today=day_of(now, chain.country), now=now)
    if replacement.vacant:
        return chain.fill(member, deed)
    return chain.replace(outgoing.party_id, member, effective, deed)


@router.on(RefuseSubstitute)
async def refuse(command: RefuseSubstitute, unit: Unit, terms: Terms) -> dict[str, object]:
    replacement = await unit.get(Replacement, command.replacement_id)
    by, reason = asked_by(unit.caller, replacement.buyer_id), reasoned(command.reason)
    replacement.refuse(command.party_id, by, reason)
    unit.save(replacement)
    because = f"it was refused as a substitute: {reason}"
    await end_proposals(unit, terms, replacement, because, only=command.party_id)
    return {"stage": replacement.stage.value, "deadline": _said(replacement.deadline)}


@router.on(ExtendReplacement)
async def extend(command: ExtendReplacement, unit: Unit) -> dict[str, object]:
    replacement = await unit.get(Replacement, command.replacement_id)
    by, reason = asked_by(unit.caller, replacement.buyer_id), reasoned(command.reason)
    if not 1 <= command.working_days <= LONGEST_EXTENSION:
        raise Rejected(f"between 1 and {LONGEST_EXTENSION} working days", field="working_days")
    chain = await unit.get(Chain, replacement.contract_id)
    replacement.extend(due(unit.now, command.working_days, chain.country), by, reason)
    await await_deadline(unit, replacement)
    unit.save(replacement)
    return {"deadline": _said(replacement.runs_until)}


@router.on(WithdrawReplacement)
async def withdraw(command: WithdrawReplacement, unit: Unit, terms: Terms) -> dict[str, object]:
    replacement = await unit.get(Replacement, command.replacement_id)
    by, reason = asked_by(unit.caller, replacement.buyer_id), reasoned(command.reason)
    replacement.withdraw(by, reason)
    unit.save(replacement)
    await end_proposals(unit, terms, replacement, f"the demand was withdrawn: {reason}")
    return {"stage": replacement.stage.value}


def _said(moment: datetime) -> str:
    return moment.isoformat()
