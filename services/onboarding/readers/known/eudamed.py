"""Records printed from EUDAMED: an actor, a device, or a certificate."""

from ..form import Asked, fill
from ..pdf import Text
from ..reading import Reading
from .device_certificate import MANUFACTURER, goods_of, maker

KINDS = ("eudamed",)
CONTENT = ("pdf",)

ASKED = (
    *MANUFACTURER,
    Asked("actor", (r"Actor(?:/Organisation)? name", r"Aktørnavn", r"Aktörsnamn")),
    Asked("actor_role", (r"(?:Actor )?[Rr]ole", r"Rolle", r"Roll")),
    Asked("actor_id", (r"Actor ID(?:/SRN)?",), shape=r"[A-Z]{2}-(?:MF|AR|IM|PR)-\d{9}"),
    Asked("device", (r"Device name", r"Udstyrets navn", r"Produktens namn")),
    Asked("risk_class", (r"Risk class", r"Risikoklasse", r"Riskklass")),
    Asked("emdn", (r"EMDN(?: code)?", r"Nomenclature code\(?s?\)?")),
    Asked("certificate", (r"Certificate number", r"Certifikatnummer")),
    Asked("body_number", (r"Notified body",), shape=r"\d{4}"),
    Asked("status", (r"(?:EU )?Status", r"Device status", r"Actor status")),
    Asked("version", (r"Version",)),
    Asked(
        "issued",
        (r"Last update(?: date)?", r"Version date", r"Seneste opdatering", r"Senast uppdaterad"),
        "day",
        needed="it does not say of which day it is",
    ),
)


def fits(text: Text) -> bool:
    return text.begins(r".*\bEUDAMED\b") and text.says(
        r"Actor ID|Aktør|Aktör|Basic[- ]UDI|Certificate number|SRN"
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    filled.problems = [one for one in filled.problems if "manufacturer" not in one]
    if "manufacturer" not in filled.values and "actor" in filled.values:
        filled.values["manufacturer"] = filled.values["actor"]
    if "srn" not in filled.values and "actor_id" in filled.values:
        filled.values["srn"] = filled.values["actor_id"]
    if not filled.text("srn"):
        filled.doubt("it shows no single registration number (SRN)")
    goods = goods_of(text, filled)
    return Reading(
        kind=KINDS[0],
        reader="eudamed 1",
        manufacturer=maker(filled),
        goods=goods,
        issued=filled.day("issued"),
        status=filled.text("status").casefold(),
        fields=tuple(filled.fields),
        problems=tuple(filled.problems),
    )
