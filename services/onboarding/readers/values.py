"""Dates and amounts as Danish and Swedish papers write them."""

import re
from datetime import date

from shared.events.words import Money

_FIRST_LETTERS = "jan feb mar apr maj jun jul aug sep okt nov dec"
_MONTHS = {month: number for number, month in enumerate(_FIRST_LETTERS.split(), start=1)}
_MONTHS |= {"may": 5, "oct": 10}


def day_of(text: str) -> date | None:
    """The first date in a text: 16-11-2026, 16.11.2026, 2026-11-16, 16. november 2026."""
    if match := re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", text):
        return _date(match[1], match[2], match[3])
    if match := re.search(r"\b(\d{1,2})[-./](\d{1,2})[-./](\d{4})\b", text):
        return _date(match[3], match[2], match[1])
    if match := re.search(r"\b(\d{1,2})\.? ([a-zA-Z]{3})[a-zA-Z]*\.? (\d{4})\b", text):
        month = _MONTHS.get(match[2].lower())
        return _date(match[3], str(month), match[1]) if month else None
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_NUMBER = r"\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?:(DKK|SEK|EUR|kr\.?|kronor)\s*)?({_NUMBER})(?:\s*(DKK|SEK|EUR|kr\b\.?|kronor))?",
    re.IGNORECASE,
)


def money_of(text: str, currency: str) -> Money | None:
    """The first amount in a text that names its currency; kroner are those of the issuer."""
    for match in _AMOUNT.finditer(text):
        named = (match[1] or match[3] or "").upper().rstrip(".")
        if not named:
            continue
        digits = re.sub(r"[.\u00a0 ]", "", match[2]).replace(",", ".")
        return Money(
            amount=float(digits), currency=currency if named in ("KR", "KRONOR") else named
        )
    return None
