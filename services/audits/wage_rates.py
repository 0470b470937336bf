"""Agreements and penalties as dated data."""

from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.audits.domain.wages import AgreedPenalty, Agreement, Penalty
from shared.domain import Rejected


class WageRates(BaseModel):
    """`penalty` counts where `penalties` names none for the contract or its buyer.

    `weigh_working_days`: so long has a person to say what becomes of what is short.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    agreements: tuple[Agreement, ...]
    penalty: Penalty
    penalties: tuple[AgreedPenalty, ...] = ()
    weigh_working_days: int = Field(ge=1, le=100)

    @classmethod
    def load(cls, path: Path) -> "WageRates":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls.model_validate_json(path.read_bytes())

    @model_validator(mode="after")
    def _says_one_penalty_a_day(self) -> Self:
        for one in self.penalties:
            if not (one.buyer_id or one.contract_id):
                raise ValueError("an agreed penalty names its buyer or its contract")
            if one.ends is not None and one.ends < one.starts:
                raise ValueError(f"the penalty from {one.starts} ends before it starts")
        for one, other in combinations(self.penalties, 2):
            first, second = sorted((one, other), key=lambda penalty: penalty.starts)
            if first.of == second.of and first.counts_on(second.starts):
                whose = first.contract_id or first.buyer_id
                raise ValueError(f"two penalties of {whose} count on {second.starts}")
        return self

    def agreement(self, code: str) -> Agreement:
        for agreement in self.agreements:
            if agreement.code == code:
                return agreement
        known = ", ".join(sorted(one.code for one in self.agreements))
        raise Rejected(f"known agreements are {known}", field="agreement")

    def penalty_of(self, contract_id: str, buyer_id: str, day: date) -> Penalty:
        """What the contract says counts before what its buyer's contracts say in general."""
        there = [one for one in self.penalties if one.counts_on(day)]
        for penalty in there:
            if penalty.contract_id == contract_id and penalty.buyer_id in ("", buyer_id):
                return penalty
        for penalty in there:
            if not penalty.contract_id and penalty.buyer_id == buyer_id:
                return penalty
        return self.penalty
