"""From clauses to audits: every contract has a plan from the day on which its clauses are set."""

from datetime import date, datetime, timedelta

from services.audits.commands import HoldAudit, NextAuditComes
from services.audits.domain import Audit, FollowUp, Plan
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import MONTH, day_of, deadline, id_of, start_of
from services.audits.handlers.raising import finding_of, make_known
from shared.domain import Rejected
from shared.events.contracts import ClausesSet, ContractAmended, ContractEnded, ContractSigned
from shared.unit import Unit


@router.on(ContractSigned, loads=(Plan, "contract_id"))
async def begin(event: ContractSigned, unit: Unit) -> None:
    plan = await unit.load(Plan, event.contract_id) or Plan(id=event.contract_id)
    plan.buyer_id, plan.title, plan.country = event.buyer_id, event.title, event.country
    plan.supplier_ids = tuple(supplier.party_id for supplier in event.suppliers)
    plan.starts, plan.ends = event.starts, event.ends
    unit.save(plan)


@router.on(ContractAmended, loads=(Plan, "contract_id"))
async def amend(event: ContractAmended, unit: Unit) -> None:
    plan = await unit.get(Plan, event.contract_id)
    plan.title, plan.starts, plan.ends = event.title, event.starts, event.ends
    unit.save(plan)


@router.on(ContractEnded, loads=(Plan, "contract_id"))
async def end(event: ContractEnded, unit: Unit) -> None:
    plan = await unit.get(Plan, event.contract_id)
    plan.end(event.reason)
    unit.save(plan)


@router.on(ClausesSet, loads=(Plan, "contract_id"))
async def plan_follow_up(event: ClausesSet, unit: Unit, policy: Policy) -> None:
    """What an auditor shall look at is planned at once, counted from the start of the work."""
    plan = await unit.get(Plan, event.contract_id)
    new = plan.follow(policy.follow_ups(event.clauses), policy.version)
    unit.save(plan)
    begins = max(unit.now, start_of(plan.starts, plan.country)) if plan.starts else unit.now
    for follow_up in new:
        due = deadline(begins, follow_up.first_after_working_days, plan.country)
        for party_id in plan.supplier_ids:
            await _plan(plan, follow_up, party_id, 1, due, unit)


@router.on(NextAuditComes)
async def plan_again(moment: NextAuditComes, unit: Unit) -> None:
    """The next audit, if the contract runs and its clause still asks for it."""
    last = await unit.get(Audit, moment.audit_id)
    plan = await unit.get(Plan, last.contract_id)
    follow_up = plan.of(last.obligation)
    if plan.over or follow_up is None or not follow_up.audited:
        return
    due = deadline(start_of(moment.planned_for, plan.country), 0, plan.country)
    await _plan(plan, follow_up, last.party_id, last.turn + 1, due, unit)


async def _plan(
    plan: Plan, follow_up: FollowUp, party_id: str, turn: int, due: datetime, unit: Unit
) -> None:
    id = id_of("audit", plan.id, party_id, follow_up.obligation, turn)
    if await unit.load(Audit, id) is not None:
        return  # a clause that was dropped and set again is followed up as before
    audit = Audit(
        id=id,
        contract_id=plan.id,
        buyer_id=plan.buyer_id,
        party_id=party_id,
        obligation=follow_up.obligation,
        method=follow_up.method,
        turn=turn,
    )
    audit.plan(day_of(due, plan.country), due)
    unit.save(audit)


@router.on(HoldAudit)
async def hold(command: HoldAudit, unit: Unit, policy: Policy) -> dict[str, object]:
    """An auditor reports what was seen. Each finding waits for an agreed action from now on."""
    assert unit.caller is not None
    audit = await unit.get(Audit, command.audit_id)
    unit.caller.must_serve(audit.buyer_id)
    plan = await unit.get(Plan, audit.contract_id)
    today = day_of(unit.now, plan.country)
    findings = []
    for number, found in enumerate(command.findings):
        try:
            id = id_of("finding", audit.id, number)
            findings.append(
                finding_of(
                    id, found, plan, audit.party_id, audit_id=audit.id, obligation=audit.obligation
                )
            )
        except Rejected as wrong:
            raise Rejected(wrong.reason, field=f"findings.{number}.{wrong.field}") from wrong
    ids = tuple(finding.id for finding in findings)
    held_on = command.held_on or today
    audit.hold(command.conclusion, held_on, today, unit.caller.subject, ids)
    unit.save(audit)
    await make_known(findings, plan, unit, policy)
    if not audit.reaudit_of:
        _remember_next(audit, plan, held_on, policy, unit)
    return {"audit_id": audit.id, "state": audit.state, "finding_ids": list(ids)}


def _remember_next(audit: Audit, plan: Plan, held_on: date, policy: Policy, unit: Unit) -> None:
    """The next audit comes on the list some weeks before its day, not a year."""
    follow_up = plan.of(audit.obligation)
    if follow_up is None or plan.over:
        return
    day = held_on + follow_up.months * MONTH
    # Seven days hold five working ones, so this is early enough whatever holidays lie between.
    comes = start_of(day, plan.country) - timedelta(days=policy.lead_working_days * 7 / 5)
    again = NextAuditComes(audit_id=audit.id, planned_for=day)
    unit.schedule(f"next-audit/{audit.id}", max(comes, unit.now), again)
