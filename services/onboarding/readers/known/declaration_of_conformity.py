"""The manufacturer's EU declaration of conformity (MDR Art 19, IVDR Art 17, PPE Art 15)."""

from ..form import Asked, fill
from ..pdf import Text
from ..reading import Reading
from .device_certificate import MANUFACTURER, goods_of, maker

KINDS = ("declaration-of-conformity",)
CONTENT = ("pdf",)

TITLE = (
    r"(?:EU-?\s?|EF-?\s?)?overensstemmelseserklæring",
    r"(?:EU-?\s?)?försäkran om överensstämmelse",
    r"(?:EU |EC )?Declaration of conformity",
)
ASKED = (
    *MANUFACTURER,
    Asked("device", (r"Udstyr", r"Produkt(?:er)?", r"Device(?: name)?", r"Product(?: name)?")),
    Asked("risk_class", (r"(?:Risiko)?klasse", r"(?:Risk)?klass", r"(?:Risk )?class")),
    Asked("law", (r"Forordning", r"Förordning", r"Regulation", r"Directive", r"Direktiv")),
    Asked("certificate", (r"Certifikat", r"Certificate(?: number)?")),
    Asked(
        "body_number",
        (r"Bemyndiget organ", r"Anmält organ", r"Notified body"),
        shape=r"\d{4}",
    ),
    Asked(
        "issued",
        (r"Sted og dato", r"Ort och datum", r"Place and date", r"Dato", r"Datum", r"Date"),
        "day",
        needed="it carries no date",
    ),
    Asked("signed_by", (r"Underskrevet af", r"Undertecknat av", r"Signed (?:by|for)")),
)


def fits(text: Text) -> bool:
    return text.begins(*TITLE)


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    signatory = filled.values.pop("signed_by", "")
    if not signatory:
        filled.doubt("nobody signed it")
    return Reading(
        kind=KINDS[0],
        reader="declaration_of_conformity 1",
        manufacturer=maker(filled),
        goods=goods_of(text, filled),
        issued=filled.day("issued"),
        fields=tuple(one for one in filled.fields if one.name != "signed_by"),
        problems=tuple(filled.problems),
    )
