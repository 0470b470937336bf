"""Which documents are asked for, how old they may be, and from which debt a ground exists.

All of it is dated data (`documents.json`), so that a change of law or of a buyer's practice is a
line with a date and a source.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel

from services.onboarding.domain import Document, Evidence, Finding
from shared.events.words import Money

FILE = Path(__file__).with_name("documents.json")

DEBT_GROUNDS = ("EX-B1", "EX-B2")
"""Unpaid taxes and social contributions: the grounds that have a threshold."""


class Requested(BaseModel, frozen=True):
    """What is asked for in some roles, countries and categories, from a value on.

    An empty list means all of them; every line that fits adds its kinds. A value in another
    currency, or one that is not known, counts as large enough.
    """

    roles: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    value_from: Money | None = None
    kinds: tuple[str, ...]

    def fits(self, role: str, country: str | None, category: str, value: Money | None) -> bool:
        named = ((self.roles, role), (self.countries, country), (self.categories, category))
        return all(not some or one in some for some, one in named) and self._reaches(value)

    def _reaches(self, value: Money | None) -> bool:
        floor = self.value_from
        if floor is None or value is None or value.currency != floor.currency:
            return True
        return value.amount >= floor.amount


class Instead(BaseModel, frozen=True):
    """What a party of a country shows in the place of a kind. `*` is every country not named."""

    of: str
    country: str
    kinds: tuple[str, ...]
    source: str


class Rule(BaseModel, frozen=True):
    """The practice of a time: of all buyers, or of those it names.

    `processing_days` are the calendar days that an authority takes, `expiring_days` how long
    before its end a document is asked for anew, `shown_by` the grounds that a kind speaks to,
    `one_at_a_time` the kinds of which only the newest counts.
    """

    version: str
    valid_from: date
    valid_to: date | None = None
    buyers: tuple[str, ...] = ()
    requests: tuple[Requested, ...]
    instead: tuple[Instead, ...] = ()
    due_working_days: int
    shortest_working_days: int
    review_working_days: int
    chase_working_days: int
    decide_working_days: int
    evidence_working_days: int
    remind_working_days: int
    processing_days: dict[str, int]
    expiring_days: dict[str, int]
    longest_age_days: dict[str, int]
    one_at_a_time: tuple[str, ...] = ()
    shown_by: dict[str, tuple[str, ...]]
    debt_thresholds: dict[str, Money]

    def kinds_for(
        self, role: str, country: str | None, category: str = "", value: Money | None = None
    ) -> tuple[str, ...]:
        """The kinds to ask for, in the order of the data, each once."""
        fitting = (r for r in self.requests if r.fits(role, country, category, value))
        kinds = (kind for line in fitting for kind in line.kinds)
        return tuple(dict.fromkeys(one for kind in kinds for one in self.shown_as(kind, country)))

    def shown_as(self, kind: str, country: str | None) -> tuple[str, ...]:
        """A kind, or what a party of this country shows in its place."""
        lines = {line.country: line.kinds for line in self.instead if line.of == kind}
        return lines.get(country or "*", lines.get("*", (kind,)))

    def grounds_shown(self, kinds: Iterable[str]) -> frozenset[str]:
        """The grounds on which these kinds of documents speak."""
        return frozenset(ground for kind in kinds for ground in self.shown_by.get(kind, ()))

    def days_before_end(self, kind: str) -> int:
        return self.expiring_days.get(kind, self.expiring_days.get("*", 0))

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
        asked = {k for rule in self.rules for line in rule.requests for k in line.kinds}
        instead = {k for rule in self.rules for line in rule.instead for k in line.kinds}
        return frozenset(asked | instead)

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
