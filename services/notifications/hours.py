"""When somebody sits at a desk, when mail may come, and when the daily mail goes out."""

from datetime import UTC, date, datetime, time, timedelta

from services.notifications.domain import Preferences
from shared.calendar import is_working_day
from shared.languages import ZONE

LONGEST_SILENCE_DAYS = 30
"""Days off in a row, at most; a setting that is silent for longer is not followed."""


def today(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def in_office_hours(at: datetime, opens: str, closes: str) -> bool:
    """Whether somebody sits at a desk: on working days, between these times of the day."""
    here = at.astimezone(ZONE)
    now = here.time().replace(tzinfo=None)
    return is_working_day(here.date(), "DK") and _clock(opens) <= now < _clock(closes)


def quiet_until(how: Preferences, at: datetime) -> datetime:
    """The first moment from `at` on at which a mail may come to this person."""
    here = at.astimezone(ZONE)
    for _ in range(LONGEST_SILENCE_DAYS):
        ends = _end_of_silence(how, here)
        if ends is None:
            return here.astimezone(UTC)
        here = ends
    return at


def _end_of_silence(how: Preferences, here: datetime) -> datetime | None:
    if how.quiet_on_days_off and not is_working_day(here.date(), "DK"):
        return _at(here.date() + timedelta(days=1), time())
    if not how.quiet_from or how.quiet_from == how.quiet_to:
        return None
    begins, ends = _clock(how.quiet_from), _clock(how.quiet_to)
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
    if here >= _at(day, _clock(digest_at)):
        day += timedelta(days=1)
    while not is_working_day(day, "DK"):
        day += timedelta(days=1)
    return _at(day, _clock(digest_at)).astimezone(UTC)


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZONE)
