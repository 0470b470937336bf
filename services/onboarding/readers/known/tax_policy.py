"""A company's tax policy: who adopted it, and what it says about havens and open reporting."""

from ..form import COMPANY, Asked, fill
from ..pdf import Text
from ..reading import Reading
from ..values import yes_or_no

KINDS = ("tax-policy",)
CONTENT = ("pdf",)

ASKED = (
    *COMPANY,
    Asked(
        "adopted_by", (r"Vedtaget af", r"Godkendt af", r"Antagen av", r"(?:Adopted|Approved) by")
    ),
    Asked(
        "issued",
        (
            r"Vedtaget(?: den)?",
            r"Gældende fra",
            r"Dato",
            r"Antagen(?: den)?",
            r"Datum",
            r"(?:Adopted|Effective)(?: on| from)?",
            r"Date",
        ),
        "day",
        needed="it does not say from which day it is",
    ),
    Asked(
        "havens",
        (
            r"(?:Selskaber|Aktiviteter) i skattely(?:lande)?",
            r"(?:Bolag|Verksamhet) i skatteparadis",
            r"(?:Entities|Activities) in (?:tax havens|listed (?:countries|jurisdictions))",
        ),
    ),
    Asked(
        "country_reporting",
        (
            r"(?:Offentlig )?land-for-land-rapportering",
            r"(?:Offentlig )?land-för-land-rapportering",
            r"(?:Public )?country-by-country report(?:ing)?",
        ),
    ),
    Asked("next_review", (r"Næste revision", r"Nästa översyn", r"Next review"), "day"),
)


def fits(text: Text) -> bool:
    return text.begins(
        r".*\bskattepolitik\b", r".*\bskattepolicy\b", r".*\btax (?:policy|strategy)\b"
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    for name, missing in (
        ("havens", "it does not say whether there are companies in tax havens"),
        ("country_reporting", "it does not say whether taxes are reported country by country"),
    ):
        said = yes_or_no(filled.text(name))
        if said is None:
            filled.doubt(missing)
        else:
            filled.take(f"{name}_yes", filled.found[name], "yes" if said else "no")
    return filled.paper(KINDS[0], "tax_policy 1")
