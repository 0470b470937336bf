"""What the law says about access to documents: days, grounds and complaint, dated, by country."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from services.breaches.domain.rules import Part, Words
from shared.calendar import Country
from shared.domain import Rejected

HERE = Path(__file__).parent

Confidentiality = Literal["public", "personal", "criminal", "business", "tender", "pending"]
"""Why something may have to be covered; `pending`: its case is not decided yet."""


class Ground(Part):
    """On which something can be withheld. `verified`: the paragraph was read in a source."""

    code: str
    class_: Confidentiality = Field(alias="class")
    verified: bool
    law: str
    name: Words

    @property
    def of_offences(self) -> bool:
        """Whether what is withheld on it tells of an offence."""
        return self.class_ == "criminal"


class Law(Part):
    """One country's law. Days are working days; `complaint_days` calendar days from receipt."""

    country: Country
    name: str
    answer_working_days: int = Field(gt=0)
    answer_basis: str
    answer_verified: bool
    hearing_working_days: int = Field(gt=0)
    send_working_days: int = Field(gt=0)
    complaint_days: int | None = None
    complaint: Words
    complaint_verified: bool
    grounds: tuple[Ground, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.grounds)

    def ground(self, code: str) -> Ground:
        """Raises `Rejected` where it is none any more: the item is to be ruled on anew."""
        for one in self.grounds:
            if one.code == code:
                return one
        raise Rejected(f"{code} is no ground on this day: rule on the item anew", field="basis")

    def for_class(self, name: Confidentiality) -> Ground:
        """The ground on which a class is withheld where nobody has ruled."""
        return next(one for one in self.grounds if one.class_ == name)


class Book(Part):
    valid_from: date
    note: str
    laws: tuple[Law, ...]


class Laws:
    """All books, by the day from which they hold."""

    def __init__(self, books: list[Book]) -> None:
        self._books = sorted(books, key=lambda book: book.valid_from)

    def on(self, day: date, country: Country) -> Law:
        book = next((b for b in reversed(self._books) if b.valid_from <= day), self._books[0])
        return next(law for law in book.laws if law.country == country)


def read_laws(folder: Path = HERE) -> Laws:
    """Every file. One that lacks a country or a class stops the service."""
    books = [Book.model_validate_json(p.read_bytes()) for p in sorted(folder.glob("*.json"))]
    wanted = {"personal", "criminal", "business", "tender", "pending"}
    for book in books:
        if {law.country for law in book.laws} != {"DK", "SE"}:
            raise ValueError("a book of access to documents has the law of both countries")
        for law in book.laws:
            if missing := wanted - {one.class_ for one in law.grounds}:
                raise ValueError(f"{law.country} has no ground for {', '.join(sorted(missing))}")
    return Laws(books)
