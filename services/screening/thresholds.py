"""From which share on somebody is a beneficial owner: dated data, the newest one counts."""

from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from services.screening.domain.beneficial import Threshold


@cache
def thresholds() -> tuple[Threshold, ...]:
    """The earliest first."""
    text = files("services.screening").joinpath("policy", "beneficial-owners.json").read_text()
    found = TypeAdapter(tuple[Threshold, ...]).validate_json(text)
    return tuple(sorted(found, key=lambda one: one.valid_from))


def threshold_on(day: date) -> Threshold:
    """What applies on a day; before the first known one, that."""
    applying = [one for one in thresholds() if one.valid_from <= day]
    return applying[-1] if applying else thresholds()[0]


def next_threshold_after(day: date) -> date | None:
    """The next day on which another threshold begins to apply."""
    return next((one.valid_from for one in thresholds() if one.valid_from > day), None)
