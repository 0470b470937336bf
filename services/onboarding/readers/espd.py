"""ESPD responses 1.0.2, 2.1.1, 3.x and 4.x: what a company declares about itself.

Keyed on the ids of the criteria, never on their texts. In a ground of exclusion true means that
the ground exists, and what is not answered is not a no.
"""

import re
from datetime import date

from services.onboarding.domain import Answer, Field

from .answers import Criterion, Question, criteria_of
from .countries import alpha2
from .criteria import (
    MUST_BE_ASKED,
    SUBCONTRACTED_SHARE,
    SUBCONTRACTORS,
    ground_of,
    part_of,
)
from .reading import NamedSub, NotUnderstood, Number, Reading, Who
from .xml import Element, children, first, local, text

KIND = "espd"
RESPONSES = ("ESPDResponse", "QualificationApplicationResponse")
REQUESTS = ("ESPDRequest", "QualificationApplicationRequest")

LONGEST_VALUE = 500
MOST_DETAILS = 40
WITHHELD = "[text about a conviction: see the document]"


def fits(root: Element) -> bool:
    if local(root) in REQUESTS:
        raise NotUnderstood("this is the request for an ESPD, not a company's answer to it")
    return local(root) in RESPONSES


def read(root: Element) -> Reading:
    criteria = criteria_of(root)
    answers = tuple(_answer(criterion) for criterion in criteria)
    named, problems = _subcontractors(criteria)
    return Reading(
        kind=KIND,
        reader="espd 1",
        about=_operator(root),
        issued=_day(text(root, "IssueDate")),
        reference=text(root, "ContractFolderID"),
        fields=tuple(_head(root)),
        answers=answers,
        named=tuple(named),
        persons=tuple(_representatives(root)),
        problems=(*_doubts(answers), *problems),
    )


def _day(written: str) -> date | None:
    """UBL dates may end with a time zone."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _head(root: Element) -> list[Field]:
    found = {
        "version": _version(root),
        "id": text(root, "UUID") or text(root, "ID"),
        "issued": text(root, "IssueDate")[:10],
        "procedure": text(root, "ContractFolderID"),
        "role": text(root, "EconomicOperatorParty", "EconomicOperatorRole", "RoleCode"),
        "buyer": text(root, "ContractingParty", "Party", "PartyName", "Name"),
    }
    party = first(root, "EconomicOperatorParty", "Party")
    found["name"] = text(party, "PartyName", "Name")
    fields = [Field(name=k, value=v, place=k, method="xml") for k, v in found.items() if v]
    for number in _numbers(party):
        place = f"identification {number.scheme}".strip()
        fields.append(Field(name="number", value=number.text, place=place, method="xml"))
    proofs: dict[str, str] = {}
    for proof in children(root, "Evidence"):
        reference = first(proof, "DocumentReference")
        uri = text(reference, "Attachment", "ExternalReference", "URI")
        proofs.setdefault(" ".join((text(reference, "ID"), uri)).strip(), text(proof, "ID"))
    for value, place in list(proofs.items())[:MOST_DETAILS]:
        fields.append(Field(name="evidence", value=value, place=place, method="xml"))
    return fields


def _version(root: Element) -> str:
    """Which edition of the ESPD wrote it: 4.x says so in the profile, 1.x in its root."""
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
        if name:
            people.append(
                Who(
                    name=name,
                    person=True,
                    birth_date=text(person, "BirthDate")[:10] or None,
                    role=text(power, "Description"),
                )
            )
    return people


def _answer(criterion: Criterion) -> Answer:
    main = criterion.answer
    ground = ground_of(criterion.id, criterion.code)
    details = [
        _detail(question, response.value, response.place, ground)
        for question in criterion.questions
        if question is not main
        for response in question.responses
    ]
    return Answer(
        criterion=criterion.id,
        code=criterion.code,
        part=part_of(criterion.id, criterion.code, [q.id for q in criterion.questions]),
        ground=ground,
        value=main.said if main else None,
        place=main.id if main else "",
        details=tuple(details[:MOST_DETAILS]),
    )


def _detail(question: Question, value: str, place: str, ground: str) -> Field:
    """Free text about a conviction may name a person: it stays in the document."""
    if ground.startswith("EX-A") and question.kind == "DESCRIPTION":
        value = WITHHELD
    return Field(
        name=question.text[:120] or question.kind,
        value=value[:LONGEST_VALUE],
        place="/".join(filter(None, (question.id, place))),
        method="xml",
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


def _subcontractors(criteria: list[Criterion]) -> tuple[list[NamedSub], list[str]]:
    for criterion in criteria:
        if criterion.id not in SUBCONTRACTORS and criterion.code != "subco-ent":
            continue
        numbers = [q for q in criterion.questions if q.kind == "ECONOMIC_OPERATOR_IDENTIFIER"]
        if numbers:
            return _paired(criterion, numbers[0], _shares(criteria)), []
        texts = [q for q in criterion.questions if q.kind == "DESCRIPTION" and q.responses]
        if texts and criterion.answer and criterion.answer.said:
            return [], ["it names subcontractors in free text: a person must enter them"]
    return [], []


def _paired(criterion: Criterion, number: Question, shares: str) -> list[NamedSub]:
    """Names and numbers of the same group, paired by the place of the repeated answer."""
    name = next(
        q for q in criterion.questions if q.group == number.group and q.kind == "DESCRIPTION"
    )
    numbers = {response.place: response.value for response in number.responses}
    if len(numbers) != len(number.responses) or not numbers.keys() <= {
        response.place for response in name.responses
    }:
        in_order = [response.value for response in number.responses]
        numbers = {}
        for index, response in enumerate(name.responses):
            response.place = f"{index + 1}"
            if index < len(in_order):
                numbers[response.place] = in_order[index]
    named = []
    for response in name.responses:
        given = numbers.get(response.place, "")
        who = Who(name=response.value, numbers=(Number(text=given),) if given else ())
        named.append(NamedSub(who=who, share=_share_of(response.value, shares)))
    return named


def _shares(criteria: list[Criterion]) -> str:
    """The free text about the subcontracted share: `Baltic Facility Group ApS 25 %; …`"""
    for criterion in criteria:
        if criterion.id == SUBCONTRACTED_SHARE:
            texts = (q for q in criterion.questions if q.kind == "DESCRIPTION")
            return " ".join(response.value for q in texts for response in q.responses)
    return ""


def _share_of(name: str, shares: str) -> float | None:
    match = re.search(rf"{re.escape(name)}\W{{0,3}}(\d{{1,3}}(?:[.,]\d+)?)\s*%", shares)
    share = float(match[1].replace(",", ".")) if match else None
    return share if share is not None and 0 <= share <= 100 else None
