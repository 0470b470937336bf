"""Days and moments as they are asked and sent: in words of ISO 8601, never as numbers.

Pydantic alone takes `20261130` for seconds since 1970: whoever asked for a day in another form
would be told, without a warning, what was known in August 1970.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator

WRITTEN = re.compile(r"\d{4}-\d\d-\d\d")


def _day(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and not WRITTEN.match(value)):
        raise ValueError("this takes a day such as 2026-11-30")
    return value


def _moment(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and not WRITTEN.match(value)):
        raise ValueError("this takes a moment such as 2026-11-30T14:05:00+01:00")
    return value


def _day_or_moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    read = date.fromisoformat if len(value) == len("2026-11-30") else datetime.fromisoformat
    with suppress(ValueError):
        if WRITTEN.match(value):
            return read(value)
    raise ValueError(
        "this takes a day such as 2026-11-30 or a moment such as 2026-11-30T14:05:00+01:00"
    )


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
DayOrMoment = Annotated[datetime | date, BeforeValidator(_day_or_moment)]
"""Told by its length, so that what is wrong has one reason and not one for each of the two."""
