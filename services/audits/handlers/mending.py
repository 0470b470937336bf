"""From a finding to an action that both sides agreed on, and to evidence that it was done."""

from services.audits.commands import (
    AcceptCounter,
    AgreeAction,
    AnswerProposal,
    ExtendAction,
    ProposeAction,
    VerifyAction,
)
from services.audits.domain import CorrectiveAction, Finding, FindingState, Plan
from services.audits.following import Policy
from services.audits.handlers.door import router
from services.audits.handlers.ladder import climb, climb_down
from services.audits.handlers.lasting import look_again
from services.audits.handlers.places import day_of, deadline, id_of
from services.audits.libraries import Libraries
from shared.domain import Rejected
from shared.unit import Unit

MOST_WORKING_DAYS = 250
"""About a year; what takes longer is agreed in steps that can be verified."""


@router.on(ProposeAction, loads=(Finding, "finding_id"))
async def propose(
    command: ProposeAction, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """The party is written to with a one-time link; an older proposal gives way."""
    assert unit.caller is not None
    finding, plan = await _finding(command.finding_id, unit, libraries)
    finding.must_want_action()
    await _drop_proposal(finding, unit, "another measure was proposed")
    action = await _new(finding, unit)
    days = _days(command.working_days, finding, plan)
    answer_due = deadline(unit.now, policy.mending.answer_working_days, plan.country)
    action.propose(command.measure, days, unit.caller.subject, answer_due, f"link-{action.id}")
    finding.proposal_id = action.id
    unit.save(action)
    unit.save(finding)
    return {"action_id": action.id, "answer_due": answer_due.isoformat(), "link_id": action.link_id}


@router.on(AnswerProposal, loads=(CorrectiveAction, "action_id"))
async def answer(
    command: AnswerProposal, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """A yes makes it agreed, with its days counted from now; else a person weighs the counter."""
    assert unit.caller is not None
    action, finding, plan = await _action(command.action_id, unit, libraries)
    if not command.agrees:
        days = _days(command.working_days, finding, plan)
        action.counter(command.measure, days, command.reason)
        unit.save(action)
        return {"action_id": action.id, "state": action.state}
    if action.state != "proposed":
        raise Rejected(f"action {action.id} is {action.state}: the party answers a proposal once")
    by = "the party, through its link" if command.link_id else command.told_by
    return await _agree(
        action, action.measure, action.working_days, finding, plan, unit, policy, by
    )


@router.on(AcceptCounter, loads=(CorrectiveAction, "action_id"))
async def accept(
    command: AcceptCounter, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    action, finding, plan = await _action(command.action_id, unit, libraries)
    if action.state != "countered":
        raise Rejected(f"action {action.id} is {action.state}: the party proposed nothing else")
    by = f"the party, who proposed it: {action.counter_reason}"
    return await _agree(
        action, action.measure, action.working_days, finding, plan, unit, policy, by
    )


@router.on(AgreeAction, loads=(Finding, "finding_id"))
async def agree(
    command: AgreeAction, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """What was agreed in a talk. The deadline counts from now, in the working days of the buyer."""
    finding, plan = await _finding(command.finding_id, unit, libraries)
    days = _days(command.working_days, finding, plan)
    finding.must_want_action()
    await _drop_proposal(finding, unit, "another measure was agreed")
    action = await _new(finding, unit)
    with_whom = command.agreed_with
    return await _agree(action, command.measure, days, finding, plan, unit, policy, with_whom)


async def _agree(
    action: CorrectiveAction,
    measure: str,
    days: int,
    finding: Finding,
    plan: Plan,
    unit: Unit,
    policy: Policy,
    agreed_with: str,
) -> dict[str, object]:
    assert unit.caller is not None
    finding.must_want_action()
    settles = [finding.need_id]
    if finding.state is FindingState.MISSED:
        missed = await unit.get(CorrectiveAction, finding.action_ids[-1])
        missed.give_way()
        unit.save(missed)
        settles += missed.open_needs
    due = deadline(unit.now, days, plan.country)
    finding.take_in_hand(action.id)
    action.working_days = days
    action.agree(measure, due, unit.caller.subject, tuple(settles), agreed_with)
    action.agreed_at = unit.now
    unit.save(finding)
    unit.save(action)
    climb(action, days, plan.country, unit, policy.ladder)
    return {"action_id": action.id, "state": action.state, "due": due.isoformat()}


@router.on(ExtendAction, loads=(CorrectiveAction, "action_id"))
async def extend(
    command: ExtendAction, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """More time, with a ladder of its own; who gave it and why is announced."""
    assert unit.caller is not None
    action, finding, plan = await _action(command.action_id, unit, libraries)
    days = _days(command.working_days, finding, plan)
    if action.state != "agreed":
        raise Rejected(f"action {action.id} is {action.state}: one that is agreed can be extended")
    due = deadline(unit.now, days, plan.country)
    action.extend(due, unit.caller.subject, command.reason)
    unit.save(action)
    climb_down(action, unit)
    climb(action, days, plan.country, unit, policy.ladder)
    return {"action_id": action.id, "due": due.isoformat()}


@router.on(VerifyAction, loads=(CorrectiveAction, "action_id"))
async def verify(
    command: VerifyAction, unit: Unit, policy: Policy, libraries: Libraries
) -> dict[str, object]:
    """Seen evidence ends the finding and what was to come of it; whether it lasts is looked at."""
    assert unit.caller is not None
    action, finding, plan = await _action(command.action_id, unit, libraries)
    action.verify(command.document_ids, command.reason, unit.caller.subject)
    finding.close(command.reason.strip())
    action.verified_at = finding.closed_at = unit.now
    unit.save(action)
    unit.save(finding)
    climb_down(action, unit)
    await look_again(finding, plan, unit, policy)
    return {"action_id": action.id, "finding_id": finding.id, "state": finding.state}


async def _finding(finding_id: str, unit: Unit, libraries: Libraries) -> tuple[Finding, Plan]:
    assert unit.caller is not None
    finding = await unit.get(Finding, finding_id)
    unit.caller.must_serve(finding.buyer_id)
    plan = await unit.get(Plan, finding.contract_id)
    finding.keep_apart(libraries.on(day_of(unit.now, plan.country)))
    return finding, plan


async def _action(
    action_id: str, unit: Unit, libraries: Libraries
) -> tuple[CorrectiveAction, Finding, Plan]:
    """With its finding, whose key seals its words too."""
    action = await unit.get(CorrectiveAction, action_id)
    finding, plan = await _finding(action.finding_id, unit, libraries)
    action.offences_of = action.offences_of or finding.offences_of
    return action, finding, plan


async def _new(finding: Finding, unit: Unit) -> CorrectiveAction:
    """The next action about a finding: its number counts what was proposed and agreed before."""
    known = await unit.find(CorrectiveAction, finding_id=finding.id)
    return CorrectiveAction(
        id=id_of("action", finding.id, len(known) + 1),
        finding_id=finding.id,
        contract_id=finding.contract_id,
        buyer_id=finding.buyer_id,
        party_id=finding.party_id,
        obligation=finding.obligation,
        offences_of=finding.offences_of,
    )


async def _drop_proposal(finding: Finding, unit: Unit, reason: str) -> None:
    if finding.proposal_id:
        old = await unit.get(CorrectiveAction, finding.proposal_id)
        old.withdraw(reason)
        unit.save(old)
        finding.proposal_id = ""


def _days(given: int | None, finding: Finding, plan: Plan) -> int:
    follow_up = plan.of(finding.obligation)
    days = given if given is not None else (follow_up.remedy_working_days if follow_up else 10)
    if not 1 <= days <= MOST_WORKING_DAYS:
        raise Rejected(f"from 1 to {MOST_WORKING_DAYS} working days", field="working_days")
    return days
