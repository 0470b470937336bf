"""ESPD responses 1.0.2, 2.1.1, 3.x and 4.x: what a company declares about itself.

Keyed on the ids of the criteria, never on their texts. In a ground of exclusion true means that
the ground exists, and what is not answered is not a no.
"""

import re
from datetime import date

from services.onboarding.domain import Answer, EvidenceRef, Field
from shared.countries import alpha2

from ..answers import Criterion, Question, Response, criteria_of
from ..criteria import DECIDED, MUST_BE_ASKED, PAID, UNPAID, ground_of, part_of
from ..entities import group_of, partners, subcontractors
from ..reading import NotUnderstood, Number, Reading, Who
from ..xml import Element, children, first, local, text

KIND = "espd"
KINDS = (KIND,)
CONTENT = ("xml",)
RESPONSES = ("ESPDResponse", "QualificationApplicationResponse")
REQUESTS = ("ESPDRequest", "QualificationApplicationRequest")

LONGEST_VALUE = 500
MOST_DETAILS = 60
MOST_EVIDENCE = 200
WITHHELD = "[text about a conviction: see the document]"

WORDS = {
    "DATE": "date",
    "PERIOD": "period",
    "AMOUNT": "amount",
    "DESCRIPTION": "description",
    "CODE_COUNTRY": "country",
    "CODE": "code",
    "PERCENTAGE": "percentage",
    "URL": "uri",
    "EVIDENCE_URL": "uri",
    "EVIDENCE_IDENTIFIER": "evidence",
    "ECONOMIC_OPERATOR_IDENTIFIER": "entity_number",
    "IDENTIFIER": "identifier",
    "LOT_IDENTIFIER": "lot",
}
"""What a detail is, by the type of its answer."""


def fits(root: Element) -> bool:
    if local(root) in REQUESTS:
        raise NotUnderstood("this is the request for an ESPD, not a company's answer to it")
    return local(root) in RESPONSES


def read(root: Element) -> Reading:
    criteria = criteria_of(root)
    evidence = _evidence(root)
    answers = tuple(_answer(criterion, criteria, evidence) for criterion in criteria)
    named, problems = subcontractors(criteria)
    others, doubts = partners(criteria)
    return Reading(
        kind=KIND,
        reader="espd 2",
        about=_operator(root),
        issued=_day(text(root, "IssueDate")),
        reference=text(root, "ContractFolderID"),
        fields=(*_head(root, criteria), *_evidence_fields(evidence)),
        answers=answers,
        named=tuple(named),
        partners=tuple(others),
        persons=tuple(_representatives(root)),
        problems=(*_doubts(answers), *problems, *doubts),
    )


def _day(written: str) -> date | None:
    """UBL dates may end with a time zone."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _head(root: Element, criteria: list[Criterion]) -> list[Field]:
    operator = first(root, "EconomicOperatorParty")
    party = first(operator, "Party")
    lots = [text(lot, "ID") for lot in children(root, "ProcurementProjectLot")]
    small = text(operator, "SMEIndicator")
    found = {
        "version": _version(root),
        "id": text(root, "UUID") or text(root, "ID"),
        "issued": text(root, "IssueDate")[:10],
        "procedure": text(root, "ContractFolderID"),
        "procedure_type": text(root, "ProcedureCode"),
        "role": text(operator, "EconomicOperatorRole", "RoleCode"),
        "size": text(party, "IndustryClassificationCode") or {"true": "sme"}.get(small, ""),
        "buyer": text(root, "ContractingParty", "Party", "PartyName", "Name"),
        "name": text(party, "PartyName", "Name"),
        "lots": " ".join(filter(None, lots)),
        "group_name": text(root, "EconomicOperatorGroupName"),
    } | group_of(criteria)
    fields = [
        Field(name=k, value=v[:LONGEST_VALUE], place=k, method="xml") for k, v in found.items() if v
    ]
    for number in _numbers(party):
        place = f"identification {number.scheme}".strip()
        fields.append(Field(name="number", value=number.text, place=place, method="xml"))
    return fields


def _evidence(root: Element) -> dict[str, EvidenceRef]:
    """The evidence that is pointed to, by its id in the file."""
    found: dict[str, EvidenceRef] = {}
    for proof in children(root, "Evidence"):
        reference = first(proof, "DocumentReference")
        one = EvidenceRef(
            id=text(proof, "ID"),
            reference=text(reference, "ID"),
            uri=text(reference, "Attachment", "ExternalReference", "URI"),
            issuer=text(reference, "IssuerParty", "PartyName", "Name"),
            confidentiality=text(proof, "ConfidentialityLevelCode"),
        )
        found.setdefault(one.id, one)
    return found


def _evidence_fields(evidence: dict[str, EvidenceRef]) -> list[Field]:
    """Each reference once: many criteria point to the same register."""
    seen: dict[str, EvidenceRef] = {}
    for one in evidence.values():
        seen.setdefault(" ".join(filter(None, (one.reference, one.uri))), one)
    return [
        Field(name="evidence", value=value[:LONGEST_VALUE], place=one.id, method="xml")
        for value, one in list(seen.items())[:MOST_EVIDENCE]
        if value
    ]


def _version(root: Element) -> str:
    """Which edition of the ESPD wrote it: 3.x and 4.x say so in the profile, 1.x in its root."""
    if match := re.search(r"v(\d+\.\d+\.\d+)", text(root, "ProfileExecutionID")):
        return match[1]
    if local(root) == "ESPDResponse":
        return "1.0.2"
    version = first(root, "CustomizationID")
    declared = version.get("schemeVersionID", "") if version is not None else ""
    return declared or text(root, "VersionID")


def _operator(root: Element) -> Who:
    outer = first(root, "EconomicOperatorParty")
    party = first(outer, "Party")
    country = alpha2(text(party, "PostalAddress", "Country", "IdentificationCode"))
    seat = first(party, "PostalAddress")
    street = text(seat, "StreetName")
    town = " ".join(filter(None, (text(seat, "PostalZone"), text(seat, "CityName"))))
    return Who(
        name=text(party, "PartyName", "Name"),
        numbers=_numbers(party),
        country=country,
        address=", ".join(filter(None, (street, town))) or None,
        contact=text(party, "Contact", "ElectronicMail") or None,
        role=text(outer, "EconomicOperatorRole", "RoleCode"),
    )


def _numbers(party: Element | None) -> tuple[Number, ...]:
    numbers = [
        Number(text=(id.text or "").strip(), scheme=id.get("schemeID") or "")
        for identification in children(party, "PartyIdentification")
        for id in children(identification, "ID")
        if (id.text or "").strip()
    ]
    for path in (("PartyTaxScheme", "CompanyID"), ("PartyLegalEntity", "CompanyID")):
        if number := text(party, *path):
            numbers.append(Number(text=number))
    return tuple(numbers)


def _representatives(root: Element) -> list[Who]:
    people: list[Who] = []
    outer = first(root, "EconomicOperatorParty")
    if outer is None:
        return people
    for power in outer.iter("{*}PowerOfAttorney"):
        person = first(power, "AgentParty", "Person")
        name = " ".join(filter(None, (text(person, "FirstName"), text(person, "FamilyName"))))
        older = text(power.getparent(), "NaturalPersonRoleDescription")
        if name:
            people.append(
                Who(
                    name=name,
                    person=True,
                    birth_date=text(person, "BirthDate")[:10] or None,
                    role=text(power, "Description") or older,
                )
            )
    return people


def _answer(
    criterion: Criterion, criteria: list[Criterion], evidence: dict[str, EvidenceRef]
) -> Answer:
    main = criterion.answer
    ground = ground_of(criterion.id, criterion.code)
    value = main.said if main else None
    if ground and _admitted_below(criterion, criteria):
        value = True
    responses = [(q, response) for q in criterion.questions for response in q.responses]
    proofs = [r.value for q, r in responses if q.kind == "EVIDENCE_IDENTIFIER"]
    return Answer(
        criterion=criterion.id,
        code=criterion.code,
        part=part_of(
            criterion.within or criterion.id, criterion.code, [q.id for q in criterion.questions]
        ),
        ground=ground,
        value=value,
        place=main.id if main else "",
        details=tuple(_details(criterion, main, ground)[:MOST_DETAILS]),
        self_cleaning=_self_cleaning(criterion, main, ground),
        evidence=tuple(evidence.get(id, EvidenceRef(id=id)) for id in dict.fromkeys(proofs)),
        lots=tuple(dict.fromkeys(lot for _, response in responses for lot in response.lots)),
        confidentiality=next((r.confidentiality for _, r in responses if r.confidentiality), ""),
    )


def _admitted_below(criterion: Criterion, criteria: list[Criterion]) -> bool:
    """Whether a national criterion that belongs to this one is admitted: then the ground exists."""
    return any(
        bool(one.answer and one.answer.said) for one in criteria if one.within == criterion.id
    )


def _details(criterion: Criterion, main: Question | None, ground: str) -> list[Field]:
    cleaning = _cleaning_question(criterion, main, ground)
    found: list[Field] = []
    for question in criterion.questions:
        if question is main:
            continue
        name = _word_for(question, cleaning, criterion, ground)
        found += [_detail(name, question, response, ground) for response in question.responses]
    return found


def _word_for(
    question: Question, cleaning: Question | None, criterion: Criterion, ground: str
) -> str:
    if question.about_evidence and question.kind == "INDICATOR":
        return "available_electronically"
    if question is cleaning:
        return "self_cleaning"
    if cleaning is not None and question.kind == "DESCRIPTION":
        places = criterion.questions
        if places.index(question) == places.index(cleaning) + 1:
            return "self_cleaning_measures"
    if question.kind == "INDICATOR" and ground in UNPAID:
        if question.group in PAID or question.group.endswith("/QSG3"):
            return "paid_or_arranged"
        if question.group in DECIDED or question.group.endswith("/QSG2"):
            return "decision_final"
        return "established_otherwise"
    if question.kind == "INDICATOR":
        return "answer"
    return WORDS.get(question.kind, "quantity" if question.kind.startswith("QUANT") else "answer")


def _cleaning_question(criterion: Criterion, main: Question | None, ground: str) -> Question | None:
    """Whether measures were taken: the second yes or no of a ground that has no debt in it."""
    if not ground or ground in UNPAID:
        return None
    others = (
        question
        for question in criterion.questions
        if question.kind == "INDICATOR" and question is not main and not question.about_evidence
    )
    return next(others, None)


def _self_cleaning(criterion: Criterion, main: Question | None, ground: str) -> bool | None:
    question = _cleaning_question(criterion, main, ground)
    return question.said if question else None


def _detail(name: str, question: Question, response: Response, ground: str) -> Field:
    """Free text about a conviction may name a person: it stays in the document."""
    value = response.value
    if ground.startswith("EX-A") and question.kind == "DESCRIPTION":
        value = WITHHELD
    return Field(
        name=name,
        value=value[:LONGEST_VALUE],
        place="/".join(filter(None, (question.id, response.place))),
        method="xml",
        label=question.text[:120],
    )


def _doubts(answers: tuple[Answer, ...]) -> list[str]:
    """What a person must judge: a ground that is admitted, and one that is not answered."""
    grounds = [answer for answer in answers if answer.ground]
    admitted = [answer.ground for answer in grounds if answer.value]
    asked = {answer.ground for answer in grounds}
    silent = [answer.ground for answer in grounds if answer.value is None]
    silent += [ground for ground in MUST_BE_ASKED if ground not in asked]
    doubts = []
    if admitted:
        doubts.append(f"it says that these grounds for exclusion exist: {', '.join(admitted)}")
    if silent:
        doubts.append(f"it leaves these grounds for exclusion unanswered: {', '.join(silent)}")
    return doubts
