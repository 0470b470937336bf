"""How long the stock of critical goods shall last: dated data."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Supply(BaseModel):
    """`critical_days` is required of critical goods whose contract says nothing else;
    an attestation counts for `attestation_days`, after which the stock is unknown again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    critical_days: int = Field(ge=1)
    why: str
    restock_working_days: int = Field(ge=0)
    attestation_days: int = Field(ge=1)

    @classmethod
    def load(cls, path: Path) -> "Supply":
        return cls.model_validate_json(path.read_bytes())
