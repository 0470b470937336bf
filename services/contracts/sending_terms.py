"""How long contract systems have, and when the nightly file is made: dated data of the operator."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.calendar import ZONES, Country, add_working_days


class SendingTerm(BaseModel):
    """The terms from a day on. Working days are the buyer's, `nightly_at` its local time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    acknowledge_working_days: int = Field(ge=0, le=30)
    act_working_days: int = Field(ge=0, le=30)
    secret_overlap_days: int = Field(ge=0, le=90)
    nightly_at: time
    source: str


class SendingTerms:
    def __init__(self, terms: Sequence[SendingTerm]) -> None:
        self._terms = sorted(terms, key=lambda one: one.valid_from)

    @classmethod
    def load(cls, path: Path) -> "SendingTerms":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls(TypeAdapter(list[SendingTerm]).validate_json(path.read_bytes()))

    def on(self, now: datetime) -> SendingTerm:
        """The terms of a moment; before the first ones, those."""
        in_force = [one for one in self._terms if one.valid_from <= now.date()]
        return in_force[-1] if in_force else self._terms[0]

    def acknowledge_by(self, now: datetime, country: str) -> datetime:
        days = self.on(now).acknowledge_working_days
        return add_working_days(now, days, country_of(country))

    def act_by(self, now: datetime, country: str) -> datetime:
        return add_working_days(now, self.on(now).act_working_days, country_of(country))

    def overlap(self, now: datetime) -> timedelta:
        return timedelta(days=self.on(now).secret_overlap_days)

    def next_night(self, now: datetime, country: str) -> datetime:
        """When the next nightly file is made, in UTC. Time that a clock change skips comes late."""
        zone = ZoneInfo(ZONES[country_of(country)])
        local = now.astimezone(zone)
        night = datetime.combine(local.date(), self.on(now).nightly_at, tzinfo=zone)
        if night <= local:
            night = datetime.combine(
                local.date() + timedelta(days=1), self.on(now).nightly_at, tzinfo=zone
            )
        return night.astimezone(UTC)


def country_of(country: str) -> Country:
    """Whose calendar and clock count; elsewhere than in Denmark and Sweden the Danish ones do."""
    return country if country in ZONES else "DK"


def end_of_day(day: date, country: str) -> datetime:
    """The last moment of a day where the buyer is."""
    zone = ZoneInfo(ZONES[country_of(country)])
    next_day = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return next_day.astimezone(UTC) - timedelta(microseconds=1)
