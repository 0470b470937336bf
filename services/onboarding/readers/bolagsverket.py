"""Bolagsverket's certificate of registration (registreringsbevis)."""

from services.onboarding.domain import Field, Finding

from .pdf import Text
from .reading import Number, Reading, Who
from .values import day_of

KIND = "bolagsverket"

PROCEEDINGS = {
    r"inget pågående insolvensförfarande|ingen konkurs": ("EX-D1", "EX-D2"),
    r"ingen likvidation": ("EX-D5",),
}
"""What is said when nothing is registered, and the grounds that it then speaks against."""


def fits(text: Text) -> bool:
    return text.says(r"bolagsverket", r"registreringsbevis")


def read(text: Text) -> Reading:
    fields: list[Field] = []
    problems: list[str] = []
    number = text.labelled("Organisationsnummer")
    name = text.labelled("Företagsnamn", "Firma")
    address = text.labelled("Adress")
    for label, found in (
        ("orgnr", number),
        ("name", name),
        ("address", address),
        ("seat", text.labelled("Säte")),
        ("registered", text.labelled("Registreringsdatum")),
        ("capital", text.labelled("Aktiekapital")),
    ):
        if found:
            fields.append(found.field(label))
    issued, when = text.day(day_of, "Utfärdat", "Datum")
    if when and issued:
        fields.append(when.field("issued", issued.isoformat()))
    else:
        problems.append("it does not say on which day it was issued")
    findings: list[Finding] = []
    for pattern, grounds in PROCEEDINGS.items():
        found = text.find(f"({pattern})")
        if found is None:
            problems.append("it does not say that no insolvency or liquidation is registered")
            continue
        fields.append(found.field("proceedings"))
        findings += [
            Finding(ground=g, found=f"Bolagsverket: {found.text}", remark=False, place=found.place)
            for g in grounds
        ]
    return Reading(
        kind=KIND,
        reader="bolagsverket 1",
        about=Who(
            name=name.text if name else "",
            numbers=(Number(text=number.text, scheme="se-orgnr"),) if number else (),
            country="SE",
            address=address.text if address else None,
        ),
        issued=issued,
        fields=tuple(fields),
        findings=tuple(findings),
        problems=tuple(dict.fromkeys(problems)),
    )
