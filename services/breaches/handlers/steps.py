"""What people decide, step by step. Each step: load, ask the rules, save, write the letters."""

from datetime import datetime

from services.breaches.commands import (
    AnswerEnquiry,
    AnswerHearing,
    ApproveBlock,
    CaseCommand,
    ConfirmBreach,
    DismissCase,
    OpenEnquiry,
    OpenHearing,
    OrderHold,
    ProposeDecision,
    RemedyCase,
    ReportDue,
    SignDecision,
    asked_by,
    reasoned,
)
from services.breaches.delegation import Matrices
from services.breaches.domain import (
    Action,
    Agreement,
    Case,
    Dues,
    Option,
    Phase,
    Rule,
    choose,
    options,
)
from services.breaches.domain.agreement import DKK_PER_EUR
from services.breaches.domain.basis import NO_BASIS_NEEDED, bases_of, is_mandatory
from services.breaches.domain.case import EXITS_OF_A_BLOCK
from services.breaches.domain.delegation import Delegation, Interest, Matrix, must_be_delegated
from services.breaches.domain.ending import what_ends
from services.breaches.domain.rules import Measure
from services.breaches.guidance import Forum, Forumshelf, matter_of
from services.breaches.handlers.door import router
from services.breaches.handlers.ending import tell_end
from services.breaches.handlers.letters import write
from services.breaches.handlers.opening import rule_of, save, tendering_of
from services.breaches.handlers.siblings import open_siblings
from services.breaches.handlers.winners import open_for_false_declaration
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms, country_of, day_of, dues_of, working_days
from shared.domain import Caller, Forbidden, Rejected
from shared.events.breaches import Consequence, Track
from shared.unit import Unit

MOST_DAYS = 250
"""Working days that a decision can give; a year."""

WAYS_OUT = ("", "ground_gone", "noted", *EXITS_OF_A_BLOCK)

HOLD = "no new work, no access and no payment, as a precaution"

Told = dict[str, object]


async def case_of(command: CaseCommand, unit: Unit) -> tuple[Case, Agreement, Caller]:
    case = await unit.get(Case, command.case_id)
    caller = asked_by(unit.caller, case.buyer_id)
    await must_be_impartial(unit, case, caller.subject)
    return case, await unit.get(Agreement, case.contract_id), caller


async def interest_of(unit: Unit, buyer_id: str, person: str, party_id: str) -> Interest | None:
    """What bars a person in cases of this buyer about this party, where anything does."""
    for id in Interest.ids_of(buyer_id, person, party_id):
        found = await unit.load(Interest, id)
        if found is not None and found.counts and found.buyer_id in ("", buyer_id):
            return found
    return None


async def must_be_impartial(unit: Unit, case: Case, person: str) -> None:
    """Raise `Forbidden` for whoever declared an interest in this case or its parties."""
    if person in case.recused:
        raise Forbidden(f"{person} has an interest in case {case.id}: another person acts in it")
    for party_id in {case.party_id, case.supplier_id}:
        interest = await interest_of(unit, case.buyer_id, person, party_id)
        if interest is not None:
            raise Forbidden(
                f"{person} declared an interest in {party_id} on {interest.declared:%Y-%m-%d}: "
                "another person acts in this case"
            )


def dues_for(
    unit: Unit, case: Case, agreement: Agreement, terms: Terms, since: datetime | None = None
) -> Dues:
    blocks = case.track is Track.LEGAL_BLOCK
    return dues_of(since or unit.now, agreement, terms, blocks=blocks)


def told(case: Case) -> Told:
    """What a command answers: where the case is now, and until when."""
    due = case.due.isoformat() if case.open else None
    return {"case_id": case.id, "stage": case.stage.value, "status": case.status.value, "due": due}


@router.on(OrderHold)
async def hold(command: OrderHold, unit: Unit, terms: Terms) -> Told:
    case, agreement, caller = await case_of(command, unit)
    dues = dues_for(unit, case, agreement, terms)
    measure = command.measure or HOLD
    case.hold(measure, caller.subject, reasoned(command.reason), dues, unit.now)
    save(unit, case)
    return told(case)


@router.on(ConfirmBreach)
async def confirm(command: ConfirmBreach, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    rule = rule_of(case, shelf)
    case.phase = command.phase or case.phase
    chosen = command.chosen_in_notice
    if chosen is None and case.chosen is None:
        chosen = await _chosen_by_the_notice(unit, agreement, rule)
    case.chosen = case.chosen if chosen is None else chosen
    case.final = case.final if command.final is None else command.final
    case.mandatory = is_mandatory(case.ground(rule), agreement)
    if period := rule.period_in(agreement.country):
        case.relevant_until = period.until(command.event_date, command.judgment_date)
    if command.claim is not None:
        if command.claim <= 0:
            raise Rejected("a claim is more than nought; leave it out otherwise", field="claim")
        case.claim(case.id, command.claim, unit.now)
    bases = bases_of(case.ground(rule), agreement)
    if command.basis and command.basis not in bases:
        possible = "; ".join(bases) or "none: only dialogue is possible"
        raise Rejected(
            f"{command.basis!r} is no basis of {case.rule} here. Possible: {possible}",
            field="basis",
        )
    basis = command.basis or next(iter(bases), NO_BASIS_NEEDED)
    dues = dues_for(unit, case, agreement, terms)
    case.confirm(caller.subject, reasoned(command.reason), basis, dues, unit.now)
    save(unit, case)
    await open_for_false_declaration(case, agreement, unit, shelf, terms)
    return told(case)


async def _chosen_by_the_notice(unit: Unit, agreement: Agreement, rule: Rule) -> bool | None:
    """What the notice says, where it is known; an officer's word comes before it."""
    known = await tendering_of(unit, agreement)
    if known is None or known.grounds is None:
        return None
    return bool(set(rule.criteria) & set(known.grounds))


@router.on(ApproveBlock)
async def approve(command: ApproveBlock, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    rule = rule_of(case, shelf)
    words = rule.told_in(case.phase)
    instruction = words.en if words else ""
    said = instruction.format(party=agreement.name_of(case.party_id), contract=agreement.id)
    ahead = case.phase is Phase.PROCEDURE and rule.before_award is not None
    dues = dues_for(unit, case, agreement, terms)
    report_due = working_days(unit.now, terms.report, agreement)
    case.approve(caller.subject, reasoned(command.reason), said, dues, unit.now, report_due)
    unit.schedule(f"report/{case.id}", report_due, ReportDue(case_id=case.id))
    write(unit, case, agreement, rule, "no_award" if ahead else "instruction")
    save(unit, case)
    return told(case)


@router.on(OpenEnquiry)
async def ask(command: OpenEnquiry, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    dues = dues_for(unit, case, agreement, terms)
    case.ask(reasoned(command.question, "question"), caller.subject, dues, unit.now)
    write(unit, case, agreement, rule_of(case, shelf), "enquiry", text=command.question)
    save(unit, case)
    return told(case)


@router.on(AnswerEnquiry)
async def answer_enquiry(command: AnswerEnquiry, unit: Unit, terms: Terms) -> Told:
    case, agreement, caller = await case_of(command, unit)
    _must_be_current(case, command.link_id)
    dues = dues_for(unit, case, agreement, terms)
    answer = reasoned(command.answer, "answer")
    case.answer_enquiry(answer, command.document_ids, caller.subject, dues, unit.now)
    save(unit, case)
    return told(case)


@router.on(OpenHearing)
async def hear(command: OpenHearing, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    rule = rule_of(case, shelf)
    onto = _track_of_hearing(case, rule, agreement)
    dues = dues_for(unit, case, agreement, terms)
    case.hear(reasoned(command.subject, "subject"), caller.subject, onto, dues, unit.now)
    write(unit, case, agreement, rule, "hearing", text=command.subject)
    save(unit, case)
    return told(case)


def _track_of_hearing(case: Case, rule: Rule, agreement: Agreement) -> Track:
    """A hearing comes before a decision: there must be one that could lawfully follow."""
    if rule.track is Track.LEGAL_BLOCK:
        raise Rejected(
            f"{rule.code} takes no hearing: nothing is decided while the owners are unknown, and "
            "an asset freeze is not heard. Ask the supplier, or wait for the verdict on shares. "
            "Once the block is in force its timetable can be heard"
        )
    if rule.track is not Track.ENQUIRY:
        return rule.track
    if not bases_of(case.ground(rule), agreement):
        raise Rejected(
            f"{rule.code} is a question: no law or clause of {agreement.id} lets anything follow, "
            "so there is nothing to hear about. Possible: dialogue, or end the case with a note "
            "for the next procedure"
        )
    return Track.EXCLUSION if case.phase is Phase.PROCEDURE else Track.CONTRACT_BREACH


@router.on(AnswerHearing)
async def answer_hearing(command: AnswerHearing, unit: Unit, terms: Terms, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    _must_be_current(case, command.link_id)
    dues = dues_for(unit, case, agreement, terms)
    answer = reasoned(command.answer, "answer")
    # A seat on the list has no self-cleaning to weigh (udbudsloven § 134 a): it is there or not.
    cleaning = command.self_cleaning and rule_of(case, shelf).self_cleaning
    by = caller.subject
    case.answer_hearing(answer, command.document_ids, by, dues, unit.now, cleaning)
    save(unit, case)
    return told(case)


def _must_be_current(case: Case, link_id: str) -> None:
    """A link answers the question that it was sent with, once."""
    exchange = case.open_exchange()
    if link_id and (exchange is None or exchange.link_id != link_id):
        raise Forbidden("this link has been used, or its time is over")


@router.on(ProposeDecision)
async def propose(
    command: ProposeDecision, unit: Unit, terms: Terms, shelf: Shelf, forums: Forumshelf
) -> Told:
    case, agreement, caller = await case_of(command, unit)
    ground = case.ground(rule_of(case, shelf))
    # The way of the case comes before the question what would be lawful at its end.
    case.must_allow(Action.PROPOSE)
    option = choose(ground, agreement, command.consequence, command.basis)
    days = option.working_days if command.working_days is None else command.working_days
    if not 1 <= days <= MOST_DAYS:
        raise Rejected(f"between 1 and {MOST_DAYS} working days", field="working_days")
    derogable = any(o.measure is Measure.DEROGATE for o in options(ground, agreement))
    deviation, derogation = command.deviation.strip(), command.derogation.strip()
    case.must_have_weighed(option, deviation, agreement.country, derogation, derogable=derogable)
    decision = case.propose(
        option,
        reasoned(command.reason),
        command.proportionality.strip(),
        days,
        working_days(unit.now, days, agreement),
        caller.subject,
        dues_for(unit, case, agreement, terms),
        unit.now,
        command.amount,
        deviation,
        derogation,
        command.weighing,
        _unverified(option, case, agreement, forums, unit.now),
    )
    save(unit, case)
    return {**told(case), "decision_id": decision.decision_id}


def _unverified(
    option: Option, case: Case, agreement: Agreement, forums: Forumshelf, now: datetime
) -> tuple[str, ...]:
    """What its letter will say of the law that nobody has read in a source: who signs must know."""
    forum = _forum_of(case, agreement, forums, now)
    return (*((option.basis,) * (not option.verified)), *((forum.basis,) * (not forum.verified)))


def _forum_of(case: Case, agreement: Agreement, forums: Forumshelf, now: datetime) -> Forum:
    matter = matter_of(case.track, case.phase, agreement.category)
    return forums.on(day_of(now, agreement)).forum(country_of(agreement), matter)


@router.on(SignDecision)
async def sign(
    command: SignDecision,
    unit: Unit,
    terms: Terms,
    shelf: Shelf,
    matrices: Matrices,
    forums: Forumshelf,
) -> Told:
    case, agreement, caller = await case_of(command, unit)
    case.must_allow(Action.SIGN)
    row = _delegated(case, agreement, caller, matrices.on(day_of(unit.now, agreement)))
    # Its time runs from the last signature, not from the day on which it was prepared.
    deadline = _deadline(case, agreement, unit.now)
    dues = dues_for(unit, case, agreement, terms)
    held = {"precaution": case.precaution.measure} if case.precaution else None
    decision = case.sign(
        caller.subject, command.no_conflict, deadline, dues, unit.now, row.signatures
    )
    if decision.ordered:
        rule = rule_of(case, shelf)
        forum = _forum_of(case, agreement, forums, unit.now)
        said = (unit, case, agreement, rule, "decision")
        write(*said, decision=decision, forum=forum, more=held)
        if decision.consequence is Consequence.REPLACE:
            write(unit, case, agreement, rule, "demand", decision=decision)
            await open_siblings(unit, case, shelf, terms)
    save(unit, case)
    return {**told(case), "signatures": len(decision.signed_by)}


def _delegated(case: Case, agreement: Agreement, caller: Caller, matrix: Matrix) -> Delegation:
    consequence = case.open_decision().consequence
    value = agreement.value_eur
    kroner = None if value is None else value * DKK_PER_EUR
    row = matrix.row(case.buyer_id, agreement.units, consequence, kroner)
    return must_be_delegated(row, caller.subject, consequence)


def _deadline(case: Case, agreement: Agreement, now: datetime) -> datetime:
    waiting = next((d for d in case.decisions if d.is_open), None)
    return working_days(now, waiting.working_days, agreement) if waiting else now


@router.on(DismissCase)
async def dismiss(command: DismissCase, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    if command.way_out not in WAYS_OUT:
        raise Rejected(f"one of {', '.join(filter(None, WAYS_OUT))}", field="way_out")
    reason = reasoned(command.reason)
    ending = what_ends(case)
    case.dismiss(caller.subject, caller.roles, reason, unit.now, command.way_out)
    await tell_end(unit, case, agreement, shelf, ending, command.way_out or "dismissed")
    save(unit, case)
    return told(case)


@router.on(RemedyCase)
async def remedy(command: RemedyCase, unit: Unit, shelf: Shelf) -> Told:
    case, agreement, caller = await case_of(command, unit)
    ending = what_ends(case)
    case.remedy(caller.subject, reasoned(command.reason), unit.now)
    await tell_end(unit, case, agreement, shelf, ending, "remedied")
    save(unit, case)
    return told(case)
