"""Ids from causes, and days as the buyer's country counts them."""

import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.calendar import ZONES, Country, add_working_days, is_working_day

MONTH = timedelta(days=365.25 / 12)


def id_of(kind: str, *causes: object) -> str:
    """The same causes always give the same id."""
    said = "|".join(map(str, causes))
    return f"{kind}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def calendar_of(country: str) -> Country:
    """Whose working days count: a buyer elsewhere is given the Danish ones."""
    return "SE" if country == "SE" else "DK"


def day_of(moment: datetime, country: str) -> date:
    """The day that it is where the buyer is."""
    return moment.astimezone(ZoneInfo(ZONES[calendar_of(country)])).date()


def start_of(day: date, country: str) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(ZONES[calendar_of(country)]))


def deadline(start: datetime, working_days: int, country: str) -> datetime:
    return add_working_days(start, working_days, calendar_of(country))


MOST_COUNTED = 250
"""Working days; no penalty by the day runs longer."""


def working_days_since(day: date, today: date, country: str) -> int:
    """The working days after `day`, up to today; none for a day to come, `MOST_COUNTED` at most."""
    count = 0
    while day < today and count < MOST_COUNTED:
        day += timedelta(days=1)
        count += is_working_day(day, calendar_of(country))
    return count
