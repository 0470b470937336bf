"""ESPD responses in the layouts of 1.0.2, 2.1.1 and 3.3.0, with the criteria of our catalogue.

Criteria, their codes and the groups that mean something have their official ids; the ids of single
questions are made up where the official ones were not at hand (a reader must not need them).
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from making.cast import (
    BUYER_NAME,
    FOLDER,
    FYNS,
    HANSEN_HOLM,
    MALARDALEN,
    NORDLYS,
    SHARES,
    SWEDISH_FOLDER,
    Company,
)
from making.catalogue import EXCLUSION, OTHER, SUBCONTRACTING_SHARE
from making.criteria import Criterion, Group, Question
from making.espd import CAC, CBC, ISO3, OURS, ROOT, aggregate, basic

FIRST = "urn:grow:names:specification:ubl:schema:xsd:ESPDResponse-1"
CCV = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonAggregateComponents-1"
CCV_CBC = "urn:isa:names:specification:ubl:schema:xsd:CCV-CommonBasicComponents-1"
ESPD_CAC = "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonAggregateComponents-1"
ESPD_CBC = "urn:grow:names:specification:ubl:schema:xsd:ESPD-CommonBasicComponents-1"

OTHER_IDS = {
    "C59_OT_eo-group": "ee51100f-8e3e-40c9-8f8b-57d5a15be1f2",
    "C60_OT_relied": "0d62c6ed-f074-4fcf-8e9f-f691351d52ad",
    "C61_OT_subco-ent": "72c0c4b1-ca50-4667-9487-461f3eed4ed7",
}
"""The ids that 1.0.2 and 2.1.1 gave to what is C59 to C61 today."""

LONG_CODES = {
    "crime-org": "CRITERION.EXCLUSION.CONVICTIONS.PARTICIPATION_IN_CRIMINAL_ORGANISATION",
    "tax-pay": "CRITERION.EXCLUSION.CONTRIBUTIONS.PAYMENT_OF_TAXES",
    "socsec-pay": "CRITERION.EXCLUSION.CONTRIBUTIONS.PAYMENT_OF_SOCIAL_SECURITY",
    "prof-misconduct": "CRITERION.EXCLUSION.MISCONDUCT.MC_PROFESSIONAL",
    "eo-group": "CRITERION.OTHER.EO_DATA.TOGETHER_WITH_OTHERS",
    "relied": "CRITERION.OTHER.EO_DATA.RELIES_ON_OTHER_CAPACITIES",
    "subco-ent": "CRITERION.OTHER.EO_DATA.SUBCONTRACTS_WITH_THIRD_PARTIES",
}
GROUPS = {
    "RG1/QSG1/QSG1/QSG1": "7c2aec9f-4876-4c33-89e6-2ab6d6cf5d02",
    "RG1/QSG1/QSG1/QSG1/QSG2": "c882afa4-6971-4b00-8970-0c283eb122cc",
    "RG1/QSG1/QSG1/QSG1/QSG3": "fc57e473-d63e-4a04-b589-dcf81cab8052",
}
"""Official groups of the two criteria about debts, by their place in 4.x."""

Answers = dict[str, list[bool | str]]


@dataclass(frozen=True)
class Older:
    """One response: which layout, whose, and what is answered beyond a no to every ground."""

    version: str
    company: Company
    folder: str
    role: str = ""
    answers: Answers = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


MISCONDUCT = "C18_EG_prof-misconduct/QG1"
TAX = "C7_EG_tax-pay/RG1/QSG1"
GROUP, RELIED, SUB = "C59_OT_eo-group/QG1", "C60_OT_relied/QG1", "C61_OT_subco-ent/QG1"

FIRST_EDITION = Older(
    "1.0.2",
    FYNS,
    FOLDER,
    answers={
        f"{SUB}/Q1": [True],
        f"{SUB}/QSG1/Q1": ["Vinduespolering udføres af lokale firmaer, der endnu ikke er valgt"],
    },
)
SECOND = Older(
    "2.1.1",
    HANSEN_HOLM,
    FOLDER,
    answers={
        f"{TAX}/Q1": [True],
        f"{TAX}/QSG1/Q1": ["DK"],
        f"{TAX}/QSG1/Q2": ["140000"],
        f"{TAX}/QSG1/QSG1/Q1": [False],
        f"{TAX}/QSG1/QSG1/QSG2/Q1": [True],
        f"{TAX}/QSG1/QSG1/QSG2/QSG1/Q1": ["2026-08-10"],
        f"{TAX}/QSG1/QSG1/QSG3/Q1": [True],
        f"{TAX}/QSG1/QSG1/QSG3/QSG1/Q1": ["Afdragsordning med Gældsstyrelsen"],
        f"{MISCONDUCT}/Q1": [True],
        f"{MISCONDUCT}/QSG1/Q1": ["Forsinket levering på en kontrakt i 2024"],
        f"{MISCONDUCT}/QSG1/QSG1/Q1": [True],
        f"{MISCONDUCT}/QSG1/QSG1/QSG1/Q1": ["Ny ledelse og kvalitetsstyring siden 2025"],
        "C7_EG_tax-pay/QG1/Q1": [True],
        "C7_EG_tax-pay/QG1/QSG1/Q1": ["EVIDENCE-00001"],
        f"{RELIED}/Q1": [True],
        f"{RELIED}/QSG1/Q1": [FYNS.name, NORDLYS.name],
        f"{RELIED}/QSG1/Q2": [FYNS.number, NORDLYS.vat],
    },
    evidence=("EVIDENCE-00001",),
)
THIRD = Older(
    "3.3.0",
    MALARDALEN,
    SWEDISH_FOLDER,
    role="group-lead",
    answers={
        f"{GROUP}/Q1": [True],
        f"{GROUP}/QSG1/Q1": ["group-lead"],
        f"{GROUP}/QSG1/Q2": ["Fyns Hygiejne A/S (CVR 96832516)"],
        f"{GROUP}/QSG1/Q3": ["Textilgruppen Syd"],
        f"{SUB}/Q1": [True],
        f"{SUB}/QSG1/Q1": [c.name for c, _ in SHARES],
        f"{SUB}/QSG1/Q2": [c.vat for c, _ in SHARES],
        "C1_EG_crime-org/QG1/Q1": [],
    },
)


def _answers(one: Older) -> Answers:
    given: Answers = {}
    for asked in EXCLUSION:
        for path, kind in asked.kinds.items():
            main = path.endswith(("/QG1/Q1", "/RG1/QSG1/Q1"))
            national = path == "C24_EG_nati-ground/QG1/QSG1/Q1"
            evidence = asked.code.endswith("-pay") and path.endswith("/QG1/Q1")
            if kind == "INDICATOR" and (main or national) and not evidence:
                given[path] = [False]
    for path in (GROUP, RELIED, SUB):
        given[f"{path}/Q1"] = [False]
    return given | one.answers


def _id(*parts: str) -> str:
    return str(uuid.uuid5(OURS, "/".join(parts)))


def _group_id(version: str, asked: Criterion, path: str) -> str:
    within = path.removeprefix(f"{asked.path}/")
    return GROUPS.get(within) or _id(version, path)


def _code(version: str, asked: Criterion) -> str:
    if version.startswith("3"):
        return asked.code
    part = "EXCLUSION" if "_EG_" in asked.path else "SELECTION" if "_SC_" in asked.path else "OTHER"
    fallback = f"CRITERION.{part}.{asked.code.upper().replace('-', '_')}"
    return LONG_CODES.get(asked.code, fallback)


def response(one: Older) -> bytes:
    root = _first_root(one) if one.version == "1.0.2" else _root(one)
    answers = _answers(one)
    for asked in (*EXCLUSION, SUBCONTRACTING_SHARE, *OTHER):
        if one.version == "1.0.2":
            _first_criterion(root, asked, answers)
        else:
            _criterion(root, one.version, asked)
    if one.version != "1.0.2":
        for asked in (*EXCLUSION, *OTHER):
            for path, values in answers.items():
                if path.startswith(f"{asked.path}/"):
                    for nth, value in enumerate(values):
                        _answer(root, one.version, asked, path, nth, value)
        for id in one.evidence:
            _evidence(root, id, one.company)
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _root(one: Older) -> etree._Element:
    names: dict[Any, str] = {None: ROOT, "cac": CAC, "cbc": CBC}
    root = etree.Element(f"{{{ROOT}}}QualificationApplicationResponse", nsmap=names)
    basic(root, "UBLVersionID", "2.2" if one.version == "2.1.1" else "2.3")
    if one.version == "2.1.1":
        custom = "urn:www.cenbii.eu:transaction:biitrdm092:ver3.0"
        basic(root, "CustomizationID", custom, schemeVersionID="2.1.1")
    else:
        basic(root, "ProfileExecutionID", f"ESPD-EDMv{one.version}")
    basic(root, "ID", f"ESPDRES-{one.folder}-{one.company.key}")
    basic(root, "UUID", _id(one.version, one.company.key))
    basic(root, "ContractFolderID", one.folder)
    basic(root, "IssueDate", "2026-11-10+01:00")
    basic(root, "VersionID", one.version)
    buyer = aggregate(aggregate(root, "ContractingParty"), "Party")
    basic(aggregate(buyer, "PartyName"), "Name", BUYER_NAME)
    outer = aggregate(root, "EconomicOperatorParty")
    if one.role:
        basic(aggregate(outer, "EconomicOperatorRole"), "RoleCode", one.role)
    _party(aggregate(outer, "Party"), one.company, one.version)
    basic(aggregate(root, "ProcurementProjectLot"), "ID", "LOT-0001")
    return root


def _party(party: etree._Element, company: Company, version: str) -> None:
    basic(aggregate(party, "PartyIdentification"), "ID", company.vat)
    basic(aggregate(party, "PartyName"), "Name", company.name)
    place = aggregate(party, "PostalAddress")
    basic(place, "StreetName", company.street)
    basic(place, "CityName", company.city)
    basic(place, "PostalZone", company.postcode)
    letters = company.country if version < "3" else ISO3[company.country]
    basic(aggregate(place, "Country"), "IdentificationCode", letters)
    basic(aggregate(party, "Contact"), "ElectronicMail", company.email)
    if version != "1.0.2":
        _power(aggregate(party, "PowerOfAttorney"), company)


def _power(power: etree._Element, company: Company) -> None:
    basic(power, "Description", "Direktør")
    person = aggregate(aggregate(power, "AgentParty"), "Person")
    basic(person, "FirstName", company.director.given)
    basic(person, "FamilyName", company.director.family)
    basic(person, "BirthDate", company.director.born.isoformat())


def _criterion(root: etree._Element, version: str, asked: Criterion) -> None:
    element = aggregate(root, "TenderingCriterion")
    basic(element, "ID", OTHER_IDS.get(asked.uuid, asked.uuid))
    basic(element, "CriterionTypeCode", _code(version, asked))
    basic(element, "Name", asked.name)
    for group in asked.groups:
        _group(element, version, asked, asked.path, group, top=True)


def _group(
    parent: etree._Element, version: str, asked: Criterion, above: str, group: Group, *, top: bool
) -> None:
    path = f"{above}/{group.own}"
    name = "TenderingCriterionPropertyGroup"
    element = aggregate(parent, name if top else f"Subsidiary{name}")
    basic(element, "ID", _group_id(version, asked, path))
    for part in group.parts:
        if isinstance(part, Group):
            _group(element, version, asked, path, part, top=False)
        else:
            question = aggregate(element, "TenderingCriterionProperty")
            basic(question, "ID", _id(version, f"{path}/{part.own}"))
            basic(question, "Description", part.text)
            basic(question, "TypeCode", _meaning(part))
            basic(question, "ValueDataTypeCode", part.kind)


def _meaning(question: Question) -> str:
    return {"R": "REQUIREMENT", "C": "CAPTION", "Q": "QUESTION"}[question.own[0]]


def _answer(
    root: etree._Element, version: str, asked: Criterion, path: str, nth: int, value: bool | str
) -> None:
    """Responses have ids of their own: repeated ones are told apart by their order alone."""
    element = aggregate(root, "TenderingCriterionResponse")
    basic(element, "ID", _id(version, path, "response", str(nth)))
    basic(element, "ValidatedCriterionPropertyID", _id(version, path))
    kind = asked.kinds[path]
    if kind == "EVIDENCE_IDENTIFIER":
        basic(aggregate(element, "EvidenceSupplied"), "ID", str(value))
        return
    given = aggregate(element, "ResponseValue")
    basic(given, "ID", _id(version, path, "value", str(nth)))
    if kind == "INDICATOR":
        basic(given, "ResponseIndicator", "true" if value else "false")
    elif kind == "AMOUNT":
        basic(given, "ResponseAmount", str(value), currencyID="DKK")
    elif kind == "DATE":
        basic(given, "ResponseDate", str(value))
    elif kind in ("CODE_COUNTRY", "CODE"):
        basic(given, "ResponseCode", str(value))
    elif kind == "ECONOMIC_OPERATOR_IDENTIFIER":
        basic(given, "ResponseID", str(value))
    else:
        basic(given, "Description", str(value))


def _evidence(root: etree._Element, id: str, company: Company) -> None:
    element = aggregate(root, "Evidence")
    basic(element, "ID", id)
    basic(element, "ConfidentialityLevelCode", "CONFIDENTIAL")
    reference = aggregate(element, "DocumentReference")
    basic(reference, "ID", f"serviceattest-{company.number}")
    external = aggregate(aggregate(reference, "Attachment"), "ExternalReference")
    basic(external, "URI", f"https://serviceattest.example/{company.number}")
    issuer = aggregate(reference, "IssuerParty")
    basic(aggregate(issuer, "PartyName"), "Name", "Erhvervsstyrelsen")


def _first_root(one: Older) -> etree._Element:
    names: dict[Any, str] = {
        "espd": FIRST,
        "cac": CAC,
        "cbc": CBC,
        "ccv": CCV,
        "ccv-cbc": CCV_CBC,
        "espd-cac": ESPD_CAC,
        "espd-cbc": ESPD_CBC,
    }
    root = etree.Element(f"{{{FIRST}}}ESPDResponse", nsmap=names)
    basic(root, "UBLVersionID", "2.1")
    basic(root, "ID", _id(one.version, one.company.key))
    basic(root, "VersionID", "2016.07")
    basic(root, "IssueDate", "2026-11-10")
    basic(root, "ContractFolderID", one.folder)
    buyer = aggregate(aggregate(root, "ContractingParty"), "Party")
    basic(aggregate(buyer, "PartyName"), "Name", BUYER_NAME)
    outer = etree.SubElement(root, f"{{{ESPD_CAC}}}EconomicOperatorParty")
    etree.SubElement(outer, f"{{{ESPD_CBC}}}SMEIndicator").text = "true"
    person = etree.SubElement(outer, f"{{{ESPD_CAC}}}RepresentativeNaturalPerson")
    etree.SubElement(person, f"{{{ESPD_CBC}}}NaturalPersonRoleDescription").text = "Direktør"
    _power(aggregate(person, "PowerOfAttorney"), one.company)
    _party(aggregate(outer, "Party"), one.company, one.version)
    basic(aggregate(root, "ProcurementProjectLot"), "ID", "0")
    return root


def _first_criterion(root: etree._Element, asked: Criterion, answers: Answers) -> None:
    element = etree.SubElement(root, f"{{{CCV}}}Criterion")
    basic(element, "ID", OTHER_IDS.get(asked.uuid, asked.uuid))
    basic(element, "TypeCode", _code("1.0.2", asked))
    basic(element, "Name", asked.name)
    for group in asked.groups:
        _first_group(element, asked, asked.path, group, answers)


def _first_group(
    parent: etree._Element, asked: Criterion, above: str, group: Group, answers: Answers
) -> None:
    path = f"{above}/{group.own}"
    element = etree.SubElement(parent, f"{{{CCV}}}RequirementGroup")
    basic(element, "ID", _group_id("1.0.2", asked, path))
    for part in group.parts:
        if isinstance(part, Group):
            _first_group(element, asked, path, part, answers)
        elif part.own.startswith("Q") and part.kind != "ECONOMIC_OPERATOR_IDENTIFIER":
            _requirement(element, f"{path}/{part.own}", part, answers)


def _requirement(parent: etree._Element, path: str, asked: Question, answers: Answers) -> None:
    kind = "EVIDENCE_URL" if asked.kind == "EVIDENCE_IDENTIFIER" else asked.kind
    element = etree.SubElement(parent, f"{{{CCV}}}Requirement", responseDataType=kind)
    basic(element, "ID", _id("1.0.2", path))
    basic(element, "Description", asked.text)
    given = etree.SubElement(element, f"{{{CCV}}}Response")
    for value in answers.get(path, [])[:1]:
        if asked.kind == "INDICATOR":
            indicator = etree.SubElement(given, f"{{{CCV_CBC}}}Indicator")
            indicator.text = "true" if value else "false"
        else:
            basic(given, "Description", str(value))


def responses() -> Iterator[tuple[str, bytes]]:
    """Path and content of each."""
    for one in (FIRST_EDITION, SECOND, THIRD):
        yield f"espd/{one.company.key}-espd-{one.version}.xml", response(one)
