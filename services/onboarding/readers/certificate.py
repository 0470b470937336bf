"""Certificates of quality management (ISO 9001), with the sites that they cover."""

import re

from services.onboarding.domain import Field

from .pdf import Found, Text
from .reading import Number, Reading, Who
from .values import day_of

KIND = "iso-9001"


def fits(text: Text) -> bool:
    return text.says(r"ISO\s*9001", r"certifi[ck]at")


def read(text: Text) -> Reading:
    fields: list[Field] = []
    problems: list[str] = []

    def take(name: str, *labels: str) -> Found | None:
        found = text.labelled(*labels)
        if found:
            fields.append(found.field(name))
        return found

    name = take("name", "Virksomhedens navn", "Company name", "Företagets namn", "Organisation")
    number = take("cvr", "CVR-nummer", r"CVR-nr\.?")
    scheme = "dk-cvr"
    if number is None:
        number, scheme = take("orgnr", "Organisationsnummer", r"Org\.?nr\.?"), "se-orgnr"
    address = take("address", "Adresse", "Address", "Adress")
    take("number", "Certifikatnummer", r"Certifikat nr\.?", "Certificate number", "Certificate no")
    take("body", "Certificeringsorgan", "Certification body", "Certifieringsorgan")
    take("accreditation", "Akkreditering", "Accreditation")
    if edition := text.find(r"ISO\s*9001:(20\d\d)"):
        fields.append(edition.field("edition"))
    issued, began = text.day(day_of, "Udstedelsesdato", "Issue date", "Utfärdat", "Udstedt")
    until, ends = text.day(day_of, "Gyldigt? til", "Valid until", "Giltigt till", "Expiry date")
    for label, day, found in (("issued", issued, began), ("valid_until", until, ends)):
        if day and found:
            fields.append(found.field(label, day.isoformat()))
    if until is None:
        problems.append("it does not say until when it is valid")
    fields += _sites(text)
    return Reading(
        kind=KIND,
        reader="certificate 1",
        about=Who(
            name=name.text if name else "",
            numbers=(Number(text=number.text, scheme=scheme),) if number else (),
            country="DK" if scheme == "dk-cvr" else "SE",
            address=address.text if address else None,
        ),
        issued=issued,
        valid_until=until,
        fields=tuple(fields),
        problems=tuple(problems),
    )


def _sites(text: Text) -> list[Field]:
    """The rows of the table of sites, up to the sentence that closes it."""
    sites: list[Field] = []
    inside = False
    for line in text.lines:
        if re.match(r"(Lokalitet Adresse|Site Address)$", line.text, re.IGNORECASE):
            inside = True
        elif inside and line.text.endswith("."):
            break
        elif inside:
            found = Found(line.text, line.place)
            sites.append(found.field("site"))
    return sites
