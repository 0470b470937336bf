"""How long people have, in working days of the contract's country. Our choice; a buyer may differ.

The days of a replacement itself come from the contract's clause or the decision; where a clause
says how long the buyer has to answer on a subcontractor, that counts.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from shared.calendar import ZONES, Country, add_working_days


class Terms(BaseModel, frozen=True):
    """Working days until a person should have acted. `provisional` is the longest that a substitute
    may work before its documents were shown."""

    review_hit: int = 1
    approve_subcontractor: int = 5
    name_subcontractors: int = 10
    decide_substitute: int = 3
    act_on_overdue: int = 1
    replace: int = 20
    provisional: int = 30


def due(now: datetime, days: int, country: str) -> datetime:
    return add_working_days(now, days, country_of(country))


def country_of(country: str) -> Country:
    """Whose working days count: those of the country that governs the contract."""
    return "SE" if country == "SE" else "DK"


def day_of(moment: datetime, country: str) -> date:
    """The date where the buyer is."""
    return moment.astimezone(ZoneInfo(ZONES[country_of(country)])).date()


def start_of(day: date, country: str) -> datetime:
    """The first moment of a day where the buyer is, in UTC."""
    zone = ZoneInfo(ZONES[country_of(country)])
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end_of(day: date, country: str) -> datetime:
    """The last moment of a day where the buyer is, in UTC."""
    return start_of(day + timedelta(days=1), country) - timedelta(microseconds=1)
