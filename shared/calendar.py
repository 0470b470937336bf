"""Working days, as a buyer in Denmark or Sweden counts them.

A deadline of n working days ends with the n-th working day after the day on which it began, at
23:59:59 where the buyer is. The day on which it began never counts.

Never a working day:

* Saturdays and Sundays, in both countries.
* Denmark: the public holidays of the Folkekirke's year (Store bededag only until 2023, when
  lov nr. 214 of 6 March 2023 abolished it), 1 January, 25 and 26 December; and by our choice
  5 June, 24 and 31 December. The law on shops closes these three, collective agreements give them
  free in the public sector, but no general statute on time limits names them. We leave them out
  because the mistake must fall on the side of the one who is heard: a deadline may end later than
  the strictest reading, never earlier. 1 May and the Friday after Ascension Day do count: offices
  are open.
* Sweden: public holidays (lag 1989:253 om allmänna helgdagar), and Midsummer Eve, Christmas Eve
  and New Year's Eve, which lag (1930:173) om beräkning av lagstadgad tid § 2 treats alike.
  Days that are only cut short (Twelfth Night, Maundy Thursday) do count.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

Country = Literal["DK", "SE"]

ZONES: dict[Country, str] = {"DK": "Europe/Copenhagen", "SE": "Europe/Stockholm"}
CATEGORIES: dict[Country, tuple[str, ...]] = {"DK": ("public",), "SE": ("public", "de_facto")}
DANISH_CLOSING_DAYS = {(6, 5), (12, 24), (12, 31)}
"""Month and day of the days that are free in the Danish public sector by agreement."""

MOST = 5_000
"""Working days; some twenty years, longer than any deadline that we know."""

END_OF_DAY = time(23, 59, 59)


def is_working_day(day: date, country: Country) -> bool:
    if day.weekday() >= 5 or day in _holidays(country):
        return False
    return country != "DK" or (day.month, day.day) not in DANISH_CLOSING_DAYS


def add_working_days(start: datetime, days: int, country: Country) -> datetime:
    """The last second of the `days`-th working day after `start`, in UTC.

    Nought days end with the day of `start` itself, or with the next working day.
    """
    if start.tzinfo is None:
        raise ValueError("a deadline begins at a time with a time zone")
    if not 0 <= days <= MOST:
        raise ValueError(f"a deadline has from 0 to {MOST} working days, not {days}")
    zone = _zone(country)
    day = start.astimezone(zone).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        if is_working_day(day, country):
            left -= 1
    while not is_working_day(day, country):
        day += timedelta(days=1)
    return datetime.combine(day, END_OF_DAY, tzinfo=zone).astimezone(UTC)


def working_days_before(day: date, days: int, country: Country) -> date:
    """So many working days earlier: a working day, unless none are asked for."""
    while days > 0:
        day -= timedelta(days=1)
        days -= is_working_day(day, country)
    return day


def _zone(country: Country) -> ZoneInfo:
    if country not in ZONES:
        raise ValueError(f"working days are known for {' and '.join(ZONES)}, not for {country}")
    return ZoneInfo(ZONES[country])


@cache
def _holidays(country: Country) -> holidays.HolidayBase:
    return holidays.country_holidays(country, categories=CATEGORIES[country])
