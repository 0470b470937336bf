"""A day is a day and a moment a moment, in whatever way somebody writes a number."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.asked import Day, Moment


def test_days_and_moments_are_taken_as_they_are_written() -> None:
    assert TypeAdapter(Day).validate_python("2026-11-30") == date(2026, 11, 30)
    moment = TypeAdapter(Moment).validate_python("2026-11-30T14:05:00Z")
    assert moment == datetime(2026, 11, 30, 14, 5, tzinfo=UTC)
    assert TypeAdapter(Day | None).validate_python(None) is None


@pytest.mark.parametrize("kind", [Day, Moment])
@pytest.mark.parametrize("given", ["20261130", "0", 1.5, -3, True, "-3.02e-270", "30-11-2026"])
def test_a_number_is_no_time_since_1970(kind: object, given: object) -> None:
    with pytest.raises(ValidationError, match="such as 2026-11-30"):
        TypeAdapter(kind).validate_python(given)
