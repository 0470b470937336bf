"""The turns that a case may take: more time, rests, self-cleaning, corrections, supply, recusal."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from services.breaches.commands import (
    AssessCleaning,
    AssessSupply,
    CorrectDecision,
    DeclareConflict,
    ExtendDeadline,
    HearTimetable,
    LiftPrecaution,
    NoteLicence,
    PrecautionDue,
    ReceiveOpinion,
    ReleasePayment,
    ReportBlock,
    ReportDue,
    RequestOpinion,
    RestCase,
    ResumeCase,
    SecureSupply,
    SettleCase,
    TakePrecaution,
    WithdrawDecision,
    asked_by,
    reasoned,
)
from services.breaches.domain import Agreement, Case, Stage
from services.breaches.domain.basis import bases_of
from services.breaches.domain.ending import in_figures, what_ends
from services.breaches.domain.papers import Cleaning, Precaution, Supply
from services.breaches.guidance import Forumshelf
from services.breaches.handlers.door import router
from services.breaches.handlers.ending import tell_end, tell_licence
from services.breaches.handlers.interests import note_interest
from services.breaches.handlers.letters import write, write_to_authority
from services.breaches.handlers.opening import rule_of, save
from services.breaches.handlers.steps import MOST_DAYS, Told, case_of, dues_for, interest_of, told
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms, country_of, day_of, working_days
from shared.calendar import ZONES
from shared.domain import Forbidden, Rejected
from shared.unit import Unit

END_OF_DAY = time(23, 59, 59)


def waits_for_the_supplier(case: Case) -> bool:
    """Whether a time runs, or ran before a rest, that the supplier must know of."""
    return case.stage in (Stage.ASKED, Stage.HEARING, Stage.ORDERED)


def _days(days: int, now: datetime, agreement: Agreement) -> datetime:
    if not 1 <= days <= MOST_DAYS:
        raise Rejected(f"between 1 and {MOST_DAYS} working days", field="working_days")
    return working_days(now, days, agreement)


@router.on(ExtendDeadline)
async def extend(command: ExtendDeadline, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    due = _days(command.working_days, unit.now, agreement)
    dues = dues_for(unit, case, agreement, terms)
    reason = reasoned(command.reason)
    case.extend(due, caller.subject, reason, dues, unit.now)
    if waits_for_the_supplier(case):
        write(unit, case, agreement, rule_of(case, shelf), "extension", text=reason)
    save(unit, case)
    return told(case)


@router.on(RestCase)
async def rest(command: RestCase, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    if command.kind == "licence":
        raise Rejected("a licence names its authority, scope and end", field="kind")
    until = _days(command.working_days, unit.now, agreement)
    reason = reasoned(command.reason)
    waited = waits_for_the_supplier(case)
    case.dispute(command.kind, until, caller.subject, reason, unit.now)
    if waited:
        write(unit, case, agreement, rule_of(case, shelf), "rests", text=reason)
    save(unit, case)
    return told(case)


@router.on(NoteLicence)
async def license(command: NoteLicence, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    zone = ZoneInfo(ZONES[country_of(agreement)])
    until = datetime.combine(command.until, END_OF_DAY, tzinfo=zone)
    said = {name: reasoned(getattr(command, name), name) for name in ("authority", "scope")}
    ending = what_ends(case)
    case.license(**said, until=until, by=caller.subject, now=unit.now)
    await tell_licence(unit, case, agreement, shelf, ending, **said, until=command.until)
    save(unit, case)
    return told(case)


@router.on(HearTimetable)
async def hear_timetable(command: HearTimetable, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    dues = dues_for(unit, case, agreement, terms)
    case.hear_timetable(reasoned(command.subject, "subject"), caller.subject, dues, unit.now)
    rule = rule_of(case, shelf)
    write(unit, case, agreement, rule, "timetable", text=command.subject)
    save(unit, case)
    return told(case)


@router.on(TakePrecaution)
async def take_precaution(command: TakePrecaution, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    if not 1 <= command.working_days <= terms.precaution:
        raise Rejected(f"between 1 and {terms.precaution} working days", field="working_days")
    precaution = Precaution(
        measure=reasoned(command.measure, "measure"),
        basis=command.basis,
        by=caller.subject,
        reason=reasoned(command.reason),
        until=working_days(unit.now, command.working_days, agreement),
    )
    bases = bases_of(case.ground(rule_of(case, shelf)), agreement)
    case.take_precaution(precaution, bases, unit.now)
    facts = precaution_facts(precaution, agreement)
    write(unit, case, agreement, rule_of(case, shelf), "precaution", more=facts)
    due = PrecautionDue(case_id=case.id, until=precaution.until)
    unit.schedule(f"precaution/{case.id}", precaution.until, due)
    save(unit, case)
    return told(case)


@router.on(PrecautionDue)
async def end_precaution(moment: PrecautionDue, unit: Unit, shelf: Shelf) -> None:
    """Its day has come. Whoever still needs it orders it anew, with reasons."""
    case = await unit.get(Case, moment.case_id)
    if case.precaution is not None and case.precaution.until == moment.until:
        agreement = await unit.get(Agreement, case.contract_id)
        facts = precaution_facts(case.precaution, agreement)
        case.end_precaution("its last day has passed", unit.now)
        write(unit, case, agreement, rule_of(case, shelf), "lifted", more=facts)
        unit.save(case)


@router.on(LiftPrecaution)
async def lift_precaution(command: LiftPrecaution, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    held, reason = case.precaution, reasoned(command.reason)
    case.lift_precaution(caller.subject, reason, unit.now)
    unit.cancel(f"precaution/{case.id}")
    if held is not None:
        facts = precaution_facts(held, agreement) | {"early": reason}
        write(unit, case, agreement, rule_of(case, shelf), "lifted", more=facts)
    save(unit, case)
    return told(case)


def precaution_facts(precaution: Precaution, agreement: Agreement) -> dict[str, str]:
    """What a letter says of it."""
    return {
        "precaution": precaution.measure,
        "basis": precaution.basis,
        "reason": precaution.reason,
        "until": str(day_of(precaution.until, agreement)),
    }


@router.on(ResumeCase)
async def resume(command: ResumeCase, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    reason = reasoned(command.reason)
    case.resume(caller.subject, reason, unit.now)
    if waits_for_the_supplier(case):
        write(unit, case, agreement, rule_of(case, shelf), "resumed", text=reason)
    save(unit, case)
    return told(case)


@router.on(SettleCase)
async def settle(command: SettleCase, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    ending = what_ends(case)
    case.settle(caller.subject, reasoned(command.terms, "terms"), unit.now)
    await tell_end(unit, case, agreement, shelf, ending, "settled")
    save(unit, case)
    return told(case)


@router.on(AssessCleaning)
async def assess_cleaning(command: AssessCleaning, unit: Unit, terms: Terms) -> Told:
    case, agreement, caller = await case_of(command, unit)
    parts = {
        name: reasoned(getattr(command, name), name)
        for name in ("compensation", "clarified", "measures", "reason")
    }
    cleaning = Cleaning(**parts, enough=command.enough, by=caller.subject, at=unit.now)
    case.assess_cleaning(cleaning, dues_for(unit, case, agreement, terms), unit.now)
    save(unit, case)
    return told(case)


@router.on(RequestOpinion)
async def request_opinion(
    command: RequestOpinion, unit: Unit, terms: Terms, shelf: Shelf, forums: Forumshelf
) -> Told:
    """The authority is asked in a letter of the case, with what the party says that it has done."""
    case, agreement, caller = await case_of(command, unit)
    day = day_of(unit.now, agreement)
    authority = forums.on(day).asked_for_an_opinion(agreement.country)
    if authority is None:
        raise Rejected("only Danish law asks for an opinion: weigh the self-cleaning and decide")
    case.request_opinion(caller.subject, dues_for(unit, case, agreement, terms), unit.now)
    write_to_authority(unit, case, agreement, rule_of(case, shelf), authority)
    save(unit, case)
    return told(case)


@router.on(ReceiveOpinion)
async def receive_opinion(command: ReceiveOpinion, unit: Unit, terms: Terms) -> Told:
    case, agreement, caller = await case_of(command, unit)
    text = reasoned(command.opinion, "opinion")
    dues = dues_for(unit, case, agreement, terms)
    case.receive_opinion(command.reliable, text, caller.subject, dues, unit.now)
    save(unit, case)
    return told(case)


@router.on(CorrectDecision)
async def correct(command: CorrectDecision, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    correction = reasoned(command.correction, "correction")
    decision = case.correct(correction, caller.subject, reasoned(command.reason), unit.now)
    rule = rule_of(case, shelf)
    write(unit, case, agreement, rule, "correction", text=correction, decision=decision)
    save(unit, case)
    return told(case)


@router.on(WithdrawDecision)
async def withdraw(command: WithdrawDecision, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    dues = dues_for(unit, case, agreement, terms)
    reason = reasoned(command.reason)
    decision = case.withdraw(caller.subject, reason, dues, unit.now)
    rule = rule_of(case, shelf)
    write(unit, case, agreement, rule, "withdrawal", text=reason, decision=decision)
    save(unit, case)
    return told(case)


@router.on(ReleasePayment)
async def release(command: ReleasePayment, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    reason = reasoned(command.reason)
    case.release(command.amount, command.document_ids, caller.subject, reason, unit.now)
    facts = {
        "released": in_figures(command.amount, case.currency),
        "withheld": in_figures(case.withheld, case.currency) if case.withheld else "",
        "all_released": "" if case.withheld else "yes",
    }
    write(unit, case, agreement, rule_of(case, shelf), "release", text=reason, more=facts)
    save(unit, case)
    return {**told(case), "left": case.withheld}


@router.on(ReportBlock)
async def report(command: ReportBlock, unit: Unit) -> Told:
    case, agreement, caller = await case_of(command, unit)
    reference = reasoned(command.reference, "reference")
    case.report(agreement.country, reference, caller.subject, unit.now)
    unit.cancel(f"report/{case.id}")
    save(unit, case)
    return told(case)


@router.on(ReportDue)
async def miss_report(moment: ReportDue, unit: Unit, terms: Terms) -> None:
    """Nobody reported the block in time. An approver is told, once."""
    case = await unit.get(Case, moment.case_id)
    if case.report_due is None or case.reported or not case.open:
        return
    agreement = await unit.get(Agreement, case.contract_id)
    dues = dues_for(unit, case, agreement, terms)
    case.escalate(dues, "not done in time: report the block to the authority", unit.now)
    unit.save(case)


@router.on(DeclareConflict)
async def recuse(command: DeclareConflict, unit: Unit) -> Told:
    """Declaring an interest stays possible for whoever has one; only they or a colleague may."""
    case = await unit.get(Case, command.case_id)
    caller = asked_by(unit.caller, case.buyer_id)
    reason = reasoned(command.reason)
    case.recuse(command.person, command.instead, caller.subject, reason, unit.now)
    buyer_id, by = case.buyer_id, caller.subject
    await note_interest(unit, command.person, case.party_id, buyer_id, reason, by)
    if await interest_of(unit, buyer_id, command.instead, case.party_id) is not None:
        raise Forbidden(f"{command.instead} declared an interest in {case.party_id} too")
    save(unit, case)
    return told(case)


@router.on(AssessSupply)
async def assess_supply(command: AssessSupply, unit: Unit, terms: Terms) -> Told:
    case, agreement, caller = await case_of(command, unit)
    supply = Supply(
        item=reasoned(command.item, "item"),
        days_of_stock=command.days_of_stock,
        told=reasoned(command.told, "told"),
    )
    dues = dues_for(unit, case, agreement, terms)
    case.assess_supply(supply, caller.subject, reasoned(command.reason), dues, unit.now)
    save(unit, case)
    return told(case)


@router.on(SecureSupply)
async def secure_supply(command: SecureSupply, unit: Unit, terms: Terms) -> Told:
    case, agreement, caller = await case_of(command, unit)
    dues = dues_for(unit, case, agreement, terms)
    reason, by = reasoned(command.reason), caller.subject
    case.secure_supply(command.means, command.reference, by, reason, dues, unit.now)
    save(unit, case)
    return told(case)
