"""What a comparison makes of its evidence: dated data, never constants in code.

Weights are in log-odds: they add up, and the score is what the sum means between 0 and 1.
"""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel

CURRENT = "2026-11-22"

BirthOutcome = Literal[
    "day", "month", "year", "swapped", "close", "other_day", "next_year", "other_year"
]


class CountryWeights(BaseModel, frozen=True):
    same: float
    other: float


class Policy(BaseModel, frozen=True):
    """`middle` is the likeness of names that, without other evidence, is as likely as not.

    `threshold` is the score from which a person must look, for each kind of party.
    """

    version: str
    threshold: dict[Literal["person", "organisation"], float]
    candidates: int
    steep: float
    middle: float
    birth: dict[BirthOutcome, float]
    country: CountryWeights
    identifier: CountryWeights
    legal_form_differs: float
    weak_alone: float
    weak_supported: float
    one_word_alone: float
    generic_weight: float
    particle_weight: float
    patronymic_weight: float
    short_weight: float


@cache
def load_policy(version: str = CURRENT) -> Policy:
    """A policy of the given date. Old ones are kept, so that a screening can be repeated."""
    folder = files("services.screening").joinpath("policy")
    return Policy.model_validate_json(folder.joinpath(f"{version}.json").read_text("utf-8"))
