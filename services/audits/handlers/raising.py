"""How findings come to be, from audits and without one, and which of them repeat another."""

from services.audits.commands import Found, RaiseFinding
from services.audits.domain import Finding, Plan, Severity
from services.audits.domain.risk import Mark
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.places import MONTH, day_of, deadline
from services.audits.handlers.risks import note
from services.audits.libraries import Libraries
from services.audits.risk_weights import RiskWeights
from shared.domain import Rejected
from shared.unit import Unit


@router.on(RaiseFinding)
async def raise_finding(
    command: RaiseFinding,
    unit: Unit,
    policy: Policy,
    weights: RiskWeights,
    libraries: Libraries,
) -> dict[str, object]:
    """A finding without an audit waits for an agreed action like any other."""
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    if await unit.load(Finding, command.finding_id) is not None:
        raise Rejected("this finding was raised before", field="finding_id")
    finding = finding_of(command.finding_id, command.found, plan, command.party_id)
    await make_known([finding], plan, unit, policy, weights, libraries)
    return {"finding_id": finding.id, "repeats": finding.repeats}


def finding_of(
    id: str, found: Found, plan: Plan, party_id: str, *, audit_id: str = "", obligation: str = ""
) -> Finding:
    """What was found, about one clause of the contract. Raises `Rejected` where it has none."""
    said = found.model_dump() | {"obligation": found.obligation or obligation}
    if plan.of(said["obligation"]) is None:
        raise Rejected(f"the contract has no clause {said['obligation']}", field="obligation")
    said["description"] = found.description.strip()
    return Finding.model_validate(
        said
        | {"id": id, "audit_id": audit_id, "contract_id": plan.id}
        | {"buyer_id": plan.buyer_id, "party_id": party_id}
    )


async def make_known(
    findings: list[Finding],
    plan: Plan,
    unit: Unit,
    policy: Policy,
    weights: RiskWeights,
    libraries: Libraries,
) -> None:
    """Announce findings. The graver ones speak for risk."""
    due = deadline(unit.now, policy.agree_within_working_days, plan.country)
    library = libraries.on(day_of(unit.now, plan.country))
    for finding in findings:
        finding.keep_apart(library)
        finding.repeats = await _earlier(finding, unit, policy)
        finding.raise_now(due, unit.now)
    for finding in findings:
        unit.save(finding)
        if finding.severity is not Severity.MINOR:
            today = day_of(unit.now, plan.country)
            mark = Mark(code="finding", ref=finding.id, since=today, detail=finding.obligation)
            await note(plan, mark, "finding-raised", unit, policy, weights)


async def _earlier(finding: Finding, unit: Unit, policy: Policy) -> str:
    """The latest finding of the same buyer, party and obligation within the years that count."""
    since = unit.now - policy.mending.repeated_within_months * MONTH
    known = await unit.find(
        Finding,
        party_id=finding.party_id,
        buyer_id=finding.buyer_id,
        obligation=finding.obligation,
    )
    others = [one for one in known if one.id != finding.id and one.listed >= since.isoformat()]
    return max(others, key=lambda one: (one.listed, one.id)).id if others else ""
