"""Certificates of management systems: ISO 9001, 13485, 14001, 45001, and SA8000, with the sites."""

import re

from services.onboarding.domain import Field

from ..form import COMPANY, ISSUED, VALID_UNTIL, Asked, Filled, fill
from ..pdf import Text
from ..reading import Reading

STANDARDS = {
    "iso-9001": r"ISO\s*9001",
    "iso-13485": r"ISO\s*13485",
    "iso-14001": r"ISO\s*14001",
    "iso-45001": r"ISO\s*45001",
    "sa8000": r"SA\s*8000",
}
KINDS = tuple(STANDARDS)
CONTENT = ("pdf",)

NAMED = rf"(?:{'|'.join(STANDARDS.values())})"
CERTIFICATE = r"certifi[ck]at"
OF_A_DEVICE = r"2017/74[56]|93/42|98/79|90/385|2016/425"
"""Certificates of devices mention ISO 13485 too, and are of another kind."""

ASKED = (
    *COMPANY,
    Asked(
        "number",
        (
            r"Certifi[kc]at(?:et)?s?\s?(?:nummer|nr\.?|no\.?)",
            r"Certificate (?:number|no\.?|registration no\.?)",
            r"Registration number",
        ),
        needed="it carries no certificate number",
    ),
    Asked(
        "body",
        (r"Certificeringsorgan", r"Certifieringsorgan", r"Certification body", r"Issued by"),
        needed="it does not say which body certified",
    ),
    Asked("accreditation", (r"Akkrediterings?(?:snummer)?", r"Ackreditering", r"Accreditation")),
    Asked("scope", (r"Omfang", r"Omfattning", r"Scope(?: of certification)?", r"Gyldighedsområde")),
    Asked(
        "next_audit",
        (r"Næste opfølgende audit", r"Nästa uppföljande revision", r"Next surveillance audit"),
        "day",
    ),
    ISSUED,
    VALID_UNTIL,
)

SITES = r"(?:Lokalitet Adresse|Anläggning Adress|Sites? Address|Plats Adress)$"
END_OF_SITES = r"\.$|Gyldighed|Giltighet|Validity|Eksempel|Exempel|Example"


def fits(text: Text) -> bool:
    return text.begins(rf".*{NAMED}") and text.says(CERTIFICATE) and not text.says(OF_A_DEVICE)


def read(text: Text) -> Reading:
    filled = fill(text, ASKED)
    top = "\n".join(line.text for line in text.lines[:12])
    named = [kind for kind, standard in STANDARDS.items() if re.search(standard, top, re.I)]
    if len(named) > 1:
        filled.doubt(f"it names several standards: {', '.join(named)}; say which one counts")
    edition = text.find(rf"{STANDARDS[named[0]]}\s*:\s*((?:19|20)\d\d)")
    if edition:
        filled.take("edition", edition)
    else:
        filled.doubt("it does not say which edition of the standard it is for")
    return Reading(
        kind=named[0],
        reader="management_system 2",
        about=filled.who(),
        issued=filled.day("issued"),
        valid_until=filled.day("valid_until"),
        fields=(*filled.fields, *_sites(text)),
        status=_status(text, filled),
        problems=tuple(filled.problems),
    )


def _status(text: Text, filled: Filled) -> str:
    """A certificate that says of itself that it does not hold."""
    for status, words in {
        "suspended": r"\b(suspenderet|suspenderat|suspended)\b",
        "withdrawn": r"\b(tilbagekaldt|återkallat|withdrawn|cancelled)\b",
    }.items():
        if found := text.find(words):
            filled.take("status", found, status)
            filled.doubt(f"it says that it is {status}")
            return status
    return ""


def _sites(text: Text) -> list[Field]:
    """The rows of the table of sites, up to the sentence that closes it."""
    sites: list[Field] = []
    inside = False
    for line in text.lines:
        if re.match(SITES, line.text, re.IGNORECASE):
            inside = True
        elif inside and re.search(END_OF_SITES, line.text):
            break
        elif inside and (found := text.find(rf"^({re.escape(line.text)})$")):
            sites.append(found.field("site"))
    return sites
