"""Certificates of notified bodies: MDR, IVDR, the older directives, and protective equipment.

They belong to the manufacturer and its goods; a supplier only brings them.
"""

import re

from ..form import Asked, Filled, fill
from ..pdf import Text
from ..reading import Good, Number, Reading, Who

RULES = {
    "mdr-certificate": r"2017/745",
    "ivdr-certificate": r"2017/746",
    "ce-certificate": r"93/42/E|98/79/E|90/385/E",
    "ppe-certificate": r"2016/425",
}
"""The law that a certificate is under: MDR, IVDR, the directives before them, PPE."""

KINDS = tuple(RULES)
CONTENT = ("pdf",)

CERTIFICATE = r"certifi[ck]at"
OTHER = (
    r"(?:EU-?\s?)?(?:Declaration of conformity|overensstemmelseserklæring|försäkran om överens)",
    r"EUDAMED",
    r".*(?:interruption|discontinuation|afbrydelse|avbrott)",
)
"""Papers that name a certificate and are none."""

UDI = r"[A-Z0-9][A-Z0-9+\-./]{5,24}"
SRN = r"[A-Z]{2}-(?:MF|AR|IM|PR)-\d{9}"

MANUFACTURER = (
    Asked(
        "manufacturer",
        (
            r"Fabrikant(?:ens navn)?",
            r"Tillverkare(?:ns namn)?",
            r"(?:Legal )?Manufacturer(?! Information)(?: name)?",
        ),
        needed="it does not say who the manufacturer is",
    ),
    Asked(
        "manufacturer_address",
        (
            r"Fabrikantens adresse",
            r"Tillverkarens adress",
            r"Manufacturer(?:'s)? address",
            r"Address",
            r"Adresse",
            r"Adress",
        ),
    ),
    Asked("srn", (r"SRN", r"Single registration number(?: \(SRN\))?", r"EUDAMED SRN"), shape=SRN),
)
ASKED = (
    *MANUFACTURER,
    Asked(
        "number",
        (r"Certifi[kc]at(?:et)?s?\s?(?:nummer|nr\.?|no\.?)", r"Certificate (?:number|no\.?|ID)"),
        needed="it carries no certificate number",
    ),
    Asked(
        "body",
        (r"Bemyndiget organ", r"Anmält organ", r"Notified body(?: name)?"),
        shape=r"^(?!(?:nr|no|number|nummer)\b)[^\W\d].+$",
        needed="it does not say which notified body issued it",
    ),
    Asked(
        "body_number",
        (
            r"(?:Bemyndiget organ|Anmält organ|Notified body|NB)(?:s)?[ -]?(?:identifikations)?"
            r"(?:nummer|nr\.?|number|no\.?|identification number)",
            r"Identification number of the notified body",
        ),
        shape=r"\d{4}",
    ),
    Asked(
        "risk_class",
        (
            r"(?:Risiko)?klasse",
            r"(?:Risk)?klass",
            r"(?:Risk )?class(?:ification)?",
            r"Kategori",
            r"Category",
        ),
        shape=r"(?:Class |Klasse |Klass )?(?:III|IIb|IIa|II|Is|Im|Ir|I|[A-D])",
    ),
    Asked("device", (r"Udstyr", r"Produkt(?:er)?", r"Device(?:s|\(s\)| name)?", r"Product(?:s)?")),
    Asked("annex", (r"Bilag", r"Bilaga", r"Conformity assessment", r"Annex")),
    Asked("status", (r"Status", r"Certifikatstatus", r"Certificate status")),
    Asked(
        "issued",
        (r"Udstedelsesdato", r"Udstedt", r"Utfärdat", r"(?:Date of )?[Ii]ssue(?:d)?(?: date)?"),
        "day",
        needed="it does not say on which day it was issued",
    ),
    Asked(
        "valid_from", (r"Gyldigt? fra", r"Giltigt? från", r"Valid from", r"Effective date"), "day"
    ),
    Asked(
        "valid_until",
        (
            r"Gyldigt? (?:indtil|til)",
            r"Udløbsdato",
            r"Giltigt? till",
            r"Valid (?:until|to)",
            r"Expiry date",
        ),
        "day",
        needed="it does not say until when it is valid",
    ),
)

STATUSES = {
    "valid": r"^(?:gyldig|giltig|valid|issued|udstedt|utfärdad)",
    "suspended": r"suspen",
    "withdrawn": r"withdraw|tilbage(?:kaldt|trukket)|återkalla|cancel",
    "restricted": r"restrict|begræns|begräns",
    "expired": r"expired|udløbet|utgånget|utgången",
}


def fits(text: Text) -> bool:
    return (
        text.says(CERTIFICATE, r"notified body|bemyndiget organ|anmält organ")
        and _kind(text) is not None
        and not text.begins(*OTHER)
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    if "body_number" not in filled.values and (found := text.find(r"\bCE ?(\d{4})\b")):
        filled.take("body_number", found)
    if "body_number" not in filled.values:
        filled.doubt("it does not show the four digits of the notified body")
    kind = _kind(text) or KINDS[0]
    goods = goods_of(text, filled)
    if kind in ("mdr-certificate", "ivdr-certificate") and not any(g.basic_udi for g in goods):
        filled.doubt("it names no Basic UDI-DI, so it cannot be tied to goods")
    return Reading(
        kind=kind,
        reader="device_certificate 1",
        manufacturer=maker(filled),
        goods=goods,
        issued=filled.day("issued"),
        valid_until=filled.day("valid_until"),
        status=_status(filled),
        fields=tuple(filled.fields),
        problems=tuple(filled.problems),
    )


def _kind(text: Text) -> str | None:
    """The law whose number stands first: recitals name the others after it."""
    places = {
        kind: match.start()
        for kind, rule in RULES.items()
        if (match := re.search(rule, text.whole))
    }
    return min(places, key=places.__getitem__) if places else None


def maker(filled: Filled) -> Who | None:
    """The manufacturer; without a name there is none."""
    name, srn = filled.text("manufacturer"), filled.text("srn")
    if not name and not srn:
        return None
    return Who(
        name=name,
        numbers=(Number(text=srn, scheme="srn"),) if srn else (),
        country=srn[:2] if srn else None,
        address=filled.values.get("manufacturer_address"),
    )


def goods_of(text: Text, filled: Filled) -> tuple[Good, ...]:
    """Each Basic UDI-DI and UDI-DI that the paper names, once."""
    goods: dict[str, Good] = {}
    name, risk = filled.text("device"), filled.text("risk_class")
    for found in text.every(rf"Basic[- ]UDI(?:-DI)?(?:\s*(?:code|kode|kod))?\s*:?\s+({UDI})"):
        if found.text not in goods:
            filled.take("basic_udi", found)
            goods[found.text] = Good(name=name, basic_udi=found.text, risk_class=risk)
    for found in text.every(r"(?<!Basic )(?<!Basic-)UDI-DI\s*:?\s+(\d{14}|[A-Z0-9+]{8,25})"):
        if found.text not in goods:
            filled.take("udi_di", found)
            goods[found.text] = Good(name=name, udi_di=found.text, risk_class=risk)
    if not goods and name:
        goods[name] = Good(name=name, risk_class=risk)
    return tuple(goods.values())


def _status(filled: Filled) -> str:
    said = filled.text("status")
    for status, words in STATUSES.items():
        if said and re.search(words, said, re.IGNORECASE):
            if status not in ("valid",):
                filled.doubt(f"it says that it is {status}")
            return status
    if said:
        filled.doubt(f"its status is not one that we know: {said[:60]!r}")
    return ""
