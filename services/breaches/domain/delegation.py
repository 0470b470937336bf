"""Who may sign what: the delegation matrix of a buyer, and who has an interest in whom."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from services.breaches.domain.rules import Measure, Part
from shared.domain import Aggregate, Forbidden

ANYONE = "*"


class Delegation(Part):
    """One row: up to an amount of the contract's value (DKK), these persons may sign.

    `*` stands for every buyer, unit, consequence, or person with the role approver; without
    `up_to` there is no limit.
    """

    buyer: str = ANYONE
    unit: str = ANYONE
    consequence: Measure | str = ANYONE
    up_to: float | None = Field(default=None, gt=0)
    signatures: int = Field(default=2, ge=2, le=5)
    who: tuple[str, ...] = (ANYONE,)


class Matrix(Part):
    """The rows that hold from a day on. The first that fits decides, so the narrow ones stand
    first; an unknown value fits only a row without a limit."""

    version: str
    valid_from: date
    valid_to: date | None = None
    rows: tuple[Delegation, ...] = Field(min_length=1)

    def row(
        self, buyer: str, units: tuple[str, ...], consequence: str, value: float | None
    ) -> Delegation | None:
        for row in self.rows:
            if (
                row.buyer in (buyer, ANYONE)
                and (row.unit == ANYONE or row.unit in units)
                and row.consequence in (consequence, ANYONE)
                and (row.up_to is None or (value is not None and value <= row.up_to))
            ):
                return row
        return None


def must_be_delegated(row: Delegation | None, person: str, consequence: str) -> Delegation:
    """The row under which this person signs. Raises `Forbidden` that says who may."""
    if row is None:
        raise Forbidden(f"no row of the delegation matrix lets anybody sign {consequence} here")
    if ANYONE in row.who or person in row.who:
        return row
    limit = f" up to DKK {row.up_to:g}" if row.up_to else ""
    raise Forbidden(
        f"{person} may not sign {consequence} here; by the delegation matrix{limit} may: "
        + ", ".join(row.who)
    )


class Interest(Aggregate):
    """A person's declared interest in a party, or their part in what it does for the buyer: it
    counts in every case about that party, until it has ended."""

    indexes: ClassVar[tuple[str, ...]] = ("person", "party_id", "buyer_id")

    person: str
    party_id: str
    reason: str
    declared: datetime
    buyer_id: str = ""
    by: str = ""
    ended: datetime | None = None

    @property
    def counts(self) -> bool:
        return self.ended is None

    @staticmethod
    def id_of(buyer_id: str, person: str, party_id: str) -> str:
        """Each buyer has a register of its own, also of people who work for several."""
        return f"{buyer_id}|{person}|{party_id}"

    @staticmethod
    def ids_of(buyer_id: str, person: str, party_id: str) -> tuple[str, str]:
        """Under which it may be found: also as it was noted before registers were a buyer's."""
        return Interest.id_of(buyer_id, person, party_id), f"{person}|{party_id}"
