"""A manufacturer's notice that supply is interrupted or ends (MDR and IVDR Art 10a).

The layout is that of the Manufacturer Information Form, MDCG 2024-16.
"""

from ..form import Asked, fill
from ..pdf import Text
from ..reading import Reading
from ..values import days_of
from .device_certificate import MANUFACTURER, goods_of, maker

KINDS = ("supply-interruption",)
CONTENT = ("pdf",)

ASKED = (
    *MANUFACTURER,
    Asked("device", (r"Device(?:\(s\)|s)?(?: name)?", r"Udstyr", r"Produkt(?:er)?", r"Trade name")),
    Asked("risk_class", (r"Risk class", r"Risikoklasse", r"Riskklass")),
    Asked(
        "nature",
        (
            r"(?:Type|Nature) of (?:event|situation|notification)",
            r"Interruption or discontinuation",
            r"Afbrydelse eller ophør",
            r"Avbrott eller upphörande",
        ),
        needed="it does not say whether supply is interrupted or ends",
    ),
    Asked(
        "starts",
        (
            r"(?:Anticipated|Expected) start(?: date)?",
            r"Forventet start(?:dato)?",
            r"Förväntat startdatum",
            r"Start date",
        ),
        "day",
        needed="it does not say from when supply fails",
    ),
    Asked(
        "ends",
        (
            r"(?:Anticipated|Expected) (?:end|resumption)(?: date| of supply)?",
            r"Forventet genoptagelse",
            r"Forventet slut(?:dato)?",
            r"Förväntat slutdatum",
            r"End date",
        ),
        "day",
    ),
    Asked("reason", (r"Reasons?(?: for .{3,60})?", r"Årsag", r"Orsak", r"Skäl")),
    Asked(
        "harm", (r"(?:Risk of s|S)erious harm", r"Risiko for alvorlig skade", r"Risk för .*skada")
    ),
    Asked("alternatives", (r"Alternatives?(?: devices?)?", r"Alternativ(?:er|t udstyr)?")),
    Asked("member_states", (r"Member States?(?: concerned)?", r"Medlemsstater", r"Medlemsländer")),
    Asked(
        "issued",
        (r"Date of (?:notification|submission)", r"Dato", r"Datum", r"Date"),
        "day",
        needed="it does not say on which day the notice was given",
    ),
)


def fits(text: Text) -> bool:
    return text.says(
        r"interruption|discontinuation|afbrydelse|ophør|avbrott|upphörande",
        r"(?:Art(?:icle|ikel)?\.?\s*10\s?a)|MDCG 2024-16|Manufacturer Information Form",
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    goods = goods_of(text, filled)
    starts, ends = filled.day("starts"), filled.day("ends")
    if starts and ends and ends < starts:
        filled.doubt(f"it says that supply resumes on {ends}, before it fails on {starts}")
    if not goods:
        filled.doubt("it does not say which device it is about")
    if not days_of(text.whole):
        filled.doubt("it carries no date at all")
    return Reading(
        kind=KINDS[0],
        reader="supply_interruption 1",
        manufacturer=maker(filled),
        goods=goods,
        issued=filled.day("issued"),
        fields=tuple(filled.fields),
        problems=tuple(filled.problems),
    )
