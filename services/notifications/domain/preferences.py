"""How a person wants to be told, and when they are away."""

from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Literal

from shared.calendar import is_working_day
from shared.domain import Aggregate, Rejected
from shared.languages import ZONE, Language

LONGEST_ABSENCE_DAYS = 400
"""A year's leave. Somebody who is away for longer does not work here."""


def preferences_id(subject: str) -> str:
    return f"preferences-{subject}"


def clock(text: str) -> time:
    """`07:30` as a time of the day where the buyer is."""
    return time.fromisoformat(text)


class Preferences(Aggregate):
    """One person's own settings.

    `quiet_from` and `quiet_to` are times of the day (`18:00`, `07:00`; the night lies between
    them), in which no mail comes; on days off none comes at all where `quiet_on_days_off` says so.
    What gets through at night does so whatever is set here. `away_from` and `away_to` are the first
    and the last day of an absence, in which the deputy is told instead.
    """

    indexes: ClassVar[tuple[str, ...]] = ("subject",)

    subject: str
    language: Language | None = None
    mail: Literal["at-once", "digest"] = "at-once"
    quiet_from: str = ""
    quiet_to: str = ""
    quiet_on_days_off: bool = False
    away_from: date | None = None
    away_to: date | None = None

    def is_away(self, at: datetime) -> bool:
        if self.away_from is None or self.away_to is None:
            return False
        return self.away_from <= at.astimezone(ZONE).date() <= self.away_to

    def be_away(self, first: date | None, last: date | None, today: date) -> None:
        """Note an absence, or with nothing that there is none."""
        if (first is None) != (last is None):
            raise Rejected("an absence has a first and a last day", field="away_to")
        if first is not None and last is not None:
            if last < first:
                raise Rejected("the last day of an absence is before its first", field="away_to")
            if last < today or last - first > timedelta(days=LONGEST_ABSENCE_DAYS):
                raise Rejected(
                    f"an absence ends today or later and lasts at most {LONGEST_ABSENCE_DAYS} days",
                    field="away_to",
                )
        self.away_from, self.away_to = first, last

    def quiet_until(self, at: datetime) -> datetime:
        """The first moment from `at` on at which a mail may come."""
        here = at.astimezone(ZONE)
        for _ in range(LONGEST_ABSENCE_DAYS):
            ends = self._end_of_silence(here)
            if ends is None:
                return here.astimezone(UTC)
            here = ends
        return at

    def _end_of_silence(self, here: datetime) -> datetime | None:
        if self.quiet_on_days_off and not is_working_day(here.date(), "DK"):
            return _at(here.date() + timedelta(days=1), time())
        if not self.quiet_from or self.quiet_from == self.quiet_to:
            return None
        begins, ends = clock(self.quiet_from), clock(self.quiet_to)
        now = here.time().replace(tzinfo=None)
        if begins < ends:
            return _at(here.date(), ends) if begins <= now < ends else None
        if now < ends:
            return _at(here.date(), ends)
        return _at(here.date() + timedelta(days=1), ends) if now >= begins else None


def next_digest(at: datetime, digest_at: str) -> datetime:
    """The next moment, on a working day, at which daily mails go out."""
    here = at.astimezone(ZONE)
    day = here.date()
    if here >= _at(day, clock(digest_at)):
        day += timedelta(days=1)
    while not is_working_day(day, "DK"):
        day += timedelta(days=1)
    return _at(day, clock(digest_at)).astimezone(UTC)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZONE)
