"""How each obligation is followed up: dated data, not code.

Every clause has a follow-up. How strong it is depends on what the clause lets the buyer do: of the
methods of its obligation the first counts whose right the clause gives.
"""

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from services.audits.domain import FollowUp
from shared.events.words import Clause, Right


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Method(Part):
    """A way to look. Without `right` a buyer may do it on every contract."""

    name: str
    right: Right | None = None
    audited: bool = False


class Rule(Part):
    """How one obligation is followed up; working days count from the start of the contract."""

    methods: tuple[Method, ...] = Field(min_length=1)
    first_after_working_days: int = Field(ge=0, le=1000)
    months: int = Field(ge=1, le=120)
    why: str


class Policy(Part):
    """`lead_working_days`: so long before its day the next audit comes on an auditor's list."""

    version: str
    agree_within_working_days: int = Field(ge=1, le=100)
    lead_working_days: int = Field(ge=0, le=250)
    rules: dict[str, Rule]
    otherwise: Rule

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Raises `ValidationError` where the file is not what it should be."""
        return cls.model_validate_json(path.read_bytes())

    def follow_ups(self, clauses: Iterable[Clause]) -> tuple[FollowUp, ...]:
        return tuple(self._follow_up(clause) for clause in clauses)

    def _follow_up(self, clause: Clause) -> FollowUp:
        rule = self.rules.get(clause.code, self.otherwise)
        method = next(
            (one for one in rule.methods if one.right is None or one.right in clause.rights),
            self.otherwise.methods[-1],
        )
        return FollowUp(
            obligation=clause.code,
            method=method.name,
            audited=method.audited,
            first_after_working_days=rule.first_after_working_days,
            months=rule.months,
            remedy_working_days=clause.remedy_working_days,
            why=rule.why,
        )
