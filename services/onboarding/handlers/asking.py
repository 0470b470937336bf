"""What a party is asked for: when, through which door, and what is there already."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.onboarding.commands import RequestDue
from services.onboarding.deciding import DocumentsToAsk, QualificationWaited, RequestReminder
from services.onboarding.domain import (
    WAITING,
    Around,
    Contract,
    Document,
    Door,
    Ledger,
    Party,
    Qualification,
    Request,
    Screened,
    Stage,
    State,
    Wanted,
    asked,
    ledger_id,
    qualification_id,
)
from services.onboarding.planner import before, plan_document
from services.onboarding.policy import Policy, Rule
from shared.calendar import Country, add_working_days
from shared.events.words import PartyDescription
from shared.unit import Unit

MORNING = time(7, 0)
"""UTC: letters of a day are sent when offices open."""


AFTERWARDS = timedelta(hours=1)
"""So long after the day it is looked whether a person must decide: what was due is said first."""


def calendar_of(country: str | None) -> Country:
    """Contracts outside Sweden follow the Danish calendar."""
    return "SE" if country == "SE" else "DK"


def working_days(unit: Unit, days: int, country: str | None = None) -> datetime:
    """A deadline in the buyer's calendar."""
    return add_working_days(unit.now, days, calendar_of(country))


async def same_as(party_id: str, unit: Unit) -> tuple[str, ...]:
    """The ids under which a party is known here: its own, and those merged with it."""
    party = await unit.load(Party, party_id)
    if party is None:
        return (party_id,)
    head = party if not party.merged_into else await unit.get(Party, party.merged_into)
    return (head.id, *head.absorbed)


async def plan(
    contract: Contract, party: PartyDescription, role: str, unit: Unit, policy: Policy
) -> Qualification:
    """Ask a party for the documents of its role, where they are not there already."""
    id = qualification_id(contract.id, party.party_id, role)
    held = await unit.load(Qualification, id)
    if held is not None and not held.closed:
        return held
    one = held or Qualification.open(contract.id, contract.buyer_id, party.party_id, role, unit.now)
    rule = policy.on(unit.now.date(), contract.buyer_id)
    kinds = rule.kinds_for(role, party.country, contract.category, contract.value)
    wanted = [wanted_of(kind, contract, rule, unit) for kind in kinds]
    there = await verified(party.party_id, contract.buyer_id, unit)
    asked.plan(one, wanted, there, await around(one, unit, rule))
    await keep(one, one.requests, unit, rule)
    return one


def wanted_of(kind: str, contract: Contract, rule: Rule, unit: Unit) -> Wanted:
    """At once where the award is over, else as late as is safe."""
    today, country = unit.now.date(), calendar_of(contract.country)
    if contract.award is None or contract.award <= today:
        return at_once(kind, rule, unit, contract.country)
    until = max((d for d in (contract.tenders_until, contract.starts) if d), default=None)
    found = plan_document(
        kind, needed=contract.award, until=until, today=today, rule=rule, country=country
    )
    return Wanted(
        kind=kind,
        due=_end_of(found.due, country),
        ask=found.ask if found.ask > today else None,
        needed=contract.award,
        in_time=found.in_time,
        note=found.note,
    )


def at_once(kind: str, rule: Rule, unit: Unit, country: str | None = None) -> Wanted:
    """The buyer's days, or as long as the authority takes."""
    calendar = calendar_of(country)
    written = unit.now + timedelta(days=rule.processing_days.get(kind, 0))
    given = add_working_days(unit.now, rule.due_working_days, calendar)
    return Wanted(kind=kind, due=max(given, add_working_days(written, 0, calendar)))


def _end_of(day: date, country: Country) -> datetime:
    return add_working_days(datetime.combine(day, time(12), UTC), 0, country)


async def keep(
    one: Qualification, requests: Sequence[Request], unit: Unit, rule: Rule | None = None
) -> None:
    """Save, and remember the days of what was asked for and of what it waits for."""
    sent = [r for r in requests if r.open and r.sent]
    for request in sent:
        unit.schedule(
            f"due/{request.id}",
            request.due,
            RequestDue(qualification_id=one.id, request_id=request.id),
        )
        if rule is not None:
            _remind(one, request, rule, unit)
    if sent:
        await open_door(one.link_id, one.buyer_id, one.party_id, one.contract_id, one.role, unit)
    days = [r.ask for r in one.requests if r.open and not r.sent and r.ask]
    if days and not one.closed:
        morning = datetime.combine(min(days), MORNING, UTC)
        unit.schedule(f"ask/{one.id}", morning, DocumentsToAsk(qualification_id=one.id))
    else:
        unit.cancel(f"ask/{one.id}")
    waits = one.stage in WAITING and one.stage is not Stage.DRAFT and not one.closed
    moment = one.until + AFTERWARDS if one.until is not None else unit.now
    # One that has passed is handled now: set again it would come at once, for ever.
    if waits and not one.stalled and moment > unit.now:
        unit.schedule(f"waits/{one.id}", moment, QualificationWaited(qualification_id=one.id))
    else:
        unit.cancel(f"waits/{one.id}")
    unit.save(one)


def _remind(one: Qualification, request: Request, rule: Rule, unit: Unit) -> None:
    moment = reminder_day(request.due, rule)
    if moment > unit.now:
        reminder = RequestReminder(
            qualification_id=one.id, request_id=request.id, link_id=f"{one.link_id}-reminder"
        )
        unit.schedule(f"remind/{request.id}", moment, reminder)


def reminder_day(due: datetime, rule: Rule) -> datetime:
    return datetime.combine(before(due.date(), rule.remind_working_days, "DK"), MORNING, UTC)


def forget(request_ids: Sequence[str], unit: Unit) -> None:
    for request_id in request_ids:
        unit.cancel(f"due/{request_id}")
        unit.cancel(f"remind/{request_id}")


async def open_door(
    link_id: str,
    buyer_id: str,
    party_id: str,
    contract_id: str,
    asked_for: str,
    unit: Unit,
    kept_for: str = "",
) -> None:
    """Let papers in through a one-time link."""
    if await unit.load(Door, link_id) is None:
        unit.save(
            Door(
                id=link_id,
                buyer_id=buyer_id,
                party_id=party_id,
                contract_id=contract_id,
                asked_for=asked_for,
                opened=unit.now,
                kept_for=kept_for,
            )
        )


async def verified(party_id: str, buyer_id: str, unit: Unit) -> dict[str, str]:
    """The verified documents that a buyer holds of a party: the newest of each kind."""
    held = [
        document
        for id in await same_as(party_id, unit)
        for document in await unit.find(Document, party_id=id)
        if document.buyer_id == buyer_id and document.state is State.VERIFIED
    ]
    held.sort(key=lambda document: (document.issued or date.min, document.id))
    return {document.kind: document.id for document in held}


async def qualifications(party_id: str, buyer_id: str, unit: Unit) -> list[Qualification]:
    """The open ones of a party, under every id that it has here."""
    found = [
        one
        for id in await same_as(party_id, unit)
        for one in await unit.find(Qualification, party_id=id)
    ]
    return [one for one in found if one.buyer_id == buyer_id and not one.closed]


async def around(one: Qualification, unit: Unit, rule: Rule) -> Around:
    """What else counts for a qualification now."""
    contradicted: list[str] = []
    hits: list[str] = []
    screened = True
    for id in await same_as(one.party_id, unit):
        ledger = await unit.load(Ledger, ledger_id(one.buyer_id, id))
        contradicted += ledger.contradicted if ledger else ()
        seen = await unit.load(Screened, id)
        screened = screened and seen is not None and seen.screened
        hits += seen.counting(one.buyer_id) if seen else ()
    return Around(
        act_by=working_days(unit, rule.decide_working_days),
        contradicted=tuple(dict.fromkeys(contradicted)),
        screened=screened,
        hits=tuple(dict.fromkeys(hits)),
    )


async def look_where_it_stands(party_id: str, buyer_id: str, unit: Unit, policy: Policy) -> None:
    """Something else is known about a party: each of its qualifications is looked at again."""
    for one in await qualifications(party_id, buyer_id, unit):
        before_it = (one.stage, one.reasons, one.contradicted)
        rule = policy.on(unit.now.date(), buyer_id)
        one.review(await around(one, unit, rule))
        if (one.stage, one.reasons, one.contradicted) != before_it:
            await keep(one, (), unit)
