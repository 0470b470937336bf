"""Questions go out, answers come in, and every step of the ladder comes once."""

from services.audits.commands import (
    AcceptEvidence,
    AskAgain,
    AskEvidence,
    DelegateEvidence,
    EvidenceDue,
    EvidenceReminderComes,
    ExtendEvidence,
    SaveAnswers,
    WithdrawEvidence,
)
from services.audits.domain import EvidenceRequest, Plan
from services.audits.following import Policy
from services.audits.handlers.asking import climb, climb_down, due_in, send_questions
from services.audits.handlers.door import router
from services.audits.handlers.places import day_of, deadline
from services.audits.libraries import Libraries
from shared.domain import Rejected
from shared.events.onboarding import DocumentKept
from shared.unit import Unit

KEPT_FOR = "audit/"
"""Files for a request are brought to onboarding with `kept_for=audit/<id of the request>`."""


@router.on(AskEvidence, loads=(Plan, "contract_id"))
async def ask(
    command: AskEvidence, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """The supplier, or a subcontractor of the chain, is asked; days default to the clause's."""
    assert unit.caller is not None
    plan = await unit.get(Plan, command.contract_id)
    unit.caller.must_serve(plan.buyer_id)
    if await unit.load(EvidenceRequest, command.request_id) is not None:
        raise Rejected("the same questions were sent before", field="questions")
    if command.party_id not in (*plan.supplier_ids, *plan.chain):
        raise Rejected("a supplier or declared subcontractor of the contract", field="party_id")
    follow_up = plan.of(command.obligation)
    if follow_up is None:
        raise Rejected(f"the contract has no clause {command.obligation}", field="obligation")
    request = EvidenceRequest(
        id=command.request_id,
        contract_id=plan.id,
        buyer_id=plan.buyer_id,
        party_id=command.party_id,
        obligation=command.obligation,
        audit_id=command.audit_id,
        questions=command.questions,
        country=plan.country,
    )
    request.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    days = follow_up.remedy_working_days if command.working_days is None else command.working_days
    due = send_questions(request, days, unit, policy, command.remind_before)
    return {"request_id": request.id, "due": due.isoformat(), "link_id": request.link_id}


@router.on(DocumentKept)
async def keep_file(event: DocumentKept, unit: Unit) -> None:
    """A file that was brought for a request can be named in its answers."""
    if not event.kept_for.startswith(KEPT_FOR):
        return
    request = await unit.load(EvidenceRequest, event.kept_for.removeprefix(KEPT_FOR))
    if request is None or request.buyer_id != event.buyer_id:
        return
    if request.keep_file(event.document_id):
        unit.save(request)


@router.on(SaveAnswers, loads=(EvidenceRequest, "request_id"))
async def save(command: SaveAnswers, unit: Unit, policy: Policy) -> dict[str, object]:
    request = await _request(command.request_id, unit)
    request.save_answers(command.answers, by_delegate=command.by_delegate)
    if command.submit:
        weigh_by = deadline(unit.now, policy.evidence.weigh_working_days, request.country)
        request.submit(unit.now, weigh_by)
        climb_down(request, unit)
    unit.save(request)
    left = {q.id for q in request.questions} - {a.question_id for a in request.answers}
    answer = {"request_id": request.id, "state": request.state, "unanswered": sorted(left)}
    return answer | ({"late": request.late} if command.submit else {})


@router.on(DelegateEvidence, loads=(EvidenceRequest, "request_id"))
async def delegate(command: DelegateEvidence, unit: Unit) -> dict[str, object]:
    request = await _request(command.request_id, unit)
    plan = await unit.get(Plan, request.contract_id)
    request.delegate(command.party_id, plan.chain)
    unit.save(request)
    return {"request_id": request.id, "link_id": request.delegate_link_id}


@router.on(ExtendEvidence, loads=(EvidenceRequest, "request_id"))
async def extend(command: ExtendEvidence, unit: Unit, policy: Policy) -> dict[str, object]:
    assert unit.caller is not None
    request = await _request(command.request_id, unit)
    due = due_in(command.working_days, request.country, unit)
    request.extend(due, unit.caller.subject, command.reason)
    climb_down(request, unit)
    climb(request, unit, policy.evidence.remind_before)
    unit.save(request)
    return {"request_id": request.id, "due": due.isoformat()}


@router.on(AcceptEvidence, loads=(EvidenceRequest, "request_id"))
async def accept(command: AcceptEvidence, unit: Unit) -> dict[str, object]:
    assert unit.caller is not None
    request = await _request(command.request_id, unit)
    request.accept(command.reason, unit.caller.subject)
    unit.save(request)
    return {"request_id": request.id, "state": request.state}


@router.on(AskAgain, loads=(EvidenceRequest, "request_id"))
async def ask_again(command: AskAgain, unit: Unit, policy: Policy) -> dict[str, object]:
    assert unit.caller is not None
    request = await _request(command.request_id, unit)
    due = due_in(command.working_days, request.country, unit)
    request.ask_again(command.reason, unit.caller.subject, due)
    climb(request, unit, policy.evidence.remind_before)
    unit.save(request)
    return {"request_id": request.id, "state": request.state, "due": due.isoformat()}


@router.on(WithdrawEvidence, loads=(EvidenceRequest, "request_id"))
async def withdraw(command: WithdrawEvidence, unit: Unit) -> dict[str, object]:
    assert unit.caller is not None
    request = await _request(command.request_id, unit)
    request.withdraw(command.reason, unit.caller.subject)
    unit.save(request)
    climb_down(request, unit)
    return {"request_id": request.id, "state": request.state}


@router.on(EvidenceReminderComes, loads=(EvidenceRequest, "request_id"))
async def remind(moment: EvidenceReminderComes, unit: Unit) -> None:
    request = await unit.get(EvidenceRequest, moment.request_id)
    if request.remind(moment.number):
        unit.save(request)


@router.on(EvidenceDue, loads=(EvidenceRequest, "request_id"))
async def pass_deadline(moment: EvidenceDue, unit: Unit, policy: Policy) -> None:
    request = await unit.get(EvidenceRequest, moment.request_id)
    await _country_of(request, unit)
    until = deadline(unit.now, policy.evidence.chase_working_days, request.country)
    if request.pass_deadline(moment.deadline, until):
        unit.save(request)


async def _request(id: str, unit: Unit) -> EvidenceRequest:
    assert unit.caller is not None
    request = await unit.get(EvidenceRequest, id)
    unit.caller.must_serve(request.buyer_id)
    await _country_of(request, unit)
    return request


async def _country_of(request: EvidenceRequest, unit: Unit) -> None:
    """Older requests do not know whose working days count: the plan of their contract does."""
    if not request.country:
        request.country = (await unit.get(Plan, request.contract_id)).country
