"""How long what is kept for a contract is kept after its end: dated rules, by country and buyer."""

from datetime import date
from pathlib import Path

from pydantic import Field

from shared.retention import Book, DatedRule, Rules, read_books

HERE = Path(__file__).parent


class RetentionRule(DatedRule):
    """`years` after the end of the year in which a contract ended, as accounts are kept in both
    countries. So many working days before, a person is told what will be erased."""

    years: int = Field(ge=0, le=100)
    notice_working_days: int = Field(ge=1, le=250)

    def ends(self, ended: date) -> date:
        """The day on which it is erased: the first after so many whole years."""
        return date(ended.year + self.years + 1, 1, 1)


RetentionRules = Rules[RetentionRule]


def read_retention(folder: Path = HERE) -> RetentionRules:
    """Every file. One that is not as it should be stops the service."""
    books = read_books(folder, Book[RetentionRule])
    swedish = [rule for book in books for rule in book.rules if rule.country == "SE"]
    if not all(rule.needs_decision for rule in swedish):
        raise ValueError("in Sweden nothing is erased without a decision")
    return RetentionRules(books)
