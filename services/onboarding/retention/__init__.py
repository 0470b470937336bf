"""How long what is kept for a contract is kept after its end: dated rules, by country and buyer."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.calendar import Country

HERE = Path(__file__).parent


class RetentionRule(BaseModel):
    """`years` after the end of the year in which a contract ended, as accounts are kept in both
    countries; `buyer_id` `*` is every other buyer.

    So many working days before, a person is told what will be erased. `needs_decision`: nothing
    goes before a decision is recorded. `verified`: the law was read, not remembered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    country: Country
    buyer_id: str
    years: int = Field(ge=0, le=100)
    notice_working_days: int = Field(ge=1, le=250)
    needs_decision: bool
    law: str
    verified: bool

    def ends(self, ended: date) -> date:
        """The day on which it is erased: the first after so many whole years."""
        return date(ended.year + self.years + 1, 1, 1)


class RetentionBook(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    note: str
    rules: tuple[RetentionRule, ...]


class RetentionRules:
    """All books: the latest in force counts, a buyer's own rule before that of its country."""

    def __init__(self, books: list[RetentionBook]) -> None:
        self._books = sorted(books, key=lambda book: book.valid_from)

    def on(self, day: date, country: str, buyer_id: str) -> RetentionRule:
        """Other countries' contracts are kept under Danish law here."""
        known = "SE" if country == "SE" else "DK"
        book = next((b for b in reversed(self._books) if b.valid_from <= day), self._books[0])
        fitting = [rule for rule in book.rules if rule.country == known]
        return next(
            (rule for rule in fitting if rule.buyer_id == buyer_id),
            next(rule for rule in fitting if rule.buyer_id == "*"),
        )


def read_retention(folder: Path = HERE) -> RetentionRules:
    """Every file. One that is not as it should be stops the service."""
    books = [
        RetentionBook.model_validate_json(path.read_bytes())
        for path in sorted(folder.glob("*.json"))
    ]
    for book in books:
        for country in ("DK", "SE"):
            rules = [one for one in book.rules if one.country == country]
            if sum(one.buyer_id == "*" for one in rules) != 1:
                raise ValueError(f"{country} has one rule for every buyer without its own")
            if country == "SE" and not all(one.needs_decision for one in rules):
                raise ValueError("in Sweden nothing is erased without a decision")
    return RetentionRules(books)
