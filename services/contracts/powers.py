"""What a buyer may lawfully do on a contract on a day, and on which basis; where it cannot.

A basis is a clause of the contract or a rule of law (dated data in templates/powers.json). A right
that hangs on a fact, such as a listing, is `conditional`: whether the fact is there is for a case
to say (room breaches), never for this answer. Without any basis only dialogue is left.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.contracts.domain import Act, Contract, Stage
from services.contracts.obligations import Obligations
from shared.events.words import Clause, Right


class Power(StrEnum):
    """Something a buyer may want to do."""

    DIALOGUE = "dialogue"
    DEMAND_PAYSLIPS = "demand_payslips"
    DEMAND_DOCUMENTS = "demand_documents"
    KNOW_SUBCONTRACTORS = "know_subcontractors"
    AUDIT = "audit"
    APPROVE_SUBCONTRACTOR = "approve_subcontractor"
    REPLACE_SUBCONTRACTOR = "replace_subcontractor"
    HOLD_PAYMENT = "hold_payment"
    TERMINATE = "terminate"


class Answer(StrEnum):
    YES = "yes"
    CONDITIONAL = "conditional"
    NO = "no"


GAPS = (
    Power.DEMAND_PAYSLIPS,
    Power.HOLD_PAYMENT,
    Power.APPROVE_SUBCONTRACTOR,
    Power.REPLACE_SUBCONTRACTOR,
)
"""What the gap report looks at: without these a social clause has no teeth."""

AFTER_BREACH = (Power.HOLD_PAYMENT, Power.REPLACE_SUBCONTRACTOR, Power.TERMINATE)
"""What a clause allows once it is broken and the time to remedy has passed."""

NEEDS = {
    Power.DEMAND_PAYSLIPS: Act.DEMAND,
    Power.DEMAND_DOCUMENTS: Act.DEMAND,
    Power.KNOW_SUBCONTRACTORS: Act.RECEIVE,
    Power.AUDIT: Act.DEMAND,
    Power.APPROVE_SUBCONTRACTOR: Act.DECIDE,
    Power.REPLACE_SUBCONTRACTOR: Act.DECIDE,
    Power.HOLD_PAYMENT: Act.DECIDE,
    Power.TERMINATE: Act.DECIDE,
}
"""What a buyer of a joint contract must be mandated to, to use a power for all."""

PAYSLIPS = "payslips"


class Basis(BaseModel):
    """`kind` is `clause` or `law`, `code` a word for the rule or its condition.

    `working_days` to remedy come before the power is used.
    """

    kind: str
    ref: str
    code: str = ""
    condition: str = ""
    working_days: int | None = None
    reaches: tuple[str, ...] = ()
    reason: str = ""


class Powers(BaseModel):
    """The answer for one power: may we, on which basis, and which of the buyers may do it."""

    power: Power
    answer: Answer
    basis: tuple[Basis, ...]
    by: tuple[str, ...]


class Rule(BaseModel):
    """A rule of law, its word the `code`. Without `countries` it is EU law.

    `valid_to` is its last day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    power: Power
    basis: str
    countries: tuple[str, ...]
    only_above_threshold: bool
    only_at_facility: bool
    valid_from: date
    valid_to: date | None = None
    condition: str

    def governs(self, contract: Contract, day: date) -> bool:
        return (
            (not self.countries or contract.country in self.countries)
            and (contract.above_threshold or not self.only_above_threshold)
            and (contract.at_buyer_facility or not self.only_at_facility)
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


class Law(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    rules: tuple[Rule, ...]

    @classmethod
    def load(cls, path: Path) -> "Law":
        return TypeAdapter(cls).validate_json(path.read_bytes())


def powers_of(contract: Contract, law: Law, day: date) -> tuple[Powers, ...]:
    """Every power on a day, for a contract as it was on that day.

    A contract that is over gives no power any more but to talk, and to show what was promised.
    """
    return tuple(_power(power, contract, law, day) for power in Power)


def _power(power: Power, contract: Contract, law: Law, day: date) -> Powers:
    clauses = [] if contract.stage is Stage.ENDED else list(_of_clauses(power, contract.clauses))
    rules = [
        Basis(kind="law", ref=rule.basis, code=rule.code, condition=rule.condition)
        for rule in law.rules
        if rule.power is power and rule.governs(contract, day)
    ]
    if contract.stage is Stage.ENDED and power is not Power.DIALOGUE:
        rules = []
    basis = (*clauses, *rules)
    if any(not one.condition for one in basis):
        answer = Answer.YES
    else:
        answer = Answer.CONDITIONAL if basis else Answer.NO
    return Powers(power=power, answer=answer, basis=basis, by=_mandated(power, contract))


def _of_clauses(power: Power, clauses: Iterable[Clause]) -> Iterable[Basis]:
    """A clause that lets the buyer act on a breach does so only where it is broken."""
    right = Right.DEMAND_DOCUMENTS if power is Power.DEMAND_PAYSLIPS else None
    if power.value in set(Right):
        right = Right(power.value)
    if power is Power.DIALOGUE:
        right = Right.ASK
    for clause in clauses:
        if right is None or right.value not in clause.rights:
            continue
        if power is Power.DEMAND_PAYSLIPS and PAYSLIPS not in clause.evidence:
            continue
        broken = power in AFTER_BREACH
        yield Basis(
            kind="clause",
            ref=clause.code,
            code="clause_broken" if broken else "",
            condition="the clause is broken and not remedied in time" if broken else "",
            working_days=clause.remedy_working_days if broken else None,
            reaches=("supplier", *clause.reach) if clause.flows_down else ("supplier",),
            reason=clause.reason,
        )


def _mandated(power: Power, contract: Contract) -> tuple[str, ...]:
    """Who of the buyers may use it for all: the leading one, and those mandated to."""
    needed = NEEDS.get(power)
    others = [one.buyer_id for one in contract.joint if needed is None or needed in one.may]
    return tuple(dict.fromkeys((contract.buyer_id, *others)))


class Gap(BaseModel):
    """One contract of the clause gap report.

    `has` and `lacks` are powers; a power that hangs on a fact of law alone counts as lacking, as no
    clause gives it. `unconsidered` are obligations that were neither set nor omitted with a reason.
    """

    contract_id: str
    title: str
    category: str
    ends: date | None
    has: tuple[Power, ...]
    lacks: tuple[Power, ...]
    by_law_only: tuple[Power, ...]
    omitted: dict[str, str]
    unreasoned: tuple[str, ...]
    unconsidered: tuple[str, ...]


def gap_of(contract: Contract, law: Law, obligations: Obligations, day: date) -> Gap:
    found = {one.power: one for one in powers_of(contract, law, day)}
    clauses = {p: any(b.kind == "clause" for b in found[p].basis) for p in GAPS}
    codes = {clause.code for clause in contract.clauses}
    omitted = {one.code: one.reason for one in contract.omitted}
    return Gap(
        contract_id=contract.id,
        title=contract.title,
        category=contract.category,
        ends=contract.ends,
        has=tuple(p for p in GAPS if clauses[p]),
        lacks=tuple(p for p in GAPS if not clauses[p]),
        by_law_only=tuple(p for p in GAPS if not clauses[p] and found[p].basis),
        omitted=omitted,
        unreasoned=tuple(c.code for c in contract.clauses if not c.reason.strip()),
        unconsidered=tuple(
            code
            for code in obligations.expected(contract.category)
            if code not in codes and code not in omitted
        ),
    )
