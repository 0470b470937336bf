"""Opening a case, or joining the one that is open."""

from hashlib import sha256

from services.breaches.commands import StepDue
from services.breaches.domain import Agreement, Case, Phase, Rule, Tendering
from services.breaches.domain.basis import Ground, is_mandatory
from services.breaches.rulebook import Shelf
from services.breaches.terms import Terms, day_of, dues_of
from shared.domain import Rejected
from shared.events.breaches import Track
from shared.events.words import Cause, Role, Status
from shared.unit import Unit


def save(unit: Unit, case: Case) -> None:
    """Keep the case, and the moment until which it must have left its state.

    A moment that has come is not awaited again: whoever comes next was told by then.
    """
    unit.save(case)
    if case.open and case.escalated and case.due <= unit.now:
        return
    if case.open:
        moment = StepDue(case_id=case.id, stage=case.stage, due=case.due)
        unit.schedule(f"case/{case.id}", case.due, moment)
    else:
        unit.cancel(f"case/{case.id}")


async def tendering_of(unit: Unit, agreement: Agreement) -> Tendering | None:
    """The procedure that led to a contract: by its id, or by the buyer's number, as contract
    systems name it."""
    if not agreement.procedure_id:
        return None
    if known := await unit.load(Tendering, agreement.procedure_id):
        return known
    found = await unit.find(Tendering, reference=agreement.procedure_id)
    return next((one for one in found if one.buyer_id == agreement.buyer_id), None)


def rule_of(case: Case, shelf: Shelf) -> Rule:
    """The rule as it stood in the rulebook under which the case was opened."""
    rule = shelf.version(case.rulebook_version).rule(case.rule)
    if rule is None:
        raise Rejected(f"rulebook {case.rulebook_version} has no rule {case.rule}")
    return rule


async def open_or_join(
    unit: Unit,
    shelf: Shelf,
    terms: Terms,
    agreement: Agreement,
    *,
    rule_code: str,
    party_id: str,
    supplier_id: str,
    role: Role,
    path: tuple[str, ...],
    cause: Cause,
    status: Status,
    exposure_id: str = "",
    amount: float | None = None,
    share: float | None = None,
    only_a_question: bool = False,
) -> Case | None:
    """One party, one contract, one rule: one open case. None where the rule is advisory."""
    book = shelf.on(day_of(unit.now, agreement))
    rule = book.rule(rule_code)
    if rule is None:
        raise Rejected(f"rulebook {book.version} has no rule {rule_code}: it cannot be acted on")
    if rule.advisory or not rule.applies_on(day_of(unit.now, agreement)):
        return None
    where = {"contract_id": agreement.id, "party_id": party_id, "rule": rule_code}
    known = await unit.find(Case, **where)
    question = only_a_question or rule.question_first
    track = Track.ENQUIRY if question else rule.track
    dues = dues_of(unit.now, agreement, terms, blocks=track is Track.LEGAL_BLOCK)
    for case in known:
        if not case.open:
            continue
        if case.track is Track.ENQUIRY and track is Track.LEGAL_BLOCK:
            case.rise_to_block(exposure_id, cause, rule, agreement, dues, unit.now)
        else:
            case.join(exposure_id, cause, unit.now)
        save(unit, case)
        return case
    awarded = agreement.awarded
    ahead = agreement.tender or (awarded is not None and awarded > day_of(unit.now, agreement))
    phase = Phase.PROCEDURE if ahead else Phase.LATER
    ground = Ground(
        rule=rule, phase=phase, role=role, amount=amount, share=share, established=False
    )
    case = Case(
        id=_id_of(agreement.id, party_id, rule_code, len(known)),
        contract_id=agreement.id,
        buyer_id=agreement.buyer_id,
        party_id=party_id,
        supplier_id=supplier_id,
        role=role,
        path=path,
        track=track,
        rule=rule_code,
        rulebook_version=book.version,
        phase=phase,
        mandatory=is_mandatory(ground, agreement),
        amount=amount,
        share=share,
        cause=cause,
        cause_refs=(cause.ref,),
        exposure_ids=(exposure_id,) if exposure_id else (),
        status=status,
        currency=agreement.currency,
        opened=unit.now.isoformat(),
        due=unit.now,
    )
    case.flag(rule, agreement, dues, unit.now)
    save(unit, case)
    return case


def _id_of(contract_id: str, party_id: str, rule: str, earlier: int) -> str:
    """A case after one that is over has an id of its own."""
    causes = [contract_id, party_id, rule, *([str(earlier + 1)] if earlier else [])]
    return f"case-{sha256('|'.join(causes).encode()).hexdigest()[:16]}"
