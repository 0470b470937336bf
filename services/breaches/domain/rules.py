"""The shape of the rulebook: what a rule says, whom it reaches, and what it lets the buyer do."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.events.breaches import Track
from shared.events.words import Right, Role


class Part(BaseModel):
    """Data that is checked to the last field: a misspelt one would change the law."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(StrEnum):
    """When the ground was there."""

    PROCEDURE = "procedure"
    AT_AWARD = "existed_at_award"
    LATER = "arose_later"


class Measure(StrEnum):
    """Everything that law or contract can lead to.

    Exclusion belongs to a procedure, and a termination ends the contract: neither is ordered in a
    case here, but the rulebook knows when they would be lawful.
    """

    DIALOGUE = "dialogue"
    REPLACE = "replace"
    HOLD_PAYMENT = "hold_payment"
    BLOCK = "block"
    NONE = "none"
    EXCLUDE = "exclude"
    TERMINATE = "terminate"


class Force(StrEnum):
    MUST = "must"
    MAY = "may"


class LegalBasis(Part):
    """The law behind a rule in one country and regime; `*` stands for every one.

    `from_amount` is the least amount of a debt, `chosen_in_notice` that the buyer must have chosen
    the ground there, `verified` that the paragraph was read in a source and not remembered.
    """

    country: Literal["DK", "SE", "*"]
    regime: str = "*"
    text: str
    force: Force
    above_threshold_only: bool = False
    chosen_in_notice: bool = False
    from_amount: float | None = None
    below_amount: float | None = None
    verified: bool = True


class Lawful(Part):
    """One consequence and what it rests on: the law itself, or a right in a clause.

    With the law as basis and no text of its own, the rule's legal basis is meant.
    """

    measure: Measure
    on: Literal["statute", "clause"]
    right: Right | None = None
    text: str = ""
    force: Force = Force.MAY
    phases: tuple[Phase, ...] = tuple(Phase)
    roles: tuple[Role, ...] = (Role.SUPPLIER, Role.SUBCONTRACTOR)
    country: Literal["DK", "SE", "*"] = "*"
    facility_only: bool = False
    if_mandatory: bool = False

    @model_validator(mode="after")
    def _names_its_right(self) -> "Lawful":
        if (self.on == "clause") != (self.right is not None):
            raise ValueError("a consequence on a clause names the right, and no other does")
        return self


class Period(Part):
    """For how long a ground can count, and from when."""

    years: int
    runs_from: Literal["final_judgment", "relevant_event", "while_it_applies"]
    verified: bool = True


class Words(Part):
    da: str
    en: str


class Rule(Part):
    """One row of the rulebook. `subjects` are the letters of the domain reference:

    T tenderer or supplier, B board, O owner, R relied-upon, C subcontractor, U sub-supplier.
    """

    code: str = Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")
    name: Words
    track: Track
    question_first: bool = False
    subjects: tuple[Literal["T", "B", "O", "R", "C", "U", "goods"], ...]
    phases: tuple[Phase, ...] = tuple(Phase)
    bases: tuple[LegalBasis, ...]
    evidence: tuple[str, ...]
    period: Period | None = None
    self_cleaning: bool = True
    advisory: bool = False
    consequences: tuple[Lawful, ...] = ()
    instruction: Words | None = None

    @model_validator(mode="after")
    def _is_lawful(self) -> "Rule":
        if not self.evidence:
            raise ValueError(f"{self.code} names no evidence")
        if self.advisory and self.consequences:
            raise ValueError(f"{self.code} is advisory and can have no consequence")
        for lawful in self.consequences:
            later = Phase.LATER in lawful.phases and lawful.on == "statute"
            if lawful.measure is Measure.TERMINATE and later and self.track != Track.LEGAL_BLOCK:
                raise ValueError(
                    f"{self.code}: a ground that arises later gives no statutory right to "
                    "terminate (udbudsloven § 185)"
                )
            if lawful.measure is Measure.EXCLUDE and Role.SUBCONTRACTOR in lawful.roles:
                raise ValueError(
                    f"{self.code}: a subcontractor's ground never excludes the supplier "
                    "(CJEU C-395/18 Tim)"
                )
            if lawful.measure is Measure.REPLACE and Role.SUPPLIER in lawful.roles:
                raise ValueError(f"{self.code}: a supplier is not replaced on its own contract")
        if self.track is Track.LEGAL_BLOCK and self.instruction is None:
            raise ValueError(f"{self.code} blocks, and must say what the contractor is told")
        return self

    def basis_in(
        self, country: str, regime: str, above_threshold: bool, amount: float | None
    ) -> LegalBasis | None:
        """The law that speaks here, the strongest first."""
        found = [
            basis
            for basis in self.bases
            if basis.country in (country, "*")
            and basis.regime in (regime, "*")
            and (above_threshold or not basis.above_threshold_only)
            and (basis.from_amount is None or (amount or 0) >= basis.from_amount)
            and (basis.below_amount is None or (amount or 0) < basis.below_amount)
        ]
        found.sort(key=lambda basis: basis.force is not Force.MUST)
        return found[0] if found else None


class Rulebook(Part):
    """The rules as they were read on a day. A case keeps the version it was opened under."""

    version: str = Field(pattern=r"^\d{4}-\d{2}$")
    valid_from: date
    valid_to: date | None = None
    note: str = ""
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _has_each_code_once(self) -> "Rulebook":
        codes = [rule.code for rule in self.rules]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(f"more than one rule is called {', '.join(sorted(twice))}")
        return self

    def rule(self, code: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.code == code), None)
