"""Skatteverket's certificate of taxes and contributions, in Swedish or English."""

import re

from services.onboarding.domain import Finding

from ..form import ISSUED, NAME, Asked, Filled, fill
from ..pdf import Text
from ..reading import Reading
from ..values import money_of

KIND = "skatteverket"
KINDS = (KIND,)
CONTENT = ("pdf",)
CURRENCY = "SEK"

DEBTS = {
    "EX-B1": (
        (r"Skatteskulder", r"Tax debts?"),
        (
            r"Skulder hos Kronofogden",
            r"Enforcement Authority debts?",
            r"Debts? (?:at|with) (?:the )?(?:Swedish )?Enforcement Authority",
        ),
    ),
    "EX-B2": ((r"Obetalda socialavgifter", r"Unpaid social (?:security )?contributions"),),
}
"""The rows about each ground, and what they are called."""

ASKED = (
    Asked(
        "orgnr",
        (
            r"Organisationsnummer",
            r"Personnummer",
            r"Person-/organisationsnummer",
            r"(?:Corporate|Personal)(?: identity| registration)? number",
            r"Registration number",
        ),
        shape=r"(?:\d{2})?\d{6}[-+]?\d{4}",
    ),
    Asked("name", (*NAME, r"Namn", r"Name")),
    Asked("address", (r"Adress", r"Address")),
    Asked("number", (r"Intygsnummer", r"Certificate number")),
    Asked("vat_number", (r"Momsregistreringsnummer", r"VAT number")),
    ISSUED,
    Asked("f_skatt", (r"Godkänd för F-skatt", r"Approved for F-tax"), "yes"),
    Asked("vat", (r"Registrerad för mervärdesskatt", r"Registered for VAT"), "yes"),
    Asked("employer", (r"Registrerad som arbetsgivare", r"Registered as (?:an )?employer"), "yes"),
)
NO_DEBT = re.compile(r"inga skulder|ingen skuld|no debts?\b|^0 (kr|SEK)\b|^SEK 0\b", re.IGNORECASE)


def fits(text: Text) -> bool:
    return text.says(r"skatteverket|swedish tax agency", r"intyg om skatter|skatteskulder|tax debt")


def read(text: Text) -> Reading:
    filled = fill(text, ASKED, currency=CURRENCY)
    if filled.yes("f_skatt") is False:
        filled.doubt("the company is not approved for F-skatt")
    findings = [
        finding
        for ground, rows in DEBTS.items()
        if (finding := _finding(text, ground, rows, filled))
    ]
    return Reading(
        kind=KIND,
        reader="skatteverket 2",
        about=filled.who(country="SE"),
        issued=filled.day("issued"),
        fields=tuple(filled.fields),
        findings=tuple(findings),
        problems=tuple(filled.problems),
    )


def _finding(
    text: Text, ground: str, rows: tuple[tuple[str, ...], ...], filled: Filled
) -> Finding | None:
    """What all rows about one ground say together: one debt is enough."""
    worst: Finding | None = None
    for labels in rows:
        found = text.labelled(*labels)
        if found is None:
            filled.doubt(f"it does not answer: {labels[0]}")
            continue
        filled.take(labels[0].casefold(), found)
        clean = bool(NO_DEBT.search(found.text))
        owed = None if clean else money_of(found.text, CURRENCY)
        if not clean and owed is None:
            filled.doubt(f"how much is owed cannot be read: {labels[0]}")
        if worst is None or (not clean and not worst.remark):
            worst = Finding(
                ground=ground,
                found=f"{labels[0]}: {found.text}",
                remark=not clean,
                owed=owed,
                place=found.place,
            )
    return worst
