"""From clauses to follow-ups: every contract has a plan from the day its clauses are set."""

from services.audits.commands import FollowUpComes, HoldAudit
from services.audits.domain import Audit, Checklist, EvidenceRequest, Plan
from services.audits.domain.library import Library
from services.audits.following import Policy
from services.audits.handlers.asking import send_questions
from services.audits.handlers.calendar import begin, end_of, go_on, line_id, on_the_list
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of, id_of, start_of
from services.audits.handlers.raising import finding_of, make_known
from services.audits.handlers.risks import reweigh
from services.audits.libraries import Libraries
from services.audits.risk_weights import RiskWeights
from shared.domain import Rejected
from shared.events.contracts import ClausesSet, ContractAmended, ContractEnded, ContractSigned
from shared.events.offences import told_in
from shared.unit import Unit


@router.on(ContractSigned, loads=(Plan, "contract_id"))
async def begin_plan(event: ContractSigned, unit: Unit) -> None:
    plan = await unit.load(Plan, event.contract_id) or Plan(id=event.contract_id)
    plan.buyer_id, plan.title, plan.country = event.buyer_id, event.title, event.country
    plan.supplier_ids = tuple(supplier.party_id for supplier in event.suppliers)
    plan.starts, plan.ends, plan.category = event.starts, event.ends, event.category
    unit.save(plan)


@router.on(ContractAmended, loads=(Plan, "contract_id"))
async def amend(event: ContractAmended, unit: Unit) -> None:
    plan = await unit.get(Plan, event.contract_id)
    plan.title, plan.starts, plan.ends = event.title, event.starts, event.ends
    unit.save(plan)


@router.on(ContractEnded, loads=(Plan, "contract_id"))
async def end(event: ContractEnded, unit: Unit) -> None:
    plan = await unit.get(Plan, event.contract_id)
    for coming in plan.calendar:
        unit.cancel(f"follow-up/{line_id(plan, coming)}")
    plan.end(event.reason)
    unit.save(plan)


@router.on(ClausesSet, loads=(Plan, "contract_id"))
async def plan_follow_up(
    event: ClausesSet, unit: Unit, policy: Policy, weights: RiskWeights
) -> None:
    """What an auditor shall look at is planned at once, counted from the start of the work."""
    plan = await unit.get(Plan, event.contract_id)
    new = plan.follow(policy.follow_ups(event.clauses), policy.version)
    await reweigh(plan, "clauses-set", unit, policy, weights)
    begins = max(unit.now, start_of(plan.starts, plan.country)) if plan.starts else unit.now
    for follow_up in new:
        for party_id in plan.supplier_ids:
            await begin(plan, follow_up, party_id, begins, unit, policy)
    unit.save(plan)


@router.on(FollowUpComes, loads=(Plan, "contract_id"))
async def follow_up_comes(
    moment: FollowUpComes, unit: Unit, policy: Policy, libraries: Libraries
) -> None:
    """The next look at an obligation, if the contract runs and its clause still asks for it."""
    plan = await unit.get(Plan, moment.contract_id)
    coming = plan.coming(moment.obligation, moment.party_id)
    if plan.over or coming is None or coming.turn != moment.turn:
        return
    if line_id(plan, coming) in plan.deferred:
        return
    if coming.audited:
        await on_the_list(plan, coming, end_of(plan, coming.on), unit, moment.auditor)
        return
    library = libraries.on(day_of(unit.now, plan.country))
    _ask(plan, moment, library, unit, policy)
    go_on(plan, coming, coming.on, unit, policy)
    unit.save(plan)


def _ask(plan: Plan, moment: FollowUpComes, library: Library, unit: Unit, policy: Policy) -> None:
    """A self-report or a request for documents, where the library has questions for it."""
    questions = library.report(moment.obligation, plan.country)
    follow_up = plan.of(moment.obligation)
    if not questions or follow_up is None:
        return
    request = EvidenceRequest(
        id=id_of("evidence", plan.id, moment.party_id, moment.obligation, moment.turn),
        contract_id=plan.id,
        buyer_id=plan.buyer_id,
        party_id=moment.party_id,
        obligation=moment.obligation,
        questions=questions,
        library_version=library.version,
        country=plan.country,
    )
    request.keep_apart(library)
    send_questions(request, follow_up.remedy_working_days, unit, policy)


@router.on(HoldAudit, loads=(Audit, "audit_id"))
async def hold(
    command: HoldAudit,
    unit: Unit,
    policy: Policy,
    weights: RiskWeights,
    libraries: Libraries,
) -> dict[str, object]:
    """An auditor reports what was seen. Each finding waits for an agreed action from now on."""
    assert unit.caller is not None
    audit = await unit.get(Audit, command.audit_id)
    unit.caller.must_serve(audit.buyer_id)
    plan = await unit.get(Plan, audit.contract_id)
    today = day_of(unit.now, plan.country)
    _must_fit(await unit.load(Checklist, audit.id), command)
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
    by = unit.caller.subject
    library = libraries.on(today)
    for one in (audit, *findings):
        one.keep_apart(library)
    if any(finding.offences_of for finding in findings):  # the conclusion tells of them too
        audit.offences_of = audit.offences_of or told_in(audit.id)
    audit.hold(command.conclusion, held_on, today, by, ids, command.no_conflict)
    unit.save(audit)
    await make_known(findings, plan, unit, policy, weights, libraries)
    if not audit.reaudit_of:
        plan_next(audit, plan, unit, policy)
    unit.save(plan)
    return {"audit_id": audit.id, "state": audit.state, "finding_ids": list(ids)}


def _must_fit(checklist: Checklist | None, command: HoldAudit) -> None:
    """Raise `Rejected` where a question has no answer, or what deviates has no finding."""
    if checklist is None:
        return
    if checklist.unanswered:
        raise Rejected(
            f"these questions have no answer yet: {', '.join(checklist.unanswered)}; not_seen is "
            "one too",
            field="checklist",
        )
    found = {one.question_id for one in command.findings}
    if missing := [id for id in checklist.deviating if id not in found]:
        raise Rejected(
            f"what deviates is a finding: say what was found about {', '.join(missing)}",
            field="findings",
        )


def plan_next(audit: Audit, plan: Plan, unit: Unit, policy: Policy) -> None:
    """The next audit comes on the list some weeks before its day, not a year."""
    coming = plan.coming(audit.obligation, audit.party_id)
    if coming is None or coming.turn != audit.turn or audit.held_on is None:
        return
    go_on(plan, coming, audit.held_on, unit, policy)
