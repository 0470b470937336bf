"""How requests for access to documents reach their rules: commands, days that pass, letters."""

import asyncio
import base64
import hashlib
import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.breaches.commands import asked_by, reasoned
from services.breaches.domain import Agreement, Case
from services.breaches.domain.delivery import BY_HAND
from services.breaches.domain.insight import Arrived, Insight, Item, ItemKind, Withheld
from services.breaches.handlers.door import router
from services.breaches.handlers.insight_keeping import insights
from services.breaches.handlers.steps import MOST_DAYS
from services.breaches.insight.commands import (
    AnswerInsightHearing,
    DecideInsight,
    DelayInsight,
    GiveContact,
    HandOverLetter,
    HearOnInsight,
    InsightCommand,
    InsightDue,
    InsightHearingDue,
    InsightLetterWritten,
    NameItem,
    ReceiveInsight,
    RuleOnItem,
    SendInsight,
    WithdrawInsight,
    WriteInsightLetter,
)
from services.breaches.insight.law import Law, Laws
from services.breaches.insight.letters import InsightLetter, InsightWriter
from services.breaches.insight.showing import case_fields, concerned, contract_fields
from services.breaches.letters import LANGUAGES, Letter
from shared.calendar import ZONES, Country, add_working_days
from shared.domain import Caller, Rejected, Unknown
from shared.events.base import is_natural_person
from shared.events.notifications import LetterDelivered
from shared.events.offences import told_in
from shared.retention import KeepingRules
from shared.unit import Unit

Told = dict[str, object]

LONGEST_AGO = timedelta(days=366)
"""A request that is found later than that is a new one: its clock would be over long since."""


def law_of(insight: Insight, laws: Laws, now: datetime) -> Law:
    return laws.on(now.date(), _country(insight.country))


def _country(said: str) -> Country:
    return "SE" if said == "SE" else "DK"


async def _asked(command: InsightCommand, unit: Unit) -> tuple[Insight, Caller]:
    insight = await unit.get(Insight, command.insight_id)
    return insight, asked_by(unit.caller, insight.buyer_id)


def _told(insight: Insight) -> Told:
    return {"insight_id": insight.id, "stage": insight.stage, "due": insight.due.isoformat()}


@router.on(ReceiveInsight)
async def receive(command: ReceiveInsight, unit: Unit, laws: Laws) -> Told:
    caller = asked_by(unit.caller, command.buyer_id)
    if command.country not in ("DK", "SE"):
        raise Rejected("a buyer answers under the law of DK or SE", field="country")
    if await unit.load(Insight, command.insight_id) is not None:
        raise Rejected(f"request {command.insight_id} is known already", field="insight_id")
    received = command.received or unit.now
    if not unit.now - LONGEST_AGO <= received <= unit.now:
        raise Rejected("a request came today or within the last year", field="received")
    law = laws.on(received.date(), _country(command.country))
    insight = Insight(
        id=command.insight_id,
        buyer_id=command.buyer_id,
        country=command.country,
        law=law.name,
        applicant_id=command.applicant_id,
        applicant=command.applicant.strip(),
        contact=command.contact.strip(),
        asked=reasoned(command.asked, "asked"),
        received=received.isoformat(),
        due=add_working_days(received, law.answer_working_days, law.country),
    )
    insight.receive()
    _clock(unit, insight)
    _write(unit, insight, law, "received", caller, answer_basis=law.answer_basis)
    unit.save(insight)
    return _told(insight)


def _clock(unit: Unit, insight: Insight) -> None:
    due = InsightDue(insight_id=insight.id, due=insight.due)
    unit.schedule(f"insight/{insight.id}", insight.due, due)


@router.on(NameItem)
async def name_item(command: NameItem, unit: Unit) -> Told:
    """What we hold is known here: whom it concerns is found, and may be added to."""
    insight, caller = await _asked(command, unit)
    title, parties = await _about(command.kind, command.ref, insight.buyer_id, unit)
    if command.kind == "document" and len(command.sha256) != 64:
        raise Rejected("a document is named with its SHA-256 (64 digits)", field="sha256")
    item = insight.name_item(
        command.kind,
        command.ref,
        command.title or title,
        tuple(dict.fromkeys((*parties, *command.concerns))),
        command.sha256.lower(),
        caller.subject,
    )
    unit.save(insight)
    return _told(insight) | {"item": item.number, "concerns": list(item.concerns)}


async def _about(
    kind: ItemKind, ref: str, buyer_id: str, unit: Unit
) -> tuple[str, tuple[str, ...]]:
    """Title and parties of what is named. Raises `Unknown` where this buyer has no such thing."""
    if kind == "document":
        return ref, ()
    if kind == "letter":
        letter = await unit.record(Letter, ref)
        if letter is None or letter.buyer_id != buyer_id:
            raise Unknown("letter", ref)
        return f"{letter.kind} {letter.case_id}-{letter.number}", (letter.addressee_id,)
    if kind == "case":
        case = await unit.load(Case, ref)
        if case is None or case.buyer_id != buyer_id:
            raise Unknown("case", ref)
        agreement = await unit.get(Agreement, case.contract_id)
        parties = (case.supplier_id, case.party_id)
        return case.id, concerned(case_fields(case, agreement), parties)
    contract = await unit.load(Agreement, ref)
    if contract is None or contract.buyer_id != buyer_id:
        raise Unknown("contract", ref)
    return contract.title, concerned(contract_fields(contract), contract.supplier_ids)


@router.on(HearOnInsight)
async def hear(command: HearOnInsight, unit: Unit, laws: Laws) -> Told:
    insight, caller = await _asked(command, unit)
    law = law_of(insight, laws, unit.now)
    days = command.working_days or law.hearing_working_days
    if not 1 <= days <= MOST_DAYS:
        raise Rejected(f"between 1 and {MOST_DAYS} working days", field="working_days")
    due = add_working_days(unit.now, days, law.country)
    link_id = insight.hear(command.party_id, due, caller.subject)
    moment = InsightHearingDue(insight_id=insight.id, link_id=link_id)
    unit.schedule(f"insight-hearing/{link_id}", due, moment)
    unit.save(insight)
    return _told(insight) | {"hearing_due": due.isoformat()}


@router.on(AnswerInsightHearing)
async def answer_hearing(command: AnswerInsightHearing, unit: Unit) -> Told:
    insight, caller = await _asked(command, unit)
    insight.answer_hearing(
        command.party_id,
        command.objects,
        command.answer,
        caller.subject,
        unit.now,
        command.link_id,
    )
    unit.save(insight)
    return _told(insight)


@router.on(InsightHearingDue)
async def hearing_lapses(moment: InsightHearingDue, unit: Unit) -> None:
    insight = await unit.get(Insight, moment.insight_id)
    insight.hearing_lapses(moment.link_id)
    unit.save(insight)


@router.on(RuleOnItem)
async def rule(command: RuleOnItem, unit: Unit, laws: Laws) -> Told:
    insight, caller = await _asked(command, unit)
    law = law_of(insight, laws, unit.now)
    item = insight.item(command.number)
    tells = await _offences_in(item, unit)
    of_itself = {one.code: told_in(item.ref) for one in law.grounds if one.of_offences}
    withheld = tuple(
        Withheld(applicant_id=insight.applicant_id, **one.model_dump()).of_offences(
            tells or of_itself.get(one.basis, "")
        )
        for one in command.withheld
    )
    insight.rule(command.number, command.outcome, withheld, law.codes, caller.subject)
    unit.save(insight)
    return _told(insight)


async def _offences_in(item: Item, unit: Unit) -> str:
    """Whose key seals the words of a case or letter that may tell of offences; else nothing."""
    if item.kind == "case":
        case = await unit.load(Case, item.ref)
        return case.offences_of if case is not None else ""
    if item.kind == "letter":
        letter = await unit.record(Letter, item.ref)
        return letter.whose if letter is not None and is_natural_person(letter.whose) else ""
    return ""


@router.on(DelayInsight)
async def delay(command: DelayInsight, unit: Unit, laws: Laws) -> Told:
    """The applicant is told why, and when an answer can be expected (DK § 36, stk. 2)."""
    insight, caller = await _asked(command, unit)
    if not 1 <= command.working_days <= MOST_DAYS:
        raise Rejected(f"between 1 and {MOST_DAYS} working days", field="working_days")
    law = law_of(insight, laws, unit.now)
    reason = reasoned(command.reason)
    insight.delay(add_working_days(unit.now, command.working_days, law.country), caller.subject)
    _clock(unit, insight)
    _write(unit, insight, law, "delayed", caller, reason=reason)
    unit.save(insight)
    return _told(insight)


@router.on(InsightDue)
async def day_passes(moment: InsightDue, unit: Unit) -> None:
    insight = await unit.get(Insight, moment.insight_id)
    insight.day_passes(moment.due)
    unit.save(insight)


@router.on(DecideInsight)
async def decide(command: DecideInsight, unit: Unit, laws: Laws, keeping: KeepingRules) -> Told:
    insight, caller = await _asked(command, unit)
    law = law_of(insight, laws, unit.now)
    send_by = add_working_days(unit.now, law.send_working_days, law.country)
    insight.decide(caller.subject, caller.roles, send_by, unit.now)
    unit.cancel(f"insight/{insight.id}")
    _write(
        unit,
        insight,
        law,
        "decided",
        caller,
        items=[_item_told(one, law) for one in insight.items],
        complains=any(one.outcome != "whole" for one in insight.items),
    )
    _over(insight, unit, keeping)
    unit.save(insight)
    return _told(insight)


def _item_told(item: Any, law: Law) -> dict[str, Any]:
    return {
        "number": item.number,
        "title": item.title or item.ref,
        "outcome": item.outcome,
        "withheld": [
            {
                "field": one.field,
                "law": law.ground(one.basis).law,
                "reason": one.reason,
                **{
                    f"ground_{language}": law.ground(one.basis).name.in_language(language)
                    for language in LANGUAGES
                },
            }
            for one in item.withheld
        ],
    }


@router.on(SendInsight)
async def send(command: SendInsight, unit: Unit, keeping: KeepingRules) -> Told:
    insight, caller = await _asked(command, unit)
    insight.send(command.sha256, caller.subject)
    _over(insight, unit, keeping)
    unit.save(insight)
    return _told(insight)


@router.on(WithdrawInsight)
async def withdraw(command: WithdrawInsight, unit: Unit, keeping: KeepingRules) -> Told:
    insight, caller = await _asked(command, unit)
    reasoned(command.reason)
    insight.withdraw(caller.subject)
    unit.cancel(f"insight/{insight.id}")
    _over(insight, unit, keeping)
    unit.save(insight)
    return _told(insight)


def _over(insight: Insight, unit: Unit, keeping: KeepingRules) -> None:
    if insight.is_over:
        insights.begin(insight, insight.country, unit, keeping)


# ---------------------------------------------------------------- letters


def _write(unit: Unit, insight: Insight, law: Law, kind: str, caller: Caller, **more: Any) -> None:
    insight.letters += 1
    facts = {
        "insight": insight.id,
        "applicant": insight.applicant or "-",
        "asked": insight.asked,
        "buyer": insight.buyer_id,
        "received": insight.received,
        "due": insight.due.isoformat(),
        "law": law.name,
        "by": caller.name or caller.subject,
        **{f"complaint_{one}": law.complaint.in_language(one) for one in LANGUAGES},
        **more,
    }
    unit.effect(
        f"insight-letter/{insight.id}/{insight.letters}",
        WriteInsightLetter(
            insight_id=insight.id,
            applicant_id=insight.applicant_id,
            number=insight.letters,
            kind=kind,
            dated=unit.now,
            facts_json=json.dumps(facts, ensure_ascii=False, sort_keys=True),
        ),
    )


@router.does(WriteInsightLetter)
async def write_letter(
    effect: WriteInsightLetter, insight_writer: InsightWriter
) -> InsightLetterWritten:
    written = await asyncio.to_thread(insight_writer.write, effect.kind, effect.facts_json)
    about = effect.model_dump(exclude={"facts_json"})
    return InsightLetterWritten(**about, **written)


@router.on(InsightLetterWritten)
async def keep_letter(written: InsightLetterWritten, unit: Unit) -> None:
    insight = await unit.get(Insight, written.insight_id)
    letter = InsightLetter(
        id=insight.letter_id(written.number),
        buyer_id=insight.buyer_id,
        **written.model_dump(exclude={"need", "settles"}),
    )
    unit.put(letter)
    papers = {one: getattr(letter, f"pdf_{one}") for one in LANGUAGES}
    insight.issue(
        written.number,
        written.kind,
        {one: hashlib.sha256(base64.b64decode(paper)).hexdigest() for one, paper in papers.items()},
    )
    unit.save(insight)


# ---------------------------------------------------------------- whether they arrive


async def letter_arrived(event: LetterDelivered, unit: Unit) -> None:
    """Mail or post says that a letter to the applicant arrived."""
    insight = await unit.load(Insight, event.about)
    number = insight.number_of(event.link_id) if insight is not None else None
    if insight is None or number is None:
        return
    insight.has_arrived(
        Arrived(
            number=number,
            channel=event.channel,
            at=event.delivered_at,
            reference=event.reference,
        )
    )
    unit.save(insight)


@router.on(GiveContact)
async def give_contact(command: GiveContact, unit: Unit) -> Told:
    insight, caller = await _asked(command, unit)
    insight.reach_at(reasoned(command.contact, "contact"), caller.subject)
    unit.save(insight)
    return _told(insight)


@router.on(HandOverLetter)
async def hand_over(command: HandOverLetter, unit: Unit) -> Told:
    insight, caller = await _asked(command, unit)
    zone = ZoneInfo(ZONES[_country(insight.country)])
    at = min(datetime.combine(command.on, time(12), tzinfo=zone), unit.now)
    if command.on > unit.now.astimezone(zone).date():
        raise Rejected("this day is yet to come", field="on")
    if command.on < datetime.fromisoformat(insight.received).astimezone(zone).date():
        raise Rejected("this was before the request came", field="on")
    insight.has_arrived(
        Arrived(
            number=command.number,
            channel=BY_HAND,
            at=at,
            reference=reasoned(command.how, "how"),
            by=caller.subject,
        )
    )
    unit.save(insight)
    return _told(insight)
