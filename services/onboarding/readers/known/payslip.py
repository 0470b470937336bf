"""Payslips, which serve as evidence about wages and as nothing else.

They name an employee, a CPR number and often a union (special category, GDPR Art 9): none of
these becomes a field, and the places where numbers and union dues stand are handed over to be
made unreadable before the file is kept.
"""

import re

from shared.persons import without_person_numbers

from ..form import Asked, fill
from ..pdf import Line, Text
from ..reading import Reading, Region, Who

KINDS = ("payslip",)
CONTENT = ("pdf",)

UNION = re.compile(
    r"fagforening|fagligt kontingent|forbundskontingent|kontingent|a-kasse|fackavgift|fackförening|"
    r"förbundsavgift|a-kassa|union (?:dues|fee|membership)|trade union|\b3F\b|\bHK\b|\bFOA\b|"
    r"Kommunal\b",
    re.IGNORECASE,
)
ASKED = (
    Asked(
        "employer",
        (r"Arbejdsgiver", r"Arbetsgivare", r"Employer"),
        needed="it does not say who the employer is",
    ),
    Asked("cvr", (r"CVR-nummer", r"CVR-?\s?nr\.?", r"CVR"), shape=r"[\d ]{8,11}"),
    Asked("orgnr", (r"Organisationsnummer", r"Org\.?\s?-?nr\.?"), shape=r"\d{6}-?\d{4}"),
    Asked("period", (r"Lønperiode", r"Löneperiod", r"Pay period", r"Periode", r"Period"), "period"),
    Asked(
        "issued",
        (r"Udbetalingsdato", r"Dispositionsdato", r"Utbetalningsdag", r"Payment date", r"Dato"),
        "day",
    ),
    Asked("hours", (r"Timer(?: i alt)?", r"Arbejdstimer", r"Arbetade timmar", r"Hours"), "number"),
    Asked("hourly_rate", (r"Timeløn", r"Timlön", r"Hourly (?:rate|wage)"), "money"),
    Asked("gross_pay", (r"Bruttoløn", r"Bruttolön", r"Gross pay"), "money"),
    Asked("pension", (r"Pension(?:sbidrag)?(?: i alt)?", r"Tjänstepension"), "money"),
    Asked(
        "holiday_pay",
        (r"Feriepenge", r"Ferietillæg", r"Semesterersättning", r"Holiday pay"),
        "money",
    ),
)


def fits(text: Text) -> bool:
    return text.begins(
        r".*\b(?:lønseddel|lønspecifikation|lönespecifikation|lönebesked|payslip|pay slip)\b"
    )


def read(text: Text) -> Reading:
    currency = "SEK" if text.says(r"\blöne") else "DKK"
    filled = fill(text, ASKED, currency=currency)
    if "period" not in filled.values and "issued" not in filled.values:
        filled.doubt("it does not say for which period it is")
    scheme = filled.who()
    redact = [region for line in text.lines for region in _redact(text, line)]
    unplaced = [line for line in text.lines if _must_go(line.text)]
    if len({(r.page, r.box.top) for r in redact}) < len({(li.page, li.number) for li in unplaced}):
        filled.doubt("a number or union dues on it could not be made unreadable")
    return Reading(
        kind=KINDS[0],
        reader="payslip 1",
        about=Who(name=filled.text("employer"), numbers=scheme.numbers, country=scheme.country),
        issued=filled.day("issued"),
        fields=tuple(filled.fields),
        problems=tuple(filled.problems),
        redact=tuple(redact),
    )


def _must_go(text: str) -> bool:
    return bool(UNION.search(text)) or without_person_numbers(text) != text


def _redact(text: Text, line: Line) -> list[Region]:
    """The whole line: what stands beside a number or a fee gives it away too."""
    if not _must_go(line.text):
        return []
    box, _ = text.place_of(line)
    return [Region(page=line.page, box=box)] if box else []
