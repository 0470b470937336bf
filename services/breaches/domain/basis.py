"""Which consequences are lawful now, each with its basis; and why the others are not."""

from pydantic import BaseModel

from services.breaches.domain.agreement import Agreement
from services.breaches.domain.rules import (
    Facts,
    Force,
    Lawful,
    LegalBasis,
    Measure,
    Phase,
    Rule,
)
from shared.domain import Rejected
from shared.events.words import Role

NO_BASIS_NEEDED = "dialogue (needs no basis)"


class Option(BaseModel, frozen=True):
    """One lawful consequence. `working_days` is the time that the basis gives for it; `verified`
    says that its text was read in a source and not remembered."""

    measure: Measure
    basis: str
    on: str
    force: Force
    working_days: int
    verified: bool = True


DIALOGUE = Option(
    measure=Measure.DIALOGUE,
    basis=NO_BASIS_NEEDED,
    on="agreement",
    force=Force.MAY,
    working_days=20,
)


class Ground(BaseModel, frozen=True):
    """What about a case decides which consequences are lawful."""

    rule: Rule
    phase: Phase
    role: Role
    amount: float | None
    established: bool
    share: float | None = None
    final: bool = False
    chosen: bool | None = None
    """Whether the notice chose this ground, as an officer looked up; unknown is no basis."""


def law_of(ground: Ground, agreement: Agreement) -> LegalBasis | None:
    return ground.rule.basis_in(
        Facts(
            country=agreement.country,
            regime=agreement.regime,
            above_threshold=agreement.above_threshold,
            amount=ground.amount,
            value_eur=agreement.value_eur,
            share=ground.share,
            supplier=ground.role is Role.SUPPLIER,
            final=ground.final,
            awarded=agreement.awarded,
        )
    )


def must_be_chosen(ground: Ground, agreement: Agreement) -> bool:
    """A ground that counts only where the notice chose it (udbudsloven § 137)."""
    law = law_of(ground, agreement)
    return law is not None and law.chosen_in_notice


def is_mandatory(ground: Ground, agreement: Agreement) -> bool:
    law = law_of(ground, agreement)
    return law is not None and law.force is Force.MUST


def bases_of(ground: Ground, agreement: Agreement) -> tuple[str, ...]:
    """Every basis on which something may follow, were the ground established."""
    chosen = True if ground.chosen is None else ground.chosen
    sure = ground.model_copy(update={"established": True, "chosen": chosen})
    found = (o.basis for o in options(sure, agreement) if o.on != "agreement")
    return tuple(dict.fromkeys(found))


def options(ground: Ground, agreement: Agreement) -> tuple[Option, ...]:
    """What may be decided now. Without an established ground, or without a basis: dialogue."""
    if not ground.established:
        return (DIALOGUE,)
    found: list[Option] = []
    for lawful in ground.rule.consequences:
        if _applies(lawful, ground, agreement):
            found.extend(_options_of(lawful, ground, agreement))
    return (*dict.fromkeys(found), DIALOGUE)


def _applies(lawful: Lawful, ground: Ground, agreement: Agreement) -> bool:
    return (
        ground.phase in lawful.phases
        and ground.role in lawful.roles
        and lawful.country in (agreement.country, "*")
        and (agreement.at_buyer_facility or not lawful.facility_only)
        and (is_mandatory(ground, agreement) or not lawful.if_mandatory)
        and not (lawful.if_discretionary and is_mandatory(ground, agreement))
        and not (lawful.on == "statute" and must_be_chosen(ground, agreement) and not ground.chosen)
    )


def _has_clause(ground: Ground, measure: str) -> bool:
    return any(one.measure == measure and one.on == "clause" for one in ground.rule.consequences)


def _options_of(lawful: Lawful, ground: Ground, agreement: Agreement) -> list[Option]:
    if lawful.right is not None:
        return [
            Option(
                measure=lawful.measure,
                basis=f"clause {clause.code}",
                on="clause",
                force=lawful.force,
                working_days=clause.remedy_working_days
                if lawful.measure in (Measure.REMEDY, Measure.BOD)
                else clause.replacement_working_days,
            )
            for clause in agreement.clauses_with(lawful.right)
        ]
    law = law_of(ground, agreement)
    text = lawful.text or (law.text if law else "")
    if not text:
        return []
    return [
        Option(
            measure=lawful.measure,
            basis=text,
            on="statute",
            force=lawful.force,
            working_days=agreement.replacement_days,
            verified=lawful.verified if lawful.text else law is not None and law.verified,
        )
    ]


def choose(ground: Ground, agreement: Agreement, measure: str, basis: str) -> Option:
    """The option that is meant. Raises `Rejected` that says why not, and what is possible."""
    allowed = options(ground, agreement)
    for option in allowed:
        if option.measure == measure and option.basis == basis:
            return option
    possible = "; ".join(f"{o.measure} on {o.basis}" for o in allowed)
    reason = why_not(ground, agreement, measure, basis, allowed)
    field = "basis" if any(o.measure == measure for o in allowed) else "consequence"
    raise Rejected(f"{reason}. Possible: {possible}", field=field)


def why_not(
    ground: Ground, agreement: Agreement, measure: str, basis: str, allowed: tuple[Option, ...]
) -> str:
    """In plain words, why a consequence is not lawful on this basis."""
    rule = ground.rule
    if measure not in {m.value for m in Measure}:
        return f"{measure!r} is no consequence that is known"
    if here := [o.basis for o in allowed if o.measure == measure]:
        return f"{basis!r} is no basis for {measure} here; {' or '.join(here)} is"
    if not ground.established:
        return f"{measure} takes an established ground, and nothing is established yet"
    if must_be_chosen(ground, agreement) and not ground.chosen and not _has_clause(ground, measure):
        return (
            f"{rule.code} counts only where the notice chose it (udbudsloven § 137): say with the "
            "confirmation that it did"
        )
    if ground.role is not Role.SUPPLIER and measure in (Measure.EXCLUDE, Measure.TERMINATE):
        return (
            "a subcontractor's ground never excludes the supplier by itself (CJEU C-395/18 Tim): "
            "the supplier is heard and may replace the subcontractor"
        )
    if measure == Measure.TERMINATE and ground.phase is Phase.LATER:
        return (
            "a ground that arises later gives no statutory right to terminate (udbudsloven § 185): "
            "only a clause, an asset freeze or Art 5k, or an agreement does"
        )
    if measure == Measure.EXCLUDE and ground.phase is not Phase.PROCEDURE:
        return "exclusion belongs to a procedure, and this contract is awarded"
    if measure == Measure.REPLACE and ground.role is Role.SUPPLIER:
        return "the supplier itself is the contracting party and cannot be replaced on its contract"
    if any(lawful.measure == measure for lawful in rule.consequences):
        return f"no law or clause of {agreement.id} gives a basis for {measure} under {rule.code}"
    return f"{rule.code} does not lead to {measure}"
