"""When documents are asked for, reminded of, and overdue."""

from datetime import timedelta
from typing import Any

from services.onboarding.commands import RequestDue
from services.onboarding.deciding import (
    AskDue,
    AskForDocument,
    AskReminder,
    DocumentsToAsk,
    RequestReminder,
    WithdrawAsk,
)
from services.onboarding.domain import Ask, Party, Qualification, ask_id, asked
from services.onboarding.policy import Policy
from services.onboarding.readers import kinds as kinds_read
from shared.domain import Rejected
from shared.events.screening import ChangeOfControlAnswered, ChangeOfControlNoted
from shared.unit import Unit

from .asking import (
    around,
    keep,
    open_door,
    qualifications,
    reminder_day,
    same_as,
    working_days,
)
from .counting import end_ask
from .decided import decided
from .router import router

STATEMENT = "ownership"
"""The kind of document in which owners are declared."""

LONGEST_ASK = 250
"""Working days; a year."""


@router.on(DocumentsToAsk)
async def ask_now(event: DocumentsToAsk, unit: Unit, policy: Policy) -> None:
    """The day has come: the letters go out."""
    one = await unit.get(Qualification, event.qualification_id)
    rule = policy.on(unit.now.date(), one.buyer_id)
    sent = {r.id for r in asked.send(one, unit.now.date(), await around(one, unit, rule))}
    await keep(one, [r for r in one.requests if r.id in sent], unit, rule)


@router.on(RequestReminder)
async def remind(event: RequestReminder, unit: Unit) -> None:
    one = await unit.get(Qualification, event.qualification_id)
    if asked.remind(one, event.request_id, event.link_id):
        await open_door(event.link_id, one.buyer_id, one.party_id, one.contract_id, one.role, unit)
        unit.save(one)


@router.on(RequestDue)
async def pass_due(event: RequestDue, unit: Unit, policy: Policy) -> None:
    """The day came by which a document was asked for."""
    one = await unit.get(Qualification, event.qualification_id)
    rule = policy.on(unit.now.date(), one.buyer_id)
    asked.pass_due(one, event.request_id, working_days(unit, rule.chase_working_days))
    unit.save(one)


# ---------------------------------------------------------------- documents asked for by themselves


@router.on(AskForDocument)
async def ask_for_document(command: AskForDocument, unit: Unit, policy: Policy) -> dict[str, Any]:
    """An officer asks for a document on which no qualification depends."""
    _, purpose = decided(command.buyer_id, command.purpose, unit)
    if command.kind not in policy.kinds | kinds_read():
        known = ", ".join(sorted(policy.kinds | kinds_read()))
        raise Rejected(f"the kinds of documents are {known}", field="kind")
    if command.working_days is not None and not 1 <= command.working_days <= LONGEST_ASK:
        raise Rejected(f"it takes 1 to {LONGEST_ASK} working days", field="working_days")
    if await unit.load(Party, command.party_id) is None:
        raise Rejected(f"no party {command.party_id} is known here", field="party_id")
    rule = policy.on(unit.now.date(), command.buyer_id)
    due = working_days(unit, command.working_days or rule.due_working_days)
    contract_id = command.contract_id or await _contract_with(
        command.party_id, command.buyer_id, unit
    )
    because = f"officer/{unit.now.date()}"
    ask = await _put(
        policy,
        unit,
        party_id=command.party_id,
        buyer_id=command.buyer_id,
        contract_id=contract_id,
        kind=command.kind,
        because=because,
        purpose=purpose,
        due=due,
    )
    return {"ask_id": ask.id, "due": ask.due.isoformat()}


@router.on(WithdrawAsk)
async def withdraw_ask(command: WithdrawAsk, unit: Unit) -> dict[str, Any]:
    ask = await unit.get(Ask, command.ask_id)
    _, reason = decided(ask.buyer_id, command.reason, unit)
    ask.withdraw(reason)
    end_ask(ask, unit)
    return {"ask_id": ask.id, "state": ask.state}


@router.on(ChangeOfControlNoted)
async def ask_for_owners(event: ChangeOfControlNoted, unit: Unit, policy: Policy) -> None:
    """The party is asked to declare its owners anew, by everyone who has to do with it."""
    buyers = {
        one.buyer_id
        for id in await same_as(event.party_id, unit)
        for one in await unit.find(Qualification, party_id=id)
        if not one.closed and event.buyer_id in ("", one.buyer_id)
    }
    for buyer_id in sorted(buyers):
        rule = policy.on(unit.now.date(), buyer_id)
        due = event.need.due if event.need else working_days(unit, rule.due_working_days)
        await _put(
            policy,
            unit,
            party_id=event.party_id,
            buyer_id=buyer_id,
            contract_id=await _contract_with(event.party_id, buyer_id, unit),
            kind=STATEMENT,
            because=event.notice_id,
            purpose="somebody told that its ownership or control has changed",
            since=event.happened,
            due=due,
        )


@router.on(ChangeOfControlAnswered)
async def owners_are_declared(event: ChangeOfControlAnswered, unit: Unit) -> None:
    for ask in await unit.find(Ask, because=event.notice_id):
        if event.buyer_id in ("", ask.buyer_id):
            ask.withdraw("its owners are declared")
            end_ask(ask, unit)


async def _put(policy: Policy, unit: Unit, **what: Any) -> Ask:
    id = ask_id(what["party_id"], what["buyer_id"], what["kind"], what["because"])
    if (held := await unit.load(Ask, id)) is not None:
        return held
    ask = Ask.put(**what)
    unit.schedule(f"due/{ask.id}", ask.due, AskDue(ask_id=ask.id))
    rule = policy.on(unit.now.date(), ask.buyer_id)
    if (moment := reminder_day(ask.due, rule)) > unit.now + timedelta(days=1):
        unit.schedule(f"remind/{ask.id}", moment, AskReminder(ask_id=ask.id))
    await open_door(ask.link_id, ask.buyer_id, ask.party_id, ask.contract_id, ask.kind, unit)
    unit.save(ask)
    return ask


async def _contract_with(party_id: str, buyer_id: str, unit: Unit) -> str:
    """The contract that the letter names: the first on which the party works."""
    found = await qualifications(party_id, buyer_id, unit)
    return min((one.contract_id for one in found), default="")


@router.on(AskReminder)
async def remind_of_ask(event: AskReminder, unit: Unit) -> None:
    ask = await unit.get(Ask, event.ask_id)
    link_id = f"{ask.link_id}-reminder"
    if ask.remind(link_id):
        await open_door(link_id, ask.buyer_id, ask.party_id, ask.contract_id, ask.kind, unit)
        unit.save(ask)


@router.on(AskDue)
async def pass_ask_due(event: AskDue, unit: Unit, policy: Policy) -> None:
    ask = await unit.get(Ask, event.ask_id)
    rule = policy.on(unit.now.date(), ask.buyer_id)
    ask.pass_due(working_days(unit, rule.chase_working_days))
    unit.save(ask)
