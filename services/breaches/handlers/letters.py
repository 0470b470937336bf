"""Which letters a step causes, to whom, with which facts; and where they are kept."""

import base64
import json
from collections.abc import Mapping
from hashlib import sha256

from services.breaches.commands import LetterWritten, WriteLetter
from services.breaches.domain import Agreement, Case, Decision, Rule
from services.breaches.domain.ending import in_figures
from services.breaches.guidance import Authority, Forum
from services.breaches.handlers.door import router
from services.breaches.letters import LANGUAGES, Letter, Writer
from services.breaches.terms import day_of
from shared.events.breaches import Consequence
from shared.events.words import Role
from shared.unit import Unit

ALONGSIDE = ("hearing", "decision", "correction", "withdrawal")
"""Letters of which the subcontractor also gets one, with what concerns it."""

BROUGHT_ALONG = ("enquiry", "hearing", "timetable", "instruction", "no_award")
"""Letters to the contracting party that lie behind the link of what they ask or order."""

DONE = {"compensation", "clarified", "measures"}
"""What a party does to be reliable again (Directive 2014/24/EU Art 57(6))."""

WITHHOLDS = (Consequence.HOLD_PAYMENT,)
TO_BE_DONE = (Consequence.REMEDY, Consequence.BOD)
"""What a decision orders that a letter of its own does not say again with its day."""

ENCLOSED = "demand"
"""A letter that lies behind the link of another one, the decision of the same step."""


TO_AUTHORITY = "opinion"
"""A letter that an officer sends with the party's papers, which may tell of offences: no link opens
it (ADR-0075)."""


def goes_alone(kind: str, addressee_id: str, case: Case) -> bool:
    """Whether this letter is sent with a link of its own."""
    brought = kind in BROUGHT_ALONG and addressee_id == case.supplier_id
    return not brought and kind not in (ENCLOSED, TO_AUTHORITY)


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
                "amount": in_figures(decision.amount, case.currency) if decision.amount else "",
                case.release_condition: "yes" if decision.consequence in WITHHOLDS else "",
                "comply": "yes" if decision.consequence in TO_BE_DONE else "",
                "deviation": decision.deviation,
                "derogation": decision.derogation,
                "signatures": str(len(decision.signed_by)),
                **(decision.weighing.model_dump() if decision.weighing else {}),
            }
        if forum is not None:
            day = day_of(unit.now, agreement)
            facts |= {f"forum_{one}": forum.said(one, day) for one in LANGUAGES}
        _order(
            unit, case, kind, addressee_id, "both" if case.role is Role.SUPPLIER else part, facts
        )


def write_to_authority(
    unit: Unit, case: Case, agreement: Agreement, rule: Rule, authority: Authority
) -> None:
    """The request for an opinion on self-cleaning: what the ground is and what the party did."""
    facts = {
        **_facts(unit, case, agreement, rule),
        "addressee": f"{authority.name}\n{authority.address}",
        "basis": authority.basis,
        **({} if case.cleaning is None else case.cleaning.model_dump(mode="json", include=DONE)),
    }
    _order(unit, case, TO_AUTHORITY, authority.name, "both", facts)


def _order(
    unit: Unit, case: Case, kind: str, addressee_id: str, part: str, facts: dict[str, str]
) -> None:
    case.letters += 1
    unit.effect(
        f"letter/{case.id}/{case.letters}",
        WriteLetter(
            case_id=case.id,
            number=case.letters,
            kind=kind,
            addressee_id=addressee_id,
            part=part,
            party_id=case.party_id,
            offences_of=case.offences_of,
            dated=unit.now,
            facts_json=json.dumps(facts, ensure_ascii=False, sort_keys=True),
        ),
    )


def _hash(pdf: str) -> str:
    return sha256(base64.b64decode(pdf)).hexdigest() if pdf else ""


def _facts(unit: Unit, case: Case, agreement: Agreement, rule: Rule) -> dict[str, str]:
    party = agreement.name_of(case.party_id)
    names = {"party": party, "contract": agreement.called}
    said = rule.told_in(case.phase)
    return {
        "case": case.id,
        "contract": agreement.called,
        "below": "yes" if case.role is not Role.SUPPLIER else "",
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
        offences_of=effect.offences_of,
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
    """It is registered under its number, and goes out."""
    case = await unit.get(Case, written.case_id)
    case.letter_written(
        written.number,
        written.kind,
        written.addressee_id,
        {one: _hash(getattr(written, f"pdf_{one}")) for one in LANGUAGES},
        unit.now,
        goes_alone=goes_alone(written.kind, written.addressee_id, case),
    )
    unit.save(case)
    unit.put(
        Letter(
            id=f"letter-{written.case_id}-{written.number}",
            buyer_id=case.buyer_id,
            contract_id=case.contract_id,
            **written.model_dump(exclude={"need", "settles"}),
        )
    )
