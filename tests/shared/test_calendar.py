"""Deadlines in working days, against calendars that were read by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import MOST, Country, add_working_days, is_working_day

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
countries = st.sampled_from(["DK", "SE"])
moments = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2045, 1, 1), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("DK", date(2026, 11, 20), True),
        ("DK", date(2026, 11, 21), False),  # a Saturday
        ("DK", date(2026, 4, 2), False),  # skærtorsdag
        ("DK", date(2026, 5, 1), True),  # 1 May is an ordinary day in Denmark
        ("DK", date(2026, 5, 15), True),  # the Friday after Ascension Day
        ("DK", date(2026, 6, 5), False),  # grundlovsdag
        ("DK", date(2026, 12, 24), False),
        ("DK", date(2026, 12, 31), False),
        ("DK", date(2023, 5, 5), False),  # the last store bededag
        ("DK", date(2024, 4, 26), True),
        ("SE", date(2026, 4, 2), True),  # skärtorsdag
        ("SE", date(2026, 5, 1), False),
        ("SE", date(2025, 6, 6), False),  # nationaldagen
        ("SE", date(2026, 6, 19), False),  # midsommarafton
        ("SE", date(2026, 1, 5), True),  # trettondagsafton
        ("SE", date(2026, 12, 24), False),
        ("SE", date(2026, 12, 31), False),
        ("SE", date(2025, 6, 5), True),
    ],
)
def test_which_days_are_working_days(country: Country, day: date, works: bool) -> None:
    assert is_working_day(day, country) is works


def test_ten_working_days_over_christmas() -> None:
    """17, 18, 21, 22, 23, 28, 29, 30 December, 4 and 5 January."""
    start = datetime(2026, 12, 16, 9, tzinfo=COPENHAGEN)
    due = datetime(2027, 1, 5, 23, 59, 59, tzinfo=COPENHAGEN)
    assert add_working_days(start, 10, "DK") == due


def test_a_deadline_ends_at_local_midnight_in_summer_and_winter() -> None:
    summer = add_working_days(datetime(2026, 7, 6, 12, tzinfo=UTC), 1, "SE")
    winter = add_working_days(datetime(2026, 11, 23, 12, tzinfo=UTC), 1, "SE")
    assert summer == datetime(2026, 7, 7, 21, 59, 59, tzinfo=UTC)
    assert winter == datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)


def test_late_evening_in_utc_is_already_the_next_day_for_the_buyer() -> None:
    start = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 00:30 in Copenhagen
    assert add_working_days(start, 1, "DK") == datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)


def test_nought_days_end_today_or_on_the_next_working_day() -> None:
    friday, saturday = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert add_working_days(friday, 0, "DK") == datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)
    assert add_working_days(saturday, 0, "DK") == datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)


@given(moments, st.integers(1, 60), countries)
def test_exactly_so_many_working_days_lie_between(
    start: datetime, days: int, country: Country
) -> None:
    due = add_working_days(start, days, country)
    zone = COPENHAGEN if country == "DK" else ZoneInfo("Europe/Stockholm")
    first, last = start.astimezone(zone).date(), due.astimezone(zone).date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(is_working_day(day, country) for day in between) == days
    assert is_working_day(last, country)
    assert due.astimezone(zone).time().isoformat() == "23:59:59"
    assert due.tzinfo is UTC


@given(moments, st.integers(1, 30), st.integers(0, 30), countries)
def test_more_days_never_end_sooner_and_steps_add_up(
    start: datetime, first: int, then: int, country: Country
) -> None:
    due = add_working_days(start, first, country)
    assert add_working_days(start, first + 1, country) > due
    assert add_working_days(start, first - 1, country) <= due
    assert add_working_days(due, then, country) == add_working_days(start, first + then, country)


def test_what_cannot_be_counted_is_refused() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        add_working_days(datetime(2026, 11, 22), 1, "DK")
    for days in (-1, MOST + 1):
        with pytest.raises(ValueError, match="from 0 to"):
            add_working_days(now, days, "DK")
    with pytest.raises(ValueError, match="DK and SE"):
        add_working_days(now, 1, "NO")  # type: ignore[arg-type]
