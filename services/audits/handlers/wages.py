"""Payslips come in, are compared at once, and become findings when a person claims them."""

from datetime import date
from decimal import Decimal

from services.audits.commands import (
    ClaimWages,
    EnterWages,
    Found,
    LetWagesBe,
    ShowBackPay,
)
from services.audits.domain import FindingClass, Plan, Severity
from services.audits.domain.findings import Finding
from services.audits.domain.wage_checks import BackPay, WageCheck
from services.audits.domain.wages import MissingDocument, compare
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of, deadline, id_of, working_days_since
from services.audits.handlers.raising import finding_of, make_known
from services.audits.libraries import Libraries
from services.audits.risk_weights import RiskWeights
from services.audits.wage_rates import WageRates
from shared.domain import Rejected
from shared.events.words import Money
from shared.unit import Unit


@router.on(EnterWages)
async def enter(command: EnterWages, unit: Unit, wage_rates: WageRates) -> dict[str, object]:
    """Entering again, before anything is claimed, corrects what was entered."""
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    if not command.slips and not command.missing:
        raise Rejected("enter payslips, or what documents are missing", field="slips")
    agreement = wage_rates.agreement(command.agreement)
    check = await unit.load(WageCheck, command.check_id) or WageCheck(id=command.check_id)
    if check.turn and (check.contract_id, check.party_id) != (plan.id, command.party_id):
        raise Rejected("this wage check is about another contract or party", field="check_id")
    missing = tuple(_counted(one, plan, unit) for one in command.missing)
    check.contract_id, check.buyer_id, check.party_id = plan.id, plan.buyer_id, command.party_id
    check.audit_id, check.document_ids = command.audit_id, command.document_ids
    check.agreement, check.currency = agreement.code, agreement.currency
    check.policy_version = wage_rates.version
    check.slips, check.hours, check.missing = command.slips, command.hours, missing
    day = _worked_until(command) or day_of(unit.now, plan.country)
    penalty = wage_rates.penalty_of(plan.id, plan.buyer_id, day)
    found = compare(agreement, penalty, check.slips, check.hours, missing)
    due = deadline(unit.now, wage_rates.weigh_working_days, plan.country)
    check.compared(found, due, unit.now)
    unit.save(check)
    return {
        "check_id": check.id,
        "underpaid": str(found.underpaid),
        "penalty": str(found.penalty),
        "documents_penalty": str(found.documents_penalty),
    }


@router.on(ClaimWages)
async def claim(
    command: ClaimWages,
    unit: Unit,
    policy: Policy,
    weights: RiskWeights,
    libraries: Libraries,
) -> dict[str, object]:
    """What is short becomes a finding of class wages, what is missing one of class documents."""
    assert unit.caller is not None
    check = await unit.get(WageCheck, command.check_id)
    unit.caller.must_serve(check.buyer_id)
    plan = await unit.get(Plan, check.contract_id)
    findings = _findings(check, command.obligation, plan)
    check.claim(tuple(one.id for one in findings), unit.caller.subject)
    await make_known(findings, plan, unit, policy, weights, libraries)
    unit.save(check)
    return {"check_id": check.id, "finding_ids": [one.id for one in findings]}


@router.on(LetWagesBe)
async def let_be(command: LetWagesBe, unit: Unit) -> dict[str, object]:
    assert unit.caller is not None
    check = await unit.get(WageCheck, command.check_id)
    unit.caller.must_serve(check.buyer_id)
    check.let_be(command.reason, unit.caller.subject)
    unit.save(check)
    return {"check_id": check.id, "state": check.state}


@router.on(ShowBackPay)
async def show_back_pay(command: ShowBackPay, unit: Unit) -> dict[str, object]:
    """The action about the finding is verified by a person who names these documents."""
    assert unit.caller is not None
    check = await unit.get(WageCheck, command.check_id)
    unit.caller.must_serve(check.buyer_id)
    papers = command.document_ids
    check.pay_back(
        BackPay(
            worker=command.worker,
            amount=command.amount,
            document_ids=papers,
            by=unit.caller.subject,
        )
    )
    unit.save(check)
    left = {worker: str(amount) for worker, amount in check.outstanding.items()}
    return {"check_id": check.id, "state": check.state, "outstanding": left}


def _worked_until(command: EnterWages) -> date | None:
    """The day whose penalty counts: the last one that was worked, or on which papers were due."""
    days = [one.ends for one in command.slips] or [one.due for one in command.missing]
    return max(days, default=None)


def _counted(missing: MissingDocument, plan: Plan, unit: Unit) -> MissingDocument:
    """With its days, counted up to today where the buyer is."""
    days = working_days_since(missing.due, day_of(unit.now, plan.country), plan.country)
    return missing.model_copy(update={"days": days})


def _findings(check: WageCheck, obligation: str, plan: Plan) -> list[Finding]:
    assert check.comparison is not None
    found = check.comparison
    parts = (
        (
            FindingClass.WAGES,
            Severity.CRITICAL,
            found.underpaid,
            f"{check.agreement}: {found.underpaid} {check.currency} short to "
            f"{sum(1 for short in found.by_worker.values() if short)} of {len(found.by_worker)} "
            f"workers sampled. Proposed penalty: {found.how_penalty}.",
        ),
        (
            FindingClass.DOCUMENTS,
            Severity.MAJOR,
            found.documents_penalty,
            "Demanded and not handed in: " + "; ".join(found.how_documents),
        ),
    )
    return [
        finding_of(
            id_of("finding", check.id, kind),
            Found(
                obligation=obligation,
                severity=severity,
                finding_class=kind,
                description=text,
                claim=Money(amount=float(amount), currency=check.currency),
                document_ids=check.document_ids,
            ),
            plan,
            check.party_id,
            audit_id=check.audit_id,
        )
        for kind, severity, amount, text in parts
        if amount > Decimal(0)
    ]
