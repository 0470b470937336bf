"""Dates as lists write them: whole, in part, about right, or between two."""

import re
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"),
            ("may",), ("jun", "june"), ("jul", "july"), ("aug", "august"),
            ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip

LONGEST = 100
"""Characters in a date. What is longer is none."""

YEAR = re.compile(r"\d{4}")
ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:T.*)?")
SLASHED = re.compile(r"(\w{1,2})/(\w{1,2})/(\d{4})")
IN_WORDS = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]{3,9})[ -](\d{4})")
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
RANGE = re.compile(r"(?:between\s)?(.+?)\s(?:to|and)\s(.+)")


def birth_of(said: str) -> str:
    """A date of birth in the precision known, or nothing: `1968-04-12`, `1968`, `1960/1965`."""
    said = said.strip().rstrip(".;")
    if len(said) > LONGEST:
        return ""
    about = said.lower().startswith(("circa", "approximately", "c."))
    said = re.sub(r"^(?:circa|approximately|c\.)\s*", "", said, flags=re.IGNORECASE)
    if between := RANGE.fullmatch(said):
        first, last = (YEAR.search(end) for end in between.groups())
        if first and last:
            same = first.group() == last.group()
            return first.group() if same else f"{first.group()}/{last.group()}"
        return ""
    found = _parts(said)
    if found is None:
        return ""
    year, month, day = found
    if about or not 1 <= month <= 12:
        return f"{year:04}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"


def day_of(said: str) -> date | None:
    """A whole day, in any of these ways of writing, with the day before the month."""
    found = _parts(said.strip())
    try:
        return date(*found) if found else None
    except ValueError:
        return None


def american_day_of(said: str) -> date | None:
    """A whole day with the month first, as the United States write it."""
    found = AMERICAN.fullmatch(said.strip())
    if found is None:
        return day_of(said)
    month, day, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parts(said: str) -> tuple[int, int, int] | None:
    """Year, month and day, with 0 for what is not known; `dd/mm/1960` is how the UK says that."""
    if YEAR.fullmatch(said):
        return _known(said, "", "")
    if iso := ISO.fullmatch(said):
        return _known(iso.group(1), iso.group(2), iso.group(3) or "")
    if slashed := SLASHED.fullmatch(said):
        return _known(slashed.group(3), slashed.group(2), slashed.group(1))
    words = IN_WORDS.fullmatch(said)
    if words and (month := MONTHS.get(words.group(2).lower())):
        return _known(words.group(3), str(month), words.group(1) or "")
    return None


def _known(year: str, month: str, day: str) -> tuple[int, int, int] | None:
    def number(text: str) -> int:
        return int(text) if text.isascii() and text.isdigit() else 0

    return (number(year), number(month), number(day)) if number(year) else None
