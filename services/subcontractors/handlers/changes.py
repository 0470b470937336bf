"""Notices of change, questions to the supplier, and what papers say of who works."""

from services.subcontractors.commands import (
    AgreeToChange,
    AskForChain,
    DismissViolation,
    GiveNotice,
    NoteSightings,
    RefuseChange,
    asked_by,
    reasoned,
)
from services.subcontractors.domain import Chain
from services.subcontractors.domain.ids import id_of
from services.subcontractors.domain.judging import dismiss
from services.subcontractors.domain.notices import agree, give_notice, refuse_change
from services.subcontractors.domain.roster import Sighting
from services.subcontractors.domain.rules import plain
from services.subcontractors.handlers.chains import days_to_answer, deed_of
from services.subcontractors.handlers.door import router
from services.subcontractors.handlers.judging import judge_chain
from services.subcontractors.handlers.placing import place_everyone
from services.subcontractors.terms import Terms, due
from shared.domain import Rejected
from shared.events.subcontractors import ChainUpdateRequested
from shared.unit import Unit

LONGEST_QUESTION = 60
"""Working days that a supplier can be given to say who works for it; a quarter."""

MOST_SIGHTINGS = 2_000
"""Companies seen on one contract that are kept; more is a mistake in what was sent."""


@router.on(AskForChain)
async def ask_supplier(command: AskForChain, unit: Unit) -> dict[str, object]:
    """The supplier is to say who works for it; the link stays open until the day named."""
    chain = await unit.get(Chain, command.contract_id)
    by = asked_by(unit.caller, chain.buyer_id)
    if command.supplier_id not in chain.supplier_ids:
        suppliers = ", ".join(chain.supplier_ids)
        raise Rejected(f"the suppliers of {chain.id} are {suppliers}", field="supplier_id")
    if not 1 <= command.working_days <= LONGEST_QUESTION:
        raise Rejected(f"between 1 and {LONGEST_QUESTION} working days", field="working_days")
    until = due(unit.now, command.working_days, chain.country)
    link_id = id_of("link", chain.id, command.supplier_id, str(len(chain.links)))
    chain.links = (*chain.links, (command.supplier_id, link_id))
    chain.announce(
        ChainUpdateRequested(
            contract_id=chain.id,
            buyer_id=chain.buyer_id,
            supplier_id=command.supplier_id,
            due=until,
            link_id=link_id,
            by=by,
            reason=reasoned(command.reason),
        )
    )
    unit.save(chain)
    return {"link_id": link_id, "supplier_id": command.supplier_id, "until": until.isoformat()}


@router.on(GiveNotice)
async def notify(command: GiveNotice, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    deed = deed_of(unit, chain, asked_by(unit.caller, chain.buyer_id))
    notice = give_notice(
        chain,
        command.party_id,
        command.change,
        command.effective or deed.today,
        reasoned(command.reason),
        deed,
        due(unit.now, days_to_answer(chain, terms), chain.country),
    )
    await place_everyone(unit, terms, chain)
    held = next(n for n in chain.notices if n.id == notice.id)
    return {"notice_id": held.id, "stage": held.stage, "changed": held.changed}


@router.on(AgreeToChange)
async def agree_to_change(command: AgreeToChange, unit: Unit, terms: Terms) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    deed = deed_of(unit, chain, asked_by(unit.caller, chain.buyer_id))
    agree(chain, command.notice_id, reasoned(command.reason), deed)
    await place_everyone(unit, terms, chain)
    return {"chain_version": chain.chain_version}


@router.on(RefuseChange)
async def not_agree(command: RefuseChange, unit: Unit) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    deed = deed_of(unit, chain, asked_by(unit.caller, chain.buyer_id))
    refuse_change(chain, command.notice_id, reasoned(command.reason), deed)
    unit.save(chain)
    return {"chain_version": chain.chain_version}


@router.on(NoteSightings)
async def note_sightings(command: NoteSightings, unit: Unit) -> dict[str, object]:
    """Of each company the newest paper counts. Who was dismissed is asked about no more."""
    chain = await unit.get(Chain, command.contract_id)
    by = asked_by(unit.caller, chain.buyer_id)
    kept = {one.id: one for one in chain.sightings}
    for seen in command.seen:
        id = id_of("seen", chain.id, seen.party_id or plain(seen.company))
        before = kept.get(id)
        if before is not None and (before.dismissed or before.seen_on >= seen.seen_on):
            continue
        kept[id] = Sighting(id=id, by=by, **dict(seen))
    if len(kept) > MOST_SIGHTINGS:
        raise Rejected(f"more than {MOST_SIGHTINGS} companies on one contract", field="seen")
    chain.sightings = tuple(kept.values())
    before_ids = {v.id for v in chain.open_violations()}
    await judge_chain(unit, chain)
    found = [v.id for v in chain.open_violations() if v.id not in before_ids]
    return {"noted": len(command.seen), "violations": found}


@router.on(DismissViolation)
async def dismiss_violation(command: DismissViolation, unit: Unit) -> dict[str, object]:
    chain = await unit.get(Chain, command.contract_id)
    by = asked_by(unit.caller, chain.buyer_id)
    dismiss(chain, command.violation_id, reasoned(command.reason), by, unit.now)
    await judge_chain(unit, chain)
    return {"violation_id": command.violation_id}
