"""Skatteverket's certificate of taxes and contributions (Intyg om skatter och avgifter)."""

import re

from services.onboarding.domain import Field, Finding

from .pdf import Found, Text
from .reading import Number, Reading, Who
from .values import day_of, money_of

KIND = "skatteverket"
CURRENCY = "SEK"

ANSWERS = {
    "f_skatt": r"Godkänd för F-skatt",
    "vat": r"Registrerad för mervärdesskatt",
    "employer": r"Registrerad som arbetsgivare",
}

DEBTS = {
    "EX-B1": ("Skatteskulder", "Skulder hos Kronofogden"),
    "EX-B2": ("Obetalda socialavgifter",),
}

NO_DEBT = re.compile(r"inga skulder|^0 (kr|SEK)\b", re.IGNORECASE)
YES = re.compile(r"ja\b", re.IGNORECASE)


def fits(text: Text) -> bool:
    return text.says(r"skatteverket", r"intyg om skatter|skatteskulder")


def read(text: Text) -> Reading:
    fields: list[Field] = []
    problems: list[str] = []
    number = text.labelled("Organisationsnummer", "Personnummer", "Person-/organisationsnummer")
    name = text.labelled("Företagets namn", "Namn")
    address = text.labelled("Adress")
    for label, found in (
        ("orgnr", number),
        ("name", name),
        ("address", address),
        ("number", text.labelled("Intygsnummer")),
        ("vat_number", text.labelled("Momsregistreringsnummer")),
    ):
        if found:
            fields.append(found.field(label))
    issued, when = text.day(day_of, "Utfärdat", "Datum")
    if when and issued:
        fields.append(when.field("issued", issued.isoformat()))
    else:
        problems.append("it does not say on which day it was issued")
    for label, question in ANSWERS.items():
        if found := text.labelled(question):
            yes = bool(YES.match(found.text))
            fields.append(found.field(label, "yes" if yes else "no"))
            if label == "f_skatt" and not yes:
                problems.append("the company is not approved for F-skatt")
    findings = [
        finding
        for ground, labels in DEBTS.items()
        if (finding := _finding(text, ground, labels, fields, problems))
    ]
    return Reading(
        kind=KIND,
        reader="skatteverket 1",
        about=Who(
            name=name.text if name else "",
            numbers=(Number(text=number.text, scheme="se-orgnr"),) if number else (),
            country="SE",
            address=address.text if address else None,
        ),
        issued=issued,
        fields=tuple(fields),
        findings=tuple(findings),
        problems=tuple(problems),
    )


def _finding(
    text: Text, ground: str, labels: tuple[str, ...], fields: list[Field], problems: list[str]
) -> Finding | None:
    """What all rows about one ground say together: one debt is enough."""
    worst: Finding | None = None
    for label in labels:
        found: Found | None = text.labelled(label)
        if found is None:
            problems.append(f"it does not answer: {label}")
            continue
        fields.append(found.field(label.casefold()))
        clean = bool(NO_DEBT.search(found.text))
        owed = None if clean else money_of(found.text, CURRENCY)
        if worst is None or (not clean and not worst.remark):
            worst = Finding(
                ground=ground,
                found=f"{label}: {found.text}",
                remark=not clean,
                owed=owed,
                place=found.place,
            )
    return worst
