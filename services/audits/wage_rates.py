"""Agreements and penalties as dated data."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from services.audits.domain.wages import Agreement, Penalty
from shared.domain import Rejected


class WageRates(BaseModel):
    """`weigh_working_days`: so long has a person to say what becomes of what is short."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    agreements: tuple[Agreement, ...]
    penalty: Penalty
    weigh_working_days: int = Field(ge=1, le=100)

    @classmethod
    def load(cls, path: Path) -> "WageRates":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls.model_validate_json(path.read_bytes())

    def agreement(self, code: str) -> Agreement:
        for agreement in self.agreements:
            if agreement.code == code:
                return agreement
        known = ", ".join(sorted(one.code for one in self.agreements))
        raise Rejected(f"known agreements are {known}", field="agreement")
