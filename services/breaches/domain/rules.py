"""The shape of the rulebook: what a rule says, whom it reaches, and what it lets the buyer do."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal

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

    Exclusion holds for its procedure alone; a termination that was ordered is carried out by the
    buyer, and the case ends with the contract. A derogation lets a mandatory ground be for the
    public's interest (Directive 2014/24/EU Art 57(3)), until it is looked at again.
    """

    DIALOGUE = "dialogue"
    REMEDY = "remedy"
    BOD = "bod"
    REPLACE = "replace"
    HOLD_PAYMENT = "hold_payment"
    BLOCK = "block"
    NONE = "none"
    EXCLUDE = "exclude"
    TERMINATE = "terminate"
    DEROGATE = "derogate"


class Force(StrEnum):
    MUST = "must"
    MAY = "may"


class LegalBasis(Part):
    """The law behind a rule in one country and regime; `*` stands for every one.

    `from_amount` is the least amount of a debt in DKK, `from_value_eur` the least value of the
    contract, `over_share` the per cent of its value above which somebody other than the supplier
    is reached; what is unknown is taken to be reached. `if_final`: only a final decision counts.
    `chosen_in_notice`: the buyer must have chosen the ground there. `procedures_from`: contracts
    awarded since. `verified`: the paragraph was read in a source and not remembered.
    """

    country: Literal["DK", "SE", "*"]
    regime: str = "*"
    text: str
    force: Force
    above_threshold_only: bool = False
    chosen_in_notice: bool = False
    from_amount: float | None = None
    below_amount: float | None = None
    from_value_eur: float | None = None
    over_share: float | None = None
    if_final: bool = False
    procedures_from: date | None = None
    verified: bool = True


class Facts(BaseModel, frozen=True):
    """What about a contract and a ground chooses the law. `share` and amounts may be unknown."""

    country: str = "DK"
    regime: str = "udbudsloven"
    above_threshold: bool = True
    amount: float | None = None
    value_eur: float | None = None
    share: float | None = None
    supplier: bool = True
    final: bool = False
    awarded: date | None = None


def reaches(basis: LegalBasis, facts: Facts) -> bool:
    """Whether the law behind a rule speaks of these facts."""
    value, share, since = facts.value_eur, facts.share, basis.procedures_from
    reached = facts.supplier or share is None
    return (
        basis.country in (facts.country, "*")
        and basis.regime in (facts.regime, "*")
        and (facts.above_threshold or not basis.above_threshold_only)
        and (basis.from_amount is None or (facts.amount or 0) >= basis.from_amount)
        and (basis.below_amount is None or (facts.amount or 0) < basis.below_amount)
        and (basis.from_value_eur is None or value is None or value >= basis.from_value_eur)
        and (basis.over_share is None or reached or (share or 0) > basis.over_share)
        and (facts.final or not basis.if_final)
        and not (since and facts.awarded and facts.awarded < since)
    )


class Lawful(Part):
    """One consequence and what it rests on: the law itself, or a right in a clause.

    With the law as basis and no text of its own, the rule's legal basis is meant. `verified`: a
    text of its own was read in a source and not remembered.
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
    if_discretionary: bool = False
    verified: bool = True

    @model_validator(mode="after")
    def _names_its_right(self) -> "Lawful":
        if (self.on == "clause") != (self.right is not None):
            raise ValueError("a consequence on a clause names the right, and no other does")
        return self


class Period(Part):
    """For how long a ground can count in a country, and from when."""

    country: Literal["DK", "SE", "*"] = "*"
    years: int
    runs_from: Literal["final_judgment", "relevant_event", "while_it_applies"]
    basis: str = ""
    verified: bool = True

    def until(self, event: date | None, judgment: date | None) -> date | None:
        """The day after which the ground counts no longer; none while it applies, or unknown."""
        start = {"final_judgment": judgment, "relevant_event": event}.get(self.runs_from)
        return None if start is None else _years_after(start, self.years)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


class Words(Part):
    """Rulebooks before 2026-03 have no Swedish: there the English is read."""

    da: str
    sv: str = ""
    en: str

    def in_language(self, language: str) -> str:
        return str(getattr(self, language)) or self.en


class Rule(Part):
    """One row of the rulebook. `subjects` are the letters of the domain reference:

    T tenderer or supplier, B board, O owner, R relied-upon, C subcontractor, U sub-supplier.
    `instruction` is what a block says to the contractor, `before_award` what to a tenderer.
    """

    code: str = Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")
    name: Words
    track: Track
    question_first: bool = False
    subjects: tuple[Literal["T", "B", "O", "R", "C", "U", "goods"], ...]
    phases: tuple[Phase, ...] = tuple(Phase)
    bases: tuple[LegalBasis, ...]
    evidence: tuple[str, ...]
    periods: tuple[Period, ...] = ()
    applies_from: date | None = None
    self_cleaning: bool = True
    advisory: bool = False
    consequences: tuple[Lawful, ...] = ()
    instruction: Words | None = None
    before_award: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _reads_the_first_form(cls, said: Any) -> Any:
        """Rulebooks before 2026-03 knew one period for every country."""
        if isinstance(said, dict) and "period" in said:
            rest = {name: value for name, value in said.items() if name != "period"}
            return {**rest, "periods": [said["period"]]}
        return said

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
            if lawful.measure is Measure.EXCLUDE and set(lawful.roles) != {Role.SUPPLIER}:
                raise ValueError(
                    f"{self.code}: a subcontractor's ground never excludes the supplier "
                    "(CJEU C-395/18 Tim)"
                )
            if lawful.measure is Measure.DEROGATE and not lawful.if_mandatory:
                raise ValueError(
                    f"{self.code}: only a mandatory ground is let be by a derogation "
                    "(Directive 2014/24/EU Art 57(3))"
                )
            if lawful.measure is Measure.REPLACE and Role.SUPPLIER in lawful.roles:
                raise ValueError(f"{self.code}: a supplier is not replaced on its own contract")
        if self.track is Track.LEGAL_BLOCK and self.instruction is None:
            raise ValueError(f"{self.code} blocks, and must say what the contractor is told")
        return self

    def told_in(self, phase: Phase) -> Words | None:
        """What a block says to whom it hits: a tenderer has no work to stop."""
        ahead = phase is Phase.PROCEDURE and self.before_award is not None
        return self.before_award if ahead else self.instruction

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criterion codes of the ESPD by which a notice chooses this ground."""
        said = (one.partition(" ") for one in self.evidence)
        return tuple(code for kind, _, code in said if kind == "ESPD")

    def basis_in(self, facts: Facts) -> LegalBasis | None:
        """The law that speaks here, the strongest first."""
        found = [basis for basis in self.bases if reaches(basis, facts)]
        found.sort(key=lambda basis: basis.force is not Force.MUST)
        return found[0] if found else None

    def period_in(self, country: str) -> Period | None:
        """The country's own period before the one of the directive."""
        own = (p for wanted in (country, "*") for p in self.periods if p.country == wanted)
        return next(own, None)

    def applies_on(self, day: date) -> bool:
        return self.applies_from is None or self.applies_from <= day


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
