"""The weights of risk as dated data: which version counts on a day."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from services.audits.domain.risk import Weights


class RiskWeights(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    versions: tuple[Weights, ...] = Field(min_length=1)

    @classmethod
    def load(cls, path: Path) -> "RiskWeights":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls.model_validate_json(path.read_bytes())

    def on(self, day: date) -> Weights:
        """The latest version in force; before the first one, that."""
        in_force = [one for one in self.versions if one.valid_from <= day]
        first = min(self.versions, key=lambda one: one.valid_from)
        return max(in_force, key=lambda one: one.valid_from) if in_force else first
