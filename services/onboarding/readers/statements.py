"""What signed declarations have in common: points that deny something, and who signed when.

A point is denied where it is crossed off as no, or where its sentence says so without a
reservation. Everything else is not answered: that is for a person, and never a no.
"""

import re

from services.onboarding.domain import Answer, Field

from .form import COMPANY, Asked, Filled, fill
from .pdf import Found, Text
from .reading import Reading

SIGNED = (
    Asked(
        "signed_by",
        (
            r"Underskrevet af",
            r"Undertecknat av",
            r"Underskrift",
            r"Signed by",
            r"Navn og stilling",
            r"Namn och befattning",
            r"Name and position",
        ),
    ),
    Asked(
        "issued",
        (r"Dato", r"Datum", r"Date", r"Sted og dato", r"Ort och datum", r"Place and date"),
        "day",
        needed="it carries no date",
    ),
    Asked(
        "reference",
        (
            r"Udbud(?:snummer)?",
            r"Sagsnummer",
            r"Upphandling",
            r"Diarienummer",
            r"(?:Tender|Procedure|Contract)(?: reference| number| no\.?)?",
            r"Kontrakt",
        ),
    ),
)
DECLARATION = (*COMPANY, *SIGNED)

TICKED_NO = re.compile(r"\[\s*x\s*\]\s*(?:nej|no)\b|\u2612\s*(?:nej|no)\b", re.IGNORECASE)
TICKED_YES = re.compile(r"\[\s*x\s*\]\s*(?:ja|yes)\b|\u2612\s*(?:ja|yes)\b", re.IGNORECASE)
BOXES = re.compile(r"\[\s*x?\s*\]\s*(?:ja|yes|nej|no)\b|[\u2610\u2612]\s*(?:ja|yes|nej|no)\b", re.I)
DENIES = re.compile(
    r"\b(?:ikke|ingen|inget|inga|inte|hverken|varken|not|neither|no|none|nor)\b", re.IGNORECASE
)
RESERVES = re.compile(
    r"\b(?:undtagen|bortset fra|med undtagelse|dog|undantag|förutom|dock|except|unless|save for|"
    r"however|subject to)\b",
    re.IGNORECASE,
)

AFTERWARDS = (
    r"Underskrevet|Undertecknat|Signed|Dato|Datum|Date|Sted|Ort|Place|Andel|Share|Virksomhed\w*|"
    r"Företag\w*|Company|Tilbudsgiver|Anbudsgivare|Udbud|Upphandling|CVR|Org"
)
"""What begins the lines below the last point."""

BY_BOX, BY_SENTENCE = 0.95, 0.9
"""How sure an answer is: a crossed box, or a sentence that denies."""


def said(text: str) -> tuple[bool | None, float]:
    """Whether a point says that what it is about exists, and how sure that is."""
    if BOXES.search(text):
        yes, no = bool(TICKED_YES.search(text)), bool(TICKED_NO.search(text))
        return (yes if yes != no else None), BY_BOX
    if RESERVES.search(text) or not DENIES.search(text):
        return None, BY_SENTENCE
    return False, BY_SENTENCE


def points(text: Text, letters: str) -> dict[str, Found]:
    """The points (a), (b), … with all their lines."""
    found: dict[str, Found] = {}
    for letter, following in zip(letters, (*letters[1:], "\0"), strict=True):
        after = rf"\(?{following}\)|" if following != "\0" else ""
        end = f"(?:{after}{AFTERWARDS})"
        if point := text.between(rf"\(?{letter}\)", end, or_end=True):
            found[letter] = point
    return found


def declare(
    text: Text,
    *,
    kind: str,
    reader: str,
    code: str,
    ground: str,
    parts: dict[str, Found | None],
) -> Reading:
    """A declaration about one ground: it exists where one part is admitted, and does not where all
    parts are denied.
    """
    filled = fill(text, DECLARATION)
    details: list[Field] = []
    answers: list[bool | None] = []
    for name, found in parts.items():
        value, sure = said(found.text) if found else (None, 0.0)
        answers.append(value)
        if found is None:
            filled.doubt(f"it does not answer point {name}")
            continue
        if value is None:
            filled.doubt(f"point {name} neither denies nor admits: a person must read it")
        word = {True: "yes", False: "no", None: "unclear"}[value]
        details.append(found.field(name, word, sure=sure))
    overall = True if True in answers else None if None in answers or not answers else False
    if overall:
        filled.doubt(f"it admits what it is about ({code})")
    return Reading(
        kind=kind,
        reader=reader,
        about=filled.who(),
        issued=filled.day("issued"),
        reference=filled.text("reference"),
        fields=(*_without_names(filled), *details),
        answers=(
            Answer(
                criterion=code,
                code=code,
                part="declaration",
                ground=ground,
                value=overall,
                place=details[0].place if details else "",
                details=tuple(details),
            ),
        ),
        problems=tuple(_with_signature(filled)),
    )


def _without_names(filled: Filled) -> list[Field]:
    """Who signed stays in the document; that somebody did is what counts."""
    return [one for one in filled.fields if one.name != "signed_by"]


def _with_signature(filled: Filled) -> list[str]:
    if not filled.text("signed_by"):
        filled.doubt("nobody signed it")
    return filled.problems
