"""The catalogue of obligations that a clause can be about: dated data, not code.

It says for each one which documents show it, whom in the chain it binds, how it is followed up and
what may follow where it is broken. A clause that does not say so itself takes it from here, so that
none is without a plan (demand: follow-up is planned when a requirement is set).
"""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.events.words import ChainRole, Clause, FollowUp, Measure, Rung

STRICT = ConfigDict(extra="forbid", frozen=True)

SOURCE = "catalogue"


class PlannedFollowUp(BaseModel):
    model_config = STRICT

    method: str
    every_months: int = Field(ge=1, le=60)
    first_working_days: int = Field(ge=0, le=250)
    role: str = "contract_manager"


class PlannedRung(BaseModel):
    model_config = STRICT

    measure: Measure
    working_days: int = Field(ge=0, le=250)
    detail: str = ""


class Obligation(BaseModel):
    """`expected_in` are CPV prefixes of contracts in which setting or omitting it is considered."""

    model_config = STRICT

    basis: str
    reach: tuple[ChainRole, ...]
    evidence: tuple[str, ...]
    expected_in: tuple[str, ...]
    follow_up: PlannedFollowUp
    ladder: tuple[PlannedRung, ...]

    def is_expected(self, category: str) -> bool:
        return any(category.startswith(prefix) for prefix in self.expected_in)


class Obligations(BaseModel):
    """`general` is for clauses about something that the catalogue does not know."""

    model_config = STRICT

    version: str
    valid_from: date
    general: Obligation
    obligations: dict[str, Obligation]

    @classmethod
    def load(cls, path: Path) -> "Obligations":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls.model_validate_json(path.read_bytes())

    def of(self, code: str) -> Obligation:
        return self.obligations.get(code, self.general)

    def complete(self, clause: Clause) -> Clause:
        """The clause with what it does not say itself."""
        known = self.of(clause.code)
        plan, months = known.follow_up, known.follow_up.every_months
        return clause.model_copy(
            update={
                "reach": clause.reach or (tuple(known.reach) if clause.flows_down else ()),
                "evidence": clause.evidence or known.evidence,
                "follow_up": clause.follow_up
                or FollowUp(
                    method=plan.method,
                    every_months=months,
                    role=plan.role,
                    first_working_days=plan.first_working_days,
                    source=SOURCE,
                ),
                "ladder": clause.ladder
                or tuple(Rung(**rung.model_dump(mode="json")) for rung in known.ladder),
            }
        )

    def expected(self, category: str) -> tuple[str, ...]:
        """The codes that a contract of a category sets, or omits with a reason."""
        return tuple(c for c, one in self.obligations.items() if one.is_expected(category))
