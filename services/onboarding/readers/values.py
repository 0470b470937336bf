"""Dates, amounts, shares and counts as Danish, Swedish and English papers write them."""

import re
from datetime import date

from shared.events.words import Money

_FIRST_LETTERS = "jan feb mar apr maj jun jul aug sep okt nov dec"
_MONTHS = {month: number for number, month in enumerate(_FIRST_LETTERS.split(), start=1)}
_MONTHS |= {"may": 5, "oct": 10}

_DAYS = re.compile(
    r"\b(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\b"
    r"|\b(?P<d2>\d{1,2})[-./](?P<m2>\d{1,2})[-./](?P<y2>\d{4})\b"
    r"|\b(?P<d3>\d{1,2})(?:st|nd|rd|th)?\.? (?P<w3>[a-zA-Z]{3})[a-zA-Z]*\.?,? (?P<y3>\d{4})\b"
    r"|\b(?P<w4>[a-zA-Z]{3})[a-zA-Z]* (?P<d4>\d{1,2})(?:st|nd|rd|th)?,? (?P<y4>\d{4})\b"
)


def days_of(text: str) -> list[date]:
    """The dates in a text, in order: 16-11-2026, 2026-11-16, 16. november 2026, November 16, 2026.

    What looks like a date and is none is left out. 03/04/2026 is the third of April, as it is
    written here.
    """
    found = []
    for match in _DAYS.finditer(text):
        parts = match.groupdict()
        year = parts["y"] or parts["y2"] or parts["y3"] or parts["y4"]
        word = parts["w3"] or parts["w4"]
        month = str(_MONTHS.get(word.lower(), 0)) if word else parts["m"] or parts["m2"]
        day = parts["d"] or parts["d2"] or parts["d3"] or parts["d4"]
        if one := _date(year, month, day):
            found.append(one)
    return found


def day_of(text: str) -> date | None:
    """The first thing in a text that looks like a date, where it is one."""
    match = _DAYS.search(text)
    return next(iter(days_of(match[0])), None) if match else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


_NUMBER = (
    r"\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d{1,2})?(?!\d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?(?!\d)"
    r"|\d+(?:[.,]\d{1,2})?(?!\d)"
)
_CURRENCY = r"DKK|SEK|EUR|NOK|USD|GBP|kr\b\.?|kronor|kroner|\u20ac"
_AMOUNT = re.compile(
    rf"(?:({_CURRENCY})\s*)?({_NUMBER})(?:\s*(mio\.?|mia\.?|million(?:er)?|mkr|miljoner))?"
    rf"(?:\s*({_CURRENCY}))?",
    re.IGNORECASE,
)
_TIMES = {"mia": 1_000_000_000, "mio": 1_000_000, "mil": 1_000_000, "mkr": 1_000_000}


def money_of(text: str, currency: str) -> Money | None:
    """The first amount in a text that names its currency; kroner are those of the issuer."""
    for match in _AMOUNT.finditer(text):
        times = (match[3] or "").lower()
        named = (match[1] or match[4] or ("kr" if times == "mkr" else "")).upper().rstrip(".")
        if not named:
            continue
        amount = number_of(match[2])
        if amount is None:
            continue
        return Money(
            amount=amount * _TIMES.get(times[:3], 1),
            currency={"\u20ac": "EUR"}.get(named, currency if named.startswith("KR") else named),
        )
    return None


def number_of(text: str) -> float | None:
    """A number with the signs that part thousands and decimals here and in English."""
    text = re.sub(r"[\u00a0 ]", "", text.strip())
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    return float(text) if re.fullmatch(r"\d{1,15}(?:\.\d{1,6})?", text) else None


def percent_of(text: str) -> float | None:
    """The first share in per cent from 0 to 100, where the text says that it is one."""
    match = re.search(
        r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,4})?)\s*(?:%|pct\b|procent|percent|per cent)", text, re.I
    )
    share = float(match[1].replace(",", ".")) if match else None
    return share if share is not None and share <= 100 else None


YES = re.compile(r"\W*(?:ja|yes|true|x)\b", re.IGNORECASE)
NO = re.compile(r"\W*(?:nej|no|false)\b", re.IGNORECASE)


def yes_or_no(text: str) -> bool | None:
    """What a short answer says; None where it says neither."""
    if NO.match(text):
        return False
    return True if YES.match(text) else None
