"""How long things may be kept or may stand: dated data of this service."""

from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from pydantic import BaseModel


class ListLimits(BaseModel, frozen=True):
    """For each binding list: hours after which it must again be known to be the current one."""

    overdue_hours: dict[str, float]
    source: str

    def of(self, name: str) -> timedelta:
        return timedelta(hours=self.overdue_hours[name])


class JobLimits(BaseModel, frozen=True):
    keep_days: int
    source: str

    @property
    def keep(self) -> timedelta:
        return timedelta(days=self.keep_days)


class CoverageLimits(BaseModel, frozen=True):
    """How long after a version came into force a party may not have been compared with it."""

    gap_hours: float
    source: str

    @property
    def gap(self) -> timedelta:
        return timedelta(hours=self.gap_hours)


class Limits(BaseModel, frozen=True):
    valid_from: date
    lists: ListLimits
    match_jobs: JobLimits
    coverage: CoverageLimits


@cache
def limits() -> Limits:
    folder = files("services.screening").joinpath("policy")
    return Limits.model_validate_json(folder.joinpath("limits.json").read_text("utf-8"))
