"""Which documents are asked for, how old they may be, and from which debt a ground exists.

All of it is dated data (`documents.json`), so that a change of law or of a buyer's practice is a
line with a date and a source.
"""

from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel

from services.onboarding.domain import Document, Evidence, Finding
from shared.events.words import Money

FILE = Path(__file__).with_name("documents.json")

DEBT_GROUNDS = ("EX-B1", "EX-B2")
"""Unpaid taxes and social contributions: the grounds that have a threshold."""


class Requested(BaseModel, frozen=True):
    """What a role is asked for. `*` stands for every role or country that has no line above."""

    role: str
    country: str
    kinds: tuple[str, ...]


class Rule(BaseModel, frozen=True):
    """The practice of a time: of all buyers, or of those it names."""

    version: str
    valid_from: date
    valid_to: date | None = None
    buyers: tuple[str, ...] = ()
    requests: tuple[Requested, ...]
    due_working_days: int
    review_working_days: int
    chase_working_days: int
    longest_age_days: dict[str, int]
    debt_thresholds: dict[str, Money]

    def kinds_for(self, role: str, country: str | None) -> tuple[str, ...]:
        for line in self.requests:
            if line.role in (role, "*") and line.country in (country, "*"):
                return line.kinds
        return ()

    def valid_until(self, kind: str, issued: date | None, stated: date | None) -> date | None:
        """The last day on which a document counts: the one it states, or its longest age."""
        days = self.longest_age_days.get(kind)
        aged = issued + timedelta(days=days) if issued and days else None
        ends = [end for end in (stated, aged) if end]
        return min(ends) if ends else None

    def weigh(
        self, finding: Finding, country: str | None, document: Document, day: date
    ) -> Evidence:
        """What a finding is worth as evidence: a debt below the threshold makes no ground."""
        exists: bool | None = finding.remark
        threshold = self.debt_thresholds.get(country or "")
        if finding.ground in DEBT_GROUNDS and finding.owed is not None:
            exists = finding.owed.amount > 0
            if threshold and threshold.currency == finding.owed.currency:
                exists = finding.owed.amount >= threshold.amount
        elif finding.paid is not None:
            exists = None
        return Evidence(
            ground=finding.ground,
            ground_exists=exists,
            found=finding.found,
            document_id=document.id,
            as_of=document.issued or day,
            amount=finding.owed,
            paid=finding.paid,
        )


class Policy:
    """All rules. A buyer's own line counts before the one for everybody."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules

    @classmethod
    def load(cls, file: Path = FILE) -> "Policy":
        return cls(_Rules.model_validate_json(file.read_bytes()).rules)

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of document that anybody asks for."""
        return frozenset(k for rule in self.rules for line in rule.requests for k in line.kinds)

    def on(self, day: date, buyer_id: str) -> Rule:
        """The rule in force for a buyer. Raises ValueError where the data leave a gap."""
        in_force = [
            rule
            for rule in self.rules
            if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
        ]
        own = [rule for rule in in_force if buyer_id in rule.buyers]
        for rule in own or [rule for rule in in_force if not rule.buyers]:
            return rule
        raise ValueError(f"no rule of {FILE.name} is in force on {day}")


class _Rules(BaseModel):
    rules: tuple[Rule, ...]
