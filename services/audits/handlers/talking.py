"""What people say: complaints with a protected source, and talks with the parties."""

from services.audits.commands import (
    AssessComplaint,
    FollowDialogue,
    NoteDialogue,
    ReceiveComplaint,
)
from services.audits.domain import Complaint, Dialogue, Finding, Plan
from services.audits.domain.complaints import Outcome
from services.audits.domain.risk import Mark
from services.audits.following import Policy
from services.audits.handlers.calendar import end_of
from services.audits.handlers.door import router
from services.audits.handlers.keeping import complaints
from services.audits.handlers.places import day_of, deadline
from services.audits.handlers.risks import note
from services.audits.libraries import Libraries
from services.audits.risk_weights import RiskWeights
from shared.domain import Rejected
from shared.retention import KeepingRules
from shared.unit import Unit


@router.on(ReceiveComplaint)
async def receive(command: ReceiveComplaint, unit: Unit, policy: Policy) -> dict[str, object]:
    """From anyone, also without a name. The same words twice are one complaint."""
    if await unit.load(Complaint, command.complaint_id) is not None:
        return {"complaint_id": command.complaint_id}
    country = "DK"
    if command.contract_id:
        plan = await unit.load(Plan, command.contract_id)
        if plan is None or plan.buyer_id != command.buyer_id:
            raise Rejected("a contract of this buyer, or none", field="contract_id")
        country = plan.country
    complaint = Complaint(
        **command.model_dump(exclude={"complaint_id"}),
        id=command.complaint_id,
        taken_by=unit.caller.subject if unit.caller and command.channel != "form" else "",
    )
    complaint.receive(unit.now, deadline(unit.now, policy.complaint_working_days, country))
    unit.save(complaint)
    return {"complaint_id": complaint.id}


@router.on(AssessComplaint)
async def assess(
    command: AssessComplaint,
    unit: Unit,
    policy: Policy,
    weights: RiskWeights,
    keeping: KeepingRules,
    libraries: Libraries,
) -> dict[str, object]:
    """A founded one speaks for risk, on the contract that it is about."""
    assert unit.caller is not None
    complaint = await unit.get(Complaint, command.complaint_id)
    unit.caller.must_serve(complaint.buyer_id)
    complaint.contract_id = command.contract_id or complaint.contract_id
    complaint.party_id = command.party_id or complaint.party_id
    plan = await unit.load(Plan, complaint.contract_id) if complaint.contract_id else None
    if complaint.contract_id and (plan is None or plan.buyer_id != complaint.buyer_id):
        raise Rejected("a contract of this buyer, or none", field="contract_id")
    country = _country(complaint, plan)
    offences_of = libraries.on(day_of(unit.now, country)).complaint_offences_of(
        complaint.category, complaint.id, complaint.party_id
    )
    by = unit.caller.subject
    complaint.assess(command.outcome, command.told, command.answer, by, offences_of)
    complaints.begin(complaint, country, unit, keeping)
    unit.save(complaint)
    if plan is not None and command.outcome is Outcome.FOUNDED:
        today = day_of(unit.now, plan.country)
        mark = Mark(code="complaint", ref=complaint.id, since=today, detail=complaint.category)
        await note(plan, mark, "complaint-founded", unit, policy, weights)
    return {"complaint_id": complaint.id, "outcome": complaint.outcome}


def _country(complaint: Complaint, plan: Plan | None) -> str:
    """That of the contract, else that of the buyer's own number."""
    if plan is not None:
        return plan.country
    return "SE" if complaint.buyer_id.startswith("se-") else "DK"


@router.on(NoteDialogue)
async def note_dialogue(
    command: NoteDialogue, unit: Unit, libraries: Libraries
) -> dict[str, object]:
    """A talk about a finding is about its obligation, and sealed as the finding is."""
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    if command.party_id not in (*plan.supplier_ids, *plan.chain):
        raise Rejected("a supplier or declared subcontractor of the contract", field="party_id")
    if command.obligation and plan.of(command.obligation) is None:
        raise Rejected(f"the contract has no clause {command.obligation}", field="obligation")
    finding = None
    if command.finding_id:
        finding = await unit.load(Finding, command.finding_id)
        if finding is None or finding.contract_id != plan.id:
            raise Rejected("a finding of this contract", field="finding_id")
    today = day_of(unit.now, plan.country)
    if command.follow_on is not None and command.follow_on <= today:
        raise Rejected("a day to come", field="follow_on")
    known = await unit.load(Dialogue, command.dialogue_id)
    dialogue = known or Dialogue(
        **command.model_dump(exclude={"dialogue_id", "follow_on"}),
        id=command.dialogue_id,
        buyer_id=plan.buyer_id,
        by=unit.caller.subject,
    )
    if finding is not None:
        dialogue.obligation, dialogue.offences_of = finding.obligation, finding.offences_of
    dialogue.keep_apart(libraries.on(today))
    due = end_of(plan, command.follow_on) if command.follow_on is not None else None
    dialogue.note(today, due)
    unit.save(dialogue)
    return {"dialogue_id": dialogue.id}


@router.on(FollowDialogue)
async def follow_dialogue(command: FollowDialogue, unit: Unit) -> dict[str, object]:
    assert unit.caller is not None
    dialogue = await unit.get(Dialogue, command.dialogue_id)
    unit.caller.must_serve(dialogue.buyer_id)
    dialogue.follow(command.kept, command.reason, unit.caller.subject)
    unit.save(dialogue)
    return {"dialogue_id": dialogue.id, "kept": dialogue.kept}
