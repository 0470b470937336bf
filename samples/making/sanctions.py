"""Writes sanctions lists as their publishers do: EU Financial Sanctions File 1.1 and UN list."""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from making.listed import EU_1, EU_2, UN_1, Listed

FSD = "http://eu.europa.ec/fpi/fsd/export"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
UN_SCHEMA = "https://www.un.org/sc/resources/sc-sanctions.xsd"
REGULATION = {
    "UKR": ("32014R0269", "2014/269"),
    "BLR": ("32006R0765", "2006/765"),
    "SYR": ("32012R0036", "2012/36"),
    "IRN": ("32012R0267", "2012/267"),
    "PRK": ("32017R1509", "2017/1509"),
    "MMR": ("32013R0401", "2013/401"),
    "VEN": ("32017R2063", "2017/2063"),
    "LBY": ("32016R0044", "2016/44"),
    "COD": ("32005R1183", "2005/1183"),
    "SDNZ": ("32023R2147", "2023/2147"),
    "MDA": ("32023R0888", "2023/888"),
    "CYB": ("32019R0796", "2019/796"),
    "NIC": ("32019R1716", "2019/1716"),
    "EUAQ": ("32002R0881", "2002/881"),
}
NATION = {
    "RU": "RUSSIAN FEDERATION",
    "BY": "BELARUS",
    "SY": "SYRIAN ARAB REPUBLIC",
    "IR": "IRAN, ISLAMIC REPUBLIC OF",
    "KP": "KOREA, DEMOCRATIC PEOPLE'S REPUBLIC OF",
    "MM": "MYANMAR",
    "VE": "VENEZUELA, BOLIVARIAN REPUBLIC OF",
    "LY": "LIBYA",
    "CD": "CONGO, DEMOCRATIC REPUBLIC OF THE",
    "SD": "SUDAN",
    "MD": "MOLDOVA, REPUBLIC OF",
    "KG": "KYRGYZSTAN",
    "KZ": "KAZAKHSTAN",
    "NI": "NICARAGUA",
}
UNKNOWN = {"countryIso2Code": "00", "countryDescription": "UNKNOWN"}


def under(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{FSD}}}{name}", attributes)


def eu_name(
    entity: etree._Element,
    entry: Listed,
    nth: int,
    name: str,
    language: str = "",
    strong: bool = True,
) -> None:
    parts = name.split()
    split = entry.person and not language and len(parts) in (2, 3) and parts[-1].isupper()
    under(
        entity,
        "nameAlias",
        firstName=parts[0] if split else "",
        middleName=parts[1] if split and len(parts) == 3 else "",
        lastName=parts[-1] if split else "",
        wholeName=name,
        function="",
        gender="",
        title="",
        nameLanguage=language,
        strong="true" if strong else "false",
        regulationLanguage="en",
        logicalId=f"{entry.number}{nth}",
    )


def eu_birth(entity: etree._Element, entry: Listed) -> None:
    year, _, rest = entry.born.partition("-")
    month, _, day = rest.partition("-")
    attributes = {"circa": "false", "calendarType": "GREGORIAN", "city": "", "zipCode": ""}
    if day:
        attributes["birthdate"] = entry.born
        attributes["dayOfMonth"] = str(int(day))
    if month:
        attributes["monthOfYear"] = str(int(month))
    attributes |= {"year": year, "region": "", "place": "", **UNKNOWN}
    under(entity, "birthdate", **attributes, regulationLanguage="en", logicalId=str(entry.number))


def eu_number(
    entity: etree._Element, entry: Listed, kind: str, description: str, number: str
) -> None:
    under(
        entity,
        "identification",
        diplomatic="false",
        knownExpired="false",
        knownFalse="false",
        reportedLost="false",
        revokedByIssuer="false",
        issuedBy="",
        latinNumber="",
        nameOnDocument="",
        number=number,
        identificationTypeCode=kind,
        identificationTypeDescription=description,
        **UNKNOWN,
        regulationLanguage="en",
        logicalId=str(entry.number),
    )


def eu_entity(root: etree._Element, entry: Listed) -> None:
    entity = under(
        root,
        "sanctionEntity",
        designationDate=entry.since,
        designationDetails="",
        unitedNationId=entry.un_reference,
        euReferenceNumber=f"EU.{entry.number}.{entry.number % 97:02d}",
        logicalId=str(entry.number),
    )
    if entry.reason:
        under(entity, "remark").text = f"Invented entry of a sample list: {entry.reason}."
    title, act = REGULATION[entry.programme]
    regulation = under(
        entity,
        "regulation",
        regulationType="regulation",
        organisationType="council",
        publicationDate=entry.since,
        entryIntoForceDate=entry.since,
        numberTitle=title,
        programme=entry.programme,
        logicalId=str(entry.number),
    )
    under(regulation, "publicationUrl").text = f"https://eur-lex.europa.eu/eli/reg/{act}/oj"
    kind = ("person", "P") if entry.person else ("enterprise", "E")
    under(entity, "subjectType", code=kind[0], classificationCode=kind[1])
    for nth, name in enumerate(entry.names, start=1):
        eu_name(entity, entry, nth, name)
    if entry.original:
        eu_name(entity, entry, len(entry.names) + 1, *entry.original)
    for nth, name in enumerate(entry.weak, start=len(entry.names) + 2):
        eu_name(entity, entry, nth, name, strong=False)
    if entry.nation:
        under(
            entity,
            "citizenship",
            region="",
            countryIso2Code=entry.nation,
            countryDescription=NATION[entry.nation],
            regulationLanguage="en",
            logicalId=str(entry.number),
        )
    if entry.born:
        eu_birth(entity, entry)
    if entry.passport:
        eu_number(entity, entry, "passport", "National passport", entry.passport)
    if entry.company_number:
        eu_number(entity, entry, "regnumber", "Registration Number", entry.company_number)


def eu_list(entries: Iterable[Listed], generated: str, file_id: str) -> bytes:
    names: dict[Any, str] = {None: FSD}
    root = etree.Element(f"{{{FSD}}}export", nsmap=names)
    root.set("generationDate", generated)
    root.set("globalFileId", file_id)
    for entry in entries:
        eu_entity(root, entry)
    return written(root, indent="")


def un_text(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = text or None
    return element


def un_birth(record: etree._Element, entry: Listed) -> None:
    birth = un_text(record, "INDIVIDUAL_DATE_OF_BIRTH")
    un_text(birth, "TYPE_OF_DATE", "EXACT" if entry.born else "")
    if len(entry.born) == 10:
        un_text(birth, "DATE", entry.born)
    elif entry.born:
        un_text(birth, "YEAR", entry.born)
    un_text(un_text(record, "INDIVIDUAL_PLACE_OF_BIRTH"), "COUNTRY")
    un_text(record, "INDIVIDUAL_DOCUMENT")


def un_entry(parent: etree._Element, entry: Listed) -> None:
    kind = "INDIVIDUAL" if entry.person else "ENTITY"
    record = un_text(parent, kind)
    un_text(record, "DATAID", str(entry.number))
    un_text(record, "VERSIONNUM", "1")
    for place, name in zip(("FIRST_NAME", "SECOND_NAME", "THIRD_NAME"), entry.names, strict=False):
        un_text(record, place, name)
    un_text(record, "UN_LIST_TYPE", entry.programme)
    un_text(record, "REFERENCE_NUMBER", entry.un_reference)
    un_text(record, "LISTED_ON", entry.since)
    if entry.original:
        un_text(record, "NAME_ORIGINAL_SCRIPT", entry.original[0])
    un_text(record, "COMMENTS1", "Entry of a sample list")
    if entry.person and entry.nation:
        un_text(un_text(record, "NATIONALITY"), "VALUE", entry.nation)
    un_text(un_text(record, "LIST_TYPE"), "VALUE", "UN List")
    for alias in entry.weak or ("",):
        known_as = un_text(record, f"{kind}_ALIAS")
        un_text(known_as, "QUALITY", "Low" if alias else "")
        un_text(known_as, "ALIAS_NAME", alias)
    un_text(un_text(record, f"{kind}_ADDRESS"), "COUNTRY")
    if entry.person:
        un_birth(record, entry)
    un_text(record, "SORT_KEY")
    un_text(record, "SORT_KEY_LAST_MOD")


def un_list(entries: Iterable[Listed], generated: str) -> bytes:
    root = etree.Element("CONSOLIDATED_LIST", nsmap={"xsi": XSI})
    root.set(f"{{{XSI}}}noNamespaceSchemaLocation", UN_SCHEMA)
    root.set("dateGenerated", generated)
    persons, companies = un_text(root, "INDIVIDUALS"), un_text(root, "ENTITIES")
    for entry in entries:
        un_entry(persons if entry.person else companies, entry)
    return written(root, indent="  ")


def written(root: etree._Element, indent: str) -> bytes:
    etree.indent(root, space=indent)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def lists() -> dict[str, bytes]:
    """All list files: the EU list in two versions, the UN list in one."""
    return {
        "lists/un-v1.xml": un_list(UN_1, "2026-11-18T00:00:08.412Z"),
        "lists/eu-v1.xml": eu_list(EU_1, "2026-11-19T15:31:04.216+01:00", "210817"),
        "lists/eu-v2.xml": eu_list(EU_2, "2026-11-21T16:02:47.903+01:00", "210824"),
    }
