"""Confirmations of insurance: what is covered, up to which amount, from when until when."""

from ..form import COMPANY, ISSUED, SAYS_UNTIL, Asked, fill
from ..pdf import Text
from ..reading import Reading

KINDS = ("insurance",)
CONTENT = ("pdf",)

ASKED = (
    Asked(
        "name",
        (r"Forsikringstager", r"Försäkringstagare", r"Policy ?holder", r"Insured(?: party)?"),
        needed="it does not say who is insured",
    ),
    *COMPANY[1:],
    Asked(
        "insurer",
        (r"Forsikringsselskab", r"Försäkringsbolag", r"Försäkringsgivare", r"Insurer"),
        needed="it does not say who insures",
    ),
    Asked(
        "number",
        (r"Police(?:nummer|\s?nr\.?)", r"Försäkringsnummer", r"Policy (?:number|no\.?)"),
        needed="it carries no policy number",
    ),
    Asked(
        "cover",
        (
            r"Forsikringstype",
            r"Dækning(?:somfang)?",
            r"Försäkringstyp",
            r"(?:Type of insurance|Cover(?:age)?)",
        ),
    ),
    Asked(
        "sum",
        (
            r"Forsikringssum",
            r"Dækningssum",
            r"Försäkringsbelopp",
            r"(?:Sum insured|Limit of (?:indemnity|liability))",
        ),
        "money",
        needed="it does not say up to which amount",
    ),
    Asked("excess", (r"Selvrisiko", r"Självrisk", r"Deductible", r"Excess"), "money"),
    Asked(
        "period",
        (r"Forsikringsperiode", r"Försäkringstid", r"Försäkringsperiod", r"Period of insurance"),
        "period",
    ),
    Asked(
        "valid_from", (r"Gyldigt? fra", r"Ikrafttrædelse", r"Giltigt? från", r"Valid from"), "day"
    ),
    ISSUED,
    SAYS_UNTIL,
)


def fits(text: Text) -> bool:
    return text.begins(
        r".*(?:forsikringsbevis|forsikringscertifikat|bekræftelse på (?:\w+)?forsikring)",
        r".*(?:försäkringsbevis|försäkringsintyg|bekräftelse (?:på|av) (?:\w+)?försäkring)",
        r".*(?:certificate|confirmation|evidence) of (?:\w+ )?insurance",
    )


def read(text: Text) -> Reading:
    currency = "SEK" if text.says("försäkring") else "DKK"
    filled = fill(text, ASKED, currency=currency)
    until = filled.until()
    if until is None:
        filled.doubt("it does not say until when it is valid")
    return filled.paper(KINDS[0], "insurance 1", until=until)
