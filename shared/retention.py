"""How long what is personal is kept once it is over: dated rules, by country and buyer, as data."""

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from shared.calendar import ZONES, Country, working_days_before
from shared.events.keeping import Kept

NOON = time(12)


class DatedRule(BaseModel):
    """`buyer_id` `*` is every buyer without a rule of its own.

    `needs_decision`: nothing goes before a decision is recorded. `verified`: the source that `law`
    names was read, not remembered; how long may be a proposal all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    country: Country
    buyer_id: str
    needs_decision: bool
    law: str
    verified: bool


R = TypeVar("R", bound=DatedRule)


class Book(BaseModel, Generic[R]):
    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    note: str
    rules: tuple[R, ...]


class Rules(Generic[R]):
    """All books: the latest in force counts, a buyer's own rule before that of its country."""

    def __init__(self, books: Sequence[Book[R]]) -> None:
        self._books = sorted(books, key=lambda book: book.valid_from)

    def on(self, day: date, country: str, buyer_id: str) -> R:
        """What is kept in other countries is kept under Danish law here."""
        known = "SE" if country == "SE" else "DK"
        book = next((b for b in reversed(self._books) if b.valid_from <= day), self._books[0])
        fitting = [rule for rule in book.rules if rule.country == known]
        return next(
            (rule for rule in fitting if rule.buyer_id == buyer_id),
            next(rule for rule in fitting if rule.buyer_id == "*"),
        )


def read_books(folder: Path, kind: type[Book[R]]) -> list[Book[R]]:
    """Every file. One that is not as it should be stops the service."""
    paths = sorted(folder.glob("*.json"))
    books = [kind.model_validate_json(path.read_bytes()) for path in paths]
    for book in books:
        for country in ("DK", "SE"):
            if sum(rule.buyer_id == "*" for rule in book.rules if rule.country == country) != 1:
                raise ValueError(f"{country} has one rule for every buyer without its own")
    if not books:
        raise ValueError(f"there is no rule in {folder}")
    return books


class KeepingRule(DatedRule):
    """`months` after it was over. So many working days before, a person is told; not of people in
    the directory, who only leave a list."""

    months: int = Field(ge=1, le=1200)
    notice_working_days: int = Field(default=20, ge=1, le=250)

    def ends(self, over: date) -> date:
        """The same day so many months later, or the last of a shorter month."""
        years, month = divmod(over.month - 1 + self.months, 12)
        year, month = over.year + years, month + 1
        return date(year, month, min(over.day, calendar.monthrange(year, month)[1]))


class KeepingRules(Rules[KeepingRule]):
    def kept(self, over: datetime, country: str, buyer_id: str) -> Kept:
        """What is over at this moment, in the time of its country."""
        day = over.astimezone(_zone(country)).date()
        rule = self.on(day, country, buyer_id)
        end = rule.ends(day)
        return Kept(
            rule=rule.code,
            erase_on=end,
            needs_decision=rule.needs_decision,
            tell_on=working_days_before(end, rule.notice_working_days, rule.country),
        )


def _zone(country: str) -> ZoneInfo:
    return ZoneInfo(ZONES["SE" if country == "SE" else "DK"])


def noon_of(day: date, country: str) -> datetime:
    """When something is erased on its day."""
    return datetime.combine(day, NOON, tzinfo=_zone(country)).astimezone(UTC)


def read_keeping(folder: Path) -> KeepingRules:
    return KeepingRules(read_books(folder, Book[KeepingRule]))
