"""Bolagsverket's certificate of registration (registreringsbevis), in Swedish or English."""

import re

from services.onboarding.domain import Finding

from ..form import ISSUED, Asked, Filled, fill
from ..pdf import Text
from ..reading import Reading, Who

KIND = "bolagsverket"
KINDS = (KIND,)
CONTENT = ("pdf",)

CLEAN = {
    r"inget pågående insolvensförfarande|ingen konkurs|no ongoing insolvency|no bankruptcy": (
        "EX-D1",
        "EX-D2",
    ),
    r"ingen likvidation|no liquidation": ("EX-D5",),
}
"""What is said when nothing is registered, and the grounds that it then speaks against."""

REGISTERED = {
    r"(konkurs (?:inledd|beslutad|avslutad).*|bankruptcy (?:initiated|opened).*)": ("EX-D1",),
    r"(företagsrekonstruktion (?:inledd|pågår).*|reorgani[sz]ation (?:initiated|opened).*)": (
        "EX-D3",
    ),
    r"(likvidation (?:inledd|beslutad).*|liquidation (?:initiated|decided).*)": ("EX-D5",),
}
"""What is said of a proceeding that runs."""

ASKED = (
    Asked(
        "orgnr",
        (r"Organisationsnummer", r"(?:Corporate|Company)? ?[Rr]egistration (?:number|no\.?)"),
        shape=r"(?:16)?\d{6}-?\d{4}",
    ),
    Asked("name", (r"Företagsnamn", r"Firma", r"Company name", r"Business name")),
    Asked("address", (r"Adress", r"Address")),
    Asked("seat", (r"Säte", r"Registered office")),
    Asked("registered", (r"Registreringsdatum", r"Date of registration"), "day"),
    Asked("capital", (r"Aktiekapital", r"Share capital")),
    ISSUED,
)
BOARD = (
    r"^((?:Styrelse(?:ledamot|ordförande|suppleant)|Verkställande direktör|Extern firmatecknare)"
    r"[^.]*)$"
)


def fits(text: Text) -> bool:
    return text.says(
        r"bolagsverket|swedish companies registration office",
        r"registreringsbevis|certificate of registration",
    )


def read(text: Text) -> Reading:
    filled = fill(text, ASKED, currency="SEK")
    return Reading(
        kind=KIND,
        reader="bolagsverket 2",
        about=filled.who(country="SE"),
        issued=filled.day("issued"),
        fields=tuple(filled.fields),
        findings=tuple(_findings(text, filled)),
        persons=_board(text),
        problems=tuple(filled.problems),
    )


def _findings(text: Text, filled: Filled) -> list[Finding]:
    findings: list[Finding] = []
    for words, grounds in CLEAN.items():
        found = text.find(f"({words})")
        if found is None:
            filled.doubt("it does not say that no insolvency or liquidation is registered")
            continue
        filled.take("proceedings", found)
        findings += [
            Finding(ground=g, found=f"Bolagsverket: {found.text}", remark=False, place=found.place)
            for g in grounds
        ]
    for words, grounds in REGISTERED.items():
        if found := text.find(words):
            filled.take("proceedings", found)
            findings += [
                Finding(
                    ground=g, found=f"Bolagsverket: {found.text}", remark=True, place=found.place
                )
                for g in grounds
            ]
    return findings


def _board(text: Text) -> tuple[Who, ...]:
    """Whom a row about the board names: two to four words with capitals after the function."""
    word = r"(?!Firman|Två|Ensam|Var)[A-ZÅÄÖÆØÉ][\wåäöæøé-]+"
    names = rf"((?:{word} ){{1,3}}{word})"
    people = []
    for row in text.every(BOARD):
        function = r"((?:Styrelse\w+|Verkställande direktör|Extern firmatecknare)(?:, [a-zåäö ]+)?)"
        match = re.match(rf"{function} {names}", row.text)
        if match:
            words = match[2].split()
            people.append(Who(name=" ".join(words), person=True, role=match[1]))
    return tuple(people)
