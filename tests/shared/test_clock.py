"""The business clock moves for everyone at once, only forward, and only where it may."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import LOOK_EVERY, CannotMove, Clock, parse_duration

SOON = timedelta(seconds=5)


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The monotonic time that the clock sees; a test moves it."""
    time = [0.0]
    monkeypatch.setattr("shared.clock.time.monotonic", lambda: time[0])
    return time


def ahead(clock: Clock) -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_without_a_file_it_is_real_time_in_utc() -> None:
    assert Clock().now().tzinfo is UTC
    assert abs(ahead(Clock())) < SOON


def test_without_a_file_it_cannot_be_moved() -> None:
    with pytest.raises(CannotMove, match="embedded mode"):
        Clock().advance(timedelta(days=1))


def test_a_file_that_is_not_there_yet_means_real_time(tmp_path: Path) -> None:
    assert abs(ahead(Clock(tmp_path / "clock.json"))) < SOON


def test_steps_add_up_and_outlive_the_process(tmp_path: Path) -> None:
    file = tmp_path / "new" / "clock.json"
    Clock(file).advance(timedelta(days=10))
    told = Clock(file).advance(timedelta(hours=36))
    assert abs(told - datetime.now(UTC) - timedelta(days=11, hours=12)) < SOON
    assert json.loads(file.read_text()) == {"offset_seconds": 993_600.0}


def test_another_process_sees_the_step_after_its_next_look(
    tmp_path: Path, passing: list[float]
) -> None:
    here, there = Clock(tmp_path / "clock.json"), Clock(tmp_path / "clock.json")
    assert here.offset == timedelta(0)
    there.advance(timedelta(days=1))
    passing[0] = LOOK_EVERY / 2
    assert here.offset == timedelta(0)
    passing[0] = LOOK_EVERY
    assert here.offset == timedelta(days=1)
    there.advance(timedelta(days=1))
    passing[0] = 2 * LOOK_EVERY
    assert here.offset == timedelta(days=2)


def test_it_never_goes_backwards(tmp_path: Path) -> None:
    with pytest.raises(CannotMove, match="backwards"):
        Clock(tmp_path / "clock.json").advance(timedelta(seconds=-1))


def test_it_goes_no_further_than_dates_do(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock.json")
    clock.advance(parse_duration("36500d"))
    with pytest.raises(CannotMove, match="36500 days"):
        clock.advance(timedelta(days=1))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"offset_seconds": "soon"}', "null"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clock.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=r"clock\.json is damaged"):
        Clock(file).now()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10d", timedelta(days=10)),
        ("36h", timedelta(hours=36)),
        (" 2W ", timedelta(weeks=2)),
        ("90min", timedelta(minutes=90)),
        ("0d", timedelta(0)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, meant: timedelta) -> None:
    assert parse_duration(text) == meant


@pytest.mark.parametrize("text", ["", "10", "d", "-1d", "1.5d", "10 days", "1m", "٣d x", "99999w"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"10d|36500d"):
        parse_duration(text)
