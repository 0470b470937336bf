"""What a comparison makes of its evidence: dated data, never constants in code.

Weights are in log-odds: they add up, and the score is what the sum means between 0 and 1. They
were learned from names changed on purpose and from innocent ones; `docs/quality.md` says how
well they do.
"""

from functools import cache
from importlib.resources import files
from operator import mul
from typing import Literal

from pydantic import BaseModel, PrivateAttr

CURRENT = "2026-11-22"

BirthOutcome = Literal[
    "day", "month", "year", "swapped", "close", "other_day", "next_year", "other_year"
]
PartyWeights = dict[Literal["person", "organisation"], dict[str, float]]


class PairWeights(BaseModel, frozen=True):
    same: float
    other: float


class Policy(BaseModel, frozen=True):
    """`names` weighs two names alone, `listed` a party against one of many listed names; both by
    the features of `matching.features`.

    `threshold` is the score from which a person must look, for each kind of party.
    """

    version: str
    threshold: dict[Literal["person", "organisation"], float]
    candidates: int
    names: PartyWeights
    listed: PartyWeights
    birth: dict[BirthOutcome, float]
    country: PairWeights
    gender: PairWeights
    identifier: PairWeights
    weak_alone: float
    weak_supported: float
    one_word_alone: float
    generic_weight: float
    particle_weight: float
    patronymic_weight: float
    short_weight: float

    _ordered: dict[tuple[str, str], tuple[float, ...]] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _: object) -> None:
        for title, both in (("names", self.names), ("listed", self.listed)):
            for kind, chosen in both.items():
                self._ordered[title, kind] = tuple(chosen.values())

    def odds(
        self,
        weights: Literal["names", "listed"],
        kind: Literal["person", "organisation"],
        features: tuple[float, ...],
    ) -> float:
        """The log-odds of names alone."""
        odds: float = sum(map(mul, self._ordered[weights, kind], features))
        return odds


@cache
def load_policy(version: str = CURRENT) -> Policy:
    """A policy of the given date. Old ones are kept, so that a screening can be repeated."""
    folder = files("services.screening").joinpath("policy")
    return Policy.model_validate_json(folder.joinpath(f"{version}.json").read_text("utf-8"))
