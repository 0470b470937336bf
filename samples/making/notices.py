"""Writes two eForms notices (SDK 1.13, UBL 2.3): a contract notice and its result notice.

They have the elements that the SDK asks of these notices and that a reader of contracts needs; the
procedure is for gloves and test material, in two lots with one winner each.
"""

from xml.sax.saxutils import escape

from making.cast import BUYER_NAME, BUYER_NUMBER, FYNS, MALARDALEN, Company

FOLDER_ID = "5f0c2f0e-7c57-4d0c-9a3e-2d6a41c6b031"
REFERENCE = "RN-2026-031"
CONTRACT_NOTICE = "0b1b8a0e-52f4-4b7e-8d0d-64b0f6f0a001"
RESULT_NOTICE = "0b1b8a0e-52f4-4b7e-8d0d-64b0f6f0a002"
LOTS = (
    ("LOT-0001", "Undersøgelseshandsker", "33141420"),
    ("LOT-0002", "Testmateriale", "33124131"),
)
GROUNDS = ("crime-org", "tax-pay", "labour-law", "envir-law", "prof-misconduct")

SPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    'xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2" '
    'xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1" '
    'xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1" '
    'xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1"'
)


def contract_notice() -> bytes:
    """Subtype 16: open procedure, directive 2014/24/EU, with the chosen grounds for exclusion."""
    extension = _subtype("16") + _organizations()
    grounds = "".join(
        "<cac:SpecificTendererRequirement>"
        f'<cbc:TendererRequirementTypeCode listName="exclusion-ground">{code}'
        "</cbc:TendererRequirementTypeCode>"
        "<cbc:Description>Se udbudsbetingelserne</cbc:Description>"
        "</cac:SpecificTendererRequirement>"
        for code in GROUNDS
    )
    terms = (
        "<cac:TenderingTerms><cac:TendererQualificationRequest>"
        f"{grounds}</cac:TendererQualificationRequest></cac:TenderingTerms>"
    )
    head = _head(CONTRACT_NOTICE, "2026-06-01", "cn-standard", "competition")
    return _notice("ContractNotice", extension, head, terms)


def result_notice() -> bytes:
    """Subtype 29: both lots are awarded, and the two contracts concluded."""
    result = (
        "<efac:NoticeResult>"
        '<cbc:TotalAmount currencyID="DKK">31500000</cbc:TotalAmount>'
        + "".join(
            f'<efac:LotResult><cbc:ID schemeName="result">RES-000{n}</cbc:ID>'
            '<cbc:TenderResultCode listName="winner-selection-status">selec-w'
            "</cbc:TenderResultCode>"
            f'<efac:LotTender><cbc:ID schemeName="tender">TEN-000{n}</cbc:ID></efac:LotTender>'
            f'<efac:SettledContract><cbc:ID schemeName="contract">CON-000{n}</cbc:ID>'
            "</efac:SettledContract>"
            f'<efac:TenderLot><cbc:ID schemeName="Lot">LOT-000{n}</cbc:ID></efac:TenderLot>'
            "</efac:LotResult>"
            for n in (1, 2)
        )
        + "".join(
            f'<efac:LotTender><cbc:ID schemeName="tender">TEN-000{n}</cbc:ID>'
            "<cac:LegalMonetaryTotal>"
            f'<cbc:PayableAmount currencyID="DKK">{amount}</cbc:PayableAmount>'
            "</cac:LegalMonetaryTotal>"
            f'<efac:TenderingParty><cbc:ID schemeName="tendering-party">TPA-000{n}</cbc:ID>'
            "</efac:TenderingParty>"
            f'<efac:TenderLot><cbc:ID schemeName="Lot">LOT-000{n}</cbc:ID></efac:TenderLot>'
            "</efac:LotTender>"
            for n, amount in ((1, "18500000.00"), (2, "13000000.00"))
        )
        + "".join(
            f'<efac:SettledContract><cbc:ID schemeName="contract">CON-000{n}</cbc:ID>'
            "<cbc:AwardDate>2026-09-14+02:00</cbc:AwardDate>"
            "<cbc:IssueDate>2026-09-28+02:00</cbc:IssueDate>"
            f"<cbc:Title>{escape(title)}</cbc:Title>"
            "<efbc:ContractFrameworkIndicator>false</efbc:ContractFrameworkIndicator>"
            f"<efac:ContractReference><cbc:ID>{REFERENCE}-K{n}</cbc:ID></efac:ContractReference>"
            f'<efac:LotTender><cbc:ID schemeName="tender">TEN-000{n}</cbc:ID></efac:LotTender>'
            "</efac:SettledContract>"
            for n, title in ((1, LOTS[0][1]), (2, LOTS[1][1]))
        )
        + "".join(
            f'<efac:TenderingParty><cbc:ID schemeName="tendering-party">TPA-000{n}</cbc:ID>'
            f'<efac:Tenderer><cbc:ID schemeName="organization">ORG-000{n + 1}</cbc:ID>'
            "</efac:Tenderer></efac:TenderingParty>"
            for n in (1, 2)
        )
        + "</efac:NoticeResult>"
    )
    head = _head(RESULT_NOTICE, "2026-10-05", "can-standard", "result")
    return _notice("ContractAwardNotice", result + _subtype("29") + _organizations(), head, "")


def _notice(root: str, extension: str, head: str, terms: str) -> bytes:
    buyer = (
        "<cac:ContractingParty><cac:Party><cac:PartyIdentification>"
        '<cbc:ID schemeName="organization">ORG-0001</cbc:ID>'
        "</cac:PartyIdentification></cac:Party></cac:ContractingParty>"
    )
    process = (
        '<cac:TenderingProcess><cbc:ProcedureCode listName="procurement-procedure-type">open'
        "</cbc:ProcedureCode></cac:TenderingProcess>"
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- Invented: see samples/README.md -->\n"
        f'<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" {SPACES}>'
        "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>"
        f"{extension}</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension>"
        f"</ext:UBLExtensions>{head}{buyer}{terms}{process}{_project()}"
        f"{''.join(_lot(*lot) for lot in LOTS)}</{root}>"
    )
    return text.replace("><", ">\n<").encode()


def _head(id: str, day: str, kind: str, form: str) -> str:
    return (
        "<cbc:UBLVersionID>2.3</cbc:UBLVersionID>"
        "<cbc:CustomizationID>eforms-sdk-1.13</cbc:CustomizationID>"
        f'<cbc:ID schemeName="notice-id">{id}</cbc:ID>'
        f"<cbc:ContractFolderID>{FOLDER_ID}</cbc:ContractFolderID>"
        f"<cbc:IssueDate>{day}+02:00</cbc:IssueDate>"
        "<cbc:IssueTime>09:00:00+02:00</cbc:IssueTime>"
        "<cbc:VersionID>01</cbc:VersionID>"
        "<cbc:RegulatoryDomain>32014L0024</cbc:RegulatoryDomain>"
        f'<cbc:NoticeTypeCode listName="{form}">{kind}</cbc:NoticeTypeCode>'
        "<cbc:NoticeLanguageCode>DAN</cbc:NoticeLanguageCode>"
    )


def _subtype(code: str) -> str:
    return (
        '<efac:NoticeSubType><cbc:SubTypeCode listName="notice-subtype">'
        f"{code}</cbc:SubTypeCode></efac:NoticeSubType>"
    )


def _organizations() -> str:
    return (
        "<efac:Organizations>"
        + _organization("ORG-0001", BUYER_NAME, BUYER_NUMBER, "DNK", "Hjørring", "9800", "")
        + _company("ORG-0002", FYNS)
        + _company("ORG-0003", MALARDALEN)
        + "</efac:Organizations>"
    )


def _company(id: str, company: Company) -> str:
    country = "DNK" if company.country == "DK" else "SWE"
    return _organization(
        id, company.name, company.number, country, company.city, company.postcode, company.email
    )


def _organization(
    id: str, name: str, number: str, country: str, city: str, postcode: str, email: str
) -> str:
    contact = (
        f"<cac:Contact><cbc:ElectronicMail>{email}</cbc:ElectronicMail></cac:Contact>"
        if email
        else ""
    )
    return (
        "<efac:Organization><efac:Company><cac:PartyIdentification>"
        f'<cbc:ID schemeName="organization">{id}</cbc:ID></cac:PartyIdentification>'
        f"<cac:PartyName><cbc:Name>{escape(name)}</cbc:Name></cac:PartyName>"
        f"<cac:PostalAddress><cbc:CityName>{city}</cbc:CityName>"
        f"<cbc:PostalZone>{postcode}</cbc:PostalZone><cac:Country>"
        f'<cbc:IdentificationCode listName="country">{country}</cbc:IdentificationCode>'
        "</cac:Country></cac:PostalAddress><cac:PartyLegalEntity>"
        f"<cbc:CompanyID>{number}</cbc:CompanyID></cac:PartyLegalEntity>{contact}"
        "</efac:Company></efac:Organization>"
    )


def _project() -> str:
    return (
        "<cac:ProcurementProject>"
        f'<cbc:ID schemeName="InternalID">{REFERENCE}</cbc:ID>'
        "<cbc:Name>Handsker og testmateriale</cbc:Name>"
        '<cbc:ProcurementTypeCode listName="contract-nature">supplies</cbc:ProcurementTypeCode>'
        "<cac:RequestedTenderTotal>"
        '<cbc:EstimatedOverallContractAmount currencyID="DKK">32000000'
        "</cbc:EstimatedOverallContractAmount></cac:RequestedTenderTotal>"
        + _commodity("33140000")
        + "</cac:ProcurementProject>"
    )


def _lot(id: str, title: str, cpv: str) -> str:
    return (
        f'<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">{id}</cbc:ID>'
        "<cac:TenderingProcess><cac:ContractingSystem>"
        '<cbc:ContractingSystemTypeCode listName="framework-agreement">fa-wo-rc'
        "</cbc:ContractingSystemTypeCode></cac:ContractingSystem></cac:TenderingProcess>"
        f"<cac:ProcurementProject><cbc:Name>{escape(title)}</cbc:Name>"
        + _commodity(cpv)
        + "<cac:RealizedLocation><cac:Address><cbc:CityName>Hjørring</cbc:CityName>"
        '<cbc:CountrySubentityCode listName="nuts">DK050</cbc:CountrySubentityCode>'
        '<cac:Country><cbc:IdentificationCode listName="country">DNK</cbc:IdentificationCode>'
        "</cac:Country></cac:Address></cac:RealizedLocation>"
        "<cac:PlannedPeriod><cbc:StartDate>2026-10-01+02:00</cbc:StartDate>"
        "<cbc:EndDate>2030-09-30+02:00</cbc:EndDate></cac:PlannedPeriod>"
        "</cac:ProcurementProject></cac:ProcurementProjectLot>"
    )


def _commodity(cpv: str) -> str:
    return (
        '<cac:MainCommodityClassification><cbc:ItemClassificationCode listName="cpv">'
        f"{cpv}</cbc:ItemClassificationCode></cac:MainCommodityClassification>"
    )
