"""How likely it is that something promised on a contract is not done, point by point.

A mark is a fact that speaks for risk, with its source. The weights are dated data: what a factor
is worth, and at most together. The sum has a level, and the level the interval between two
follow-ups. A score decides nothing but where people look first.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import Field

from services.audits.domain.wordings import Text
from shared.events.base import Said

MONTH_DAYS = 365.25 / 12


class Mark(Said):
    """One fact that speaks for risk. `code` is a factor, `ref` the fact behind it.

    `detail` is what a person reads of it: a code of the sector, a party, the words of a colleague.
    """

    code: str
    ref: str
    since: date
    detail: str = ""


class Factor(Said):
    """`points` for each mark, `most` for all of them; older than `months` a mark counts no more."""

    points: int = Field(ge=0, le=100)
    most: int = Field(ge=0, le=100)
    months: int | None = Field(default=None, ge=1, le=120)
    source: Text = Field(min_length=1)


RiskLevel = Literal["low", "normal", "high", "critical"]
"""Each has its word on the pages."""


class Level(Said):
    """From so many points on; `interval` is what the months between two follow-ups are times."""

    level: RiskLevel
    from_points: int = Field(ge=0)
    interval: float = Field(gt=0, le=4)


class Weights(Said):
    """One version of the weights. `sectors` are the beginnings of CPV codes."""

    version: str
    valid_from: date
    factors: dict[str, Factor]
    sectors: dict[str, str]
    unskilled: tuple[str, ...]
    chain_tiers: int = Field(ge=1)
    chain_parties: int = Field(ge=1)
    levels: tuple[Level, ...] = Field(min_length=1)

    def level_of(self, points: int) -> Level:
        reached = [one for one in self.levels if one.from_points <= points]
        return max(reached, key=lambda one: one.from_points) if reached else self.levels[0]

    def sector_of(self, category: str) -> str:
        """The sector with the longest beginning of the CPV code, or nothing."""
        fits = [start for start in self.sectors if category.startswith(start)]
        return self.sectors[max(fits, key=len)] if fits else ""

    def is_unskilled(self, category: str) -> bool:
        return category.startswith(self.unskilled)


class Weighed(Said):
    """What one factor adds, by which marks, and where its weight comes from."""

    code: str
    points: int
    marks: tuple[Mark, ...]
    source: Text


class Risk(Said):
    """The score of a contract on a day, explained. `weights` is the version of the weights."""

    score: int = 0
    level: RiskLevel = "low"
    interval: float = 1.0
    factors: tuple[Weighed, ...] = ()
    weights: str = ""


def weigh(marks: Iterable[Mark], weights: Weights, today: date) -> Risk:
    """The same marks always give the same score, in whatever order they came."""
    counted: dict[str, dict[str, Mark]] = {}
    for mark in marks:
        factor = weights.factors.get(mark.code)
        if factor is not None and _still_counts(mark, factor, today):
            counted.setdefault(mark.code, {})[mark.ref] = mark
    factors = tuple(
        Weighed(
            code=code,
            points=min(len(of_it) * weights.factors[code].points, weights.factors[code].most),
            marks=tuple(sorted(of_it.values(), key=lambda one: (one.since, one.ref))),
            source=weights.factors[code].source,
        )
        for code, of_it in sorted(counted.items())
    )
    score = sum(one.points for one in factors)
    level = weights.level_of(score)
    return Risk(
        score=score,
        level=level.level,
        interval=level.interval,
        factors=tuple(sorted(factors, key=lambda one: (-one.points, one.code))),
        weights=weights.version,
    )


def _still_counts(mark: Mark, factor: Factor, today: date) -> bool:
    return factor.months is None or (today - mark.since).days <= factor.months * MONTH_DAYS
