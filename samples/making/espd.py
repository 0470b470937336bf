"""Writes ESPD responses in the layout of ESPD-EDM 4.1.0 (UBL 2.3 QualificationApplicationResponse).

Every ground for exclusion is answered, because in an ESPD an unanswered question is not a no.
Repeated answers (the second subcontractor) carry the last `R` of their id counted up.
"""

import uuid
from datetime import date
from typing import Any

from lxml import etree

from making.cast import BUYER_NAME, BUYER_NUMBER, FOLDER, SHARES, SWEDISH_FOLDER, Company
from making.catalogue import EXCLUSION, OTHER, SUBCONTRACTING_SHARE
from making.criteria import Criterion, Group, Question

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ROOT = f"{UBL}QualificationApplicationResponse-2"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
EDM = {"schemeID": "Criterion", "schemeAgencyID": "OP", "schemeVersionID": "4.1.0"}
ISSUED = date(2026, 11, 12)
ISO3 = {"DK": "DNK", "SE": "SWE", "BY": "BLR", "KG": "KGZ", "MD": "MDA"}
CODED = {"listAgencyID": "OP", "listVersionID": "4.1.0"}
LOT = "LOT-0000"
OURS = uuid.UUID("6f1c0f52-3f0e-5b0e-9c43-0a4f5e3f7d10")  # namespace of all our made-up UUIDs


def basic(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    element.text = text or None
    return element


def aggregate(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def code(parent: etree._Element, name: str, list_name: str, version: str, value: str) -> None:
    basic(
        parent,
        name,
        value,
        listID=f"{AUTHORITY}{list_name}",
        listAgencyID="OP",
        listVersionID=version,
    )


def country(parent: etree._Element, alpha2: str) -> None:
    code(aggregate(parent, "Country"), "IdentificationCode", "country", "20250924-0", ISO3[alpha2])


def address(parent: etree._Element, street: str, city: str, postcode: str, land: str) -> None:
    place = aggregate(parent, "PostalAddress")
    basic(place, "StreetName", street)
    basic(place, "CityName", city)
    basic(place, "PostalZone", postcode)
    country(place, land)


def head(root: etree._Element, company: Company) -> None:
    unique = str(uuid.uuid5(OURS, company.key))
    folder = FOLDER if company.country == "DK" else SWEDISH_FOLDER
    basic(root, "UBLVersionID", "2.3", schemeAgencyID="OASIS-UBL-TC")
    basic(
        root, "ProfileExecutionID", "ESPD-EDMv4.1.0", schemeAgencyID="OP", schemeVersionID="4.1.0"
    )
    basic(root, "ID", f"ESPDRES-{folder}-{company.key}", schemeAgencyID="RN")
    basic(root, "CopyIndicator", "false")
    basic(
        root,
        "UUID",
        unique,
        schemeID="ISO/IEC 9834-8:2008 - 4UUID",
        schemeAgencyID="RN",
        schemeVersionID="4.1.0",
    )
    basic(root, "ContractFolderID", folder, schemeAgencyID="RN")
    basic(root, "IssueDate", ISSUED.isoformat())
    basic(root, "IssueTime", "10:15:00+01:00")
    basic(root, "VersionID", "4.1.0", schemeAgencyID="OP", schemeVersionID="4.1.0")
    code(root, "ProcedureCode", "procurement-procedure-type", "20250924-0", "open")


def buyer(root: etree._Element) -> None:
    party = aggregate(aggregate(root, "ContractingParty"), "Party")
    basic(party, "WebsiteURI", "https://www.region-nordlyset.example")
    identification = aggregate(party, "PartyIdentification")
    basic(identification, "ID", BUYER_NUMBER, schemeID="NATIONAL", schemeAgencyID="ERST")
    basic(aggregate(party, "PartyName"), "Name", BUYER_NAME)
    address(party, "Polarvej 1", "Hjørring", "9800", "DK")
    contact = aggregate(party, "Contact")
    basic(contact, "Name", "Indkøb og Kontrakter")
    basic(contact, "ElectronicMail", "indkoeb@region-nordlyset.example")


def operator(root: etree._Element, company: Company) -> None:
    outer = aggregate(root, "EconomicOperatorParty")
    role = aggregate(outer, "EconomicOperatorRole")
    code(role, "RoleCode", "eo-role-type", "20211208-0", company.espd_role)
    party = aggregate(outer, "Party")
    basic(party, "WebsiteURI", f"https://www.{company.email.split('@')[1]}")
    size = "large" if company.staff >= 250 else "sme"
    code(party, "IndustryClassificationCode", "economic-operator-size", "20250924-0", size)
    register = "ERST" if company.country == "DK" else "Bolagsverket"
    basic(
        aggregate(party, "PartyIdentification"),
        "ID",
        company.vat,
        schemeID="VAT",
        schemeAgencyID="VIES",
    )
    basic(
        aggregate(party, "PartyIdentification"),
        "ID",
        company.number,
        schemeID="NATIONAL",
        schemeAgencyID=register,
    )
    basic(aggregate(party, "PartyName"), "Name", company.name)
    address(party, company.street, company.city, company.postcode, company.country)
    contact = aggregate(party, "Contact")
    basic(contact, "Name", company.director.name)
    basic(contact, "ElectronicMail", company.email)
    power = aggregate(party, "PowerOfAttorney")
    basic(power, "Description", "Direktør" if company.country == "DK" else "Verkställande direktör")
    person = aggregate(aggregate(power, "AgentParty"), "Person")
    basic(person, "FirstName", company.director.given)
    basic(person, "FamilyName", company.director.family)
    basic(person, "BirthDate", company.director.born.isoformat())


def ask(parent: etree._Element, path: str, question: Question) -> None:
    element = aggregate(parent, "TenderingCriterionProperty")
    basic(element, "ID", f"{path}/{question.own}", **EDM)
    basic(element, "Name")
    basic(element, "Description", question.text)
    meaning = {"R": "REQUIREMENT", "C": "CAPTION", "Q": "QUESTION"}[question.own[0]]
    basic(element, "TypeCode", meaning, listID="criterion-element-type", **CODED)
    kind = question.kind
    basic(element, "ValueDataTypeCode", kind, listID="response-data-type", **CODED)
    if kind == "MINIMUM_AMOUNT":
        basic(element, "MinimumAmount", "100000", currencyID="DKK")
    elif kind == "LOT_IDENTIFIER":
        basic(element, "ExpectedID", LOT, schemeAgencyID="OP")
    elif meaning == "REQUIREMENT":
        basic(element, "ExpectedDescription", "Udbudsloven § 135, stk. 3")


def ask_group(parent: etree._Element, above: str, group: Group, top: bool = True) -> None:
    path = f"{above}/{group.own}"
    name = "TenderingCriterionPropertyGroup"
    element = aggregate(parent, name if top else f"Subsidiary{name}")
    basic(element, "ID", path, **EDM)
    when = group.when
    basic(element, "PropertyGroupTypeCode", when, listID="property-group-type", **CODED)
    for part in group.parts:
        if isinstance(part, Group):
            ask_group(element, path, part, top=False)
        else:
            ask(element, path, part)


def criterion(root: etree._Element, asked: Criterion) -> None:
    element = aggregate(root, "TenderingCriterion")
    basic(element, "ID", asked.uuid, **EDM)
    code(element, "CriterionTypeCode", "criterion", "20240612-0", asked.code)
    basic(element, "Name", asked.name)
    basic(element, "Description", asked.text)
    if asked.about_lots:
        basic(aggregate(element, "ProcurementProjectLotReference"), "ID", LOT, **EDM)
    if "_OT_" not in asked.path:
        law = aggregate(element, "Legislation")
        basic(law, "ID", f"{asked.path}/L1", **EDM)
        basic(law, "Title", "Directive 2014/24/EU")
        basic(law, "Description", "Directive 2014/24/EU on public procurement")
        basic(law, "JurisdictionLevel", "EU")
        basic(law, "Article", f"Article {asked.article}")
        basic(law, "URI", "http://data.europa.eu/eli/dir/2014/24/oj")
        code(aggregate(law, "Language"), "LocaleCode", "language", "20250618-0", "ENG")
    for group in asked.groups:
        ask_group(element, asked.path, group)


def answer(root: etree._Element, asked: Criterion, path: str, nth: int, value: bool | str) -> None:
    depth = sum(part.rstrip("0123456789").endswith("G") for part in path.split("/"))
    counted = ["R1"] * min(depth, 2)
    counted[-1] = f"R{nth}"
    response_id = "/".join([path, *counted])
    kind = asked.kinds[path]
    element = aggregate(root, "TenderingCriterionResponse")
    basic(element, "ID", response_id, **EDM)
    basic(element, "ValidatedCriterionPropertyID", path, **EDM)
    if kind == "EVIDENCE_IDENTIFIER":
        basic(aggregate(element, "EvidenceSupplied"), "ID", str(value), schemeAgencyID="OP")
    else:
        given = aggregate(element, "ResponseValue")
        basic(given, "ID", f"{response_id}/RV", **EDM)
        if kind == "INDICATOR":
            basic(given, "ResponseIndicator", "true" if value else "false")
        elif kind == "ECONOMIC_OPERATOR_IDENTIFIER":
            scheme = "VAT" if str(value)[:2].isalpha() else "NATIONAL"
            basic(given, "ResponseID", str(value), schemeID=scheme, schemeAgencyID="ERST")
        else:
            basic(given, "Description", str(value))
    if asked.about_lots:
        basic(aggregate(element, "ProcurementProjectLotReference"), "ID", LOT, **EDM)


def answers_of(company: Company) -> dict[str, list[bool | str]]:
    """All grounds denied; the main supplier also names its subcontractors and their shares.

    Hansen & Holm denies a tax debt too, although its serviceattest shows one.
    """
    given: dict[str, list[bool | str]] = {}
    for asked in EXCLUSION:
        for path, kind in asked.kinds.items():
            first = path.endswith(("/QG1/Q1", "/QG2/Q1", "/RG1/QSG1/Q1"))
            national = path == "C24_EG_nati-ground/QG1/QSG1/Q1"
            if kind == "INDICATOR" and (first or national):
                given[path] = [False]
    register = "serviceattest" if company.country == "DK" else "skatteverket"
    for path in ("C7_EG_tax-pay/QG1", "C8_EG_socsec-pay/QG1"):
        given[f"{path}/Q1"] = [True]
        given[f"{path}/QSG1/Q1"] = [f"EVIDENCE-ID/{register}"]
    named = SHARES if company.key == "nordlys" else ()
    given["C59_OT_eo-group/QG1/Q1"] = [False]
    given["C60_OT_relied/QG1/Q1"] = [False]
    given["C61_OT_subco-ent/QG1/Q1"] = [bool(named)]
    if named:
        total = sum(share for _, share in named)
        parts = "; ".join(f"{c.name} {share} %" for c, share in named)
        given["C51_SC_suncont-port/RG1/QSG1/Q1"] = [True]
        given["C51_SC_suncont-port/RG1/QSG2/Q1"] = [f"{total} % af kontraktens værdi: {parts}"]
        inner = "C61_OT_subco-ent/QG1/QSG1"
        given[f"{inner}/Q1"] = [c.name for c, _ in named]
        given[f"{inner}/Q2"] = [named[0][0].number, *(c.vat for c, _ in named[1:])]
    return given


def evidence(root: etree._Element, company: Company) -> None:
    danish = company.country == "DK"
    register = "serviceattest" if danish else "skatteverket"
    element = aggregate(root, "Evidence")
    basic(element, "ID", f"EVIDENCE-ID/{register}", schemeAgencyID="OP")
    code(element, "ConfidentialityLevelCode", "access-right", "20250924-0", "CONFIDENTIAL")
    reference = aggregate(element, "DocumentReference")
    basic(reference, "ID", f"{register}-{company.number}", schemeAgencyID="RN")
    external = aggregate(aggregate(reference, "Attachment"), "ExternalReference")
    basic(external, "URI", f"https://{register}.example/{company.number}")
    issuer = aggregate(reference, "IssuerParty")
    basic(aggregate(issuer, "PartyIdentification"), "ID", register, schemeAgencyID="RN")
    name = "Erhvervsstyrelsen" if danish else "Skatteverket"
    basic(aggregate(issuer, "PartyName"), "Name", name)


def response(company: Company) -> bytes:
    """The whole ESPD response of one company."""
    names: dict[Any, str] = {None: ROOT, "cac": CAC, "cbc": CBC}
    root = etree.Element(f"{{{ROOT}}}QualificationApplicationResponse", nsmap=names)
    head(root, company)
    buyer(root)
    operator(root, company)
    what = "Rengøring af hospitaler" if company.country == "DK" else "Tvätt av sjukhustextilier"
    basic(aggregate(root, "ProcurementProject"), "Description", what)
    basic(aggregate(root, "ProcurementProjectLot"), "ID", LOT, **EDM)
    criteria = [*EXCLUSION, *([SUBCONTRACTING_SHARE] if company.key == "nordlys" else []), *OTHER]
    for asked in criteria:
        criterion(root, asked)
    given = answers_of(company)
    for asked in criteria:
        for path, values in given.items():
            if path.startswith(f"{asked.path}/"):
                for nth, value in enumerate(values, start=1):
                    answer(root, asked, path, nth, value)
    evidence(root, company)
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
