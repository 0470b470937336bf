"""Where a decision can be complained of, and until when: dated data, by country and matter."""

from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from services.breaches.domain.rules import Part, Phase, Words
from shared.events.breaches import Track

HERE = Path(__file__).parent
CONSTRUCTION = ("construction", "works", "building", "45")
"""What the category of a contract about building work begins with: a word, or the division of the
CPV (Regulation (EC) No 213/2008, division 45: construction work)."""

LAST_WORDS = {
    "da": " senest {until}",
    "sv": " senast {until}",
    "en": " by {until}",
}

Matter = Literal["procedure", "sanctions", "contract", "construction"]


class Forum(Part):
    """One forum. `days` are calendar days; without them no deadline of complaint runs."""

    country: Literal["DK", "SE"]
    matter: Matter
    days: int | None = Field(default=None, gt=0)
    runs_from: Literal["decision"]
    name: Words
    basis: str
    verified: bool = True

    def until(self, decided: date) -> date | None:
        return None if self.days is None else decided + timedelta(days=self.days)

    def said(self, language: str, decided: date) -> str:
        """The forum and its last day, as a letter says it."""
        until = self.until(decided)
        last = LAST_WORDS[language].format(until=until) if until else ""
        return self.name.in_language(language) + last


class Guidance(BaseModel, frozen=True):
    """The guidance that a letter and a page show."""

    forum: Words
    until: date | None
    basis: str
    verified: bool


class Authority(Part):
    """Who must be asked for its opinion on self-cleaning before a decision, and by which address.

    A country that is not named asks nobody: there the buyer weighs it alone.
    """

    country: Literal["DK", "SE"]
    name: str
    address: str
    basis: str
    verified: bool = True


class Forums(Part):
    valid_from: date
    note: str = ""
    opinions: tuple[Authority, ...] = ()
    forums: tuple[Forum, ...]

    def forum(self, country: str, matter: Matter) -> Forum:
        """Other countries' contracts are decided under Danish law here (see `terms.country_of`)."""
        known = "SE" if country == "SE" else "DK"
        return next(f for f in self.forums if (f.country, f.matter) == (known, matter))

    def asked_for_an_opinion(self, country: str) -> Authority | None:
        return next((one for one in self.opinions if one.country == country), None)


class Forumshelf:
    def __init__(self, books: list[Forums]) -> None:
        self._books = sorted(books, key=lambda book: book.valid_from)

    def on(self, day: date) -> Forums:
        return next(
            (book for book in reversed(self._books) if book.valid_from <= day), self._books[0]
        )


def matter_of(track: Track, phase: Phase, category: str) -> Matter:
    """What a decision is about decides the forum: procurement, sanctions, contract, building."""
    if track is Track.LEGAL_BLOCK:
        return "sanctions"
    if phase is Phase.PROCEDURE and track is Track.EXCLUSION:
        return "procedure"
    return "construction" if category.startswith(CONSTRUCTION) else "contract"


def read_forums(folder: Path = HERE) -> Forumshelf:
    """Every file of forums. One that is not as it should be stops the service."""
    found = [Forums.model_validate_json(p.read_bytes()) for p in sorted(folder.glob("*.json"))]
    for book in found:
        pairs = {(forum.country, forum.matter) for forum in book.forums}
        if len(pairs) != 8:
            raise ValueError("each country names a forum for each matter")
    return Forumshelf(found)
