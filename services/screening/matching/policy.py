"""What a comparison makes of its evidence: dated data, never constants in code.

Weights are in log-odds: they add up, and the score is what the sum means between 0 and 1. They
were learned from names changed on purpose and from innocent ones (`python -m bench.learning`);
`docs/quality.md` says how well they do.
"""

import math
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, PrivateAttr

from services.screening.matching.columns import MOST_LINES
from services.screening.matching.names import COUNTED

CURRENT = "2026-11-22"

Use = Literal["names", "listed"]
PartyWeights = dict[Literal["person", "organisation"], dict[str, float]]


class NumberWeights(BaseModel, frozen=True):
    """Numbers of the same register that are equal, or not where each party has only one."""

    same: float
    other: float

    @property
    def most(self) -> float:
        """The most that numbers can add."""
        return max(self.same, self.other, 0.0)


class Policy(BaseModel, frozen=True):
    """`names` weighs two names alone, by the features of `matching.describing`; `listed` a party
    against one of many listed names, by those and the circumstances of `matching.circumstances`.

    `threshold` is the score from which a person must look, for each kind of party, and
    `threshold_of_list` where a list has one of its own; `candidates`
    the number of listed names that are compared with one name, where 45 000 are listed.
    """

    version: str
    threshold: dict[Literal["person", "organisation"], float]
    threshold_of_list: dict[str, dict[Literal["person", "organisation"], float]] = {}
    candidates: int
    identifier: NumberWeights
    generic_weight: float
    particle_weight: float
    patronymic_weight: float
    short_weight: float
    names: PartyWeights
    listed: PartyWeights

    _ordered: dict[tuple[Use, str], NDArray[np.float32]] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _: object) -> None:
        for use, both in (("names", self.names), ("listed", self.listed)):
            for kind, chosen in both.items():
                # in the order of the file, which a test holds to that of the features
                self._ordered[use, kind] = np.array(list(chosen.values()), np.float32)  # type: ignore[index]

    def weights(self, use: Use, kind: Literal["person", "organisation"]) -> NDArray[np.float32]:
        """The weights in the order of the features."""
        return self._ordered[use, kind]

    def threshold_of(self, source: str, kind: Literal["person", "organisation"]) -> float:
        """From which score on a person must look at a hit on this list."""
        return self.threshold_of_list.get(source, self.threshold).get(kind, self.threshold[kind])

    def lowest_threshold(self, kind: Literal["person", "organisation"]) -> float:
        """Of all lists."""
        others = (one.get(kind, 1.0) for one in self.threshold_of_list.values())
        return (
            min(self.threshold[kind], *others) if self.threshold_of_list else self.threshold[kind]
        )

    def candidates_among(self, names: int) -> int:
        """How many of so many listed names are compared with one: more names are as near as the
        right one where more are listed, though not in proportion."""
        grown = round(self.candidates * math.sqrt(names / COUNTED))
        return min(max(self.candidates, grown), MOST_LINES)

    def weights_of_circumstances(self, kind: Literal["person", "organisation"]) -> dict[str, float]:
        """By the code of the reason that says it."""
        return {name.replace("_", "-"): weight for name, weight in self.listed[kind].items()}


@cache
def load_policy(version: str = CURRENT) -> Policy:
    """A policy of the given date. Old ones are kept, so that a screening can be repeated."""
    folder = files("services.screening").joinpath("policy")
    return Policy.model_validate_json(folder.joinpath(f"{version}.json").read_text("utf-8"))
