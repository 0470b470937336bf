"""Which letters a step causes, to whom, with which facts; and where they are kept."""

import json
from collections.abc import Mapping

from services.breaches.commands import LetterWritten, WriteLetter
from services.breaches.domain import Agreement, Case, Decision, Rule
from services.breaches.guidance import Forum
from services.breaches.handlers.door import router
from services.breaches.letters import LANGUAGES, Letter, Writer
from services.breaches.terms import day_of
from shared.events.words import Role
from shared.unit import Unit

ALONGSIDE = ("hearing", "decision", "correction", "withdrawal")
"""Letters of which the subcontractor also gets one, with what concerns it."""


def write(
    unit: Unit,
    case: Case,
    agreement: Agreement,
    rule: Rule,
    kind: str,
    *,
    text: str = "",
    decision: Decision | None = None,
    forum: Forum | None = None,
    more: Mapping[str, str] | None = None,
    heard: bool = False,
) -> None:
    """Record the letters that this step causes. They are written outside, and then kept.

    `more` are facts that this kind alone has; `heard` says that a subcontractor gets one too.
    """
    addressees = [(case.supplier_id, "supplier")]
    if (kind in ALONGSIDE or heard) and case.role is Role.SUBCONTRACTOR:
        addressees.append((case.party_id, "subcontractor"))
    for addressee_id, part in addressees:
        case.letters += 1
        facts = {
            **_facts(unit, case, agreement, rule),
            "text": text,
            "addressee": agreement.name_of(addressee_id),
            **(more or {}),
        }
        if decision is not None:
            facts |= {
                "consequence": decision.consequence.value,
                "basis": decision.basis,
                "reason": decision.reason,
                "proportionality": decision.proportionality,
                "until": str(day_of(decision.deadline, agreement)) if decision.deadline else "",
                "deviation": decision.deviation,
                "derogation": decision.derogation,
                "signatures": str(len(decision.signed_by)),
                **(decision.weighing.model_dump() if decision.weighing else {}),
            }
        if forum is not None:
            day = day_of(unit.now, agreement)
            facts |= {f"forum_{one}": forum.said(one, day) for one in LANGUAGES}
        unit.effect(
            f"letter/{case.id}/{case.letters}",
            WriteLetter(
                case_id=case.id,
                number=case.letters,
                kind=kind,
                addressee_id=addressee_id,
                part="both" if case.role is Role.SUPPLIER else part,
                party_id=case.party_id,
                dated=unit.now,
                facts_json=json.dumps(facts, ensure_ascii=False, sort_keys=True),
            ),
        )


def _facts(unit: Unit, case: Case, agreement: Agreement, rule: Rule) -> dict[str, str]:
    party = agreement.name_of(case.party_id)
    names = {"party": party, "contract": agreement.id}
    said = rule.instruction
    return {
        "case": case.id,
        "contract": agreement.id,
        "title": agreement.title,
        "buyer": agreement.buyer_called(case.buyer_id),
        "supplier": agreement.name_of(case.supplier_id),
        "party": party,
        "rule_da": rule.name.da,
        "rule_sv": rule.name.in_language("sv"),
        "rule_en": rule.name.en,
        "detail": case.cause.detail,
        "due": str(day_of(case.due, agreement)),
        "dated": str(day_of(unit.now, agreement)),
        "instruction_da": said.da.format(**names) if said else "",
        "instruction_sv": said.in_language("sv").format(**names) if said else "",
        "instruction_en": said.en.format(**names) if said else "",
    }


@router.does(WriteLetter)
async def write_letter(effect: WriteLetter, writer: Writer) -> LetterWritten:
    facts: dict[str, str] = json.loads(effect.facts_json)
    danish, swedish, english = [await writer.write(one, effect, facts) for one in LANGUAGES]
    return LetterWritten(
        case_id=effect.case_id,
        number=effect.number,
        kind=effect.kind,
        addressee_id=effect.addressee_id,
        party_id=effect.party_id,
        dated=effect.dated,
        pdf_da=danish.pdf,
        pdf_sv=swedish.pdf,
        pdf_en=english.pdf,
        text_da=danish.text,
        text_sv=swedish.text,
        text_en=english.text,
    )


@router.on(LetterWritten)
async def keep_letter(written: LetterWritten, unit: Unit) -> None:
    case = await unit.get(Case, written.case_id)
    unit.put(
        Letter(
            id=f"letter-{written.case_id}-{written.number}",
            buyer_id=case.buyer_id,
            contract_id=case.contract_id,
            **written.model_dump(exclude={"need", "settles"}),
        )
    )
